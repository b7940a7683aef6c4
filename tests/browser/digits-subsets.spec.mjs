// The view of sufficient input subsets: the film, τ, the collection, the planted function, the quiz.
import { readFileSync } from 'node:fs';
import { SAMPLES } from '../../www/digits/input/samples.js';
import { preprocess } from '../../www/kit/pad/preprocess.js';
import { createRuntime } from '../pkg/rig.mjs';
import { explainByCli } from './cli.mjs';
import {
  MODELS,
  expect,
  isReady,
  panel,
  print,
  ready,
  takeJson,
  test,
  view,
} from './digits-rig.mjs';
import { number } from './numbers.mjs';

const LONG = 120_000;
const check = (page) => page.locator('#view-subsets > .result');
const status = (page) => page.locator('#view-subsets .beside .result');

/** The points of a path and the height of the level in a chart whose vertical axis runs from 0 to 1. */
async function chart(page) {
  return page.locator('#view-subsets .plot').evaluate((svg) => {
    const points = svg
      .querySelector('.plot-line')
      .getAttribute('d')
      .slice(1)
      .split('L')
      .map((pair) => pair.split(' ').map(Number));
    const level = Number(
      svg
        .querySelector('.plot-level')
        .getAttribute('d')
        .match(/M\S+ ([\d.]+)H/)[1],
    );
    const cursor = Number(
      svg
        .querySelector('.plot-cursor')
        .getAttribute('d')
        .match(/M([\d.]+) /)[1],
    );
    return { points, level, cursor, words: svg.textContent };
  });
}

test('S3-12, S3-15: the first subset is asked again; the curve crosses the line of τ where it is cut', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'subsets', '&m=mlp');
  await isReady(page, 'subset', LONG);
  await expect(check(page)).toHaveText(
    /^Asked again: \d+ pixels alone give f = \S+ ≥ τ = 0\.700; without the one kept last f = \S+ < τ\.$/,
  );
  const text = await check(page).textContent();
  const size = number(text, 'again:');
  expect(number(text, 'alone give f =')).toBeGreaterThanOrEqual(0.7);
  expect(number(text, 'last f =')).toBeLessThan(0.7);
  const scrub = page.getByLabel('Pixels masked');
  await scrub.fill('0');
  const whole = (await print(page, '[data-panel="scrub"] .map')).hash;
  expect(number(await status(page).textContent(), 'f =')).toBeGreaterThan(0.9);
  await scrub.fill('600');
  await expect(status(page)).toContainText('600 pixels masked');
  expect((await print(page, '[data-panel="scrub"] .map')).hash).not.toBe(whole);
  await scrub.fill('0');
  expect((await print(page, '[data-panel="scrub"] .map')).hash).toBe(whole);

  const { points, level, words } = await chart(page);
  expect(words).toContain('τ = 0.700');
  expect(points).toHaveLength(785);
  // The axis runs from 1 at the top to 0: what is below the line is drawn lower.
  const [top, bottom] = [10, 194];
  expect(level).toBeCloseTo(top + 0.3 * (bottom - top), 1);
  expect(points[784 - size][1]).toBeLessThanOrEqual(level + 0.06);
  expect(points[785 - size][1]).toBeGreaterThan(level - 0.06);
  expect(points[0][1]).toBeLessThan(top + 0.1 * (bottom - top));
});

test('S3-15: backward selection runs as a film, stops, and can be scrubbed', async ({ page }) => {
  test.setTimeout(LONG);
  await view(page, 'subsets', '&m=mlp');
  await isReady(page, 'subset', LONG);
  const masked = async () => number(await status(page).textContent(), '^');
  const play = page.locator('#view-subsets').getByRole('button', { name: /^(Play|Stop)$/ });
  await page.getByLabel('Pixels masked').fill('0');
  const first = (await print(page, '[data-panel="scrub"] .map')).hash;
  await play.click();
  await expect(play).toHaveText('Stop');
  const seen = [];
  await expect
    .poll(async () => {
      seen.push({ step: await masked(), cursor: (await chart(page)).cursor });
      return seen.at(-1).step;
    })
    .toBeGreaterThan(60);
  await play.click();
  await expect(play).toHaveText('Play');
  for (let k = 1; k < seen.length; k += 1) {
    expect(seen[k].step).toBeGreaterThanOrEqual(seen[k - 1].step);
    expect(seen[k].cursor).toBeGreaterThanOrEqual(seen[k - 1].cursor);
  }
  const stopped = await masked();
  expect(await page.getByLabel('Pixels masked').inputValue()).toBe(String(stopped));
  expect((await print(page, '[data-panel="scrub"] .map')).hash).not.toBe(first);
  await page.waitForTimeout(300);
  expect(await masked()).toBe(stopped);
  // From the end it begins anew.
  await page.getByLabel('Pixels masked').fill('784');
  await play.click();
  await expect.poll(masked).toBeLessThan(700);
  await play.click();
});

