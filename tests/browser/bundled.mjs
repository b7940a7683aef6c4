// The package in an empty project of a bundler: what stands in it, and what has to work there.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as listening } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install } from '../support/packed.mjs';
import { MODELS } from './digits-rig.mjs';
import { digit, expect, heard, mapped, three } from './embed-rig.mjs';

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
export const LENS = digit().replace('/models/', '').replace('/three', 'three');
const TEXT =
  '<heat-lens id="text" model="text-linear.onnx" method="lrp">The shuttle is in orbit.</heat-lens>';

/** A project that has the package and nothing else, for as long as the work lasts. @param {(root: string) => Promise<void>} work */
export async function inProject(work, parent = tmpdir()) {
  const root = await mkdtemp(join(parent, 'heatlens-'));
  try {
    await fill(root);
    await work(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

async function fill(root) {
  await install(root);
  await mkdir(join(root, 'public'));
  for (const model of ['digits-cnn.onnx', 'text-linear.onnx'])
    await cp(new URL(model, MODELS), join(root, 'public', model));
  await writeFile(join(root, 'public/three.png'), three());
  await writeFile(join(root, 'index.html'), page('elements.js', LENS + TEXT));
  await writeFile(join(root, 'package.html'), page('package.js', '<p id="said"></p>'));
  await writeFile(join(root, 'src/elements.js'), "import 'heatlens/elements';");
  await writeFile(join(root, 'src/package.js'), PACKAGE);
}

/** What a page asks for and does not get, and its wasm files. */
export function watch(page) {
  const seen = { missing: [], wasm: new Set() };
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? '';
    const isPage = /html/.test(type) && !response.request().isNavigationRequest();
    if (response.status() >= 400 || isPage) seen.missing.push(response.url());
    if (response.url().includes('.wasm')) seen.wasm.add(response.url());
  });
  return seen;
}

/** Elements and package work on a project's two pages. */
export async function works(page, address) {
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
  // Else the client of a development server complains when that ends.
  await page.goto('about:blank');
}

/** A port that is free. @returns {Promise<number>} */
export const freePort = () =>
  new Promise((resolve) => {
    const server = listening().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** With a development server of a version of Vite, which has cached nothing yet. */
export async function served({ createServer }, root, work) {
  const host = { host: '127.0.0.1', port: await freePort() };
  const server = await createServer({ root, logLevel: 'error', configFile: false, server: host });
  try {
    await server.listen();
    await work(`http://127.0.0.1:${server.httpServer.address().port}/`);
  } finally {
    await server.close();
  }
}

/** With what a version of Vite built, for a folder of a host. */
export async function built({ build, preview }, root, work, more = {}) {
  const common = { root, base: '/sub/', logLevel: 'error', configFile: false, ...more };
  const input = ['index.html', 'package.html'].map((name) => join(root, name));
  await build({ ...common, build: { target: 'es2022', rollupOptions: { input } } });
  const server = await preview({ ...common, preview: { host: '127.0.0.1', port: 0 } });
  try {
    await work(`http://127.0.0.1:${server.httpServer.address().port}/sub/`);
  } finally {
    await server.close();
  }
}
