// The views of the digits page: each does what a visitor would and checks the numbers shown.
import { explainByCli } from './cli.mjs';
import { card, expect, print, ready, test, verdict } from './digits-rig.mjs';
import { number } from './numbers.mjs';

const panel = (page, id) => page.locator(`[data-panel="${id}"]`);
const shownPanel = (page, id) => expect(panel(page, id)).toHaveAttribute('data-state', 'ready');

async function view(page, id, more = '') {
  await page.goto(`./#v=1&x=${id}${more}`);
  await expect(page.locator(`#view-${id}`)).toBeVisible();
  await expect(verdict(page)).not.toHaveText('–');
}

test('the first view is calm: a digit, its probabilities, three maps, one sentence', async ({
  page,
}) => {
  await page.goto('./');
  await expect(page.locator('.card')).toHaveCount(3);
  for (const method of ['saliency', 'lrp', 'occlusion']) await ready(page, method);
  await expect(page.locator('.bar')).toHaveCount(10);
  await expect(page.locator('#sentence')).toHaveText(
    /^Why 3, in the words of LRP: most for: .*rows \d+ to \d+; most against: /,
  );
  for (const control of ['#norm', '#choices', '#tour'])
    await expect(page.locator(control)).toBeHidden();
});

test('S0-1, S2-2, S3-2: the visitor composes the grid, controls and slide rows included', async ({
  page,
}) => {
  await page.goto('./');
  await ready(page, 'lrp');
  await page.locator('#composer summary').click();
  for (const title of ['Random', 'Segmentation', 'SmoothGrad'])
    await page.getByLabel(title, { exact: true }).check();
  await expect(page.locator('.card')).toHaveCount(6);
  for (const method of ['random', 'segmentation', 'smooth-grad']) await ready(page, method);
  // S0-7 (i): Σh stands beside f(x), and differs from it.
  const text = await card(page, 'segmentation').locator('.sum').textContent();
  const score = number(text, 'f\\(x\\)');
  expect(Math.abs(number(text, 'Σ') - score)).toBeGreaterThan(1);
  expect(number(await card(page, 'saliency').locator('.sum').textContent(), 'f\\(x\\)')).toBe(
    score,
  );
  await page.getByLabel('Saliency', { exact: true }).uncheck();
  await expect(page.locator('.card')).toHaveCount(5);
  await card(page, 'occlusion').locator('.card-title').click();
  for (const words of ['Propagation', 'Applies to', 'Drawbacks', 'black-box'])
    await expect(page.locator('#details')).toContainText(words);
  await page.keyboard.press('Escape');
  await card(page, 'smooth-grad').locator('.card-title').click();
  // S0-4: the drawback of sensitivity is stated with the family.
  await expect(page.locator('#details')).toContainText('white-box');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'the first three' }).click();
  await expect(page.locator('.card')).toHaveCount(3);
  await card(page, 'saliency').locator('.card-title').click();
  await expect(page.locator('#details')).toContainText(
    'more or less a member of its class, and does not fully explain the decision',
  );
});

test('N-3: a knob moves the map, and its numbers are the command line’s', async ({ page }) => {
  await view(page, 'knobs');
  await shownPanel(page, 'knobs');
  const map = () => print(page, '[data-panel="knobs"] .map');
  const before = (await map()).hash;
  await page.getByLabel('gamma', { exact: true }).fill('150');
  await expect.poll(async () => (await map()).hash).not.toBe(before);
  const gamma = await page.evaluate(() =>
    Number(new URLSearchParams(location.hash.slice(1)).get('p.lrp.gamma')),
  );
  expect(gamma || 1).toBeGreaterThan(0);
  // A rule for each layer.
  const moved = (await map()).hash;
  await page.getByLabel('conv1 (conv)').selectOption('flat');
  await expect.poll(async () => (await map()).hash).not.toBe(moved);
  await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/p\.rules\.n\d+=flat/);
  const hash = await page.evaluate(() => location.hash);
  await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/p\.lrp\.gamma=/);
  const chosen = Number(hash.match(/p\.lrp\.gamma=([^&]+)/)[1]);
  const line = await panel(page, 'knobs').locator('.sum').textContent();
  await page.goto('about:blank');
  await page.goto(`./${hash.replace('x=knobs', 'g=lrp').replace('&p.knobs', '&p.unused')}`);
  await ready(page, 'lrp');
  const coming = page.waitForEvent('download');
  await page.locator('#take').getByRole('button', { name: 'JSON' }).click();
  const stream = await (await coming).createReadStream();
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const { input } = JSON.parse(Buffer.concat(chunks));
  const theirs = explainByCli('digits-cnn.onnx', input, 'lrp', {
    target: 3,
    composite: 'gamma',
    gamma: chosen,
    rules: 'conv1=flat',
  });
  const sum = theirs.relevance.reduce((total, value) => total + value, 0);
  expect(Math.abs(number(line, 'Σ') - sum)).toBeLessThan(0.006 * Math.abs(sum) + 1e-3);
});

