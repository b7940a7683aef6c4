import {
  card,
  draw,
  expect,
  mapPrint,
  open,
  print,
  ready,
  steadyPrint,
  sample,
  test,
  verdict,
} from './digits-rig.mjs';

const QUICK = [
  'saliency',
  'guided-backprop',
  'deconvnet',
  'grad-cam',
  'gradient-x-input',
  'integrated-gradients',
  'deeplift',
  'lrp',
  'occlusion',
];

/** Those that promise a sum. */
const PROMISING = ['integrated-gradients', 'deeplift', 'lrp'];

test('opens on a sample that is already explained, each map with its legend', async ({ page }) => {
  await open(page);
  await expect(verdict(page)).toHaveText('3');
  for (const method of QUICK) {
    await ready(page, method);
    const { colours } = await mapPrint(page, method);
    expect(colours, method).toBeGreaterThan(8);
    await expect(card(page, method).locator('.legend-rule')).toContainText('full colour: ');
    await expect(card(page, method).locator('.legend-high')).toHaveText(/\d/);
    await expect(card(page, method).locator('.summary')).not.toBeEmpty();
    const sum = card(page, method).locator('.sum');
    if (PROMISING.includes(method)) await expect(sum).toHaveText(/^Adds up to \S+ of /);
    else await expect(sum).toHaveText('');
    await expect(card(page, method).locator('.map')).toHaveAttribute(
      'aria-label',
      /rows \d+ to \d+.*full colour/,
    );
  }
  expect(await page.locator('.card').count()).toBeGreaterThanOrEqual(10);
});

test('a digit drawn with the pointer is read', async ({ page }) => {
  await open(page);
  for (const digit of [7, 0, 4]) {
    await page.locator('#clear').click();
    await draw(page, sample(digit, 1).strokes);
    await expect(verdict(page)).toHaveText(String(digit));
  }
});

test('maps differ by method, change with the class and with the drawing', async ({ page }) => {
  await open(page);
  const first = {};
  for (const method of QUICK) {
    await ready(page, method);
    first[method] = (await mapPrint(page, method)).hash;
  }
  expect(new Set(Object.values(first)).size).toBe(QUICK.length);

  await page.locator('.bar').nth(8).click();
  await expect(page.locator('.bar').nth(8)).toHaveAttribute('aria-pressed', 'true');
  for (const method of ['saliency', 'lrp', 'occlusion']) {
    await expect
      .poll(async () => (await mapPrint(page, method)).hash, { message: method })
      .not.toBe(first[method]);
  }
  await page.locator('.bar').nth(8).click();
  await expect(page.locator('#target')).toHaveValue('top');
  await expect.poll(async () => (await mapPrint(page, 'lrp')).hash).toBe(first.lrp);

  await page.getByRole('button', { name: 'Sample 5, first hand' }).click();
  await expect(verdict(page)).toHaveText('5');
  await expect.poll(async () => (await mapPrint(page, 'lrp')).hash).not.toBe(first.lrp);
});

test('maps follow while the pen is still down', async ({ page }) => {
  await open(page);
  await page.locator('#clear').click();
  await expect(card(page, 'lrp')).toHaveAttribute('data-state', 'none');
  const box = await page.locator('#pad').boundingBox();
  await page.mouse.move(box.x + 80, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 190, box.y + 60, { steps: 6 });
  await ready(page, 'lrp');
  const before = (await mapPrint(page, 'lrp')).hash;
  await page.mouse.move(box.x + 110, box.y + 240, { steps: 8 });
  await expect.poll(async () => (await mapPrint(page, 'lrp')).hash).not.toBe(before);
  await page.mouse.up();
});

test('a class against another changes sign when the two are swapped', async ({ page }) => {
  await open(page);
  const numberAt = async () =>
    (await card(page, 'lrp').locator('.sum').textContent()).match(/ of ([^;\s]+)/)[1];
  await ready(page, 'lrp');
  const alone = await numberAt();
  await page.locator('#target').selectOption('3');
  await page.locator('#against').selectOption('9');
  await expect(page.locator('.bar.is-against')).toHaveCount(1);
  await expect.poll(numberAt).not.toBe(alone);
  const forward = await numberAt();
  await page.locator('#target').selectOption('9');
  await page.locator('#against').selectOption('3');
  await expect.poll(numberAt).toBe(forward.startsWith('−') ? forward.slice(1) : `−${forward}`);
});

