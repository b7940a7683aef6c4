// The molecule in space on the page for molecules: energies, pairs, the worked example, the probe's map.
import { readFile } from 'node:fs/promises';
import { palette } from '../../dist/site/kit/color/colors.js';
import { format } from '../../dist/site/kit/page/numbers.js';
import { TAUGHT } from '../../dist/site/molecules/space/by-hand.js';
import { coulomb, freeAtoms } from '../../dist/site/molecules/space/coulomb.js';
import { apart } from '../../dist/site/molecules/space/energy.js';
import { MEASURED, QUOTED } from '../../dist/site/molecules/space/errors.js';
import { GEOMETRIES } from '../../dist/site/molecules/space/geometries.js';
import { plane } from '../../dist/site/molecules/space/plane.js';
import { View } from '../../dist/site/molecules/space/view.js';
import { geometry } from '../../dist/site/molecules/space/xyz.js';
import { network, root } from '../www/molecules-rig.mjs';
import { weights } from '../www/onnx-weights.mjs';
import { expect, test } from './fixtures.mjs';
import { number } from './numbers.mjs';

test.describe.configure({ timeout: 120_000 });

const total = (values) => values.reduce((sum, x) => sum + x, 0);
const named = (name) => geometry(new Map(GEOMETRIES).get(name));
const slowly = { timeout: 60_000 };

async function open(page) {
  await page.goto('./molecules/');
  await expect(page.locator('#plate heat-molecule')).toHaveAttribute('data-ready', /^ames/, slowly);
  await expect(async () => {
    await page.locator('#space').scrollIntoViewIfNeeded();
    await expect(page.locator('#space-table tbody tr')).toHaveCount(9, { timeout: 1000 });
  }).toPass(slowly);
}

const pairsReady = (page) =>
  expect(page.locator('.table-scroll:has(#pairs-table)')).toHaveAttribute('data-ready', '', slowly);

/** A table that the page hands out: rows of cells. */
async function csv(page, button) {
  const saved = page.waitForEvent('download');
  await page.locator(button).click();
  const text = await readFile(await (await saved).path(), 'utf8');
  return text
    .trim()
    .replace('\ufeff', '')
    .split('\r\n')
    .map((line) => line.split(','));
}

async function energyOf({ charges, positions }) {
  const model = await network('qm7-dtnn.onnx', charges.length);
  return (await model.predict([charges, positions, apart(charges.length)])).logits[0];
}

test('drags an atom: energy, shares and forces follow', async ({ page }) => {
  await open(page);
  const space = page.locator('#space');
  const energy = async () => Number(await space.getAttribute('data-energy'));
  await page.locator('#space-molecule').selectOption({ label: 'Benzene' });
  await expect(page.locator('#space-table tbody tr')).toHaveCount(12);
  const relaxed = await energyOf(named('Benzene'));
  await expect.poll(energy).toBeCloseTo(relaxed, 2);
  await expect(page.locator('#space-energy')).toHaveText(`${format(relaxed, 5)} kcal/mol`);
  const canvas = page.locator('#space-view');
  const print = () => canvas.evaluate((node) => node.toDataURL());
  const before = await print();
  // The atom in front is the one that the pointer meets; keys choose one for certain.
  await canvas.focus();
  await page.keyboard.press('n');
  await expect(page.locator('#space-readout')).toContainText('C1');
  for (let k = 0; k < 6; k += 1) await page.keyboard.press('ArrowUp');
  await expect.poll(energy).toBeGreaterThan(relaxed + 5);
  expect(await print()).not.toBe(before);
  await page.locator('#space-reset').click();
  await expect.poll(energy).toBeCloseTo(relaxed, 2);
  const box = await canvas.boundingBox();
  const grip = await grab(page, box);
  await page.mouse.move(...grip);
  await page.mouse.down();
  await page.mouse.move(grip[0] + 25, grip[1] - 25, { steps: 5 });
  await page.mouse.up();
  await expect.poll(energy).toBeGreaterThan(relaxed + 1);
  // The atoms' shares sum to the energy, to the digits of the file.
  const rows = (await csv(page, '#space-save')).slice(1);
  expect(total(rows.map((row) => Number(row[1])))).toBeCloseTo(await energy(), 2);
});

/** A place on the canvas where an atom can be taken: the pointer's shape says so. */
async function grab(page, box) {
  for (let y = 0.15; y < 0.9; y += 0.05) {
    for (let x = 0.15; x < 0.9; x += 0.05) {
      const at = [box.x + x * box.width, box.y + y * box.height];
      await page.mouse.move(...at);
      const shape = await page.locator('#space-view').evaluate((node) => node.style.cursor);
      if (shape === 'grab') return at;
    }
  }
  throw new Error('no atom under the pointer anywhere');
}

