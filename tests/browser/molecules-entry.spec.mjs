// How molecules come into the page, and what is said beside the answer.
import { readFile } from 'node:fs/promises';
import { data } from '../support/data.mjs';
import { expect, test } from './fixtures.mjs';

const note = (page) => page.locator('#entry-note');
/** That the picture is of another molecule than the text. */
const stale = (page) => page.locator('#stale');
const verdict = (page) => page.locator('#verdict');
const names = (page) => page.locator('#table tbody th');

async function open(page) {
  await page.goto('./molecules/');
  await expect(page.locator('#plate heat-molecule')).toHaveAttribute(
    'data-ready',
    'ames/fragments/atoms',
    {
      timeout: 30_000,
    },
  );
}

async function type(page, smiles) {
  await page.locator('#smiles').fill(smiles);
}

/** Drops a file on the page. */
async function drop(page, name, bytes) {
  await page.evaluate(
    ({ name: own, base64 }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], own));
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
      );
    },
    { name, base64: Buffer.from(bytes).toString('base64') },
  );
}

async function paste(page, text) {
  await page.locator('#smiles').evaluate((field, pasted) => {
    const transfer = new DataTransfer();
    transfer.setData('text/plain', pasted);
    field.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }),
    );
  }, text);
}

test('one molecule in several writings gets one verdict', async ({ page }) => {
  await open(page);
  for (const forms of [
    ['O=c1ccc2ccccc2o1', '[O:1]=[c:2]1[cH:3][cH:4][c:5]2[cH:6][cH:7][cH:8][cH:9][c:10]2[o:11]1'],
    ['C1=CC=C2C=C3C=CC=CC=C3C2=C1', 'c1ccccc2cc3c(c1-2)cccc3'],
    ['CS(=O)C', 'C[S+]([O-])C'],
  ]) {
    const said = [];
    for (const smiles of forms) {
      await type(page, smiles);
      await expect(page.locator('#plate .lines-over')).toHaveAttribute(
        'aria-label',
        new RegExp(`^${smiles.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}: `),
      );
      said.push(await verdict(page).textContent());
    }
    expect(new Set(said).size, `${forms}: ${said}`).toBe(1);
    expect(said[0]).toMatch(/\d/);
  }
});

test('what cannot be read is said with its place, and the last answer is greyed', async ({
  page,
}) => {
  await open(page);
  const shade = () =>
    page.locator('#answer-title').evaluate((node) => Number(getComputedStyle(node).opacity));
  expect(await shade()).toBe(1);
  for (const [text, words] of [
    ['C==C', 'Character 3 (=): two signs for one bond.'],
    ['c1cccc2nccc12', 'If N6 carries a hydrogen, write [nH] for it.'],
    ['*CC', 'a placeholder is no atom'],
    ['InChI=1S/CH4/h1H4', 'This is an InChI.'],
    ['VNWKTOKETHGBQD-UHFFFAOYSA-N', 'This is an InChIKey'],
    ['aspirin', 'This is a name, not a SMILES. Its SMILES is CC(=O)Oc1ccccc1C(=O)O.'],
    ['paracetamol', '“paracetamol” is a name, not a SMILES.'],
  ]) {
    await type(page, text);
    await expect(note(page)).toContainText(words);
    await expect(stale(page)).toBeVisible();
    await expect.poll(shade).toBeLessThan(0.5);
  }
  await type(page, 'CCO');
  await expect(verdict(page)).toContainText('not mutagenic');
  await expect.poll(shade).toBe(1);
});

test.describe('a text that cannot be read is there from the start', () => {
  // The network waits for a molecule, and the browser remarks on it.
  test.use({ allowed: [/preloaded using link preload/] });
  test('of a picture that is not there nothing is said', async ({ page }) => {
    // As a browser restores what was typed before the page was left.
    await page.addInitScript(() =>
      document.addEventListener('DOMContentLoaded', () => {
        document.getElementById('smiles').value = 'C==C';
      }),
    );
    await page.goto('./molecules/');
    await expect(note(page)).toHaveText('Character 3 (=): two signs for one bond.', {
      timeout: 30_000,
    });
    await expect(stale(page)).toBeHidden();
    await type(page, 'CCO');
    await expect(verdict(page)).toContainText('not mutagenic');
    await type(page, 'C==C');
    await expect(stale(page)).toBeVisible();
  });
});

