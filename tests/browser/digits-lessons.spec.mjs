// Subsets, limits, class images, two networks, the tour.
import { explainByCli } from './cli.mjs';
import { expect, print, ready, test, verdict } from './digits-rig.mjs';
import { number } from './numbers.mjs';

const LONG = 120_000;
const panel = (page, id) => page.locator(`[data-panel="${id}"]`);
const isReady = (page, id, timeout = 30_000) =>
  expect(panel(page, id)).toHaveAttribute('data-state', 'ready', { timeout });

async function view(page, id, more = '') {
  await page.goto(`./#v=1&x=${id}${more}`);
  await expect(page.locator(`#view-${id}`)).toBeVisible();
  await expect(verdict(page)).not.toHaveText('–');
}

test('S3-12, S3-15, N-6: backward selection scrubs, τ cuts at once, the subset is asked again', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'subsets', '&m=mlp');
  await isReady(page, 'subset', LONG);
  const check = page.locator('#view-subsets > .result');
  await expect(check).toHaveText(
    /^Asked again: \d+ pixels alone give f = \S+ ≥ τ = 0\.700; without the one kept last f = \S+ < τ\.$/,
  );
  const text = await check.textContent();
  const size = number(text, 'again:');
  expect(number(text, 'alone give f =')).toBeGreaterThanOrEqual(0.7);
  expect(number(text, 'last f =')).toBeLessThan(0.7);
  const scrub = page.getByLabel('Pixels masked');
  const status = page.locator('#view-subsets .beside .result');
  await scrub.fill('0');
  const whole = (await print(page, '[data-panel="scrub"] .map')).hash;
  expect(number(await status.textContent(), 'f =')).toBeGreaterThan(0.9);
  await scrub.fill('600');
  await expect(status).toContainText('600 pixels masked');
  expect((await print(page, '[data-panel="scrub"] .map')).hash).not.toBe(whole);
  await scrub.fill('0');
  expect((await print(page, '[data-panel="scrub"] .map')).hash).toBe(whole);
  // A higher τ keeps at least as many pixels, at once.
  const started = Date.now();
  await page.getByLabel('Threshold τ').fill('0.95');
  await expect(check).toContainText('τ = 0.950');
  expect(Date.now() - started).toBeLessThan(3000);
  expect(number(await check.textContent(), 'again:')).toBeGreaterThanOrEqual(size);
});

test('S3-13: the collection is disjoint and every member sufficient, as the command line finds it', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'subsets', '&m=mlp&p.subsets.tau=0.7');
  await expect(page.locator('#view-subsets .part .fine').nth(1)).toContainText(
    'With all of them masked',
    {
      timeout: LONG,
    },
  );
  const lines = await page.locator('.panels.small .sum').allTextContents();
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toMatch(/^\d+ pixels, f = \S+ ≥ τ$/);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await ready(page, 'lrp');
  const coming = page.waitForEvent('download');
  await page.locator('#take').getByRole('button', { name: 'JSON' }).click();
  const chunks = [];
  for await (const chunk of await (await coming).createReadStream()) chunks.push(chunk);
  const { input } = JSON.parse(Buffer.concat(chunks));
  const { sis } = explainByCli('digits-mlp.onnx', input, 'sis', {
    target: 3,
    threshold: 0.7,
    sets: 6,
  });
  expect(lines.map((line) => Number(line.split(' ')[0]))).toEqual(
    sis.sets.map(({ features }) => features.length),
  );
  const all = sis.sets.flatMap(({ features }) => features);
  expect(new Set(all).size).toBe(all.length);
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
  await expect(page.locator('#view-subsets > .result')).toContainText('Asked again');
});

test('S3-16: forward selection goes astray on the planted function, backward does not', async ({
  page,
}) => {
  await view(page, 'subsets', '&m=mlp');
  const planted = page.locator('#view-subsets .part').filter({ hasText: 'Why backward?' });
  await expect(planted.locator('.result')).toHaveText(
    'At τ = 0.7 forward selection ends with 4 inputs, {a, b, c, d}; backward selection with 2, {a, b}, f = 0.900.',
  );
  // By hand: sigmoid(5.2 − 3), sigmoid(1.6 − 3), sigmoid(3.2 − 3).
  for (const text of ['{a, b} 0.90', '{c} 0.20', '{c, d} 0.55', '{} 0.047'])
    await expect(planted.locator('table')).toContainText(text);
});

test('S3-1, N-18: the quiz hides the digit, takes a guess and tells', async ({ page }) => {
  test.setTimeout(LONG);
  await view(page, 'subsets', '&m=mlp');
  await page.getByRole('button', { name: 'Show me one' }).click();
  await isReady(page, 'quiz', LONG);
  await expect(panel(page, 'quiz').locator('h4')).toHaveText('Which digit is this?');
  await expect(page.locator('.quiz-answers button')).toHaveCount(10);
  await page.locator('.quiz-answers button').nth(4).click();
  await expect(panel(page, 'quiz').locator('h4')).toHaveText(/^It is a \d$/);
  const quiz = page.locator('#view-subsets .part').filter({ hasText: 'Quiz: guess the digit' });
  await expect(quiz).toContainText(/(Right|No): the network read \d from \d+ pixels\. [01] of 1/);
  await page.getByRole('button', { name: 'Another one' }).click();
  await expect(page.locator('.quiz-answers button')).toHaveCount(10, { timeout: LONG });
});