test('S2-6, S2-16: pairs and atoms share out the energy, the free atoms are the bias', async ({
  page,
}) => {
  await open(page);
  await expect(page.locator('#pairs-title')).toHaveText('Which pairs make the energy');
  for (const name of ['Ethanol', 'Urea']) {
    await page.locator('#space-molecule').selectOption({ label: name });
    const { charges, positions } = named(name);
    const n = charges.length;
    await expect(page.locator('#pairs-table tbody tr')).toHaveCount((n * (n - 1)) / 2);
    await pairsReady(page);
    // In single precision, the network is good to a few hundredths.
    const model = await network('qm7-krr.onnx', null);
    const { matrix } = coulomb({ charges, positions });
    const [energy] = (await model.predict(matrix)).logits;
    const [free] = (await model.predict(freeAtoms(matrix))).logits;
    const said = await page.locator('#pairs-sum').textContent();
    const [sum, bias, both, whole] = [
      'Σ of the pairs',
      'free atoms',
      'bias\\) =',
      'E of kernel ridge regression',
    ].map((words) => number(said, words));
    expect(both).toBe(whole);
    expect(Math.abs(sum + bias - whole)).toBeLessThan(0.011); // each has two decimals
    expect(Math.abs(whole - energy)).toBeLessThan(0.06);
    expect(Math.abs(bias - free)).toBeLessThan(0.06);
    // The rows behind it, undigested: pairs and atoms have one sum.
    const pairs = (await csv(page, '#pairs-save')).slice(1);
    expect(pairs.length).toBe((n * (n - 1)) / 2);
    const shares = pairs.map((row) => Number(row[3]));
    expect(Math.abs(total(shares) - sum)).toBeLessThan(0.006);
    const atoms = (await csv(page, '#space-save')).slice(1).map((row) => Number(row[4]));
    expect(Math.abs(total(atoms) - total(shares))).toBeLessThan(1e-3);
    atoms.forEach((share, atom) => {
      const mine = pairs.filter((row) =>
        row[0].split('–').some((x) => x.slice(1) === `${atom + 1}`),
      );
      expect(mine.length).toBe(n - 1);
      expect(share).toBeCloseTo(total(mine.map((row) => Number(row[3]))) / 2, 6);
    });
    await expect(page.locator('#pairs-table tbody tr td').nth(1)).toHaveText(format(shares[0]));
  }
  // The atoms take the colours of these shares, and the strongest pairs are drawn, with what the thickest is.
  await page.locator('#space-colour').selectOption('kernel');
  const atoms = (await csv(page, '#space-save')).slice(1).map((row) => Number(row[4]));
  const most = Math.max(...atoms.map(Math.abs));
  await expect(page.locator('#space-legend .legend-high')).toHaveText(`+${format(most)}`);
  const pairs = (await csv(page, '#pairs-save')).slice(1);
  const thickest = Math.abs(Number(pairs[0][3]));
  await page.locator('#space-lines').selectOption('kernel');
  await expect(page.locator('#space-lines-note')).toHaveText(
    `Lines: the 8 strongest pairs, red where a pair raises the energy, blue where it lowers it; the thickest is ${format(thickest)} kcal/mol.`,
  );
  await page.locator('#space-lines').selectOption('cut');
  await expect(page.locator('#pairs-table thead')).toContainText('Lost when cut', slowly);
  // Numbers are those of where the atoms are, or say that they are not yet.
  await page.locator('#space-view').focus();
  await page.keyboard.press('n');
  await page.keyboard.press('ArrowUp');
  await pairsReady(page);
  await expect(page.locator('#pairs-sum')).toContainText('kcal/mol');
  expect((await csv(page, '#pairs-save'))[1][3]).not.toBe(pairs[0][3]);
});

test('more atoms than the matrix has rows: said, and nothing is left over', async ({ page }) => {
  await open(page);
  await pairsReady(page);
  const lines = Array.from(
    { length: 30 },
    (_, k) => `H ${1.5 * (k % 6)} ${1.5 * Math.floor(k / 6)} 0`,
  );
  await page.locator('#space-file').setInputFiles({
    name: 'a.xyz',
    mimeType: '',
    buffer: Buffer.from(`30\n\n${lines.join('\n')}\n`),
  });
  await expect(page.locator('#space-table tbody tr')).toHaveCount(30, slowly);
  await expect(page.locator('#pairs-sum')).toHaveText(
    'Kernel ridge regression takes up to 23 atoms, and these are 30.',
  );
  await expect(page.locator('#by-hand-sum')).toContainText('too many atoms');
  await expect(page.locator('#space-kernel')).toHaveText('');
  await page.locator('#space-colour').selectOption('kernel');
  await expect(page.locator('#space-legend .legend-rule')).toHaveText('only for up to 23 atoms');
  await page.locator('#space-molecule').selectOption({ label: 'Water' });
  await pairsReady(page);
  await expect(page.locator('#pairs-table tbody tr')).toHaveCount(3);
});

