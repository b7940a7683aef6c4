// Lists of molecules as people have them: tables, SD files, lines with names.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fromMolfile, fromSmiles } from '../../dist/site/molecules/chemistry.js';
import { records } from '../../dist/site/molecules/chemistry/records.js';
import { data } from '../support/data.mjs';

const read = (found) => found.filter(({ fault }) => fault === null);
const numbers = (found) => found.filter(({ fault }) => fault !== null).map(({ number }) => number);

test('a line with a name, a list, other line ends, a column of SMILES', async () => {
  const of = async (text) => read(await records(text)).map(({ name, smiles }) => [name, smiles]);
  assert.deepEqual(await of('CCO ethanol'), [['ethanol', 'CCO']]);
  assert.deepEqual(await of('CCO\tethyl alcohol\r\nCC\tethane\r\n'), [
    ['ethyl alcohol', 'CCO'],
    ['ethane', 'CC'],
  ]);
  assert.deepEqual(await of('CCO\rCC\r'), [
    ['', 'CCO'],
    ['', 'CC'],
  ]);
  assert.deepEqual(await of('\ufeffname,smiles\nethanol,CCO\nethane,CC\n'), [
    ['ethanol', 'CCO'],
    ['ethane', 'CC'],
  ]);
  assert.deepEqual(await of('# by hand\n1, CCO, 3.5\n2, CC, 0'), [
    ['1 3.5', 'CCO'],
    ['2 0', 'CC'],
  ]);
  assert.deepEqual(await of('CHEMBL1\tCCO\nCHEMBL2\tCC'), [
    ['CHEMBL1', 'CCO'],
    ['CHEMBL2', 'CC'],
  ]);
  await assert.rejects(records(' \n\n'), { code: 'E_EMPTY' });
  await assert.rejects(records('C\n'.repeat(5001)), { code: 'E_LIMIT' });
});

test('a record that cannot be read is named with its line and loses no other', async () => {
  const found = await records('CCO a\nC1CC b\n\nthis is no molecule\nCC c');
  assert.deepEqual(numbers(found), [2, 4]);
  assert.match(found[1].fault, /ring bond 1/);
  assert.deepEqual(
    read(found).map(({ number, smiles }) => [number, smiles]),
    [
      [1, 'CCO'],
      [5, 'CC'],
    ],
  );
});

test('cells in quotes keep their separators, whatever these are', async () => {
  const of = async (text) => read(await records(text)).map(({ name, smiles }) => [name, smiles]);
  const dichloroethane = ['1,2-dichloroethane', 'ClCCCl'];
  for (const text of [
    '"1,2-dichloroethane",ClCCCl',
    'ClCCCl,"1,2-dichloroethane"\n"CCO","ethanol"',
    '"ClCCCl"\t1,2-dichloroethane',
    '"1,2-dichloroethane";ClCCCl',
    '1,2-dichloroethane;"ClCCCl"',
    'ClCCCl "1,2-dichloroethane"',
  ])
    assert.deepEqual((await of(text))[0], dichloroethane, text);
  assert.deepEqual(await of('"a ""b"", c",CCO'), [['a "b", c', 'CCO']]);
  assert.deepEqual(await of('"3;4",CCO,"x, y"'), [['3;4 x, y', 'CCO']]);
  assert.deepEqual(await of('CCO,12" pipe'), [['12" pipe', 'CCO']]);
});

test('an empty cell is said to be empty, and the columns stay where they are', async () => {
  const found = await records('CCO\tethanol\n\tmissing\nCC\tethane');
  assert.deepEqual(
    found.map(({ smiles, name, fault }) => [smiles, name, fault]),
    [
      ['CCO', 'ethanol', null],
      ['', 'missing', 'no SMILES in this line.'],
      ['CC', 'ethane', null],
    ],
  );
  assert.equal((await records('1,CCO\n2'))[1].fault, 'no SMILES in this line.');
});

test('what is too large or looks like SMILES is named, and what is too long does not hold the page up', async () => {
  const found = await records(`${'C'.repeat(200)} big\nCCO ethanol\nССО Cyrillic`);
  assert.deepEqual(numbers(found), [1, 3]);
  assert.equal(found[0].fault, '200 heavy atoms; this page takes up to 150.');
  assert.match(found[2].fault, /It looks like C but is another letter/);
  // Work that grew with the square of a line would take hours.
  const gap = ' '.repeat(1_000_000);
  const long = await records(
    `${'C'.repeat(1_000_000)}\nCCO ethyl${gap}alcohol\nCC |${gap}| a${gap}`,
  );
  assert.deepEqual(numbers(long), [1]);
  assert.match(long[0].fault, /The text has 1000000 characters/);
  assert.match(long[1].name, /^ethyl +alcohol$/);
});

test('behind the bars: what the networks do not see is passed over, what makes another molecule is refused', async () => {
  for (const [extension, fault] of [
    ['', null],
    ['(0,0,;1.5,0,;2.25,-1.3,)', null],
    ['$;;$', null],
    ['$_AV:1;2;three$', null],
    ['c:1,3,t:5', null],
    ['(0,0,;1,0,;2,0,),wU:1.0,a:1,&1:2,o2:0', null],
    ['atomProp:0.name.value', null],
    ['$;;R1$', /labels of atoms.* “\$;;R1\$”/],
    ['$;C 2;$', /labels of atoms/],
    ['(0,0,;1,0,;2,0,),$_R1;;$', /labels of atoms/],
    ['^1:0', /unpaired electrons.* “\^1:0”/],
    ['c:1,^5:0,2', /unpaired electrons/],
    ['m:2:0.1', /one of several atoms/],
    ['RG:_R1={C},LOG={_R1:;;>0}', /R groups/],
    ['Sg:n:1:n:ht', /something .* “Sg:n:1:n:ht”/],
    ['C:0.1', /something/],
    ['gibberish', /something/],
  ])
    for (const text of [
      `CCO |${extension}| ethyl alcohol`,
      `CCO\t|${extension}|\tethyl alcohol`,
      `CCO |${extension}|\tethyl alcohol`,
      `CCO |${extension}|,ethyl alcohol`,
      `"CCO |${extension}|";ethyl alcohol`,
    ]) {
      const [found] = await records(text);
      assert.deepEqual([found.smiles, found.name], ['CCO', 'ethyl alcohol'], text);
      if (fault === null) assert.equal(found.fault, null, text);
      else assert.match(found.fault, fault, text);
    }
  assert.match((await records('CCO |^1:0'))[0].fault, /unpaired/);
});