test('S2-8, N-5: for one, against another; erasing what the map names beats chance', async ({
  page,
}) => {
  await view(page, 'contrast', '&t=3&a=9');
  for (const id of ['one', 'other', 'contrast']) await shownPanel(page, id);
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
});

test('S0-8, S2-5, N-4: the meter adds up at every layer', async ({ page }) => {
  await view(page, 'layers');
  await shownPanel(page, 'trace');
  const rows = await page
    .locator('.meter tbody tr')
    .evaluateAll((all) =>
      all.map((row) =>
        [...row.querySelectorAll('.number')].map((cell) =>
          Number(cell.textContent.replace('−', '-').replace('e−', 'e-')),
        ),
      ),
    );
  expect(rows.length).toBeGreaterThan(5);
  for (const [out, passed, bias, stabilizer] of rows)
    expect(Math.abs(out - passed - bias - stabilizer)).toBeLessThan(0.02 * Math.abs(out) + 0.02);
  const score = number(await page.locator('#view-layers .result').first().textContent(), 'f =');
  expect(Math.abs(rows[0][0] - score)).toBeLessThan(0.01 * score);
});

test('S0-13, S3-3, S3-4: a layer as tiles; a channel as the start', async ({ page }) => {
  await view(page, 'layers');
  await shownPanel(page, 'trace');
  await page.getByLabel('Layer', { exact: true }).selectOption({ index: 2 });
  const tiles = page.locator('.tiles-values .tile');
  expect(await tiles.count()).toBeGreaterThan(4);
  expect(await page.locator('.tiles-signal .tile').count()).toBe(await tiles.count());
  const before = (await print(page, '[data-panel="trace"] .map')).hash;
  await tiles.nth(2).click();
  await expect(page.locator('#view-layers .result').first()).toContainText('channel 3');
  await expect
    .poll(async () => (await print(page, '[data-panel="trace"] .map')).hash)
    .not.toBe(before);
  await page.getByRole('button', { name: 'Start at the class again' }).click();
  await expect.poll(async () => (await print(page, '[data-panel="trace"] .map')).hash).toBe(before);
});

test('S2-4, N-8: one neuron’s numbers add up', async ({ page }) => {
  await view(page, 'layers', '&m=mlp');
  await shownPanel(page, 'trace');
  await page.getByLabel('Layer', { exact: true }).selectOption({ label: 'fc2, dense, 100' });
  const host = page.getByRole('group', { name: 'Numbers of the neuron' });
  const status = page.locator('#view-layers .part .result').first();
  for (let turn = 0; turn < 2; turn += 1) {
    await expect(status).toContainText('Σ z + b =');
    const [output, arrived] = [
      number(await status.textContent(), 'b ='),
      number(await status.textContent(), 'R_j ='),
    ];
    const last = await host.locator('tbody tr').last().locator('td').allTextContents();
    const [z, handed] = [last[2], last[3]].map((text) =>
      Number(text.replace('−', '-').replace('e−', 'e-')),
    );
    expect(Math.abs(z - output)).toBeLessThan(0.01 * Math.abs(output) + 1e-3);
    expect(Math.abs(handed)).toBeLessThanOrEqual(Math.abs(arrived) * 3 + 1e-3);
    const before = await status.textContent();
    await page.getByRole('button', { name: 'Next neuron' }).click();
    await expect(status).not.toHaveText(before);
  }
  // S0-13: any unit as the start.
  const map = (await print(page, '[data-panel="trace"] .map')).hash;
  await page.getByRole('button', { name: 'Explain this neuron' }).click();
  await expect(page.locator('#view-layers .result').first()).toContainText(/Start: \S+, unit \d+/);
  await expect
    .poll(async () => (await print(page, '[data-panel="trace"] .map')).hash)
    .not.toBe(map);
});

