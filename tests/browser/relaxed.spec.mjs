// The build with relaxed SIMD: fetched only when asked for, only where the browser takes it, and the page
// says which one runs.
import { expect, test } from './fixtures.mjs';

/** How far apart the builds' numbers may be, as a share of the largest. */
const TOLERANCE = 1e-6;

/** The modules that the page has fetched. */
function modules(page) {
  const names = [];
  page.on('request', (request) => {
    const name = new URL(request.url()).pathname.split('/').at(-1);
    if (name.endsWith('.wasm')) names.push(name);
  });
  return names;
}

/** Runs in the page: the build, and what it says of one drawing by several methods. */
async function run(options) {
  const { createRuntime } = await import('/pkg/index.js');
  const runtime = createRuntime({ workers: 1, ...options });
  const build = await runtime.build();
  const model = await runtime.load('/test/model.onnx');
  const input = new Float32Array(784);
  for (let y = 5; y < 23; y++) for (let x = 12; x < 16; x++) input[y * 28 + x] = 1 - (x % 2) / 8;
  const values = { logits: Array.from((await model.predict(input)).logits) };
  const methods = ['saliency', 'guided-backprop', 'lrp', 'deeplift', 'integrated-gradients'];
  for (const method of [...methods, 'occlusion']) {
    values[method] = Array.from((await model.explain(input, { method, target: 1 })).relevance);
  }
  runtime.dispose();
  return { build, values };
}

test('both builds explain alike; each is fetched only when asked for', async ({ page }) => {
  const fetched = modules(page);
  await page.goto('test/blank.html');
  const plain = await page.evaluate(run, {});
  expect(plain.build).toBe('simd128');
  expect(fetched).toEqual(['heatlens_bg.wasm']);
  const relaxed = await page.evaluate(run, { relaxed: true });
  expect(relaxed.build).toBe('relaxed-simd');
  expect(fetched).toEqual(['heatlens_bg.wasm', 'heatlens_relaxed_bg.wasm']);
  for (const [name, values] of Object.entries(plain.values)) {
    const top = Math.max(...values.map(Math.abs));
    const apart = Math.max(...values.map((v, i) => Math.abs(v - relaxed.values[name][i])));
    expect(top).toBeGreaterThan(0);
    expect(apart / top, name).toBeLessThanOrEqual(TOLERANCE);
  }
});

test('a browser without relaxed SIMD gets the usual build', async ({ page }) => {
  const fetched = modules(page);
  await page.addInitScript(() => {
    WebAssembly.validate = () => false;
  });
  await page.goto('test/blank.html');
  expect((await page.evaluate(run, { relaxed: true })).build).toBe('simd128');
  expect(fetched).toEqual(['heatlens_bg.wasm']);
});

test('the digits page runs the usual build and says so', async ({ page }) => {
  const fetched = modules(page);
  await page.goto('./digits/');
  await expect(page.locator('#build')).toHaveText('Runs the SIMD build.');
  await expect(page.locator('.card[data-state="ready"]').first()).toBeVisible();
  expect(new Set(fetched)).toEqual(new Set(['heatlens_bg.wasm']));
});

test.describe('asked for in the address', () => {
  test.use({ allowed: [/preloaded using link preload but not used/] });

  test('the digits page runs the relaxed build and says so', async ({ page }) => {
    await page.goto('./digits/?relaxed');
    await expect(page.locator('#build')).toHaveText('Runs the relaxed SIMD build.');
    await expect(page.locator('.card[data-state="ready"]').first()).toBeVisible();
  });
});
