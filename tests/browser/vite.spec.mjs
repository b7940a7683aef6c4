// The package in an empty Vite project: built, served, used.
import { createServer } from 'node:http';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';
import { install } from '../support/packed.mjs';
import { expect, test } from './fixtures.mjs';
import { MODELS } from './digits-rig.mjs';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

const PAGE =
  '<!doctype html><title>Test</title><link rel="icon" href="data:,"><p id="said"></p><script type="module" src="/src/main.js"></script>';
const MAIN = `
  import { load } from 'heatlens';
  const model = await load('/digits.onnx');
  const image = Float32Array.from({ length: 784 }, (_, i) => (i % 28 > 11 && i % 28 < 16 ? 1 : 0));
  const { probabilities } = await model.predict(image);
  const { shape } = await model.explain(image, { method: 'lrp', target: 1 });
  const smooth = await model.explain(image, { method: 'smooth-grad', target: 1, samples: 16 });
  document.getElementById('said').textContent =
    [probabilities.length, shape.join('x'), smooth.relevance.length].join(' ');
`;

/** Serves a folder on the loopback interface. */
async function serve(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, 'http://host').pathname);
    try {
      const file = path === '/' ? '/index.html' : path;
      const body = await readFile(join(folder, file));
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

test('a Vite build of the installed package loads, predicts and explains in a worker', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const root = await mkdtemp(join(tmpdir(), 'heatlens-'));
  try {
    await install(root);
    await mkdir(join(root, 'public'));
    await cp(new URL('digits-cnn.onnx', MODELS), join(root, 'public/digits.onnx'));
    await writeFile(join(root, 'index.html'), PAGE);
    await writeFile(join(root, 'src/main.js'), MAIN);
    await build({ root, logLevel: 'error', configFile: false });
    const { address, close } = await serve(join(root, 'dist'));
    try {
      await page.goto(address);
      await expect(page.locator('#said')).toHaveText('10 1x28x28 784', { timeout: 20_000 });
      expect(page.workers().length).toBeGreaterThan(0);
    } finally {
      close();
    }
  } finally {
    await rm(root, { recursive: true });
  }
});
