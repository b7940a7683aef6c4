// What stands on the texts page belongs to what is asked for, or is seen to be old.
import { expect, test } from './digits-rig.mjs';
import { open, pair, panel, ready, share, type } from './text-rig.mjs';

const HOCKEY = 'The goalie made every save and the team won in overtime, as in the last playoffs.';

const colours = (view) =>
  view
    .locator('.word')
    .evaluateAll((words) => words.map((word) => [word.style.backgroundColor, word.title]));
const blank = (list) => list.every(([colour, title]) => colour === '' && title === '');

test('a class against itself is 0, and a pair again is the pair’s own', async ({ page }) => {
  await open(page);
  const view = pair(page);
  await expect(view).toHaveAttribute('data-ready', '');
  const before = await colours(view);
  expect(blank(before)).toBe(false);
  const sum = await view.locator('.sum').textContent();
  const chosen = await view.locator('select').evaluateAll((all) => all.map((each) => each.value));
  await view.locator('select').nth(1).selectOption(chosen[0]);
  await expect(view.locator('.sum')).toContainText('A class against itself');
  await expect(view.locator('.sum')).toContainText('f = 0, f of no words = 0, difference 0, Σ');
  expect(blank(await colours(view))).toBe(true);
  await expect(view.locator('.legend')).toContainText('all values are 0');
  await view.locator('select').nth(1).selectOption(chosen[1]);
  await expect(view.locator('.sum')).toHaveText(sum);
  expect(await colours(view)).toEqual(before);
});

test('under another class, method or network no old number stands as if it were new', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await open(page);
  await page.locator('#model').selectOption('cnn');
  await page.locator('#method').selectOption('kernel-shap');
  await expect(pair(page)).toHaveAttribute('data-ready', '', { timeout: 60_000 });
  await ready(page);
  await expect(page.locator('#deletion-text')).toContainText('random', { timeout: 60_000 });
  const first = panel(page, 0);
  const now = (view) =>
    view.evaluate((node) => ({
      old: Boolean(node.querySelector('.reading').closest('[data-old]')),
      plain: node
        .querySelector('heat-text')
        .nodes.every((word) => word.style.backgroundColor === '' && word.title === ''),
      sum: node.querySelector('.sum').textContent,
      legend: getComputedStyle(node.querySelector('.legend')).visibility,
      said: node.querySelector('.reading').getAttribute('aria-description'),
    }));
  const gone = { old: true, plain: true, sum: '', legend: 'hidden', said: null };
  // Another class: what stood there answers another question, and goes at once.
  const other = await first.locator('select').evaluate((select) => {
    const index = (Number(select.value) + 7) % select.options.length;
    select.value = String(index);
    select.dispatchEvent(new Event('change'));
    return index;
  });
  expect(await now(first)).toEqual(gone);
  await expect(first.locator('.panel-state')).toHaveText(/%/);
  expect(await page.locator('#deletion-figure').getAttribute('data-old')).toBe('');
  await expect(page.locator('#table tbody td').nth(1)).toHaveText('…');
  await expect(page.locator('#save')).toBeDisabled();
  await expect(first).toHaveAttribute('data-ready', '', { timeout: 60_000 });
  await expect(page.locator('#save')).toBeEnabled();
  expect(await first.locator('select').inputValue()).toBe(String(other));
  // Another pair.
  await pair(page).locator('select').first().selectOption('3');
  expect(await now(pair(page))).toEqual(gone);
  await expect(pair(page).locator('.panel-state')).toHaveText(/%/);
  // The same question of a text with a word less: the answer stays, as an old one.
  await first.locator('.word:not(.unknown)').first().click();
  await expect(page.locator('#count')).toContainText('1 struck out');
  const struck = await now(first);
  expect(struck.old).toBe(true);
  expect(struck.sum).not.toBe('');
  await expect(first).toHaveAttribute('data-ready', '', { timeout: 60_000 });
  expect((await now(first)).old).toBe(false);
  // Another network: from the click on, all that is there is old.
  const busy = await page.locator('#model').evaluate((select) => {
    select.value = 'linear';
    select.dispatchEvent(new Event('change'));
    return ['answer', 'explanations', 'count'].map((id) => document.getElementById(id).ariaBusy);
  });
  expect(busy).toEqual(['true', 'true', 'true']);
  await ready(page);
  await expect(page.locator('[data-old]')).toHaveCount(0, { timeout: 60_000 });
});

test('a letter typed leaves strikes and the chosen class; another text starts anew', async ({
  page,
}) => {
  await open(page);
  await type(page, HOCKEY);
  await ready(page);
  const word = (name) => panel(page, 0).locator('.word', { hasText: name });
  await word('playoffs').click();
  await expect(word('playoffs')).toHaveClass(/struck/);
  await panel(page, 0).locator('select').selectOption('13');
  await ready(page);
  const field = page.locator('#text');
  // Before the struck word, behind it, and in another one.
  for (const [at, letters] of [
    [0, 'Ha! '],
    [HOCKEY.length + 4, ' Indeed.'],
    [12, 'x'],
  ]) {
    await field.evaluate((node, where) => node.setSelectionRange(where, where), at);
    await field.focus();
    await page.keyboard.type(letters);
    await ready(page);
    await expect(page.locator('#count')).toContainText('1 struck out');
    await expect(word('playoffs')).toHaveClass(/struck/);
    await expect(panel(page, 0).locator('.struck')).toHaveCount(1);
    await expect(panel(page, 0).locator('select')).toHaveValue('13');
  }
  // A letter in the struck word makes it another word.
  const text = await field.inputValue();
  const inside = text.indexOf('playoffs') + 4;
  await field.evaluate((node, where) => node.setSelectionRange(where, where), inside);
  await page.keyboard.type('q');
  await expect(page.locator('#count')).not.toContainText('struck out');
  await word('overtime').click();
  await expect(page.locator('#count')).toContainText('1 struck out');
  await page.locator('#samples button').first().click();
  await expect(page.locator('#count')).not.toContainText('struck out');
  await ready(page);
  await expect(panel(page, 0).locator('select')).not.toHaveValue('10');
});

