// The numbers on the page for molecules beside those of the package, asked in Node.
import { readFile } from 'node:fs/promises';
import { fromSmiles } from '../../dist/site/molecules/chemistry.js';
import { fragments } from '../../dist/site/molecules/masks.js';
import { format } from '../../dist/site/kit/page/numbers.js';
import { network } from '../www/molecules-rig.mjs';
import { expect, test } from './fixtures.mjs';
import { number } from './numbers.mjs';

test.describe.configure({ timeout: 120_000 });

const REMOVAL = 'Removal, atom by atom';
const PATENT = 'subject of US patent 9,558,550';
const total = (values) => values.reduce((sum, x) => sum + x, 0);
const largest = (values) => Math.max(...values.map(Math.abs));

async function open(page, smiles) {
  await page.goto('./molecules/');
  await expect(page.locator('#plate heat-molecule')).toHaveAttribute('data-ready', /^ames/, {
    timeout: 30_000,
  });
  // The page opens with a molecule of its own, which is read again when it is typed.
  if ((await page.locator('#smiles').inputValue()) !== smiles)
    await page.locator('#smiles').fill(smiles);
  await expect(page.locator('#plate .lines-over')).toHaveAttribute(
    'aria-label',
    new RegExp(`^${smiles.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}: `),
    { timeout: 30_000 },
  );
  for (const method of ['occlusion', 'gradient', 'lrp'])
    await expect(page.locator(`.panel[data-method="${method}"]`)).toHaveAttribute('data-ready', '');
}