test('N-6: τ cuts the selection at once, without a new search, and as a new search would', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'subsets', '&m=mlp');
  await isReady(page, 'subset', LONG);
  await expect(page.locator('#view-subsets')).toContainText('With all of them masked', {
    timeout: LONG,
  });
  // Within the event itself: nothing asked of a worker can have answered yet.
  const cut = await page.getByLabel('Threshold τ').evaluate((slider) => {
    const line = () => document.querySelector('[data-panel="subset"] .sum').textContent;
    const before = line();
    slider.value = '0.95';
    slider.dispatchEvent(new Event('input'));
    return [before, line()];
  });
  const [before, after] = cut.map((text) => ({ size: number(text, '^'), f: number(text, 'f =') }));
  expect(before.f).toBeGreaterThanOrEqual(0.7);
  expect(after.f).toBeGreaterThanOrEqual(0.95);
  expect(after.size).toBeGreaterThan(before.size);
  await expect(check(page)).toContainText('τ = 0.950');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await ready(page, 'lrp');
  const { input } = await takeJson(page);
  const { sis } = explainByCli('digits-mlp.onnx', input, 'sis', {
    target: 3,
    threshold: 0.95,
    sets: 1,
  });
  expect(after.size).toBe(sis.sets[0].features.length);
});

test('S3-12, S3-13: the collection is the command line’s, disjoint, and every member is asked again', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'subsets', '&m=mlp&p.subsets.tau=0.7');
  const part = page.locator('#view-subsets .part').filter({ hasText: 'The disjoint collection' });
  await expect(part).toContainText('With all of them masked', { timeout: LONG });
  await expect(part).toContainText('not smallest of all');
  const lines = part.locator('.panels.small .sum');
  const told = /^(\d+) pixels, asked again f = (\S+) ≥ τ; without the one kept last (\S+) < τ$/;
  await expect(lines.last()).toHaveText(told);
  const members = (await lines.allTextContents()).map((line) =>
    line.match(told).slice(1).map(Number),
  );
  expect(members.length).toBeGreaterThan(1);
  for (const [, whole, less] of members) {
    expect(whole).toBeGreaterThanOrEqual(0.7);
    expect(less).toBeLessThan(0.7);
  }
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await ready(page, 'lrp');
  const { input } = await takeJson(page);
  const { sis } = explainByCli('digits-mlp.onnx', input, 'sis', {
    target: 3,
    threshold: 0.7,
    sets: 6,
  });
  expect(members.map(([size]) => size)).toEqual(sis.sets.map(({ features }) => features.length));
  const all = sis.sets.flatMap(({ features }) => features);
  expect(new Set(all).size).toBe(all.length);
  // The numbers asked again are the network's: by the package, outside of the page.
  const runtime = createRuntime({ worker: false });
  try {
    const model = await runtime.load(readFileSync(new URL('digits-mlp.onnx', MODELS)));
    for (const [k, { order, features }] of sis.sets.entries())
      for (const [i, size] of [features.length, features.length - 1].entries()) {
        const left = new Float32Array(784);
        for (const at of order.slice(order.length - size)) left[at] = input[at];
        const { probabilities } = await model.predict(left);
        expect(Math.abs(probabilities[3] - members[k][1 + i])).toBeLessThan(6e-4);
      }
  } finally {
    runtime.dispose();
  }
});

test('S3-12: the mean training image is another mask, with another subset', async ({ page }) => {
  test.setTimeout(LONG);
  await view(page, 'subsets', '&m=mlp');
  await isReady(page, 'subset', LONG);
  const before = (await print(page, '[data-panel="subset"] .map')).hash;
  await page.getByLabel('Mask with').selectOption('mean');
  await expect
    .poll(async () => (await print(page, '[data-panel="subset"] .map')).hash, { timeout: LONG })
    .not.toBe(before);
  await expect(check(page)).toContainText('Asked again');
  // And so it is to the end of the search.
  await expect(page.locator('#view-subsets')).toContainText('With all of them masked', {
    timeout: LONG,
  });
  await expect(check(page)).toContainText('Asked again');
});