test('S3-5: the convolution and its transpose, by hand', async ({ page }) => {
  await view(page, 'layers');
  const squares = page.locator('.squares figure');
  const values = async (k) => (await squares.nth(k).locator('.cell').allTextContents()).map(Number);
  await expect(squares.nth(2).locator('.cell').first()).not.toBeEmpty();
  const check = async () => {
    const [x, filter, out, y, back] = await Promise.all([0, 1, 2, 3, 4].map(values));
    const wanted = [0, 1, 4, 5].map((at) =>
      filter.reduce((sum, w, k) => sum + w * x[at + 4 * Math.floor(k / 3) + (k % 3)], 0),
    );
    expect(out).toEqual(wanted);
    const stamped = new Array(16).fill(0);
    [0, 1, 4, 5].forEach((at, j) =>
      filter.forEach((w, k) => (stamped[at + 4 * Math.floor(k / 3) + (k % 3)] += w * y[j])),
    );
    expect(back).toEqual(stamped);
    const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);
    expect(dot(out, y)).toBe(dot(x, back));
    await expect(page.locator('#view-layers .part .result').last()).toContainText(
      `= ${dot(out, y)} and`,
    );
  };
  await check();
  await squares.nth(0).locator('.cell').nth(5).click();
  await expect(squares.nth(0).locator('.cell').nth(5)).toHaveText('0');
  await expect
    .poll(() =>
      check().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
});

test('S2-3: the film runs forward, starts, and runs backward', async ({ page }) => {
  await view(page, 'layers');
  await shownPanel(page, 'trace');
  const status = page.locator('#view-layers .result').first();
  await page.getByRole('button', { name: 'Play' }).click();
  for (const phase of ['forward', 'initialisation', 'backward'])
    await expect(status).toContainText(phase, { timeout: 20_000 });
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
});

test('S0-12, N-7: on this digit LRP’s area is above every random order', async ({ page }) => {
  await view(page, 'proof', '&g=saliency.lrp.segmentation');
  const rows = page.locator('#view-proof .numbers').first().locator('tbody tr');
  await expect(rows).toHaveCount(4);
  const table = Object.fromEntries(
    await rows.evaluateAll((all) =>
      all.map((row) => [...row.children].map((cell) => cell.textContent)),
    ),
  );
  const random = table['10 random orders'].replace(/−/g, '-').split(' to ').map(Number);
  const lrp = number(table.LRP, '');
  expect(lrp).toBeGreaterThan(Math.max(...random));
  expect(random[1]).toBeGreaterThan(random[0]);
  const before = await page.locator('#view-proof .plot').first().innerHTML();
  await page.getByLabel('Blank first').selectOption('lerf');
  await expect.poll(() => page.locator('#view-proof .plot').first().innerHTML()).not.toBe(before);
});

test('S0-1: over many test digits relevance beats segmentation, and that beats chance', async ({
  page,
}) => {
  await view(page, 'proof');
  for (const network of [0, 1]) {
    const table = page.locator('.many .numbers').nth(network);
    await expect(table.locator('caption')).toContainText(
      /\d{3,} test digits, mean ± standard error/,
    );
    const rows = await table
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    const value = Object.fromEntries(rows.map(([name, text]) => [name, number(text, '')]));
    expect(value.LRP).toBeGreaterThan(value.Segmentation);
    expect(value.Segmentation).toBeGreaterThan(value.Random);
    expect(rows.every(([, text]) => /± 0?\.?\d/.test(text))).toBe(true);
  }
});

test('where black is −1 and not 0 the background has relevance', async ({ page }) => {
  await view(page, 'knobs');
  await shownPanel(page, 'range-signed');
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
