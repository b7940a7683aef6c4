// The page for molecules without its browser: reading, checking, masking, geometry.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chemistry,
  fromMolfile,
  fromSmiles,
  MAX_ATOMS,
} from '../../dist/site/molecules/chemistry.js';
import { elements } from '../../dist/site/kit/drawings/molecule.js';
import { EXAMPLES } from '../../dist/site/molecules/examples.js';
import { fieldValues } from '../../dist/site/kit/drawings/field.js';
import { BONDS, FEATURES } from '../../dist/site/molecules/graph.js';
import { fragments, fragmentShares } from '../../dist/site/molecules/masks.js';
import { coulomb } from '../../dist/site/molecules/space/coulomb.js';
import { apart } from '../../dist/site/molecules/space/energy.js';
import { GEOMETRIES } from '../../dist/site/molecules/space/geometries.js';
import { bondsOf } from '../../dist/site/molecules/space/view.js';
import { fromXyz, geometry } from '../../dist/site/molecules/space/xyz.js';
import { toxicophoreSearch } from '../../dist/site/molecules/toxicophores.js';
import { random } from '../pkg/rig.mjs';

const close = (a, b, within = 1e-6) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);
const code = (promise) =>
  promise.then(
    () => 'read',
    (error) => error.code ?? error.stack,
  );

test('atoms and bonds as features and matrices', async () => {
  const { features, adjacency, size, bonds, names } = await fromSmiles('c1ccccc1[N+](=O)[O-]');
  assert.equal(size, 9);
  assert.deepEqual(names.slice(5), ['C6', 'N7', 'O8', 'O9']);
  const has = (atom) => FEATURES.filter((_, i) => features[atom * FEATURES.length + i] === 1);
  assert.deepEqual(has(0), [
    'atom',
    'C',
    '1 hydrogen',
    'aromatic',
    'ring of 6',
    '1 π bond',
    '2 neighbours',
  ]);
  // Neighbours of opposite charge are joined: both oxygens of a nitro group are alike.
  assert.deepEqual(has(6), ['atom', 'N', '2 π bonds', '3 neighbours']);
  assert.deepEqual(has(7), ['atom', 'O', '1 π bond', '1 neighbour']);
  assert.deepEqual(has(8), has(7));
  assert.equal(bonds.length, 9);
  const kinds = BONDS.map(
    (_, kind) => adjacency.subarray(kind * 81, (kind + 1) * 81).reduce((a, b) => a + b, 0) / 2,
  );
  assert.deepEqual(kinds, [1, 2, 0, 6]);
  for (let kind = 0; kind < 4; kind += 1)
    for (let i = 0; i < 9; i += 1)
      for (let j = 0; j < 9; j += 1)
        assert.equal(adjacency[(kind * 9 + i) * 9 + j], adjacency[(kind * 9 + j) * 9 + i]);
});

test('what is no molecule is refused by name', async () => {
  for (const [text, expected] of [
    ['', 'E_EMPTY'],
    ['   ', 'E_EMPTY'],
    ['[H][H]', 'E_EMPTY'],
    ['CC(C', 'E_SMILES'],
    ['CC)C', 'E_SMILES'],
    ['C[NH2', 'E_SMILES'],
    ['C1CC', 'E_SMILES'],
    ['CXC', 'E_SMILES'],
    ['C(C)(C)(C)(C)(C)C', 'E_VALENCE'],
    ['F(C)C', 'E_VALENCE'],
    ['СС', 'E_LETTER'], // Cyrillic
    ['C C', 'E_LETTER'],
    ['C<img src=x>', 'E_LETTER'],
    ['C'.repeat(MAX_ATOMS + 1), 'E_LIMIT'],
    ['C'.repeat(5000), 'E_LIMIT'],
  ])
    assert.equal(await code(fromSmiles(text)), expected, text.slice(0, 20));
  const error = await fromSmiles('CСO').catch((error) => error);
  assert.match(error.message, /Character 2 .*U\+0421.*looks like C/);
  assert.equal((await fromSmiles('C'.repeat(MAX_ATOMS))).size, MAX_ATOMS);
  assert.equal((await fromSmiles('[13CH4]')).size, 1);
  const salt = await fromSmiles('CC(=O)[O-].[Na+]');
  assert.equal(salt.parts(), 2);
  assert.equal(await code(fromSmiles('C%10CCCC%10')), 'read');
  assert.equal(await code(fromMolfile('rubbish')), 'E_MOLFILE');
  assert.equal(await code(fromMolfile('')), 'E_MOLFILE');
});

