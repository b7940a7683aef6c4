// The views of the digits page: each does what a visitor would and checks the numbers shown.
import { readFileSync } from 'node:fs';
import { explainByCli } from './cli.mjs';
import { expect, inputOf, isReady, panel, print, ready, test, view } from './digits-rig.mjs';
import { number } from './numbers.mjs';

test('the first view is calm: a digit, its probabilities, three maps, one sentence', async ({
  page,
}) => {
  await page.goto('./digits/');
  await expect(page.locator('.card')).toHaveCount(3);
  for (const method of ['saliency', 'lrp', 'occlusion']) await ready(page, method);
  await expect(page.locator('.bar')).toHaveCount(10);
  await expect(page.locator('#sentence')).toHaveText(
    /^LRP: most for 3 is the stroke .* \(\d+ %\); most against it is the .* \(\d+ %\)\.$/,
  );
  for (const control of ['#normalisation', '#choices', '#tour'])
    await expect(page.locator(control)).toBeHidden();
});

test('S2-8, N-5: for one, against another; erasing what the map names beats chance', async ({
  page,
}) => {
  await view(page, 'contrast', '&t=3&a=9');
  for (const id of ['one', 'other', 'contrast']) await isReady(page, id);
  await expect(page.locator('#view-contrast')).toContainText(
    'the third map is the first minus the second',
  );
  const sums = await Promise.all(
    ['one', 'other', 'contrast'].map(async (id) =>
      number(await panel(page, id).locator('.sum').textContent(), 'Σ'),
    ),
  );
  // Linear in its start: the contrast is the difference.
  expect(Math.abs(sums[0] - sums[1] - sums[2])).toBeLessThan(0.02 * Math.abs(sums[2]) + 0.01);
  // The same pixels speak for one class and against the other.
  const input = await inputOf(page, 'For and against');
  const [three, nine] = [3, 9].map(
    (target) =>
      explainByCli('digits-cnn.onnx', input, 'lrp', { target, composite: 'gamma' }).relevance,
  );
  const largest = Math.max(...[...three, ...nine].map(Math.abs));
  const count = (sign) =>
    three.filter((r, i) => sign * r > 0.05 * largest && -sign * nine[i] > 0.05 * largest).length;
  expect(count(1)).toBeGreaterThan(20);
  await expect(page.locator('#view-contrast')).toContainText(
    `${count(1)} pixels speak for 3 and against 9, ${count(-1)} for 9 and against 3`,
  );
  const slider = page.getByLabel('Pixels erased');
  const result = page.locator('#view-contrast .result').last();
  const margins = [];
  for (const k of [0, 10, 20, 40]) {
    await slider.fill(String(k));
    const text = await result.textContent();
    margins.push([number(text, 'pixels'), number(text, 'by the map,'), k]);
  }
  expect(margins[0][0]).toBe(margins[0][1]);
  for (const [map, chance] of margins.slice(1)) expect(map).toBeLessThan(chance);
  const before = (await print(page, '[data-panel="by-map"] .map')).hash;
  await slider.fill('1');
  expect((await print(page, '[data-panel="by-map"] .map')).hash).not.toBe(before);
  await page.locator('#view-contrast').getByLabel('Method').selectOption('guided-backprop');
  await expect(page.locator('#view-contrast')).toContainText(
    'the difference of the scores was propagated',
  );
  // A method that takes a norm has no sign to show: its scale begins at 0.
  await page.locator('#view-contrast').getByLabel('Method').selectOption('saliency');
  await expect(page.locator('#view-contrast')).toContainText(
    'its maps have no sign and say neither for nor against',
  );
  for (const id of ['one', 'other', 'contrast']) {
    await isReady(page, id);
    await expect(panel(page, id).locator('.legend-low')).toHaveText('0');
  }
  await expect(page.locator('#view-contrast')).not.toContainText(
    'pixels speak for 3 and against 9',
  );
});

