// The page of background: history with what runs here, links, quotes.
import { longer } from './fixtures.mjs';
import { readFile } from 'node:fs/promises';
import { VOC, means } from '../../www/background/voc.js';
import { axe, expect, test } from './digits-rig.mjs';

const ABSENT = [
  ...['LRP of LSTM', 'Excitation backprop', 'PatternNet, PatternAttribution'],
  ...['Prediction differences', 'Meaningful perturbations'],
  ...['Deep visualisation', 'Inverting CNNs', 'RNN cell state', 'Synthesis of preferred inputs'],
  ...['TCAV', 'Network dissection'],
];

/** The parameters that a map of the digits page was made with. */
async function parameters(page, method) {
  const coming = page.waitForEvent('download');
  await page.locator('#take').getByRole('button', { name: 'JSON' }).click();
  const { explanations } = JSON.parse(await readFile(await (await coming).path(), 'utf8'));
  return explanations.find((each) => each.method === method).parameters;
}

async function open(page) {
  await page.goto('./background/');
  await expect(page.locator('#history h3')).toHaveCount(5);
}

test('S2-1: the talk’s groups; every method runs here, or is said not to', async ({ page }) => {
  await open(page);
  expect(await page.locator('#history h3').allTextContents()).toEqual([
    'Gradients',
    'Decomposition',
    'Optimisation',
    'Deconvolution',
    'Understanding the model',
  ]);
  const entries = await page.locator('#history li').evaluateAll((all) =>
    all.map((li) => ({
      name: li.querySelector('.name').textContent,
      runs: li.dataset.runs === 'here',
      link: li.querySelector('a')?.textContent ?? null,
      absent: li.querySelector('.absent')?.textContent ?? null,
    })),
  );
  for (const { runs, link, absent } of entries)
    expect([link, absent]).toEqual(runs ? ['runs here', null] : [null, 'not implemented']);
  expect(entries.filter(({ runs }) => !runs).map(({ name }) => name)).toEqual(ABSENT);
});

test('S2-1: each “runs here” leads to a map of that method @long', async ({ page }) => {
  test.setTimeout(240_000);
  await open(page);
  const links = await page
    .locator('#history a')
    .evaluateAll((all) => all.map((a) => [a.getAttribute('aria-label'), a.href]));
  expect(links.length).toBeGreaterThan(15);
  for (const [name, href] of links) {
    await page.goto('about:blank');
    await page.goto(href);
    const { hash, pathname } = new URL(href);
    const words = new URLSearchParams(hash.slice(1));
    if (pathname.endsWith('/text/')) {
      await expect(page.locator('#panels .panel').first()).toHaveAttribute('data-ready', '', {
        timeout: 60_000,
      });
      expect(await page.locator('#panels .word.positive').count()).toBeGreaterThan(3);
      continue;
    }
    if (words.get('x') === 'images') {
      await page.getByRole('button', { name: 'Climb' }).click();
      await expect(page.locator('#view-images .result')).toContainText('higher after every step', {
        timeout: 60_000,
      });
      continue;
    }
    const method = words.get('g');
    const card = page.locator(`.card[data-method="${method}"]`);
    await expect(card, name).toHaveAttribute('data-state', 'ready', { timeout: 60_000 });
    await expect(page.locator('.card')).toHaveCount(1);
    for (const [key, value] of words)
      if (key.startsWith('p.lrp.'))
        expect(String((await parameters(page, 'lrp'))[key.slice('p.lrp.'.length)])).toBe(value);
  }
});

test('S2-22: tutorials, software and online demos by links that name no referrer’s window', async ({
  page,
}) => {
  await open(page);
  for (const title of ['Tutorials', 'Software', 'Online demos'])
    await expect(
      page.locator('.columns > div').filter({ hasText: title }).locator('a'),
    ).not.toHaveCount(0);
  const links = await page
    .locator('.links a')
    .evaluateAll((all) =>
      all.map((a) => [a.getAttribute('href'), a.getAttribute('rel'), a.origin !== location.origin]),
    );
  const foreign = links.filter(([, , other]) => other);
  for (const [href, rel] of foreign) {
    expect(href).toMatch(/^https:\/\//);
    expect(rel).toBe('noopener');
  }
  const hrefs = foreign.map(([href]) => href);
  for (const wanted of [
    'https://www.heatmapping.org/',
    'https://github.com/chr5tphr/zennit',
    'https://github.com/sebastian-lapuschkin/lrp_toolbox',
  ])
    expect(hrefs).toContain(wanted);
  for (const page of ['../digits/', '../text/', '../molecules/'])
    expect(links.map(([href]) => href)).toContain(page);
});

test('S2-17: the table of VOC is a quote, its means are computed from the rows', async ({
  page,
}) => {
  await open(page);
  const rows = await page
    .locator('#voc tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  expect(rows).toHaveLength(21);
  const mean = (column) =>
    rows.slice(0, 20).reduce((sum, row) => sum + Number(row[column]), 0) / 20;
  expect(mean(1).toFixed(2)).toBe('59.99');
  expect(mean(2).toFixed(2)).toBe('71.76');
  expect(rows[20]).toEqual(['mean, computed', '59.99', '71.76']);
  expect(means().map((value) => value.toFixed(2))).toEqual(['59.99', '71.76']);
  const text = page.locator('#voc-text');
  await expect(text).toContainText('Fisher vectors 59.99 (as printed)');
  await expect(text).toContainText('deep network 71.76 (the slide prints 72.12)');
  await expect(text).toContainText('Horse is nearly equal (80.45 and 81.60)');
  await expect(text).toContainText('The largest gap is bird, +34.87');
  await expect(text).toContainText('worse is only chair (51.92 and 51.04)');
  expect(VOC).toHaveLength(20);
  await expect(page.locator('main')).toContainText('A quote: nothing of it was measured here.');
});

test('S2-11, S2-12, S2-21: what is left out or quoted only is said to be, and the patent is named', async ({
  page,
}) => {
  await open(page);
  const said = async (term) =>
    page
      .locator('.quotes dt', { hasText: term })
      .locator('xpath=following-sibling::dd')
      .textContent();
  expect(await said('Breakout')).toContain('left out');
  expect(await said('Brain Pong')).toMatch(/A quote, as history only: “300 h → 5 min”/);
  expect(await said('Histology')).toContain('a quote only');
  expect(await said('Faces')).toContain('not reproduced');
  expect(await said('Patent')).toContain('US patent 9,558,550');
  // The other pages that explain by LRP name it, too, and lead here.
  for (const path of ['./digits/', './text/', './molecules/']) {
    await page.goto(path);
    await expect(page.locator('.foot')).toContainText('US patent 9,558,550');
    await expect(page.locator('.foot a', { hasText: 'Background' })).toBeVisible();
  }
});

for (const [size, viewport] of [
  ['desktop', { width: 1280, height: 900 }],
  ['phone', { width: 390, height: 844 }],
])
  for (const colorScheme of ['light', 'dark'])
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });
      test(`background: no axe violations, nothing wider than the screen${longer(size, colorScheme)}`, async ({
        page,
      }) => {
        await open(page);
        await axe(page);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0);
      });
    });
