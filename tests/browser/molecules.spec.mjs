// The page for molecules, as a reader uses it.
import { Molecule } from 'openchemlib';
import { settled } from '../../www/molecules/chemistry/kekule.js';
import { normalForm, withoutHydrogens } from '../../www/molecules/chemistry/normal.js';
import { readSmiles } from '../../www/molecules/chemistry/smiles.js';
import { EXAMPLES } from '../../www/molecules/examples.js';
import { describe, tensors } from '../../www/molecules/graph.js';
import { data } from '../support/data.mjs';
import { molecules } from '../www/molecules-rig.mjs';
import { axe, expect, screenshot, test, longer } from './fixtures.mjs';

const plate = (page) => page.locator('#plate heat-molecule');
const verdict = (page) => page.locator('#verdict');
const number = (text) => Number(text.replace('−', '-').match(/-?\d[\d.]*/)[0]);

async function open(page) {
  await page.goto('./molecules/');
  await ready(page, 'ames/fragments/atoms');
}

const ready = (page, what) =>
  expect(plate(page)).toHaveAttribute('data-ready', what, { timeout: 30_000 });

/** The field as it stands on the canvas. */
const field = (page) =>
  plate(page)
    .locator('canvas.field')
    .evaluate((canvas) => canvas.toDataURL());

test('types a SMILES, reads the prediction, sees the field change with the method', async ({
  page,
}) => {
  await open(page);
  await expect(verdict(page)).toContainText('mutagenic,');
  await page.locator('#smiles').fill('OCC1OC(O)C(O)C(O)C1O');
  await expect(verdict(page)).toContainText('not mutagenic');
  await page.locator('#smiles').fill('c1ccccc1[N+](=O)[O-]');
  await expect(verdict(page)).toHaveText(/^mutagenic, \d/);
  await ready(page, 'ames/fragments/atoms');
  const seen = new Set([await field(page)]);
  for (const method of ['lrp', 'gradient-x-input', 'deeplift']) {
    await page.locator('#method').selectOption(method);
    await ready(page, `ames/${method}/atoms`);
    seen.add(await field(page));
  }
  expect(seen.size).toBe(4);
  await expect(page.locator('#legend .legend-high')).toHaveText(/\+\d/);
  await page.locator('#of').selectOption('bonds');
  await ready(page, 'ames/deeplift/bonds');
  expect(seen.has(await field(page))).toBe(false);
  await page.locator('#model').selectOption('esol');
  await expect(verdict(page)).toContainText('mol per litre');
});

test('takes an atom out by pointer, keyboard and table, and puts it back', async ({ page }) => {
  await open(page);
  const before = await verdict(page).textContent();
  // The nitrogen of the nitro group.
  await page.locator('[data-atom="7"] button').click();
  await expect(page.locator('#restore')).toBeVisible();
  await expect(verdict(page)).not.toHaveText(before);
  await expect(verdict(page)).toHaveText(/\d/);
  const without = number(await verdict(page).textContent());
  expect(without).not.toBeNaN();
  await page.locator('#restore').click();
  await expect(verdict(page)).toHaveText(before);
  await plate(page).locator('.plate').focus();
  // After the pointer: arrow keys are the page's own until then.
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('#readout')).toContainText('N1');
  await page.keyboard.press('Enter');
  await expect(page.locator('tr[data-atom="0"]')).toHaveClass('struck');
  await page.keyboard.press('Enter');
  await expect(page.locator('tr[data-atom="0"]')).not.toHaveClass('struck');
  const { x, y, width, height } = await plate(page).locator('.cross').boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2);
  await expect(page.locator('tr[data-atom="0"]')).toHaveClass('struck');
});

test('toxicophores are outlined, table and pictures can be taken away', async ({ page }) => {
  await open(page);
  // One line round each of the two.
  await expect(page.locator('#outlined')).toBeChecked();
  await expect(plate(page).locator('.outline')).toHaveCount(2);
  await expect(page.locator('#toxicophores')).toHaveText(
    'Known toxicophores: aromatic nitro, aromatic amine',
  );
  const saved = page.waitForEvent('download');
  await page.locator('#save-csv').click();
  expect((await saved).suggestedFilename()).toBe('atoms.csv');
  for (const kind of ['png', 'svg', 'csv', 'json']) {
    const file = page.waitForEvent('download');
    await page.locator(`#save [data-take="${kind}"]`).click();
    expect((await file).suggestedFilename()).toBe(`heatlens-molecule-fragments.${kind}`);
  }
});

test('groups of atoms suffice for the side that the network takes', async ({ page }) => {
  await open(page);
  const note = page.locator('#subsets-note');
  await expect(note).toContainText('keeps “mutagenic” at 70.0 % or more', { timeout: 60_000 });
  await page.locator('#smiles').fill('OCC1OC(O)C(O)C(O)C1O');
  await expect(verdict(page)).toContainText('not mutagenic');
  await expect(note).toContainText('“not mutagenic”', { timeout: 60_000 });
  await expect(note).not.toContainText('Looking for', { timeout: 60_000 });
  await page.locator('#model').selectOption('esol');
  await expect(note).toHaveText('This needs a network that answers with a probability.');
});

test('what cannot be read is said, and the last good picture stays', async ({ page }) => {
  await open(page);
  const before = [await verdict(page).textContent(), await field(page)];
  for (const text of [
    '',
    'CC(C',
    'C(C)(C)(C)(C)(C)C',
    'СС',
    'C'.repeat(2000),
    '<img src=x onerror=window.__pwned=1>',
  ]) {
    await page.locator('#smiles').fill(text);
    await expect(page.locator('#entry-note')).toHaveClass(/is-error/);
    await expect(page.locator('#stale')).toBeVisible();
    expect([await verdict(page).textContent(), await field(page)]).toEqual(before);
    await page.locator('#smiles').fill('Nc1ccc(cc1)[N+](=O)[O-]');
    await expect(page.locator('#entry-note')).not.toHaveClass(/is-error/);
    await ready(page, 'ames/fragments/atoms');
  }
});