test('S2-14: the worked example follows its knobs and the molecule above', async ({ page }) => {
  await open(page);
  const rows = page.locator('#by-hand-table tbody tr');
  await expect(rows).toHaveCount(4, slowly);
  const taught = TAUGHT.map(named);
  const energies = [];
  for (const molecule of taught) energies.push(await energyOf(molecule));
  const matrices = taught.map((molecule) => coulomb(molecule).matrix);
  /** The 3 × 3 system by Cramer's rule. */
  const expected = (asked, sigma, lambda) => {
    const kernel = (a, b) =>
      Math.exp(-total(Array.from(a, (x, i) => (x - b[i]) ** 2)) / (2 * sigma ** 2));
    const system = matrices.map((a, i) =>
      matrices.map((b, j) => kernel(a, b) + (i === j ? lambda : 0)),
    );
    const b = total(energies) / 3;
    const det = ([[p, q, r], [s, t, u], [v, w, x]]) =>
      p * (t * x - u * w) - q * (s * x - u * v) + r * (s * w - t * v);
    const alpha = [0, 1, 2].map(
      (k) =>
        det(system.map((row, i) => row.map((x, j) => (j === k ? energies[i] - b : x)))) /
        det(system),
    );
    const near = matrices.map((a) => kernel(a, asked));
    return { alpha, near, energy: b + total(near.map((k, i) => k * alpha[i])) };
  };
  const check = async (name, sigma, lambda) => {
    const { alpha, near, energy } = expected(coulomb(named(name)).matrix, sigma, lambda);
    const close = async (locator, value, digits) =>
      expect
        .poll(async () => {
          const shown = number(await locator.evaluate((cell) => cell.firstChild.textContent), '');
          return Math.abs(shown - value) <= 0.51 * 10 ** (1 - digits) * Math.abs(value);
        }, `${name}, σ ${sigma}, λ ${lambda}: ${value}`)
        .toBe(true);
    for (let i = 0; i < 3; i += 1) {
      await close(rows.nth(i).locator('td').nth(0), energies[i], 4);
      await close(rows.nth(i).locator('td').nth(4), alpha[i], 4);
      await close(
        rows
          .nth(3)
          .locator('td')
          .nth(1 + i),
        near[i],
        3,
      );
    }
    await close(rows.nth(3).locator('td').nth(0), energy, 4);
    expect(
      Math.abs(number(await page.locator('#by-hand-sum').textContent(), '\\+ b =') - energy),
    ).toBeLessThan(1e-3 * Math.abs(energy));
  };
  await check('Ethanol', 50, 0.01);
  await page.locator('#space-molecule').selectOption({ label: 'Pyridine' });
  await check('Pyridine', 50, 0.01);
  const [sigma, lambda] = [0, 1].map((k) => page.locator('.knobs .param').nth(k));
  await sigma.locator('input').press('End');
  await expect(sigma.locator('output')).toHaveText('500');
  await check('Pyridine', 500, 0.01);
  await lambda.locator('input').press('End');
  await check('Pyridine', 500, 10);
  const section = page.locator('section:has(> #by-hand-title)');
  const { length } = weights(await readFile(new URL('www/models/qm7-krr.onnx', root))).get('alpha');
  await expect(section).toContainText(
    `${length.toLocaleString('en')} centres in place of the three, each the mean of three molecules’ matrices`,
  );
});

test('S2-15: the table of errors quotes, and measures beside', async ({ page }) => {
  await open(page);
  const rows = page.locator('#energy-errors tbody tr');
  await expect(rows).toHaveCount(6);
  for (const [k, [when, who, error]] of QUOTED.entries())
    await expect(rows.nth(k).locator('td')).toHaveText([when, who, String(error), 'quoted']);
  await expect(rows.nth(0)).toContainText('March 2012');
  await expect(rows.nth(0)).toContainText('9.99');
  await expect(rows.nth(1)).toContainText('December 2012');
  await expect(rows.nth(1)).toContainText('3.51');
  for (const [k, [what, file]] of MEASURED.entries()) {
    const { info } = await network(file, file.includes('krr') ? null : 9);
    const mae = Number(info.metadata['heatlens.mae']);
    expect(mae).toBeGreaterThan(1);
    await expect(rows.nth(4 + k).locator('td')).toHaveText(
      ['this page', what, mae.toFixed(2), 'measured'],
      slowly,
    );
  }
  const section = page.locator('section:has(> #errors-title)');
  await expect(section).toContainText('Quoted figures and dates are those of a lecture');
});

