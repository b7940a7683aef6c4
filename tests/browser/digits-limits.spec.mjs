// Where methods fail, and where networks do.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { MISREAD } from '../../www/digits/input/misread.js';
import { createRuntime } from '../pkg/rig.mjs';
import {
  MODELS,
  dropFile,
  expect,
  isReady,
  panel,
  ready,
  test,
  verdict,
  view,
} from './digits-rig.mjs';
import { data } from '../support/data.mjs';
import { number } from './numbers.mjs';

const LONG = 120_000;

test('S0-7 (ii): without pooling deconvnet shows one map for two digits, LRP does not; with pooling it shows two', async ({
  page,
}) => {
  await view(page, 'limits');
  const likeness = (id) => page.locator(`[data-likeness="${id}"]`);
  await expect(likeness('deconvnet')).toHaveText('Cosine of the two maps: 1.000: the same map.');
  const cosine = async (id) => {
    await expect(likeness(id)).toContainText('Cosine');
    return number(await likeness(id).textContent(), 'maps:');
  };
  expect(await cosine('lrp')).toBeLessThan(0.9);
  expect(await cosine('deconvnet-pooled')).toBeLessThan(0.9);
  await page.getByRole('button', { name: 'Sample 0, second hand' }).click();
  await expect(verdict(page)).toHaveText('0');
  await expect(likeness('deconvnet')).toContainText('1.000');
  await expect.poll(() => cosine('deconvnet-pooled')).toBeLessThan(0.9);
});

test('N-11: while all layers but the first forget, guided backprop hardly notices and the gradient does', async ({
  page,
}) => {
  await view(page, 'limits');
  const rows = page.locator('#view-limits .numbers tbody tr');
  await expect(rows).toHaveCount(4);
  const values = async () =>
    Object.fromEntries(
      await rows.evaluateAll((all) =>
        all.map(({ children: [name, cell] }) => [
          name.textContent,
          Number(cell.textContent.replace('−', '-').replace('e−', 'e-')),
        ]),
      ),
    );
  await expect
    .poll(async () => Object.values(await values()).every((value) => value === 1))
    .toBe(true);
  const slider = page.getByLabel('Layers forgotten, from the top');
  const part = page.locator('#view-limits .part').filter({ hasText: 'Weight randomisation' });
  for (const layers of ['1', '2', '3']) {
    await slider.fill(layers);
    await expect(part.locator(`[data-layers="${layers}"]`)).toBeVisible();
    await expect(part).toContainText('Forgotten: fc2');
    const all = await values();
    expect(Math.abs(all.Gradient)).toBeLessThan(0.6);
    expect(all['Guided backprop']).toBeGreaterThan(0.6);
    const [[least]] = Object.entries(all).sort((a, b) => b[1] - a[1]);
    await expect(part).toContainText(`Noticed least: ${least}, ${all[least]}`);
  }
  // The first layer, too: then every map is another.
  await slider.fill('4');
  await expect(part.locator('[data-layers="4"]')).toBeVisible();
  await expect(part).toContainText('Every map noticed');
  const last = await values();
  for (const likeness of Object.values(last)) expect(likeness).toBeLessThan(0.5);
  await slider.fill('0');
  await expect.poll(async () => (await values()).Gradient).toBe(1);
  await expect(page.locator('#view-limits')).toContainText('Two tests that some maps do not pass');
});

test('S3-14: the fast gradient sign turns the answer, with maps and a subset of the new one', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'limits', '&m=mlp');
  const status = page.locator('#view-limits .part').last().locator('.result').first();
  await expect(status).toContainText('ε = 0.250');
  await page.getByLabel('Strength ε').fill('0');
  await expect(status).toContainText('ε = 0: 3 becomes 3');
  const rise = async (strength) => {
    await page.getByLabel('Strength ε').fill(strength);
    await expect(status).toContainText(`ε = ${Number(strength).toFixed(3)}`);
    const text = await status.textContent();
    return Number(text.match(/to [<>]?([\d.]+) %/)[1]);
  };
  const [weak, strong] = [await rise('0.05'), await rise('0.4')];
  expect(strong).toBeGreaterThan(weak);
  await expect(status).not.toContainText('3 becomes 3');
  await isReady(page, 'attacked-map');
  await isReady(page, 'attacked-set', LONG);
  const line = await panel(page, 'attacked-set').locator('.sum').textContent();
  expect(number(line, 'f =')).toBeGreaterThanOrEqual(number(line, 'τ ='));
  await page.getByRole('button', { name: 'Take it as the drawing' }).click();
  await expect(verdict(page)).not.toHaveText('3');
});

test('S3-14: every drawing of the page that a network misreads, in the network that misreads it', async ({
  page,
}) => {
  expect(new Set(MISREAD.map(({ model }) => model))).toEqual(new Set(['cnn', 'mlp']));
  for (const [k, { model, meant, read }] of MISREAD.entries()) {
    // From the other network: the button chooses the right one.
    await view(page, 'limits', `&m=${model === 'cnn' ? 'mlp' : 'cnn'}`);
    const network = model === 'cnn' ? 'convolutional' : 'fully connected';
    const button = page.locator('.misread button').nth(k);
    await expect(button).toHaveText(`a ${meant} that the ${network} network reads as ${read}`);
    await button.click();
    await expect(page.locator(`#models [data-model="${model}"]`)).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await expect(verdict(page)).toHaveText(String(read));
    await ready(page, 'lrp');
    expect(meant).not.toBe(read);
    await page.goto('about:blank');
  }
});

test('S3-14: a test digit that is misread, with what was enough for the wrong answer', async ({
  page,
}, { title }) => {
  const mnist = data('mnist', { name: title, skip: (why) => test.skip(true, why) });
  test.setTimeout(LONG);
  const [images, labels] = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map((name) =>
    readFileSync(`${mnist}/${name}`),
  );
  const [grey, digits] = [gunzipSync(images).subarray(16), gunzipSync(labels).subarray(8)];
  const runtime = createRuntime({ worker: false });
  let found;
  try {
    const model = await runtime.load(readFileSync(new URL('digits-mlp.onnx', MODELS)));
    for (let k = 0; k < 2000 && !found; k += 1) {
      const input = Float32Array.from(grey.subarray(784 * k, 784 * (k + 1)), (v) => v / 255);
      const { probabilities } = await model.predict(input);
      const top = probabilities.indexOf(Math.max(...probabilities));
      if (top !== digits[k] && probabilities[top] > 0.75) found = { k, top };
    }
  } finally {
    runtime.dispose();
  }
  const { k, top } = found;
  // The pages of 30 images: a file of the 30 round it is enough.
  const from = 30 * Math.floor(k / 30);
  const head = Buffer.alloc(16);
  [0x803, 30, 28, 28].forEach((word, i) => head.writeUInt32BE(word, 4 * i));
  await view(page, 'subsets', '&m=mlp');
  await dropFile(
    page,
    'images-idx3-ubyte',
    Buffer.concat([head, grey.subarray(784 * from, 784 * (from + 30))]),
  );
  await page.getByRole('button', { name: new RegExp(`^Image ${k - from + 1}\\b`) }).click();
  await expect(verdict(page)).toHaveText(String(top));
  expect(top).not.toBe(digits[k]);
  const check = page.locator('#view-subsets > .result');
  await expect(check).toContainText('Asked again', { timeout: LONG });
  const text = await check.textContent();
  expect(number(text, 'alone give f =')).toBeGreaterThanOrEqual(0.7);
  expect(number(text, 'last f =')).toBeLessThan(0.7);
  await isReady(page, 'subset');
});