test('S0-12, N-7: on this digit LRP’s area is above every random order, and below with the least relevant first', async ({
  page,
}) => {
  await view(page, 'proof', '&g=saliency.deconvnet.lrp.segmentation.sis');
  const rows = page.locator('#view-proof .numbers').first().locator('tbody tr');
  await expect(rows).toHaveCount(5);
  const read = async () =>
    Object.fromEntries(
      await rows.evaluateAll((all) =>
        all.map((row) => [...row.children].map((cell) => cell.textContent)),
      ),
    );
  const areas = await read();
  const spread = (text) => text.replace(/−/g, '-').split(' to ').map(Number);
  const random = spread(areas['10 random orders']);
  const lrp = number(areas.LRP, '');
  expect(lrp).toBeGreaterThan(Math.max(...random));
  expect(random[1]).toBeGreaterThan(random[0]);
  expect(Object.keys(areas)).toContain('Deconvnet');
  const result = page.locator('#view-proof .result').first();
  await expect(result).toContainText('Largest area: ');
  await expect(result).toContainText('above every random order');
  // What was chosen and is not drawn is named.
  await expect(page.locator('#view-proof')).toContainText(
    'chosen under Compare, but for Sufficient input subsets (it numbers sets and ranks no pixels).',
  );
  const before = await page.locator('#view-proof .plot').first().innerHTML();
  await page.getByLabel('Blank first').selectOption('lerf');
  await expect(result).toContainText('Smallest area: ');
  await expect(rows).toHaveCount(5);
  await expect.poll(() => page.locator('#view-proof .plot').first().innerHTML()).not.toBe(before);
  await expect
    .poll(async () => {
      const now = await read();
      return number(now.LRP, '') - Math.min(...spread(now['10 random orders']));
    })
    .toBeLessThan(0);
  const best = (await result.textContent()).match(/Smallest area: ([^,]+), (\S+), (.*) every/);
  const now = Object.entries(await read()).filter(([name]) => !name.includes('random'));
  const least = now.reduce((a, b) => (number(b[1], '') < number(a[1], '') ? b : a));
  expect(best[1]).toBe(least[0]);
  expect(best[3]).toBe('below');
});

test('S0-1, S0-12: over many test digits: the figure’s own numbers, and what they say', async ({
  page,
}) => {
  const figure = JSON.parse(
    readFileSync(new URL('../../www/digits/aopc.json', import.meta.url), 'utf8'),
  );
  await view(page, 'proof');
  const titles = {
    lrp: 'LRP',
    segmentation: 'Segmentation',
    random: 'Random',
    deconvnet: 'Deconvnet',
  };
  for (const model of figure.models) {
    const block = page.locator(`.many [data-model="${model.model}"]`);
    await expect(block.locator('caption')).toContainText(
      `(${model.hash}): AOPC over 100 pixels, ${figure.examples} test digits`,
    );
    const rows = await block
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    expect(rows).toHaveLength(model.curves.length);
    const shown = Object.fromEntries(rows.map(([name, ...cells]) => [name, cells]));
    for (const [method, title] of Object.entries(titles)) {
      const { aopc, minusRandom } = model.curves.find((curve) => curve.method === method);
      const [area, less] = shown[title];
      expect(number(area, '')).toBeCloseTo(aopc.mean, 1);
      expect(number(area, '±')).toBeCloseTo(aopc.standardError, 2);
      if (method === 'random') continue;
      expect(number(less, '')).toBeCloseTo(minusRandom.mean, 1);
      expect(number(less, '\\(')).toBeCloseTo(minusRandom.low, 1);
      expect(number(less, 'to')).toBeCloseTo(minusRandom.high, 1);
    }
    const value = (title) => number(shown[title][0], '');
    expect(value('LRP')).toBeGreaterThan(value('Segmentation'));
    expect(value('Segmentation')).toBeGreaterThan(value('Random'));
    const worse = {
      cnn: 'Saliency does worse than random',
      mlp: 'Deconvnet does worse than random',
    };
    await expect(block).toContainText(worse[model.model]);
  }
  await expect(page.locator('#view-proof')).toContainText(
    'Drawn is the mean logit of the predicted class over 500 digits (MNIST test images, from the first on), most relevant first, in blocks of 1 × 1 pixel, 100 steps, each filled with 0.',
  );
});

test('where black is −1 and not 0 the background has relevance', async ({ page }) => {
  await view(page, 'knobs');
  await isReady(page, 'range-signed');
  const status = page.locator('#view-knobs .part .result').last();
  await expect(status).toContainText('has 0 % where black is 0');
  expect(number(await status.textContent(), 'and')).toBeGreaterThan(1);
  const scores = await Promise.all(
    ['unsigned', 'signed'].map(async (id) =>
      number(await panel(page, `range-${id}`).locator('.sum').textContent(), 'f\\(x\\)'),
    ),
  );
  expect(Math.abs(scores[0] - scores[1])).toBeLessThan(0.02 * Math.abs(scores[0]));
});