test('fragments that cannot be taken out: that is said, and nothing waits for them', async ({
  page,
}) => {
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
      const isMany = message?.op === 'predict' && message.batch > 1;
      return post.call(this, isMany ? { ...message, batch: message.batch + 1 } : message, ...rest);
    };
  });
  await page.goto('./molecules/');
  await expect(page.locator('.notice')).toContainText('That could not be computed', {
    timeout: 30_000,
  });
  await expect(page.locator('#fragments-note')).not.toContainText('Taking the molecule apart');
  const old = page.locator('main [data-old]:not(#space *)');
  await expect(old).toHaveCount(0, { timeout: 30_000 });
  const said = await page.locator('#why-not').textContent();
  expect(said).not.toBe('');
  await expect(page.locator('#fragments-note')).toHaveText(said);
  // Other methods are shown; of the fragments it is said again.
  await page.locator('#method').selectOption('lrp');
  await expect(page.locator('#sum')).toContainText('Σ');
  await page.locator('#method').selectOption('fragments');
  await expect(page.locator('#why-not')).toHaveText(said);
  await expect(old).toHaveCount(0);
});

test('a line with a name, a pasted list, a table: records to choose from, the others named', async ({
  page,
}) => {
  await open(page);
  await type(page, 'CCO ethyl alcohol');
  await expect(note(page)).toHaveText('ethyl alcohol');
  await expect(names(page)).toHaveText(['C1', 'C2', 'O3']);
  await paste(page, 'CCN ethylamine\r\nC1CC broken\r\nCC ethane\r\n');
  await expect(page.locator('#records option')).toHaveText([
    '1: ethylamine',
    '2: broken (not read)',
    '3: ethane',
  ]);
  await expect(note(page)).toContainText(
    '2 of 3 records are read. Not read: 2: Character 2 (1): ring bond 1 is not closed.',
  );
  await expect(names(page)).toHaveText(['C1', 'C2', 'N3']);
  await page.locator('#records').selectOption('2');
  await expect(names(page)).toHaveText(['C1', 'C2']);
  await expect(page.locator('#smiles')).toHaveValue('CC');
  await drop(page, 'table.csv', 'name,smiles\nmethanol,CO\n');
  await expect(names(page)).toHaveText(['C1', 'O2']);
  await drop(page, 'empty.smi', '\n\n');
  await expect(note(page)).toContainText('There is no molecule in it.');
  await drop(page, 'picture.sdf', [0x89, 0x50, 0, 0, 1]);
  await expect(note(page)).toContainText('is no text');
  // What is typed is no record of a list any more.
  await type(page, 'CCC');
  await expect(page.locator('#records-label')).toBeHidden();
});

test('a list whose first molecule is too large begins with the first that is not; what stands behind a SMILES is read', async ({
  page,
}) => {
  await open(page);
  await paste(page, `${'C'.repeat(200)} big\r\nССО Cyrillic\r\n"ClCCCl","1,2-dichloroethane"\r\n`);
  await expect(names(page)).toHaveText(['Cl1', 'C2', 'C3', 'Cl4']);
  await expect(page.locator('#records option')).toHaveText([
    '1: big (not read)',
    '2: Cyrillic (not read)',
    '3: 1,2-dichloroethane',
  ]);
  await expect(note(page)).toContainText('1: 200 heavy atoms; this page takes up to 150.');
  await expect(note(page)).toContainText('It looks like C but is another letter.');
  await type(page, 'CCO |(0,0,;1,0,;2,0,)| ethyl alcohol');
  await expect(note(page)).toHaveText('ethyl alcohol');
  await expect(names(page)).toHaveText(['C1', 'C2', 'O3']);
  await type(page, 'CCN |$;;R1$|');
  await expect(note(page)).toContainText('labels of atoms, which may stand for anything');
  await expect(names(page)).toHaveText(['C1', 'C2', 'O3']);
});

