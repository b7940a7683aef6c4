import { mkdirSync } from 'node:fs';
import { longer } from './fixtures.mjs';
import { readFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { axe, expect, test } from './digits-rig.mjs';
import { open, panel, ready, share, type } from './text-rig.mjs';
import { fullName } from '../../www/text/class-names.js';
import { SAMPLES } from '../../www/text/samples.js';

const OUTPUT = new URL('../output/', import.meta.url).pathname;

const verdict = (page) => page.locator('#verdict');
const coloured = (page, k, kind) =>
  panel(page, k)
    .locator(`.word.${kind}`)
    .evaluateAll((words) => words.map((word) => word.textContent));

test('types a text, reads the class, sees coloured words, strikes one out', async ({ page }) => {
  await open(page);
  await type(
    page,
    'The goalie made every save and the team won in overtime, as in the last playoffs.',
  );
  await ready(page);
  await expect(verdict(page)).toContainText('rec.sport.hockey');
  const words = await coloured(page, 0, 'positive');
  expect(words).toContain('playoffs');
  const goalie = panel(page, 0).locator('.word', { hasText: 'playoffs' });
  expect(await goalie.evaluate((node) => getComputedStyle(node).textDecorationStyle)).toBe('solid');
  expect(await goalie.evaluate((node) => getComputedStyle(node).backgroundColor)).not.toBe(
    'rgba(0, 0, 0, 0)',
  );
  const before = await share(page, 'rec.sport.hockey');
  await goalie.click();
  await expect(goalie).toHaveClass(/struck/);
  await expect(page.locator('#count')).toContainText('1 struck out');
  await expect.poll(() => share(page, 'rec.sport.hockey')).toBeLessThan(before);
  await page.locator('#restore').click();
  await expect.poll(() => share(page, 'rec.sport.hockey')).toBe(before);
});

test('the linear model: the sum is the score less the bias, shown', async ({ page }) => {
  await open(page);
  for (const k of [0, 1]) {
    const text = await panel(page, k).locator('.sum').textContent();
    const [, difference, sum] = text.match(/difference (\S+), Σ\sR\s=\s(\S+)/);
    expect(sum).toBe(difference);
  }
});

/** What the command line says of a text: its words with their relevance, the largest first. */
function wordsByCli(id, text, target) {
  const command = ['read', `www/models/text-${id}.onnx`, '-', '--target', target, '--json'];
  const out = execFileSync('cargo', ['run', '--quiet', '--', ...command], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { tokens, relevance } = JSON.parse(out);
  const words = tokens.map((token, k) => ({ ...token, relevance: relevance[k] }));
  return words.sort((a, b) => b.relevance - a.relevance);
}

test('S2-10: one text, three classes: other words speak for each, those of the command line', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await open(page);
  await page.locator('#third').click();
  const classes = ['sci.space', 'rec.motorcycles', 'sci.med'];
  const expected = {
    'sci.space': ['orbit', 'launch', 'shuttle'],
    'sci.med': ['physician', 'doctors', 'blood'],
  };
  for (const id of ['linear', 'cnn']) {
    await page.locator('#model').selectOption(id);
    await ready(page);
    const best = {};
    for (const [k, target] of classes.entries()) {
      await panel(page, k)
        .locator('select')
        .selectOption({ label: fullName(target) });
      await ready(page);
      const theirs = wordsByCli(id, SAMPLES[0].text, target);
      const top = theirs.slice(0, 5).filter(({ relevance }) => relevance > 0);
      await expect(page.locator('#table thead')).toContainText(target);
      const head = page.locator('#table thead th').nth(2 + k);
      if ((await head.getAttribute('aria-sort')) !== 'descending')
        await head.locator('button').click();
      const rows = () =>
        page
          .locator('#table tbody tr')
          .evaluateAll((all) => all.slice(0, 5).map((row) => row.querySelector('th').textContent));
      await expect.poll(rows).toEqual(top.map(({ text }) => text));
      best[target] = top;
      if (expected[target]) expect(await coloured(page, k, 'positive')).toContain(top[0].text);
      for (const word of expected[target] ?? [])
        expect(top.map(({ text }) => text)).toContain(word);
    }
    // Nothing in it is about motorcycles: no word speaks as loudly for them.
    const loudest = (target) => best[target][0].relevance;
    expect(loudest('rec.motorcycles')).toBeLessThan(0.5 * loudest('sci.med'));
    expect(new Set(classes.map((target) => best[target][0].text)).size).toBe(3);
  }
});

test('both networks, every method, three classes and one against another @long', async ({
  page,
}) => {
  test.setTimeout(240_000);
  await open(page);
  await page.locator('#third').click();
  for (const model of ['linear', 'cnn']) {
    await page.locator('#model').selectOption(model);
    for (const method of await page
      .locator('#method option')
      .evaluateAll((o) => o.map((e) => e.value))) {
      await page.locator('#method').selectOption(method);
      await ready(page);
      await expect(page.locator('#pair .panel')).toHaveAttribute('data-ready', '', {
        timeout: 60_000,
      });
      const marked = await panel(page, 0).locator('.word.positive, .word.negative').count();
      // The gradient of a linear model does not vary: its variance is 0 everywhere.
      expect(marked > 0 || (model === 'linear' && method === 'vargrad'), `${model} ${method}`).toBe(
        true,
      );
    }
  }
  await expect(page.locator('#versus-note')).toContainText('rank correlation');
});

test('sufficient subsets: highlighted, disjoint, evaluated anew', async ({ page }) => {
  await open(page);
  const list = () => page.locator('#sets li').allTextContents();
  await expect.poll(list, { timeout: 60_000 }).not.toEqual([]);
  const [before] = await list();
  await page.locator('#model').selectOption('cnn');
  // Not those of the network before.
  await expect.poll(async () => (await list())[0] ?? before, { timeout: 60_000 }).not.toBe(before);
  await expect(page.locator('#sis-state')).toContainText('disjoint');
  const rows = await list();
  for (const row of rows) {
    const shares = row.match(/anew: [<>]?(\S+) %; all other words struck out: [<>]?(\S+) %/);
    const [alone, struck] = shares.slice(1).map(Number);
    expect(alone).toBeGreaterThanOrEqual(60);
    // Masking by zero is striking out.
    expect(Math.abs(struck - alone)).toBeLessThan(0.11);
  }
  expect(await page.locator('#sis .word.set-0').count()).toBeGreaterThan(0);
});

test('the table sorts, strikes out by keyboard and is saved as CSV', async ({ page }) => {
  await open(page);
  const values = () =>
    page
      .locator('#table tbody tr td:nth-child(3)')
      .evaluateAll((cells) =>
        cells.map((cell) => parseFloat(cell.textContent.replace('−', '-').replace('e−', 'e-'))),
      );
  const down = await values();
  expect([...down].sort((a, b) => b - a)).toEqual(down);
  await page.locator('#table thead button').nth(2).click();
  const up = await values();
  expect([...up].sort((a, b) => a - b)).toEqual(up);
  const button = page.locator('#table tbody button').first();
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#count')).toContainText('1 struck out');
  const download = page.waitForEvent('download');
  await page.locator('#save').click();
  const text = await readFile(await (await download).path(), 'utf8');
  const lines = text.split('\r\n');
  expect(lines[0]).toMatch(/^\ufeff# Linear, tf-idf network \([0-9a-f]{16}\), lrp\. heatlens$/);
  expect(lines.length).toBe(SAMPLES[0].text.match(/[A-Za-z]+/g).length + 3);
});

test('the deletion curve beats chance', async ({ page }) => {
  await open(page);
  const note = page.locator('#deletion-text');
  await expect(note).toContainText('in random order', { timeout: 60_000 });
  const [, own, chance] = (await note.textContent()).match(/: (\S+) % in the order.*?, (\S+) % in/);
  expect(parseFloat(own)).toBeLessThan(parseFloat(chance));
  expect(await page.locator('#deletion path').count()).toBeGreaterThan(3);
});

test('no text, no known word, too much text', async ({ page }) => {
  await open(page);
  await page.locator('#clear').click();
  await expect(page.locator('#silent')).toContainText('no word here yet');
  await expect(page.locator('#explanations')).toBeHidden();
  await page.locator('#text').fill('Жили-были дед да баба');
  await expect(page.locator('#silent')).toContainText('knows none of these words');
  expect(await page.locator('#behind .positive, #behind .negative').count()).toBe(0);
  await page.locator('#text').evaluate((field) => {
    field.value = 'orbit and moon '.repeat(700_000);
    field.dispatchEvent(new Event('input'));
  });
  const cut = page.locator('#cut');
  await expect(cut).toContainText('first 20,000 characters, and 10,480,000 more were left out');
  await expect(cut).toContainText('It ends with “and moon orbit and');
  await expect(page.locator('#count')).toContainText('words');
  expect(await page.locator('#text').inputValue()).toHaveLength(20_000);
  // It stays as long as it is true, and the place where the text ends is marked in the field.
  await page.waitForTimeout(7000);
  await expect(cut).toBeVisible();
  const mark = () =>
    page.evaluate(
      () => getComputedStyle(document.getElementById('behind'), '::after').borderTopStyle,
    );
  expect(await mark()).toBe('dashed');
  await page.locator('#text').fill('The shuttle is in orbit.');
  await expect(cut).toBeHidden();
  expect(await mark()).toBe('none');
});

test('hostile texts stay texts', async ({ page }) => {
  test.setTimeout(120_000);
  await open(page);
  const bodies = [
    '<img src=x onerror=window.__pwned=1>',
    '<script>window.__pwned=1</script>',
    '<svg onload=window.__pwned=1>',
    '"><iframe srcdoc="<script>parent.__pwned=1</script>">',
    'javascript:window.__pwned=1',
    '{{constructor.constructor("window.__pwned=1")()}}',
    '${window.__pwned=1}',
    '<style>@import "x"</style>',
    '\u202eorbit\u202c \u2066moon\u2069',
    '\ud83d orbit \ude00',
  ];
  const frames = [
    (t) => t,
    (t) => `orbit ${t} moon`,
    (t) => `&lt;b&gt;${t}`,
    (t) => `__proto__ ${t}\0`,
  ];
  let count = 0;
  for (const body of bodies) {
    for (const frame of frames) {
      const text = frame(body);
      await page.locator('#text').evaluate((field, value) => {
        field.value = value;
        field.dispatchEvent(new Event('input'));
      }, text);
      const shown = page.locator('#behind .words');
      await expect
        .poll(() => shown.evaluate((node) => node.textContent))
        .toBe(await page.locator('#text').evaluate((field) => field.value));
      expect(await page.locator('.words *:not(span)').count()).toBe(0);
      count += 1;
    }
  }
  expect(count).toBe(40);
});

for (const [size, viewport] of [
  ['desktop', { width: 1280, height: 900 }],
  ['phone', { width: 390, height: 844 }],
]) {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });
      test(`no axe violations, nothing wider than the screen, pictures taken${longer(size, colorScheme)}`, async ({
        page,
      }) => {
        mkdirSync(OUTPUT, { recursive: true });
        await open(page);
        await expect(page.locator('#sis-state')).toContainText('disjoint', { timeout: 60_000 });
        await expect(page.locator('#deletion-text')).toContainText('random', { timeout: 60_000 });
        await axe(page);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0);
        await page.screenshot({ path: `${OUTPUT}text-${size}-${colorScheme}.png`, fullPage: true });
      });
    });
  }
}