test('every method explains, by atoms and by bonds', async ({ page }) => {
  test.setTimeout(120_000);
  await open(page);
  await page.locator('#smiles').fill('Nc1ccccc1');
  for (const of of ['atoms', 'bonds']) {
    await page.locator('#of').selectOption(of);
    const names = await page
      .locator('#method option')
      .evaluateAll((all) => all.map(({ value }) => value));
    expect(names.length).toBeGreaterThan(of === 'atoms' ? 12 : 3);
    for (const name of names) {
      await page.locator('#method').selectOption(name);
      await ready(page, `ames/${name}/${of}`);
    }
  }
  await expect(page.locator('.notice')).toHaveCount(0);
});

test('a slow method that is no longer chosen does not come in the end', async ({ page }) => {
  await open(page);
  await page.locator('#smiles').fill('O=[N+]([O-])c1ccc2c(c1)Cc1ccccc1-2');
  for (const [slow, quick] of [
    ['kernel-shap', 'gradient'],
    ['lime', 'lrp'],
  ]) {
    await page.locator('#method').selectOption(slow);
    await page.waitForTimeout(350); // it has begun
    await page.locator('#method').selectOption(quick);
    await ready(page, `ames/${quick}/atoms`);
    const shown = await field(page);
    await page.waitForTimeout(4000);
    await ready(page, `ames/${quick}/atoms`);
    expect(await field(page)).toBe(shown);
    const head = page.locator('#table thead');
    await expect(head).toContainText(quick === 'lrp' ? 'AtomLRP' : 'AtomGradient');
  }
});

test('files: a molfile, an .xyz, and what is neither', async ({ page }) => {
  await open(page);
  const molfile = Molecule.fromSmiles('CCO').toMolfile();
  await page
    .locator('#file')
    .setInputFiles({ name: 'a.mol', mimeType: '', buffer: Buffer.from(molfile) });
  await expect(page.locator('#smiles')).toHaveValue('CCO');
  await page
    .locator('#file')
    .setInputFiles({ name: 'a.sdf', mimeType: '', buffer: Buffer.from('rubbish') });
  await expect(page.locator('#entry-note')).toHaveClass(/is-error/);
  await page.locator('#space').scrollIntoViewIfNeeded();
  const xyz = (text) =>
    page
      .locator('#space-file')
      .setInputFiles({ name: 'a.xyz', mimeType: '', buffer: Buffer.from(text) });
  await expect(page.locator('#space-table tbody tr')).toHaveCount(9);
  await xyz('3\n\nO 0 0 0\nH NaN 0 0\nH 0 1 0\n');
  await expect(page.locator('#space-note')).toContainText('Line 4');
  await expect(page.locator('#space-table tbody tr')).toHaveCount(9);
  await xyz('3\n\nO 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0\n');
  await expect(page.locator('#space-table tbody tr')).toHaveCount(3);
});

/** Fails unless the page makes the same inputs of these molecules as the training does. */
async function seenAsInTraining(page, smiles) {
  await open(page);
  const here = smiles.map((text) => {
    try {
      const graph = withoutHydrogens(settled(readSmiles(text)));
      return tensors(describe(normalForm(graph))).map((array) => array.join(''));
    } catch (error) {
      return error.message;
    }
  });
  const there = await page.evaluate(async (all) => {
    const { fromSmiles } = await import('./chemistry.js');
    const found = [];
    for (const text of all) {
      const read = await fromSmiles(text, Infinity).catch((error) => error);
      found.push(read.features ? [read.features.join(''), read.adjacency.join('')] : read.message);
    }
    return found;
  }, smiles);
  expect(there).toEqual(here);
}

test('the page sees its own molecules as the training did', async ({ page }) => {
  const smiles = EXAMPLES.map(([, text]) => text);
  expect(smiles.length).toBeGreaterThan(8);
  await seenAsInTraining(page, smiles);
});

test('and so it does a thousand of the data set @long', async ({ page }, { title }) => {
  const found = data('molecules', { name: title, skip: (why) => test.skip(true, why) });
  if (found)
    await seenAsInTraining(
      page,
      (await molecules('ames')).slice(0, 1200).map((row) => row.smiles),
    );
});

for (const [name, viewport] of [
  ['desktop', { width: 1280, height: 900 }],
  ['phone', { width: 390, height: 844 }],
]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`looks right and is accessible: ${name}, ${colorScheme}${longer(name, colorScheme)}`, async ({
      page,
    }) => {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await open(page);
      await page.locator('#space').scrollIntoViewIfNeeded();
      await expect(page.locator('#space-table tbody tr')).toHaveCount(9);
      await expect(page.locator('#fragments')).toHaveAttribute('data-ready', '', {
        timeout: 60_000,
      });
      await expect(page.locator('#subsets-list li').first()).toBeVisible({ timeout: 60_000 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
      await page.locator('#space-lines').selectOption('kernel');
      await page.locator('#space-probe').selectOption('O');
      await expect(page.locator('#space-map')).toBeVisible({ timeout: 60_000 });
      await expect(page.locator('.table-scroll[data-ready]')).toHaveCount(1, { timeout: 60_000 });
      await expect(page.locator('#by-hand-table tbody tr')).toHaveCount(4);
      await axe(page);
      await screenshot(page, `molecules-${name}-${colorScheme}`, { fullPage: true });
    });
  }
}