test('legends say at both ends what they speak for', async ({ page }) => {
  await open(page);
  const ends = (place) => page.locator(`${place} .legend-ends`).first();
  for (const place of ['#legend', '#compare', '#fragments'])
    await expect(ends(place)).toHaveText('against mutagenicfor mutagenic');
  await page.locator('#model').selectOption('esol');
  for (const place of ['#legend', '#compare', '#fragments'])
    await expect(ends(place)).toHaveText('less solublemore soluble');
});

test('beside the answer: quality, what was measured, elements that training never saw, what is not seen', async ({
  page,
}) => {
  await open(page);
  const worth = page.locator('#worth');
  await expect(worth).toContainText(
    /ROC AUC 0\.8\d on molecules held out, 0\.8\d on scaffolds that training did not have/,
  );
  // Nitrobenzene, however it is written, is negative in the cited data.
  await type(page, 'O=N(=O)C1=CC=CC=C1');
  await expect(worth).toContainText('Measured: not mutagenic (K. Hansen et al.');
  await page.locator('#model').selectOption('esol');
  await expect(worth).toContainText('Measured: log S = −1.8 (J. S. Delaney');
  await expect(worth).toContainText(/off by 0\.56 in log S/);
  await page.locator('#model').selectOption('ames');
  await type(page, 'O=[U]=O');
  await expect(worth).toContainText('Training never saw U');
  await type(page, 'C[C@H](N)C(=O)O');
  await expect(worth).toContainText('Stereochemistry is written and not seen');
  await type(page, '[13CH3]O');
  await expect(worth).toContainText('Isotopes');
  await type(page, 'O=c1cccc[nH]1');
  await expect(worth).toContainText('It has tautomers.');
});

test('what was measured is said of the whole molecule, and of no stereoisomer', async ({
  page,
}) => {
  await open(page);
  const worth = page.locator('#worth');
  await page.locator('#model').selectOption('esol');
  await expect(worth).toContainText('Measured: log S = −2.37 (J. S. Delaney');
  await page.locator('#table tr[data-atom="0"] button').click();
  await expect(worth).toContainText('off by');
  await expect(worth).not.toContainText('Measured');
  await page.locator('#restore').click();
  await expect(worth).toContainText('Measured');
  // Of glucose, not of galactose.
  await page.getByRole('button', { name: 'Glucose' }).click();
  await expect(worth).toContainText('Measured: log S = 0.74 (J. S. Delaney');
  await type(page, 'C([C@@H]1[C@@H]([C@@H]([C@H](C(O1)O)O)O)O)O');
  await expect(worth).toContainText('off by');
  await expect(worth).not.toContainText('Measured');
});

for (const name of [
  'sdf/esters_end.sdf',
  'sdf/good_bad_good_bad.sdf',
  'sdf/BlankPropLines.sdf',
  'sdf/1OF6_DTY_vina.sdf',
  'sdf/mol_disconnected_atoms.sdf',
  'sdf/github8823.sdf',
  'sdf/largemol.mol',
  'smiles/nci.smi',
  'smiles/chembl_1907596.smi',
  'smiles/fewSmi.csv',
  'smiles/FormulaTest.smi',
])
  test(`${name} in the page: read or refused in words, and the page goes on @long`, async ({
    page,
  }, { title }) => {
    const folder = data('files', { name: title, skip: (why) => test.skip(true, why) });
    test.setTimeout(60_000);
    await open(page);
    // With a wrong extension, too.
    for (const own of [name.split('/')[1], 'wrong.csv']) {
      await type(page, 'CCO');
      await expect(names(page)).toHaveText(['C1', 'C2', 'O3']);
      await drop(page, own, await readFile(`${folder}/${name}`));
      if (/github|largemol/.test(name))
        await expect(note(page)).toContainText(/V3000|476 heavy atoms/, { timeout: 30_000 });
      else await expect(names(page)).not.toHaveText(['C1', 'C2', 'O3'], { timeout: 30_000 });
      await expect(note(page)).not.toContainText(/undefined|NaN|TypeError/);
    }
    if (name.endsWith('nci.smi'))
      await expect(note(page)).toContainText('1000 of 1005 records are read.');
    await type(page, 'CCO');
    await expect(names(page)).toHaveText(['C1', 'C2', 'O3']);
    await expect(verdict(page)).toContainText('not mutagenic');
  });