/** The table of atoms as the page hands it out: columns by title. */
async function columns(page) {
  const saved = page.waitForEvent('download');
  await page.locator('#save-csv').click();
  const text = await readFile(await (await saved).path(), 'utf8');
  const [heads, ...rows] = text.trim().replace('\ufeff', '').split('\r\n');
  // The first title may have a comma inside quotes.
  const cells = (line) =>
    line.match(/("[^"]*"|[^,]*)(,|$)/g).map((x) => x.replace(/^"|"?,?$/g, ''));
  return Object.fromEntries(
    cells(heads).map((title, k) => [title, rows.map((row) => Number(cells(row)[k]))]),
  );
}

/** The network of mutagenicity on one molecule, and its score for any presence of the atoms. */
async function asked(smiles) {
  const { features, adjacency, size, bonds } = await fromSmiles(smiles);
  const model = await network('ames.onnx', size);
  const all = Array.from({ length: size }, (_, atom) => atom);
  const score = async (present) =>
    (await model.predict([features, adjacency, Float32Array.from(present)])).logits[0];
  return {
    model,
    input: [features, adjacency, new Float32Array(size).fill(1)],
    size,
    bonds,
    score,
    without: (atoms) => score(all.map((atom) => (atoms.includes(atom) ? 0 : 1))),
  };
}

const NITROBENZENE = 'c1ccccc1[N+](=O)[O-]';
const GLUCOSE = 'OCC1OC(O)C(O)C(O)C1O';

for (const smiles of ['Cc1cccc(c1)[N+](=O)[O-]', GLUCOSE, 'Cc1cc(Cl)ccc1N']) {
  test(`S0-19: masking, gradient and relevance of ${smiles}, atom by atom`, async ({ page }) => {
    const { model, input, size, score, without } = await asked(smiles);
    await open(page, smiles);
    const table = await columns(page);
    const whole = await without([]);
    const near = (found, expected, within, what) => {
      expect(found.length).toBe(size);
      found.forEach((x, atom) =>
        expect(Math.abs(x - expected[atom]), `${what} of atom ${atom}: ${x}, ${expected[atom]}`)
          // Differences of scores in single precision.
          .toBeLessThanOrEqual(within),
      );
      expect(largest(found)).toBeGreaterThan(50 * within);
    };
    // Removal: the score less that without the atom.
    const drops = [];
    for (let atom = 0; atom < size; atom += 1) drops.push(whole - (await without([atom])));
    near(table[REMOVAL], drops, 1e-4, 'masking');
    // Gradient: the slope of the score by each atom's presence. A rectifier at exactly 0 or equal maxima make a kink
    // there; then it lies between the slopes on the two sides.
    const step = 1 / 1024;
    expect(table.Gradient.length).toBe(size);
    for (let atom = 0; atom < size; atom += 1) {
      const at = (by) => score(Array.from({ length: size }, (_, i) => (i === atom ? 1 + by : 1)));
      const sides = [(whole - (await at(-step))) / step, ((await at(step)) - whole) / step];
      const within = 0.002 * largest(table.Gradient);
      const [low, high] = [Math.min(...sides) - within, Math.max(...sides) + within];
      const says = `gradient of atom ${atom}: ${table.Gradient[atom]}, from ${low} to ${high}`;
      expect(table.Gradient[atom] >= low && table.Gradient[atom] <= high, says).toBe(true);
      expect(high - low, says).toBeLessThan(0.3 * largest(table.Gradient));
    }
    // Relevance: LRP-γ at the atoms' features, summed by atom.
    const asks = { method: 'lrp', composite: 'gamma', target: 0, at: 'features' };
    const { relevance, score: f, sum } = await model.explain(input, asks);
    const each = relevance.length / size;
    const shares = Array.from({ length: size }, (_, atom) =>
      total(relevance.subarray(atom * each, (atom + 1) * each)),
    );
    near(table['LRP-γ'], shares, 1e-5, 'relevance');
    expect(Math.abs(sum / f - 1), 'γ hands on most of the score').toBeLessThan(0.5);
    // Under each picture its own scale, its sum, and the score.
    for (const [method, title] of [
      ['occlusion', REMOVAL],
      ['gradient', 'Gradient'],
      ['lrp', 'LRP-γ'],
    ]) {
      const panel = page.locator(`.panel[data-method="${method}"]`);
      await expect(panel.locator('.legend-high')).toHaveText(`+${format(largest(table[title]))}`);
      await expect(panel.locator('.legend-low')).toHaveText(format(-largest(table[title])));
      await expect(panel.locator('.legend-rule')).toHaveText(
        'Full colour: the largest number of this picture.',
      );
      const said = await panel.locator('details p').textContent();
      expect(Math.abs(number(said, 'Σ R =') - total(table[title]))).toBeLessThanOrEqual(
        0.006 * Math.max(1, Math.abs(total(table[title]))),
      );
      expect(said).toContain(`f(x) ${format(whole)}, the score for “mutagenic”`);
      expect(said).toContain(`max |R| = ${format(largest(table[title]))}`);
    }
    // The cells of the table are the same numbers for people.
    for (let atom = 0; atom < size; atom += 1) {
      const cells = page.locator(`tr[data-atom="${atom}"] td.number`);
      for (const [k, title] of [
        [1, REMOVAL],
        [2, 'Gradient'],
        [3, 'LRP-γ'],
      ])
        await expect(cells.nth(k)).toHaveText(format(table[title][atom]));
    }
  });
}

test('S0-21: what each of the three tells, in one sentence each', async ({ page }) => {
  await open(page, NITROBENZENE);
  const says = (method) => page.locator(`.panel[data-method="${method}"] figcaption p`);
  await expect(says('occlusion')).toHaveText(
    'What removal costs: how much the score falls when the atom is taken out with its bonds.',
  );
  await expect(says('gradient')).toHaveText(
    'Which way to change it: how fast the score moves as the atom begins to fade, the slope at this molecule and not the whole step.',
  );
  await expect(says('lrp')).toHaveText(
    /^How the molecule scores as it stands: its score handed back, layer by layer, to the atoms it came from/,
  );
});

test('do the parts add up: removals, fragments and the whole, each asked anew', async ({
  page,
}) => {
  const { size, bonds, without } = await asked(NITROBENZENE);
  await open(page, NITROBENZENE);
  await expect(page.locator('#fragments')).toHaveAttribute('data-ready', '', { timeout: 60_000 });
  const whole = await without([]);
  const nothing = await without(Array.from({ length: size }, (_, atom) => atom));
  let removals = 0;
  for (let atom = 0; atom < size; atom += 1) removals += whole - (await without([atom]));
  const found = fragments(bonds);
  const shares = Array.from({ length: size }, () => []);
  for (const atoms of found.fragments) {
    const drop = whole - (await without(atoms));
    for (const atom of atoms) shares[atom].push(drop / atoms.length);
  }
  const means = shares.map((own) => total(own) / own.length);
  const note = await page.locator('#additivity-note').textContent();
  for (const [words, value] of [
    ['Score of the molecule', whole],
    ['of nothing', nothing],
    ['difference', whole - nothing],
    ['removals add up to', removals],
    ['fragments’ shares to', total(means)],
  ])
    expect(Math.abs(number(note, words) - value), `${words}: ${value} in ${note}`).toBeLessThan(
      0.006 * Math.max(1, Math.abs(value)),
    );
  await expect(page.locator('#fragments-note')).toContainText(
    `${found.fragments.length} connected fragments of 1 to ${found.bonds} bonds`,
  );
  await expect(page.locator('#fragments .legend-high')).toHaveText(`+${format(largest(means))}`);
  // Each group alone keeps the answer, as the list says.
  const groups = page.locator('#subsets-list li');
  await expect(groups.first()).toContainText('Group 1', { timeout: 60_000 });
  for (const text of await groups.allTextContents()) {
    const [, list, share] = text.match(/^Group \d+: (.*) \(([\d.]+) %\)$/);
    const kept = list.split(', ').map((name) => Number(name.match(/\d+$/)[0]) - 1);
    const rest = Array.from({ length: size }, (_, i) => i).filter((i) => !kept.includes(i));
    const logit = await without(rest);
    expect(Math.abs(100 / (1 + Math.exp(-logit)) - Number(share))).toBeLessThan(0.06);
  }
});

test('red speaks for “mutagenic” whatever the verdict, and the page says so', async ({ page }) => {
  // Ibuprofen: an answer of no with atoms that speak clearly for yes.
  await open(page, 'CC(C)Cc1ccc(cc1)C(C)C(=O)O');
  const verdict = page.locator('#verdict');
  await expect(verdict).toHaveText(/^not mutagenic, /);
  await expect(page.locator('.deck').first()).toContainText(
    'red speaks for “mutagenic”, blue against it, whatever the answer is',
  );
  await expect(page.locator('#legend .legend-ends')).toHaveText('against mutagenicfor mutagenic');
  await expect(page.locator('#sum')).toContainText(/f\(x\) −[\d.]+, the score for “mutagenic”\./);
  await expect(page.locator('#fragments .legend-ends')).toHaveText(
    'against mutagenicfor mutagenic',
    { timeout: 60_000 },
  );
  // The atom that speaks most for it: without it the molecule is less mutagenic, so the answer is surer.
  const { [REMOVAL]: removals } = await columns(page);
  const sure = async () => Number((await verdict.textContent()).match(/([\d.]+) %/)?.[1] ?? NaN);
  await expect.poll(sure).toBeGreaterThan(50);
  const before = await sure();
  for (const [atom, isSurer] of [
    [removals.indexOf(Math.max(...removals)), true],
    [removals.indexOf(Math.min(...removals)), false],
  ]) {
    expect(removals[atom] > 0).toBe(isSurer);
    await page.locator(`tr[data-atom="${atom}"] button`).click();
    await expect.poll(async () => Math.sign((await sure()) - before)).toBe(isSurer ? 1 : -1);
    await page.locator('#restore').click();
    await expect.poll(sure).toBe(before);
  }
  // Numbers without a sign are of the same score; another network has another word.
  await page.locator('#method').selectOption('saliency');
  await expect(page.locator('#legend .legend-rule')).toContainText('whether for or against');
  await page.locator('#model').selectOption('esol');
  await expect(page.locator('#word-towards')).toHaveText('“more soluble”');
  await expect(page.locator('#sum')).toContainText('the score for “more soluble”');
  await expect(page.locator('.panel[data-method="lrp"] .legend-ends')).toHaveText(
    'less solublemore soluble',
  );
});

test('S2-21: the patent is named where LRP is described', async ({ page }) => {
  await open(page, NITROBENZENE);
  await expect(page.locator('footer')).toContainText(
    `Layer-wise relevance propagation (LRP) is the ${PATENT}. Check what that means for you before you use it.`,
  );
  await expect(page.locator('.panel[data-method="lrp"] figcaption')).toContainText(PATENT);
  await expect(page.locator('#summary')).not.toContainText(PATENT);
  await page.locator('#method').selectOption('lrp');
  await expect(page.locator('#summary')).toContainText(PATENT);
});

test('methods that are not offered are named with the reason', async ({ page }) => {
  await open(page, NITROBENZENE);
  await page.locator('#not-offered summary').click();
  const listed = page.locator('#not-offered li');
  await expect(listed.first()).toHaveText(
    'Grad-CAM, Guided Grad-CAM: the network has no feature maps with places.',
  );
  const byAtoms = await listed.count();
  await page.locator('#of').selectOption('bonds');
  await expect(page.locator('#not-offered')).toContainText('noise makes halves of bonds');
  expect(await listed.count()).toBeGreaterThan(byAtoms);
});

test('in grey, what speaks against is hatched, as in the legend', async ({ page }) => {
  await open(page, 'Cc1cc(Cl)ccc1N');
  const { [REMOVAL]: removals } = await columns(page);
  await page.locator('#method').selectOption('occlusion');
  await expect(page.locator('#plate heat-molecule')).toHaveAttribute(
    'data-ready',
    'ames/occlusion/atoms',
  );
  await page.locator('#palette').selectOption('grey');
  /** Largest step between neighbouring pixels of the field on the line through an atom. */
  const spread = async (atom) => {
    const plate = page.locator('#plate .plate');
    // From the first atom on.
    await plate.blur();
    await plate.focus();
    await page.keyboard.press('Enter');
    for (let k = 0; k <= atom; k += 1) await page.keyboard.press('ArrowRight');
    return plate.evaluate((node) => {
      const cross = node.querySelector('.cross');
      const field = node.querySelector('canvas.field');
      const copy = Object.assign(document.createElement('canvas'), { width: 29, height: 1 });
      const context = copy.getContext('2d', { willReadFrequently: true });
      const [x, y] = [
        cross.offsetLeft + cross.offsetWidth / 2,
        cross.offsetTop + cross.offsetHeight / 2,
      ];
      const ratio = field.width / field.clientWidth;
      context.drawImage(field, 14 - Math.round(ratio * x), -Math.round(ratio * y));
      const { data } = context.getImageData(0, 0, 29, 1);
      const steps = Array.from({ length: 28 }, (_, i) => Math.abs(data[4 * i] - data[4 * i + 4]));
      return Math.max(...steps);
    });
  };
  const [most, least] = [Math.max(...removals), Math.min(...removals)];
  expect(least).toBeLessThan(-0.3 * most);
  expect(await spread(removals.indexOf(most)), 'smooth where it speaks for').toBeLessThan(12);
  expect(await spread(removals.indexOf(least)), 'strokes where it speaks against').toBeGreaterThan(
    24,
  );
});
