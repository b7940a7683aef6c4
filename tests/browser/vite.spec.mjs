// The package in an empty Vite project: served cold, built for a folder, used.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, createServer, preview } from 'vite';
import { install } from '../support/packed.mjs';
import { digit, expect, heard, mapped, test, three } from './embed-rig.mjs';
import { MODELS } from './digits-rig.mjs';

const page = (script, body) =>
  `<!doctype html><title>Test</title><link rel="icon" href="data:,"><body>${body}<script type="module" src="/src/${script}"></script>`;
const PACKAGE = `
  import { load } from 'heatlens';
  const model = await load(new URL('digits-cnn.onnx', document.baseURI));
  const image = Float32Array.from({ length: 784 }, (_, i) => (i % 28 > 11 && i % 28 < 16 ? 1 : 0));
  const { probabilities } = await model.predict(image);
  const { shape } = await model.explain(image, { method: 'lrp', target: 1 });
  const smooth = await model.explain(image, { method: 'smooth-grad', target: 1, samples: 16 });
  document.getElementById('said').textContent =
    [probabilities.length, shape.join('x'), smooth.relevance.length].join(' ');
`;
const LENS = digit().replace('/models/', '').replace('/three', 'three');
const TEXT =
  '<heat-lens id="text" model="text-linear.onnx" method="lrp">The shuttle is in orbit.</heat-lens>';

/** A project that has the package and nothing else. */
async function project() {
  const root = await mkdtemp(join(tmpdir(), 'heatlens-'));
  await install(root);
  await mkdir(join(root, 'public'));
  for (const model of ['digits-cnn.onnx', 'text-linear.onnx'])
    await cp(new URL(model, MODELS), join(root, 'public', model));
  await writeFile(join(root, 'public/three.png'), three());
  await writeFile(join(root, 'index.html'), page('elements.js', LENS + TEXT));
  await writeFile(join(root, 'package.html'), page('package.js', '<p id="said"></p>'));
  await writeFile(join(root, 'src/elements.js'), "import 'heatlens/elements';");
  await writeFile(join(root, 'src/package.js'), PACKAGE);
  return root;
}

/** What a page asks for and does not get, and its wasm files. */
function watch(page) {
  const seen = { missing: [], wasm: new Set() };
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? '';
    const isPage = /html/.test(type) && !response.request().isNavigationRequest();
    if (response.status() >= 400 || isPage) seen.missing.push(response.url());
    if (response.url().includes('.wasm')) seen.wasm.add(response.url());
  });
  return seen;
}

async function works(page, address) {
  const seen = watch(page);
  await page.goto(address);
  await mapped(page.locator('heat-lens').first());
  await heard(page, 'explain', 2);
  expect(
    await page
      .locator('heat-lens')
      .first()
      .evaluate((own) => own.engine),
  ).toBe('worker');
  await page.goto(`${address}package.html`);
  await expect(page.locator('#said')).toHaveText('10 1x28x28 784', { timeout: 20_000 });
  expect(page.workers().length).toBeGreaterThan(0);
  expect(seen.missing).toEqual([]);
  expect(seen.wasm.size).toBe(1);
}

test('Vite: a cold development server, without a setting', async ({ page, hosts }) => {
  void hosts;
  const root = await project();
  const server = await createServer({
    root,
    logLevel: 'error',
    configFile: false,
    server: { host: '127.0.0.1', port: 0 },
  });
  try {
    await server.listen();
    await works(page, `http://127.0.0.1:${server.httpServer.address().port}/`);
  } finally {
    await server.close();
    await rm(root, { recursive: true });
  }
});

test('Vite: a build for a folder', async ({ page, hosts }) => {
  void hosts;
  const root = await project();
  const base = '/sub/';
  const input = ['index.html', 'package.html'].map((name) => join(root, name));
  await build({
    root,
    base,
    logLevel: 'error',
    configFile: false,
    build: { rolldownOptions: { input } },
  });
  const server = await preview({
    root,
    base,
    logLevel: 'error',
    configFile: false,
    preview: { host: '127.0.0.1', port: 0 },
  });
  try {
    await works(page, `http://127.0.0.1:${server.httpServer.address().port}${base}`);
  } finally {
    await server.close();
    await rm(root, { recursive: true });
  }
});
