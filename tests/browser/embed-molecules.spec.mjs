// Molecules on other people's pages: drawn from numbers of their own, read atom by atom, and explained by <heat-lens>.
import { expect, heard, said, tag, test } from './embed-rig.mjs';

const NITROBENZENE = 'c1ccccc1[N+](=O)[O-]';
const ATOMS = 9;

/** The tag, and where openchemlib is. */
const head = (b) =>
  `<script type="importmap">{"imports":{"openchemlib":"${b.origin}/site/vendor/openchemlib.js"}}</script>${tag(b)}`;

/** A molecule whose atoms have the numbers 0.5, 1.5, 2.5 … */
async function drawn(page, { a, b }, attributes = '') {
  const body = `<heat-molecule smiles="${NITROBENZENE}" ${attributes}></heat-molecule>`;
  await page.goto(a.page('/', body, { head: head(b) }));
  const molecule = page.locator('heat-molecule');
  await molecule.evaluate((own, count) => {
    own.explanation = { relevance: Float32Array.from({ length: count }, (_, i) => i + 0.5) };
    window.told = [];
    for (const type of ['point', 'strike'])
      addEventListener(type, ({ detail }) => window.told.push({ type, ...detail }));
  }, ATOMS);
  await expect(molecule.locator('.lines-over')).toHaveAttribute('aria-label', /Strongest: O9/);
  return molecule;
}

test('atoms are read with the arrow keys and under the pointer, and tell it', async ({
  page,
  hosts,
}) => {
  const molecule = await drawn(page, hosts);
  const plate = molecule.locator('.plate');
  const value = molecule.locator('.value');
  await expect(plate).toHaveAttribute('aria-label', 'Molecule, atoms: read with the arrow keys');
  await plate.focus();
  await page.keyboard.press('ArrowRight');
  await expect(value).toHaveText('C1 0.500');
  await page.keyboard.press('ArrowLeft');
  await expect(value).toHaveText('O9 8.50');
  const { x, y, width, height } = await molecule.locator('.cross').boundingBox();
  await page.keyboard.press('Escape');
  await expect(value).toBeHidden();
  await page.mouse.move(x + width / 2, y + height / 2);
  await expect(value).toHaveText('O9 8.50');
  // Nobody asked for atoms to be taken out.
  await page.mouse.click(x + width / 2, y + height / 2);
  await page.keyboard.press('Enter');
  const told = await page.evaluate(() => window.told);
  expect(told.map(({ type, index, name, value }) => [type, index, name, value])).toEqual([
    ['point', 0, 'C1', 0.5],
    ['point', 8, 'O9', 8.5],
    ['point', null, undefined, undefined],
    ['point', 8, 'O9', 8.5],
  ]);
  expect(await said(page, 'error')).toEqual([]);
});

test('what is marked: atoms that are taken out, groups with a line round them, numbered groups', async ({
  page,
  hosts,
}) => {
  const molecule = await drawn(page, hosts, 'strikable removed="6 99"');
  await expect(molecule.locator('.cross-out')).toHaveCount(1);
  await molecule.locator('.plate').focus();
  for (let k = 0; k < 7; k += 1) await page.keyboard.press('ArrowDown');
  await expect(molecule.locator('.value')).toHaveText('N7, taken out 6.50');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Delete');
  const struck = () => page.evaluate(() => window.told.filter(({ type }) => type === 'strike'));
  expect(await struck()).toEqual(Array(2).fill({ type: 'strike', atom: 6 }));
  await molecule.evaluate((own) => {
    own.removed = new Set();
    own.outlined = [[6, 7, 8]];
    own.groups = [[0, 1], [6]];
  });
  await expect(molecule.locator('.cross-out')).toHaveCount(0);
  await expect(molecule.locator('.outline')).toHaveCount(1);
  await expect(molecule.locator('.group-number')).toHaveText(['1', '1', '2']);
  await expect(molecule.locator('.value')).toHaveText('N7 group 2');
  // Saved, all of it has its looks with it.
  const text = await molecule.evaluate((own) => own.toSVG());
  expect(text).toMatch(/<text[^>]*class="group-number"[^>]*fill=/);
  expect(text).not.toMatch(/<(line)(?![^>]*\bstroke=)[^>]*>/);
  expect(text).not.toMatch(/<(text|polygon|circle)(?![^>]*\bfill=)[^>]*>/);
});

test('numbers that are not those of the atoms are refused in words, also while an atom is read', async ({
  page,
  hosts,
}) => {
  const molecule = await drawn(page, hosts);
  await molecule.locator('.plate').focus();
  await page.keyboard.press('ArrowRight');
  await molecule.evaluate((own) => (own.explanation = { relevance: [1, 2] }));
  const [error] = await heard(page, 'error');
  expect(error.message).toBe(`2 numbers are not those of ${ATOMS} atoms`);
  await expect(molecule.locator('[part="error"]')).toHaveText(`Heatmap: ${error.message}`);
  await molecule.evaluate((own) => {
    own.of = 'bonds';
    own.explanation = { relevance: Float32Array.from({ length: 9 }, (_, i) => i - 4) };
  });
  await expect(molecule.locator('[part="error"]')).toBeHidden();
  await molecule.locator('.plate').focus();
  await page.keyboard.press('ArrowRight');
  await expect(molecule.locator('.value')).toContainText('bond C1–C2');
});

for (const [of, options] of [
  ['atoms', ''],
  ['bonds', `options='{"lrp":{"at":"adjacency","composite":"gamma"}}'`],
])
  test(`heat-lens: relevance of ${of}, with an atom that is taken out`, async ({
    page,
    hosts: { a, b },
  }) => {
    const body = `<heat-lens model="/models/ames.onnx" method="lrp" smiles="${NITROBENZENE}" removed="8" ${options}></heat-lens>`;
    await page.goto(a.page('/', body, { head: head(b) }));
    const molecule = page.locator('heat-molecule');
    await expect(molecule.locator('.lines-over')).toHaveAttribute('aria-label', /Strongest: /, {
      timeout: 30_000,
    });
    await expect(molecule.locator('.cross-out')).toHaveCount(1);
    await molecule.locator('.plate').focus();
    await page.keyboard.press('ArrowRight');
    await expect(molecule.locator('.value')).toHaveText(
      of === 'atoms' ? /^C1\s+[+−]\d/ : /^C1\s+bond C1–C2 [+−]\d\S*\s+bond C1–C6 [+−]\d/,
    );
    expect(await said(page, 'error')).toEqual([]);
  });
