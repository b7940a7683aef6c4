// What was measured of the examples, against the tables of the data sets.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { chemistry, fromMolfile, fromSmiles } from '../../dist/site/molecules/chemistry.js';
import { EXAMPLES } from '../../dist/site/molecules/examples.js';
import { exampleSearch, MEASURED, measured } from '../../dist/site/molecules/measured.js';
import { data, done, molecules } from './molecules-rig.mjs';

after(done);

test('every example has its measured values in words, with the source', () => {
  assert.deepEqual(
    [...MEASURED.keys()],
    EXAMPLES.map(([name]) => name),
  );
  assert.equal(measured('Nitrobenzene', 'ames'), 'Measured: not mutagenic');
  assert.equal(measured('Nitrobenzene', 'esol'), 'Measured: log S = −1.8');
  assert.equal(measured('Styrene oxide', 'ames'), 'Measured (one of its mirror images): mutagenic');
  assert.equal(measured('Styrene oxide', 'esol'), 'Measured: log S = −1.6');
  for (const [name, model] of [
    ['Benzo[a]pyrene', 'ames'],
    ['Aspirin', 'ames'],
    ['Aspirin', 'esol'],
    ['No example', 'ames'],
  ])
    assert.equal(measured(name, model), '', `${name}, ${model}`);
});

test('an example is known however it is written, and no other stereoisomer or isotope is taken for it', async () => {
  const exampleOf = await exampleSearch();
  for (const [name, smiles] of EXAMPLES) assert.equal(exampleOf(await fromSmiles(smiles)), name);
  for (const [smiles, name] of [
    ['O=N(=O)C1=CC=CC=C1', 'Nitrobenzene'],
    ['[CH3:1][CH2:2][OH:3]', 'Ethanol'],
    ['O[C@@H]1[C@@H](O)C(O)O[C@H](CO)[C@H]1O', 'Glucose'],
    ['C([C@@H]1[C@H]([C@@H]([C@H](C(O1)O)O)O)O)O', 'Glucose'],
    // Galactose, L-glucose, one of both anomers, and any of the sixteen hexoses.
    ['C([C@@H]1[C@@H]([C@@H]([C@H](C(O1)O)O)O)O)O', null],
    ['OC[C@@H]1OC(O)[C@@H](O)[C@H](O)[C@H]1O', null],
    ['OC[C@H]1O[C@@H](O)[C@H](O)[C@@H](O)[C@@H]1O', null],
    ['OCC1OC(O)C(O)C(O)C1O', null],
    // One mirror image of what was measured as it is sold.
    ['C1O[C@H]1c1ccccc1', null],
    ['[2H]C([2H])([2H])CO', null],
    ['CC[18OH]', null],
    ['[2H]OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O', null],
    ['CCN', null],
  ])
    assert.equal(exampleOf(await fromSmiles(smiles)), name, smiles);
  const { Molecule } = await chemistry();
  for (const [smiles, name] of [
    ['OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O', 'Glucose'],
    ['C([C@@H]1[C@@H]([C@@H]([C@H](C(O1)O)O)O)O)O', null],
    ['CC[18OH]', null],
    ['CCO', 'Ethanol'],
  ]) {
    const molfile = Molecule.fromSmiles(smiles).toMolfile();
    assert.equal(exampleOf(await fromMolfile(molfile)), name, `a molfile of ${smiles}`);
  }
});

/** Its heavy atoms, in whatever order and form they are written: what is quick to compare. */
const letters = (smiles) => [...smiles.toUpperCase().replace(/[^A-Z]|H/g, '')].sort().join('');

/** What tells molecules apart, mirror images and ways of writing the nitro group aside. */
async function identity(smiles) {
  const { Molecule } = await chemistry();
  const charged = smiles
    .replace(/N\(=O\)=O/g, '[N+](=O)[O-]')
    .replace(/^O=N\(=O\)/, '[O-][N+](=O)');
  const molecule = Molecule.fromSmiles(charged.trim());
  molecule.stripStereoInformation();
  return molecule.getIDCode();
}

for (const [model, value] of [
  ['ames', (label) => label === 1],
  ['esol', (label) => Number(label.toFixed(6))], // the table has −0.8759999999999999
]) {
  test(`measured values of the examples are those of the table, ${model}`, async (t) => {
    if (!data(t)) return;
    const table = (await molecules(model)).map((row) => ({ ...row, has: letters(row.smiles) }));
    for (const [name, smiles] of EXAMPLES) {
      const own = await identity(smiles);
      const rows = [];
      for (const row of table.filter(({ has }) => has === letters(smiles)))
        if ((await identity(row.smiles)) === own) rows.push(row);
      const facts = MEASURED.get(name);
      assert.deepEqual(
        [...new Set(rows.map(({ label }) => value(label)))],
        facts[model] === undefined ? [] : [facts[model]],
        `${name}: ${rows.map((row) => row.smiles)}`,
      );
      // The source names one mirror image exactly where this says so.
      const isMirror = rows.length > 0 && rows.every((row) => row.smiles.includes('@'));
      assert.equal(isMirror, facts.form?.[model] !== undefined, name);
    }
  });
}