test(
  'ten thousand damaged SMILES are read or refused with a code, quickly',
  { timeout: 180_000 },
  async () => {
    const draw = random(4);
    const letters = '()[]=#%123.+-@/\\CNOcnoSPFIBrHl\u0421 *';
    for (let i = 0; i < 10_000; i += 1) {
      const chars = [...EXAMPLES[i % EXAMPLES.length][1]];
      for (let k = 0; k <= draw() * 3; k += 1) {
        const at = Math.floor(draw() * chars.length);
        chars.splice(at, draw() < 0.5 ? 1 : 0, letters[Math.floor(draw() * letters.length)]);
      }
      assert.match(await code(fromSmiles(chars.join(''))), /^(read|E_[A-Z]+)$/, chars.join(''));
    }
  },
);

test('a molfile gives the same graph as its SMILES', async () => {
  // A wedge begins at its centre, so which end of a bond comes first is not the same.
  const undirected = ({ atoms, bonds }) => ({
    atoms,
    bonds: bonds.map(([a, b, kind]) => [Math.min(a, b), Math.max(a, b), kind]),
  });
  for (const [, smiles] of EXAMPLES) {
    const one = await fromSmiles(smiles);
    const two = await fromMolfile(`${one.molecule.toMolfile()}\n$$$$\nrubbish`);
    assert.deepEqual(undirected(two.graph), undirected(one.graph), smiles);
  }
});

test('known toxicophores are found, each once', async () => {
  const search = toxicophoreSearch(await chemistry());
  const names = async (smiles) =>
    search((await fromSmiles(smiles)).pattern).map(({ name }) => name);
  assert.deepEqual(await names('c1ccccc1[N+](=O)[O-]'), ['aromatic nitro']);
  assert.deepEqual(await names('CC[N+](=O)[O-]'), []);
  assert.deepEqual(await names('Nc1ccccc1'), ['aromatic amine']);
  assert.deepEqual(await names('C1OC1c1ccccc1'), ['three-membered heterocycle']);
  assert.deepEqual(await names('C1CN1'), ['three-membered heterocycle']);
  assert.deepEqual(await names('CN(C)N=O'), ['nitroso']);
  assert.deepEqual(await names('c1ccccc1N=Nc1ccccc1'), ['azo']);
  assert.deepEqual(await names('CCCl'), ['aliphatic halide']);
  assert.deepEqual(await names('CC(=O)Oc1ccccc1C(=O)O'), []);
  assert.ok((await names('c1ccc2c(c1)cc1ccc3cccc4ccc2c1c34')).includes('polycyclic aromatic'));
});

test('fragments: all connected sets of bonds, by their atoms', () => {
  const ring = [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 0],
    [2, 4],
  ];
  const expected = new Set();
  for (let set = 1; set < 32; set += 1) {
    const chosen = ring.filter((_, i) => set & (1 << i));
    if (chosen.length > 3) continue;
    const reached = new Set(chosen[0]);
    for (let k = 0; k < 5; k += 1)
      for (const [a, b] of chosen) if (reached.has(a) || reached.has(b)) reached.add(a).add(b);
    if (chosen.every(([a]) => reached.has(a))) expected.add([...reached].sort().join());
  }
  const found = fragments(ring, 3);
  assert.equal(found.bonds, 3);
  assert.deepEqual(new Set(found.fragments.map(String)), expected);
  assert.ok(fragments(ring, 6, 8).fragments.length <= 8);
  assert.deepEqual(fragments([]), { fragments: [], bonds: 0 });
  const shares = fragmentShares(
    3,
    [
      [0, 1],
      [1, 2],
    ],
    [2, 6],
  );
  assert.deepEqual([...shares], [1, 2, 3]);
});

