// Networks of visitors by how their outputs are read: logits, a single sigmoid, a single number, very many classes.
import { readFileSync } from 'node:fs';
import { card, dropFile, expect, MODELS, open, ready, test, verdict } from './digits-rig.mjs';
import { onnx } from './onnx-writer.mjs';

const file = readFileSync(new URL('digits-mlp.onnx', MODELS)).toString('latin1');
/** As PyTorch exports it: the file does not say what its outputs are. */
const logits = Buffer.from(file.replace('heatlens.link', 'x'.repeat(13)), 'latin1');

/** One number of 784 pixels: how much ink there is on the left, less that on the right. */
const sided = (nodes) =>
  onnx({
    input: ['x', [null, 784]],
    output: ['y', [null, 1]],
    nodes: [['MatMul', 'x w', nodes.length > 0 ? 'z' : 'y'], ...nodes],
    weights: [['w', [784, 1], Array.from({ length: 784 }, (_, i) => (i % 28 < 14 ? 0.25 : -0.25))]],
  });

const bars = (page) => page.locator('.bar-number').allTextContents();
const view = async (page, title) =>
  page.locator('#stations').getByRole('button', { name: title }).click();

test('a network that ends in logits: a choice, softmax to begin with, and the same answers', async ({
  page,
}) => {
  await open(page, '#v=1&m=mlp&g=sis.lrp.saliency');
  await ready(page, 'sis');
  const expected = await bars(page);
  const sum = await card(page, 'sis').locator('.sum').textContent();
  await dropFile(page, 'plain.onnx', logits);
  await expect(page.locator('[data-model="own"]')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('#activation')).toBeVisible();
  await expect(page.locator('#activation')).toHaveValue('softmax');
  await expect.poll(() => bars(page)).toEqual(expected);
  await ready(page, 'sis');
  await expect(card(page, 'sis').locator('.sum')).toHaveText(sum);

  await page.locator('#activation').selectOption('');
  await expect(page.locator('#verdict-share')).toContainText('raw output');
  await expect(verdict(page)).toHaveText('3');
  await expect(card(page, 'sis')).toContainText('no probabilities');
  await ready(page, 'lrp');
  await view(page, 'Sufficient input subsets');
  await expect(page.locator('#view-subsets')).toContainText('no probabilities');
  await page.getByRole('button', { name: 'Show me one' }).click();
  await expect(page.locator('#view-subsets')).toContainText('nothing to compare τ with');
  await view(page, 'Sanity checks');
  await expect(page.locator('#view-limits')).toContainText(/goes from raw output/);
  await expect(page.locator('#view-limits')).toContainText('no probabilities');

  await page.locator('#activation').selectOption('sigmoid');
  await expect.poll(() => bars(page)).not.toEqual(expected);
  await expect(page.locator('#verdict-share')).toContainText('%');
  // What the page has itself says how it is read.
  await page.locator('[data-model="mlp"]').click();
  await expect(page.locator('#activation')).toBeHidden();
  await expect.poll(() => bars(page)).toEqual(expected);
});