test('S3-16: forward selection goes astray on the planted function, backward does not', async ({
  page,
}) => {
  await view(page, 'subsets', '&m=mlp');
  const planted = page.locator('#view-subsets .part').filter({ hasText: 'Why backward?' });
  await expect(planted.locator('.result')).toHaveText(
    'At τ = 0.7 forward selection ends with 4 inputs, {a, b, c, d}; backward selection with 2, {a, b}, f = 0.900.',
  );
  await expect(planted).toContainText('A toy');
  // By hand: sigmoid(5.2 − 3), sigmoid(1.6 − 3), sigmoid(3.2 − 3).
  for (const text of ['{a, b} 0.90', '{c} 0.20', '{c, d} 0.55', '{} 0.047'])
    await expect(planted.locator('table')).toContainText(text);
});

test('S3-1, N-18: the quiz shows the subset alone, takes a guess and tells with what confidence', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'subsets', '&m=mlp');
  await page.getByRole('button', { name: 'Show me one' }).click();
  await isReady(page, 'quiz', LONG);
  await expect(panel(page, 'quiz').locator('h4')).toHaveText('Which digit is this?');
  await expect(page.locator('.quiz-answers button')).toHaveCount(10);
  const quiz = page.locator('#view-subsets .part').filter({ hasText: 'Quiz: guess the digit' });
  await expect(quiz).toContainText('A toy');

  const runtime = createRuntime({ worker: false });
  const sample = SAMPLES[17];
  const { pixels } = preprocess(sample.strokes);
  try {
    const model = await runtime.load(readFileSync(new URL('digits-mlp.onnx', MODELS)));
    const mean = model.info.metadata['heatlens.mask.mean'].trim().split(/\s+/).map(Number);
    // The darkest point of a cell has no hatching on it.
    const cells = await panel(page, 'quiz')
      .locator('.map')
      .evaluate((canvas) => {
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
          willReadFrequently: true,
        });
        copy.drawImage(canvas, 0, 0);
        const size = canvas.width / 28;
        return Array.from({ length: 784 }, (_, i) => {
          const [x, y] = [(i % 28) * size, Math.floor(i / 28) * size];
          const { data } = copy.getImageData(x, y, size, size);
          let best = [255, 255, 255];
          for (let at = 0; at < data.length; at += 4)
            if (data[at] + data[at + 1] + data[at + 2] < best[0] + best[1] + best[2])
              best = [data[at], data[at + 1], data[at + 2]];
          return best;
        });
      });
    const grey = (value) => Math.round(255 * value);
    const masked = (value) => [70, 78, 96].map((base) => Math.round(base + grey(value) / 4));
    const kept = cells.flatMap(([r, g, b], i) => (r === g && g === b ? [i] : []));
    const size = number(await panel(page, 'quiz').locator('.sum').textContent(), '^');
    expect(kept).toHaveLength(size);
    expect(size).toBeLessThan(pixels.filter((value) => value > 0).length / 2);
    // What is kept is the digit's; all else shows the mean training image and nothing of the digit.
    cells.forEach((rgb, i) =>
      expect(rgb, `pixel ${i}`).toEqual(
        kept.includes(i) ? Array(3).fill(grey(pixels[i])) : masked(mean[i]),
      ),
    );
    await page.locator('.quiz-answers button').nth(4).click();
    await expect(panel(page, 'quiz').locator('h4')).toHaveText(`It is a ${sample.digit}`);
    const line = (await panel(page, 'quiz').locator('.sum').textContent()).replace(/[<>]/g, '');
    const { probabilities } = await model.predict(pixels);
    const top = probabilities.indexOf(Math.max(...probabilities));
    const shown = Float32Array.from(mean, (value, i) => (kept.includes(i) ? pixels[i] : value));
    const alone = (await model.predict(shown)).probabilities[top];
    expect(alone).toBeGreaterThanOrEqual(0.7);
    expect(number(line, `${top} with`)).toBeCloseTo(100 * probabilities[top], 0);
    expect(number(line, 'alone')).toBeCloseTo(100 * alone, 0);
    await expect(quiz).toContainText(
      `${top === 4 ? 'Right' : 'No'}: the network read ${top} from ${size} pixels`,
    );
  } finally {
    runtime.dispose();
  }
  await page.getByRole('button', { name: 'Another one' }).click();
  await expect(page.locator('.quiz-answers button')).toHaveCount(10, { timeout: LONG });
});