test('all words struck out: that is said, and not that the network knows none', async ({
  page,
}) => {
  await open(page);
  await type(page, 'Hockey goalie');
  await ready(page);
  for (const k of [0, 1]) {
    await panel(page, 0).locator('.word').nth(k).click();
    await expect(page.locator('#count')).toContainText(`${k + 1} struck out`);
  }
  await expect(page.locator('#silent')).toContainText('All words are struck out');
  await expect(page.locator('#silent')).not.toContainText('knows none');
  await expect(page.locator('#evidence-here')).toHaveText('');
  await expect(page.locator('#explanations')).toBeHidden();
  expect(await page.locator('[data-old]:visible').count()).toBe(0);
  await page.locator('#restore').click();
  await ready(page);
  expect(await share(page, 'rec.sport.hockey')).toBeGreaterThan(50);
});

test.describe('a network that cannot be fetched', () => {
  test.use({ allowed: [/ERR_FAILED/] });
  test('is said where the answer would be, and nothing old stands there', async ({ page }) => {
    await page.route('**/text-cnn.onnx', (route) => route.abort());
    await open(page);
    await page.locator('#model').selectOption('cnn');
    await expect(page.locator('#verdict')).toHaveText('–');
    await expect(page.locator('#silent')).not.toHaveText('');
    await expect(page.locator('#explanations')).toBeHidden();
    await expect(page.locator('[aria-busy]:visible:not(#behind)')).toHaveCount(0);
    await page.locator('#model').selectOption('linear');
    await ready(page);
    await expect(page.locator('#silent')).toBeHidden();
    await expect(page.locator('[data-old]')).toHaveCount(0, { timeout: 60_000 });
  });
});

test('no word is needed at a τ below what the class has without words', async ({ page }) => {
  await open(page);
  const state = page.locator('#sis-state');
  const none = async () => {
    await page.locator('#threshold').fill('0.05');
    await expect(state).not.toContainText('looking', { timeout: 60_000 });
    return (await state.textContent()).includes('No word is needed at this τ');
  };
  const classes = page.locator('#classes button');
  let found = false;
  for (let k = 0; k < (await classes.count()) && !found; k += 1) {
    await classes.nth(k).click();
    await expect(state).toContainText(/set|needed/, { timeout: 60_000 });
    found = await none();
  }
  expect(found).toBe(true);
  await expect(page.locator('#sets li')).toHaveCount(0);
  expect(await page.locator('#sis [class*="set-"]').count()).toBe(0);
  await expect(page.locator('#sis-state')).not.toContainText('disjoint');
});

test('two networks: what is said could be otherwise, and every word is named once', async ({
  page,
}) => {
  await open(page);
  await type(page, 'Hockey, hockey! The HOCKEY puck.');
  await ready(page);
  const note = page.locator('#versus-note');
  await expect(note).toContainText('rank 3 words');
  await expect(note).not.toContainText('of their first');
  const text = await note.textContent();
  expect((text.match(/“hockey”/gi) ?? []).length).toBeLessThanOrEqual(1);
  await expect(page.locator('#sis-state')).toContainText('set', { timeout: 60_000 });
  for (const row of await page.locator('#sets bdi').allTextContents())
    expect((row.match(/hockey/gi) ?? []).length, row).toBeLessThanOrEqual(1);
  await page.locator('#samples button').first().click();
  await ready(page);
  await expect(note).toContainText('of their first 10');
});

test('dotted means against, and nothing else', async ({ page }) => {
  await open(page);
  await type(page, 'The goalie zzzqqq saved the puck in orbit for the doctor, xqxqxq.');
  await ready(page);
  await expect(page.locator('#panels .word.negative').first()).toBeVisible();
  const dotted = await page.locator('.word, .set-key').evaluateAll((nodes) =>
    nodes
      .filter((node) => {
        const style = getComputedStyle(node);
        const sides = ['Top', 'Right', 'Bottom', 'Left'];
        return (
          (style.textDecorationLine !== 'none' && style.textDecorationStyle === 'dotted') ||
          sides.some((side) => style[`border${side}Style`] === 'dotted')
        );
      })
      .map((node) => node.className),
  );
  expect(dotted.length).toBeGreaterThan(0);
  for (const name of dotted) expect(name).toMatch(/negative/);
  // Unknown words are told apart without a line, and not by colour alone.
  const unknown = panel(page, 0).locator('.word.unknown').first();
  expect(await unknown.evaluate((node) => getComputedStyle(node).fontStyle)).toBe('italic');
  await expect(page.locator('#count')).toContainText(
    '2 not in the vocabulary (grey italics below)',
  );
});

test('an invisible character is no edge of a word', async ({ page }) => {
  await open(page);
  await type(page, 'The hoc\u200bkey pu\u00adck of\ufb01ce');
  await ready(page);
  await expect(page.locator('#verdict')).toContainText('rec.sport.hockey');
  const words = await panel(page, 0).locator('.word').allTextContents();
  expect(words).toEqual(['The', 'hoc\u200bkey', 'pu\u00adck', 'of\ufb01ce']);
});