test('S2-20: the probe’s map: energies as the network has them, colours as its legend says', async ({
  page,
}) => {
  await open(page);
  await expect(page.locator('#space-map')).toBeHidden();
  await page.locator('#space-forces').uncheck();
  const molecule = named('Ethanol');
  const view = new View({ canvas: { addEventListener() {} }, moved() {}, selected() {} });
  view.show(molecule);
  const places = plane(view, molecule);
  const model = await network('qm7-dtnn.onnx', 10);
  let last = null;
  let [energies, clear] = [[], []];
  for (const [symbol, charge] of [
    ['O', 8],
    ['H', 1],
  ]) {
    await page.locator('#space-probe').selectOption(symbol);
    await expect(page.locator('#space-map')).toContainText(`energy with ${symbol} there`, slowly);
    // Each place asked by itself.
    energies = [];
    for (const { centre } of places) {
      const input = [[...molecule.charges, charge], [...molecule.positions, ...centre], apart(10)];
      energies.push((await model.predict(input)).logits[0]);
    }
    const mean = total(energies) / energies.length;
    const full = Math.max(...energies.map((e) => Math.abs(e - mean)));
    expect(full).not.toBeCloseTo(last ?? 0, 1);
    last = full;
    await expect(page.locator('#space-map .legend-high')).toHaveText(`+${format(full)}`);
    await expect(page.locator('#space-map .legend-low')).toHaveText(format(-full));
    await expect(page.locator('#space-map .legend-rule')).toHaveText(
      `kcal/mol, squares: the energy with ${symbol} there; 0 is its mean over ${places.length} places, ` +
        `${format(mean, 5)}; full colour = largest difference`,
    );
    // Squares at the rim, where no atom or bond lies over them: their colour is their energy's.
    const map = palette('red-blue', 'light');
    clear = places
      .map(({ centre }, k) => ({ k, at: view.seen(centre) }))
      .filter(({ at: [x, y] }) =>
        molecule.symbols.every((_, atom) => {
          const [u, v] = view.seen(view.place(atom));
          return Math.hypot(u - x, v - y) > 1.3;
        }),
      );
    expect(clear.length).toBeGreaterThan(60);
    const colours = await page.locator('#space-view').evaluate(
      (canvas, { all, extent }) => {
        const scale = Math.min(canvas.width, canvas.height) / (2 * extent);
        const { width, height } = canvas;
        const copy = Object.assign(document.createElement('canvas'), { width, height });
        const context = copy.getContext('2d', { willReadFrequently: true });
        context.drawImage(canvas, 0, 0);
        const { data } = context.getImageData(0, 0, width, height);
        return all.map(([x, y]) => {
          const [column, row] = [width / 2 + scale * x, height / 2 - scale * y].map(Math.floor);
          return [0, 1, 2].map((channel) => data[4 * (row * width + column) + channel]);
        });
      },
      { all: clear.map(({ at }) => at), extent: view.extent },
    );
    clear.forEach(({ k }, i) => {
      const wanted = map.at((energies[k] - mean) / full);
      const off = Math.max(...wanted.map((c, channel) => Math.abs(c - colours[i][channel])));
      // A step of the colour map for the rounding of energies.
      expect(off, `place ${k}: ${colours[i]} for ${wanted}`).toBeLessThanOrEqual(4);
    });
  }
  // In grey, signs are told by hatching, in the squares as in the legend: light and dark beside each other.
  await page.locator('#palette').selectOption('grey');
  const mean = total(energies) / energies.length;
  const spread = async ({ at: [x, y] }) =>
    page.locator('#space-view').evaluate(
      (canvas, { x, y, extent }) => {
        const scale = Math.min(canvas.width, canvas.height) / (2 * extent);
        const copy = document.createElement('canvas');
        const context = copy.getContext('2d', { willReadFrequently: true });
        context.drawImage(
          canvas,
          4 - canvas.width / 2 - scale * x,
          4 - canvas.height / 2 + scale * y,
        );
        const { data } = context.getImageData(0, 0, 8, 8);
        const greys = data.filter((_, i) => i % 4 === 0);
        return Math.max(...greys) - Math.min(...greys);
      },
      { x, y, extent: view.extent },
    );
  const sorted = [...clear].sort((a, b) => energies[a.k] - energies[b.k]);
  expect(energies[sorted[0].k]).toBeLessThan(mean);
  expect(await spread(sorted[0])).toBeGreaterThan(20);
  expect(energies[sorted.at(-1).k]).toBeGreaterThan(mean);
  expect(await spread(sorted.at(-1))).toBeLessThan(20);
  await expect(page.locator('#space-map')).toContainText(
    'A toy: a stand-in for the local chemical potential',
  );
  await expect(page.locator('#space > .fine')).toContainText('It is a toy');
  await page.locator('#space-probe').selectOption('');
  await expect(page.locator('#space-map')).toBeHidden();
});