test('nothing drawn is a calm state, and undo brings the drawing back', async ({ page }) => {
  await open(page);
  await page.locator('#clear').click();
  await expect(page.locator('#pad-hint')).toBeVisible();
  await expect(verdict(page)).toHaveText('–');
  for (const method of ['saliency', 'lrp', 'sis'])
    await expect(card(page, method).locator('.card-note')).toHaveText('Draw a digit');
  await expect(page.locator('main')).not.toContainText(/NaN|undefined|Infinity/);
  await page.waitForTimeout(600);
  await expect(card(page, 'sis').locator('.card-note')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(verdict(page)).toHaveText('3');
  await ready(page, 'lrp');
});

test('the network can be changed; a map that it cannot have says why', async ({ page }) => {
  await open(page);
  const before = (await mapPrint(page, 'lrp')).hash;
  await expect(page.locator('#model-text')).toContainText(/99\.\d\d %/);
  await page.getByRole('button', { name: 'Fully connected' }).click();
  await expect(card(page, 'grad-cam').locator('.card-note')).toContainText('no');
  await expect.poll(async () => (await mapPrint(page, 'lrp')).hash).not.toBe(before);
  await expect(verdict(page)).toHaveText('3');
  await page.getByRole('button', { name: 'Convolutional' }).click();
  await ready(page, 'grad-cam');
  await expect(card(page, 'grad-cam').locator('.card-note')).toBeHidden();
});

test('full colour, colours, outline and shared scale change the pictures and the legends', async ({
  page,
}) => {
  await open(page);
  for (const method of ['gradient-x-input', 'integrated-gradients', 'deeplift', 'lrp'])
    await ready(page, method);
  const lrp = card(page, 'lrp');
  const look = async () =>
    `${(await mapPrint(page, 'lrp')).hash} ${(await print(page, '.card[data-method="lrp"] .legend-bar')).hash} ${await lrp.locator('.legend').textContent()}`;
  const highs = () => page.locator('.group:nth-child(1) .legend-high').allTextContents();
  expect(new Set(await highs()).size).toBe(1);
  await expect(lrp.locator('.legend-rule')).toContainText('one scale for one unit');
  let last = await look();
  const changes = [
    () => page.locator('#shared').uncheck(),
    () => page.locator('#normalisation').selectOption('p99'),
    () => page.locator('#normalisation').selectOption('cubic'),
    () => page.locator('#palette').selectOption('orange-blue'),
    () => page.locator('#palette').selectOption('grey'),
    () => page.locator('#outline').uncheck(),
  ];
  for (const change of changes) {
    await change();
    await expect.poll(look).not.toBe(last);
    last = await look();
  }
  expect(new Set(await highs()).size).toBeGreaterThan(1);
  await expect(lrp.locator('.legend-rule')).toContainText('cubic mean');
});

test('one pixel is read in all maps at once, by pointer and by keyboard', async ({ page }) => {
  await open(page);
  await ready(page, 'occlusion');
  await card(page, 'saliency')
    .locator('.plate')
    .hover({ position: { x: 100, y: 60 } });
  await expect(page.locator('#readout')).toHaveText(/^Row 9, column 15: input /);
  for (const method of ['saliency', 'lrp', 'occlusion'])
    await expect(card(page, method).locator('.card-value')).toHaveText(/\d/);
  await expect(page.locator('.cross:visible')).toHaveCount(await page.locator('.plate').count());

  await card(page, 'lrp').locator('.plate').focus();
  await page.mouse.move(5, 5);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('#readout')).toHaveText(/^Row 16, column 16: input /);
  await expect(page.locator('#readout-spoken')).toContainText('LRP');
  await page.keyboard.press('Escape');
  await expect(page.locator('.cross:visible')).toHaveCount(0);
});

test('details show every parameter, and a change reaches the map', async ({ page }) => {
  await open(page);
  await ready(page, 'lrp');
  const before = (await mapPrint(page, 'lrp')).hash;
  await card(page, 'lrp').locator('.card-title').click();
  const dialog = page.locator('#details');
  await expect(dialog).toContainText('9,558,550');
  await expect(dialog.locator('.details-map')).toBeVisible();
  const large = (await print(page, '.details-map .map')).hash;
  await dialog.getByLabel('composite').selectOption('alpha2-beta1');
  await expect.poll(async () => (await mapPrint(page, 'lrp')).hash).not.toBe(before);
  await expect.poll(async () => (await print(page, '.details-map .map')).hash).not.toBe(large);
  await expect(card(page, 'lrp').getByLabel('composite')).toHaveValue('alpha2-beta1');
  await expect
    .poll(() => page.evaluate(() => location.hash))
    .toContain('p.lrp.composite=alpha2-beta1');
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'PNG' }).click();
  expect((await download).suggestedFilename()).toBe('heatlens-lrp.png');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('the address restores model, class, rival, parameters, view and drawing', async ({
  page,
  context,
}) => {
  await open(page);
  await page.locator('#clear').click();
  await draw(page, sample(9, 2).strokes);
  await page.getByRole('button', { name: 'Fully connected' }).click();
  await page.locator('#target').selectOption('4');
  await page.locator('#against').selectOption('9');
  await page.locator('#normalisation').selectOption('cubic');
  await page.locator('#palette').selectOption('orange-blue');
  await card(page, 'lrp').getByLabel('composite').selectOption('gamma');
  await page.waitForTimeout(700);
  const hash = await page.evaluate(() => location.hash);
  const look = async (where) => [
    (await print(where, '#seen')).hash,
    await where.locator('#bars').textContent(),
    await where.locator('#target').inputValue(),
    await where.locator('#against').inputValue(),
    await where.locator('#normalisation').inputValue(),
    await where.locator('#palette').inputValue(),
    await card(where, 'lrp').getByLabel('composite').inputValue(),
  ];
  await ready(page, 'lrp');
  const here = await look(page);
  const other = await context.newPage();
  await other.goto(`./digits/${hash}`);
  await ready(other, 'lrp');
  expect(await look(other)).toEqual(here);
  await expect
    .poll(async () => (await mapPrint(other, 'lrp')).hash)
    .toBe((await mapPrint(page, 'lrp')).hash);
});

test('clicking fast through classes, samples and networks ends in one consistent state @long', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await open(page);
  for (let round = 0; round < 30; round += 1) {
    await page
      .locator('.bar')
      .nth((round * 7) % 10)
      .click({ noWaitAfter: true });
    await page
      .locator('.sample')
      .nth((round * 11) % 30)
      .click({ noWaitAfter: true });
    await page
      .locator('#models button')
      .nth(round % 2)
      .click({ noWaitAfter: true });
  }
  await page.locator('#models button').first().click();
  await page.getByRole('button', { name: 'Sample 2, third hand' }).click();
  await page.locator('#target').selectOption('top');
  await expect(verdict(page)).toHaveText('2');
  const map = await steadyPrint(page, 'lrp');
  const hash = await page.evaluate(() => location.hash);
  await page.goto('about:blank');
  await page.goto(`./digits/${hash}`);
  expect(await steadyPrint(page, 'lrp')).toBe(map);
});