test('the field is a Gaussian cloud at each place', () => {
  const what = {
    places: [
      [10, 10],
      [30, 10],
    ],
    values: [2, -1],
    unit: 10,
  };
  const field = fieldValues(what, 41, 21, 1);
  const at = (x, y) => field[y * 41 + x];
  close(at(10, 10), 2 * Math.exp(-0.5 / (2 * 4.2 ** 2)), 1e-3);
  close(at(30, 10), -Math.exp(-0.5 / (2 * 4.2 ** 2)), 1e-3);
  close(at(14, 10), 2 * Math.exp(-(4.5 ** 2 + 0.5 ** 2) / (2 * 4.2 ** 2)), 0.02);
});

test('of a drawing, elements with attributes and letters', () => {
  const [line, text] = elements('<svg><line id="a" x1="1.5" y1="2" /><text x="3">Cl</text></svg>');
  assert.deepEqual([line.tag, line.attributes.get('x1'), line.text], ['line', '1.5', '']);
  assert.deepEqual([text.tag, text.text], ['text', 'Cl']);
});

test('.xyz files: read, or refused by line', () => {
  const water = '3\nwater\nO 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0\n';
  assert.deepEqual(fromXyz(water).charges, [8, 1, 1]);
  const refused = (text, expected) => assert.throws(() => fromXyz(text), { code: expected }, text);
  refused('', 'E_XYZ');
  refused('x\n', 'E_XYZ');
  refused('4\nwater\nO 0 0 0\nH 1 0 0\n', 'E_XYZ');
  refused(water.replace('0.96', 'NaN'), 'E_XYZ');
  refused(water.replace('0.96', 'Infinity'), 'E_XYZ');
  refused(water.replace('0.96', ''), 'E_XYZ');
  refused(water.replace('0.96', '0'), 'E_XYZ');
  refused(water.replace('O ', 'Xx '), 'E_ELEMENT');
  refused(water.replace('O ', '__proto__ '), 'E_ELEMENT');
  refused(`100000\n\n${'H 0 0 0\n'.repeat(10)}`, 'E_LIMIT');
});

test('geometries to begin with have the bonds that they should', () => {
  const bonds = {
    Water: 2,
    Methane: 4,
    Ethanol: 8,
    Benzene: 12,
    Aniline: 14,
    Urea: 7,
    Thiophene: 9,
    Cyclopropane: 9,
    'Acetic acid': 7,
    Pyridine: 11,
  };
  for (const [name, atoms] of GEOMETRIES)
    assert.equal(bondsOf(geometry(atoms)).length, bonds[name], name);
});

test('the Coulomb matrix: ½ Z^2.4, Z Z / r in atomic units, sorted by norm', () => {
  const { matrix, order } = coulomb(
    geometry([
      ['H', 0.9, 0, 0],
      ['O', 0, 0, 0],
    ]),
  );
  assert.deepEqual(order, [1, 0]);
  close(matrix[0], 0.5 * 8 ** 2.4, 1e-4);
  close(matrix[24], 0.5, 1e-6);
  close(matrix[1], (8 * 0.529177210903) / 0.9, 1e-5);
  assert.equal(matrix[1], matrix[23]);
  assert.equal(
    matrix.subarray(46).every((x) => x === 0),
    true,
  );
  assert.deepEqual([...apart(2, [[0, 1]])], [1e4, 1e4, 1e4, 1e4]);
});
