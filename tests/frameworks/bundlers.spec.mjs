// The package in empty projects of bundlers other than the newest Vite, which ./build.sh test has.
import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { preview } from 'vite';
import webpack from 'webpack';
import { LENS, built, freePort, inProject, served, watch, works } from '../browser/bundled.mjs';
import { expect, mapped, test } from '../browser/embed-rig.mjs';

const run = promisify(execFile);
const OUTPUT = new URL('../output/projects/', import.meta.url).pathname;
const NODE_MODULES = new URL('node_modules/', import.meta.url).pathname;

for (const name of ['vite5', 'vite6', 'vite7'])
  for (const [what, how] of Object.entries({
    'a cold development server': served,
    'a build for a folder': built,
  }))
    test(`${name.replace('vite', 'Vite ')}: ${what} shows a map`, async ({ page, hosts }) => {
      void hosts;
      const vite = await import(name);
      await inProject((root) => how(vite, root, (address) => works(page, address)));
    });

test('webpack 5: a build without a setting shows a map', async ({ page, hosts }) => {
  void hosts;
  await inProject(async (root) => {
    const compiler = webpack({
      mode: 'production',
      context: root,
      entry: { elements: './src/elements.js', package: './src/package.js' },
      output: { path: join(root, 'public') },
      performance: false,
    });
    const stats = await promisify(compiler.run.bind(compiler))();
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    // The optional peer, which this project does not have.
    const others = warnings.filter(({ message }) => !message.includes("'openchemlib'"));
    expect([...errors, ...others].map(({ message }) => message)).toEqual([]);
    for (const file of ['index.html', 'package.html']) {
      const html = await readFile(join(root, file), 'utf8');
      await writeFile(join(root, 'public', file), html.replace('/src/', './'));
    }
    const server = await preview({
      root,
      build: { outDir: 'public' },
      configFile: false,
      logLevel: 'error',
      preview: { host: '127.0.0.1', port: 0 },
    });
    try {
      await works(page, `http://127.0.0.1:${server.httpServer.address().port}/`);
    } finally {
      await server.close();
    }
  });
});

/** `<img …>` as React writes it. */
const JSX = LENS.replace(/(width|height)="(\d+)"/g, '$1={$2}')
  .replace('<img', '<img suppressHydrationWarning={false}')
  .replace(/<img ([^>]*)>/, '<img $1 />')
  .replace('suppressHydrationWarning={false} ', '')
  .replace('model="', 'model="/')
  .replace('src="', 'src="/');

for (const bundler of ['turbopack', 'webpack'])
  test(`Next.js with ${bundler}: the server's page has the fallback, and hydrates to a map without a warning`, async ({
    page,
    hosts,
  }) => {
    void hosts;
    await mkdir(OUTPUT, { recursive: true });
    await inProject(async (root) => {
      await mkdir(join(root, 'app'));
      await mkdir(join(root, 'node_modules'), { recursive: true });
      await run('ln', [
        '-s',
        ...['next', 'react', 'react-dom'].map((name) => join(NODE_MODULES, name)),
        join(root, 'node_modules'),
      ]);
      await writeFile(
        join(root, 'app/layout.js'),
        'export default ({ children }) => <html lang="en"><head><link rel="icon" href="data:," /></head><body>{children}</body></html>;',
      );
      await writeFile(
        join(root, 'app/page.js'),
        `import Elements from './elements'; export default () => <><Elements />${JSX}</>;`,
      );
      await writeFile(
        join(root, 'app/elements.js'),
        "'use client'; import 'heatlens/elements'; export default () => null;",
      );
      await writeFile(
        join(root, 'next.config.mjs'),
        `export default { turbopack: { root: ${JSON.stringify(new URL('../..', import.meta.url).pathname)} }, outputFileTracingRoot: ${JSON.stringify(new URL('../..', import.meta.url).pathname)} };`,
      );
      const next = join(NODE_MODULES, 'next/dist/bin/next');
      const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
      await run('node', [next, 'build', `--${bundler}`], {
        cwd: root,
        env,
        maxBuffer: 2 ** 26,
      }).catch((error) => {
        throw new Error(`${error.stdout}\n${error.stderr}`);
      });
      const port = await freePort();
      const server = spawn(
        'node',
        [next, 'start', '--port', String(port), '--hostname', '127.0.0.1'],
        { cwd: root, env, stdio: 'ignore' },
      );
      try {
        const address = `http://127.0.0.1:${port}/`;
        await expect
          .poll(
            () =>
              fetch(address).then(
                ({ ok }) => ok,
                () => false,
              ),
            { timeout: 30_000 },
          )
          .toBe(true);
        const html = await (await fetch(address)).text();
        expect(html).toContain('<heat-lens');
        expect(html).toContain('alt="a handwritten 3"');
        const seen = watch(page);
        await page.goto(address);
        await mapped(page.locator('heat-lens'));
        expect(await page.locator('heat-lens').evaluate((own) => own.engine)).toBe('worker');
        expect(seen.missing).toEqual([]);
        expect(seen.wasm.size).toBe(1);
      } finally {
        server.kill();
      }
    }, OUTPUT);
  });