test('a single sigmoid has two sides everywhere', async ({ page }) => {
  await open(page, '#v=1&g=lrp.saliency.sis');
  await dropFile(page, 'sides.onnx', sided([['Sigmoid', 'z', 'y']]));
  await expect(page.locator('[data-model="own"]')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.bar-name')).toHaveText(['yes', 'no']);
  // A 3 has its ink on the right.
  await expect(verdict(page)).toHaveText('no');
  const numbers = (await bars(page)).map((text) => Number(text.replace(/[<>]/, '')));
  expect(numbers[0] + numbers[1]).toBeCloseTo(100, 0);
  const value = async () => {
    await ready(page, 'lrp');
    const text = await card(page, 'lrp').locator('.sum').textContent();
    // “Adds up to … of f(x)”.
    return Number(/ of (−?[\d.]+)/.exec(text)[1].replace('−', '-'));
  };
  const no = await value();
  expect(no).toBeGreaterThan(0);
  await ready(page, 'sis');
  await expect(card(page, 'sis').locator('.sum')).not.toContainText('0 sets');
  await page.locator('.bar').first().click();
  await expect(page.locator('#target')).toHaveValue('0');
  await expect.poll(value).toBeCloseTo(-no, 5);
  await page.locator('#target').selectOption('top');
  await view(page, 'For and against');
  await expect(page.locator('#view-contrast')).toContainText('For no, against yes');
  await view(page, 'Sufficient input subsets');
  await expect(page.locator('#view-subsets')).toContainText('Asked again', { timeout: 60_000 });
  await expect(page.locator('#view-subsets')).toContainText(/give f = [\d.]+ ≥ τ/);
});

test('a single number is no class: views of two classes say so, the rest goes on', async ({
  page,
}) => {
  await open(page, '#v=1&g=lrp.saliency.sis');
  await dropFile(page, 'number.onnx', sided([]));
  await expect(page.locator('#activation')).toHaveValue('');
  await expect(page.locator('#activation option').first()).toBeDisabled();
  await expect(page.locator('#verdict-share')).toContainText('raw output');
  await ready(page, 'lrp');
  for (const [title, id] of [
    ['For and against', 'contrast'],
    ['Sanity checks', 'limits'],
  ]) {
    await view(page, title);
    await expect(page.locator(`#view-${id}`)).toContainText('one output');
  }
  await page.getByRole('button', { name: 'Sample 6, second hand' }).click();
  const before = await page.locator('#verdict-share').textContent();
  await page.getByRole('button', { name: 'Sample 1, first hand' }).click();
  await expect(page.locator('#verdict-share')).not.toHaveText(before);
});

test('a quiz with a network that no part is enough for comes to an end', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto('./digits/#v=1&x=subsets&m=mlp');
  await expect(page.locator('#view-subsets')).toContainText('Searching');
  // Two classes that are equally likely whatever is drawn.
  const even = onnx({
    input: ['x', [null, 784]],
    output: ['y', [null, 2]],
    nodes: [
      ['MatMul', 'x w', 'z'],
      ['Softmax', 'z', 'y'],
    ],
    weights: [['w', [784, 2], new Float32Array(1568)]],
  });
  await dropFile(page, 'even.onnx', even);
  await expect(page.locator('[data-model="own"]')).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Show me one' }).click();
  await expect(page.locator('#view-subsets')).toContainText('No part of any sample is enough', {
    timeout: 60_000,
  });
});

test('more classes than a page can show are refused, and the page goes on', async ({ page }) => {
  await open(page);
  const doubled = Array.from({ length: 16 }, (_, k) => [
    'Concat',
    `c${k} c${k}`,
    k === 15 ? 'y' : `c${k + 1}`,
    { axis: 1 },
  ]);
  const many = onnx({
    input: ['x', [null, 784]],
    output: ['y', [null, 784 * 2 ** 16]],
    nodes: [['Relu', 'x', 'c0'], ...doubled],
    weights: [],
  });
  await dropFile(page, 'many.onnx', many);
  const notice = page.locator('.notice').first();
  await expect(notice.locator('.notice-code')).toHaveText('E_LIMIT', { timeout: 10_000 });
  await page.getByRole('button', { name: 'Sample 6, second hand' }).click();
  await expect(verdict(page)).toHaveText('6');
});

test('what a file says at length is cut where it is told', async ({ page }) => {
  await open(page);
  const long = onnx({
    input: ['x', [null, 784]],
    output: ['y', [null, 784]],
    nodes: Array.from({ length: 300 }, (_, k) => [
      `${'Q'.repeat(2000)}${k}`,
      k === 0 ? 'x' : `n${k}`,
      k === 299 ? 'y' : `n${k + 1}`,
    ]),
    weights: [],
  });
  await dropFile(page, `${'n'.repeat(1000)}.onnx`, long);
  const notice = page.locator('.notice').first();
  await expect(notice.locator('.notice-code')).toHaveText('E_UNSUPPORTED');
  expect((await notice.textContent()).length).toBeLessThan(1000);
  await expect(page.locator('#own-report caption')).toContainText('300 nodes refused');
  expect((await page.locator('#own-report').textContent()).length).toBeLessThan(200_000);
});

test('a link asks for no more than a page offers', async ({ page }) => {
  test.setTimeout(60_000);
  await page.goto(
    './digits/#v=1&x=knobs&m=mlp&p.knobs.method=lime&p.lime.samples=100000&p.lime.segment=4',
  );
  const samples = page.locator('#view-knobs .param', { hasText: 'samples' }).locator('input');
  await expect(samples).toBeVisible();
  expect(Number(await samples.inputValue())).toBeLessThanOrEqual(10_000);
});