/** What the index says of a file. */
async function told(t, name) {
  const folder = data('files', t);
  if (!folder) return null;
  const index = JSON.parse(await readFile(`${folder}/index.json`, 'utf8'));
  const all = Object.values(index)
    .flat()
    .filter((entry) => entry?.file === name);
  assert.equal(all.length, 1);
  return { facts: all[0].facts, text: await readFile(`${folder}/${name}`, 'utf8') };
}

/** Formula with carbon and hydrogen first, as the index has it. */
function formula({ normal, written: { charge } }) {
  const counts = new Map();
  for (const { symbol, hydrogens } of normal.atoms)
    for (const [key, n] of [
      [symbol, 1],
      ['H', hydrogens],
    ])
      if (n > 0) counts.set(key, (counts.get(key) ?? 0) + n);
  const first = ['C', 'H'];
  const rest = [...counts.keys()].filter((key) => !first.includes(key)).sort();
  const sign =
    charge === 0 ? '' : `${charge > 0 ? '+' : '-'}${Math.abs(charge) > 1 ? Math.abs(charge) : ''}`;
  return (
    [...first, ...rest]
      .filter((key) => counts.has(key))
      .map((key) => key + (counts.get(key) > 1 ? counts.get(key) : ''))
      .join('') + sign
  );
}

for (const name of ['nci.smi', 'chembl_1907596.smi', 'fewSmi.csv', 'FormulaTest.smi'])
  test(`${name}: every readable line with its formula, the others by number`, async (t) => {
    const entry = await told(t, `smiles/${name}`);
    if (!entry) return;
    const found = await records(entry.text, Infinity);
    const ours = new Map();
    for (const { number, smiles, molfile } of read(found)) {
      assert.equal(molfile, undefined);
      ours.set(number, await fromSmiles(smiles, Infinity));
    }
    const others = [];
    for (const [number, , expected, heavy, charge] of entry.facts
      .each_line_name_formula_heavy_charge) {
      const structure = ours.get(number);
      ours.delete(number);
      if (!structure) {
        others.push(number);
        continue;
      }
      assert.equal(structure.size, heavy, `line ${number}`);
      assert.equal(structure.written.charge, charge, `line ${number}`);
      assert.equal(
        formula(structure).replace(/[+-]\d*$/, ''),
        expected.replace(/[+-]\d*$/, ''),
        `line ${number}`,
      );
    }
    // Molecules of hydrogen alone are named, for there is nothing that a network here could see.
    const bare = entry.facts.each_line_name_formula_heavy_charge
      .filter(([, , text]) => /^H\d*$/.test(text))
      .map(([line]) => line);
    assert.deepEqual(
      others.filter((line) => !bare.includes(line)),
      [],
      'lines that RDKit reads',
    );
    assert.deepEqual([...ours.keys()], [], 'lines that RDKit refuses');
    for (const { line } of entry.facts.not_readable)
      assert.ok(numbers(found).includes(line), `line ${line}`);
  });

for (const [name, many, bad] of [
  ['esters_end.sdf', 6, []],
  ['good_bad_good_bad.sdf', 4, [2, 4]],
  ['github8823.sdf', 3, [1, 2, 3]],
  ['BlankPropLines.sdf', 1, []],
  ['largemol.mol', 1, []],
  ['1OF6_DTY_vina.sdf', 14, []],
  ['mol_disconnected_atoms.sdf', 1, []],
])
  test(`${name}: records in order, with heavy atoms, bonds and charges`, async (t) => {
    const entry = await told(t, `sdf/${name}`);
    if (!entry) return;
    const found = await records(entry.text, Infinity);
    assert.equal(found.length, many);
    assert.deepEqual(numbers(found), bad);
    for (const [k, { molfile, fault }] of found.entries()) {
      if (fault !== null) continue;
      const facts = entry.facts.molecules[k];
      const structure = await fromMolfile(molfile, Infinity);
      assert.equal(structure.size, facts.heavy_atoms, `record ${k + 1}`);
      assert.equal(structure.written.charge, facts.total_charge, `record ${k + 1}`);
      if (facts.formula)
        assert.equal(
          formula(structure).replace(/[+-]\d*$/, ''),
          facts.formula.replace(/[+-]\d*$/, ''),
        );
      if (facts.heavy_atoms === facts.atoms) assert.equal(structure.bonds.length, facts.bonds);
    }
    if (name.startsWith('github')) for (const { fault } of found) assert.match(fault, /V3000|list/);
    if (name.startsWith('good_bad'))
      assert.match(found[3].fault, /announces \d+ atoms and \d+ bonds/);
    if (name.startsWith('largemol'))
      await assert.rejects(
        fromMolfile(found[0].molfile),
        /476 heavy atoms; this page takes up to 150/,
      );
    for (const { fault } of name.startsWith('largemol') ? await records(entry.text) : [])
      assert.equal(fault, '476 heavy atoms; this page takes up to 150.');
  });