test('S0-7 (ii): without pooling deconvnet shows one map for two digits, LRP does not', async ({
  page,
}) => {
  await view(page, 'limits');
  const likeness = (method) => page.locator(`[data-likeness="${method}"]`);
  await expect(likeness('deconvnet')).toHaveText('Cosine of the two maps: 1.000: the same map.');
  await expect(likeness('lrp')).toContainText('Cosine');
  expect(number(await likeness('lrp').textContent(), 'maps:')).toBeLessThan(0.9);
  await page.getByRole('button', { name: 'Sample 0, second hand' }).click();
  await expect(verdict(page)).toHaveText('0');
  await expect(likeness('deconvnet')).toContainText('1.000');
});

test('N-11: as layers forget, the gradient’s likeness falls; nothing forgotten is 1', async ({
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
  await page.getByLabel('Layers forgotten, from the top').fill('4');
  await expect(page.locator('#view-limits')).toContainText('Forgotten: ');
  await expect.poll(async () => Math.abs((await values()).Gradient)).toBeLessThan(0.6);
  await page.getByLabel('Layers forgotten, from the top').fill('0');
  await expect.poll(async () => (await values()).Gradient).toBe(1);
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
  await page.getByRole('button', { name: 'Take it as the drawing' }).click();
  await expect(verdict(page)).not.toHaveText('3');
});

test('S3-14: a drawing that the network misreads', async ({ page }) => {
  await view(page, 'limits');
  const misread = page.locator('.misread button').first();
  const [, meant, read] = (await misread.textContent()).match(/a (\d) that is read as (\d)/);
  expect(meant).not.toBe(read);
  await misread.click();
  await expect(verdict(page)).toHaveText(read);
  await ready(page, 'lrp');
});

test('S3-11, S0-5: every step of the climb raises the objective, from nothing and from the drawing', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'images');
  const status = page.locator('#view-images .result');
  for (const from of ['blank', 'drawing']) {
    await page.getByLabel('Start from').selectOption(from);
    const before = (await print(page, '[data-panel="climb"] .map')).hash;
    await page.getByRole('button', { name: 'Climb' }).click();
    await expect(page.getByRole('button', { name: 'Climb' })).toBeVisible({ timeout: 60_000 });
    await expect(status).toContainText('higher after every step');
    expect((await print(page, '[data-panel="climb"] .map')).hash).not.toBe(before);
    const text = (await status.textContent()).replace(/−/g, '-');
    const [, start, end] = text.match(/Score (\S+) → ([^;]+);/);
    expect(Number(end)).toBeGreaterThan(Number(start));
  }
  // λ holds the pixels down: less ink in the end.
  const ink = () =>
    page.locator('[data-panel="climb"] .map').evaluate((canvas) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
        willReadFrequently: true,
      });
      copy.drawImage(canvas, 0, 0);
      return copy
        .getImageData(0, 0, canvas.width, canvas.height)
        .data.reduce((sum, value, i) => sum + (i % 4 === 0 ? value : 0), 0);
    });
  await page.getByLabel('Start from').selectOption('blank');
  const climb = async (lambda) => {
    await page.getByLabel('λ', { exact: true }).fill(lambda);
    await page.getByRole('button', { name: 'Climb' }).click();
    await expect(page.getByRole('button', { name: 'Climb' })).toBeVisible({ timeout: 60_000 });
    return ink();
  };
  expect(await climb('0.9')).toBeLessThan(await climb('0.01'));
  // A channel instead of a class.
  await page.getByLabel('Of', { exact: true }).selectOption({ index: 3 });
  await page.getByRole('button', { name: 'Climb' }).click();
  await expect(status).toContainText('higher after every step');
});

test('S3-17: the same digit in both networks, on one scale, with what is enough for each', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'networks');
  for (const id of ['map-cnn', 'map-mlp']) await isReady(page, id);
  const highs = await page.locator('#view-networks .legend-high').allTextContents();
  expect(highs[0]).toBe(highs[2] ?? highs[1]);
  for (const id of ['kept-cnn', 'kept-mlp']) await isReady(page, id, LONG);
  await expect(page.locator('#view-networks > .result')).toHaveText(
    /^Convolutional gives the other’s subset \S+ %; Fully connected gives the other’s subset \S+ %\.$/,
  );
});

test('the tour: six stations by arrow keys, each in its view', async ({ page }) => {
  test.setTimeout(LONG);
  await page.goto('./');
  await ready(page, 'lrp');
  await page.getByRole('button', { name: 'Tour' }).click();
  const current = page.locator('#stations [aria-current="true"]');
  const seen = [];
  for (let station = 1; station <= 6; station += 1) {
    await expect(page.locator('#tour')).toContainText(`${station} of 6`);
    await expect(verdict(page)).not.toHaveText('–');
    seen.push(await current.textContent());
    await page.keyboard.press('ArrowRight');
  }
  expect(seen).toEqual(['Compare', 'For and against', 'Follow', 'Proof', 'Enough', 'Limits']);
  await expect(page.locator('#tour')).toBeHidden();
  await page.getByRole('button', { name: 'Tour' }).click();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('#target')).toHaveValue('4');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('#tour')).toContainText('1 of 6');
  await page.keyboard.press('Escape');
  await expect(page.locator('#tour')).toBeHidden();
});
