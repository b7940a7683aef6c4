// One molecule, one answer: however a molecule is written, the networks see the same.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { fromSmiles } from '../../dist/site/molecules/chemistry.js';
import { identity } from '../../dist/site/molecules/chemistry/identity.js';
import { settled } from '../../dist/site/molecules/chemistry/kekule.js';
import { Matching } from '../../dist/site/molecules/chemistry/matching.js';
import { normalForm, withoutHydrogens } from '../../dist/site/molecules/chemistry/normal.js';
import { readSmiles } from '../../dist/site/molecules/chemistry/smiles.js';
import { removal } from '../../dist/site/molecules/masks.js';
import { byAtom, offered, options, unsuitable } from '../../dist/site/molecules/methods.js';
import { random } from '../pkg/rig.mjs';
import { catalogue, done, network, root } from './molecules-rig.mjs';

after(done);

const packed = await readFile(new URL('tests/molecules/writings.json.gz', root));
const { molecules } = JSON.parse(gunzipSync(packed));

/** Six sulfonates. */
const SURAMIN =
  'CC1=C(C=C(C=C1)NC(=O)C2=CC(=CC=C2)NC(=O)NC3=CC=CC(=C3)C(=O)NC4=C(C=CC(=C4)C(=O)NC5=C6C(=CC(=CC6=C(C=C5)S(=O)(=O)[O-])S(=O)(=O)[O-])S(=O)(=O)[O-])C)C(=O)NC7=C8C(=CC(=CC8=C(C=C7)S(=O)(=O)[O-])S(=O)(=O)[O-])S(=O)(=O)[O-]';

/** What the networks see, with the atoms renumbered: features of each atom, and kinds of bonds between numbers. */
const seen = ({ graph }, number) => ({
  atoms: graph.atoms
    .map((columns, atom) => [number(atom), columns.join()])
    .sort(([a], [b]) => a - b),
  bonds: graph.bonds
    .map(([a, b, kind]) => [...[number(a), number(b)].sort((x, y) => x - y), kind].join())
    .sort(),
});

test('593 molecules in 23 writings each: one graph, and equivalent atoms alike', async () => {
  assert.ok(molecules.length >= 500);
  for (const { smiles, orbits, writings } of molecules) {
    const first = await fromSmiles(smiles);
    const expected = seen(first, (atom) => atom);
    assert.equal(writings.length, 23);
    for (const { smiles: text, order } of writings)
      assert.deepEqual(
        seen(await fromSmiles(text), (atom) => order[atom]),
        expected,
        `${smiles} as ${text}`,
      );
    const features = new Map();
    orbits.forEach((orbit, atom) => {
      const own = first.graph.atoms[atom].join();
      assert.equal(features.get(orbit) ?? own, own, `${smiles}, atom ${atom}`);
      features.set(orbit, own);
    });
  }
});

/** A graph with its atoms and bonds in another order, and where each atom went. */
function shuffled({ atoms, bonds }, draw) {
  const mixed = (list) =>
    list
      .map((each) => [draw(), each])
      .sort(([a], [b]) => a - b)
      .map(([, each]) => each);
  const order = mixed(atoms.map((_, atom) => atom));
  const to = atoms.map((_, atom) => order.indexOf(atom));
  const turned = ({ a, b, ...rest }) =>
    draw() < 0.5 ? { a: to[a], b: to[b], ...rest } : { a: to[b], b: to[a], ...rest };
  return { atoms: order.map((atom) => ({ ...atoms[atom] })), bonds: mixed(bonds).map(turned), to };
}

test('nor does the order of the bonds count', async () => {
  const draw = random(31);
  // Rings with a short cut, charges that may lie in many places, and the others.
  const hard = ['O=C1c2ccccc12', 'O=C1C(=O)c2c1cco2', 'O=C1C(=O)c2cscc12', SURAMIN];
  const all = [...hard, ...molecules.map(({ smiles }) => smiles)];
  for (const [k, smiles] of all.entries()) {
    const graph = () => withoutHydrogens(settled(readSmiles(smiles)));
    const whole = normalForm(graph());
    for (let round = 0; round < (k < hard.length ? 20 : 2); round += 1) {
      const { to, ...other } = shuffled(graph(), draw);
      const found = normalForm(other);
      assert.deepEqual(
        whole.atoms.map((_, atom) => found.atoms[to[atom]]),
        whole.atoms,
        smiles,
      );
      const kinds = (bonds, place) =>
        bonds.map(({ a, b, kind }) => `${[place(a), place(b)].sort()} ${kind}`).sort();
      assert.deepEqual(
        kinds(found.bonds, (atom) => atom),
        kinds(whole.bonds, (atom) => to[atom]),
      );
    }
  }
});

test('hydrogens and charges are those of the formula', async () => {
  for (const { smiles, formula } of molecules) {
    const { normal, written } = await fromSmiles(smiles);
    const counts = new Map();
    const count = (symbol, n) => counts.set(symbol, (counts.get(symbol) ?? 0) + n);
    for (const { symbol, hydrogens } of normal.atoms) {
      count(symbol, 1);
      if (hydrogens > 0) count('H', hydrogens);
    }
    const said = new Map(
      [...formula.replace(/[+-]\d*$/, '').matchAll(/([A-Z][a-z]?)(\d*)/g)].map(([, e, n]) => [
        e,
        Number(n || 1),
      ]),
    );
    assert.deepEqual(new Map([...counts].sort()), new Map([...said].sort()), smiles);
    const [, sign, size] = /([+-])(\d*)$/.exec(formula) ?? ['', '+', '0'];
    assert.equal(written.charge, Number(`${sign}${size || 1}`), smiles);
  }
});

test('no two of the molecules are taken for one', async () => {
  const found = new Map();
  for (const { smiles, formula } of molecules) {
    const own = identity((await fromSmiles(smiles)).normal);
    // Mirror images and cis and trans are one to the networks, and the two forms of a bond-shifted ring are.
    const other = found.get(own);
    if (other) assert.equal(other.formula, formula, `${smiles}, ${other.smiles}`);
    found.set(own, { smiles, formula });
  }
  assert.ok(found.size > molecules.length - 5, `${found.size} of ${molecules.length}`);
});

/** An answer and a map of a molecule: logit, and relevance by atom. */
async function answered(file, structure) {
  const model = await network(file, structure.size);
  const input = [structure.features, structure.adjacency, new Float32Array(structure.size).fill(1)];
  const lrp = (await catalogue()).find(({ name }) => name === 'lrp');
  const explanation = await model.explain(input, options(lrp, 'atoms'));
  return { score: explanation.score, values: byAtom(explanation, structure) };
}

/** Of so many molecules one is answered in all its writings, the others in one; the features are equal in all. */
const WHOLE = 20;

test('answers and maps of a molecule in another order are the same', async () => {
  const pairs = molecules.flatMap(({ smiles, writings }, k) =>
    (k % WHOLE === 0 ? writings : [writings[7]]).map(({ smiles: text, order }) => [
      smiles,
      text,
      order,
    ]),
  );
  for (const [smiles, text, order] of pairs) {
    const [one, other] = [await fromSmiles(smiles), await fromSmiles(text)];
    for (const file of ['ames.onnx', 'esol.onnx']) {
      const [a, b] = [await answered(file, one), await answered(file, other)];
      assert.ok(
        Math.abs(a.score - b.score) <= 1e-5 * Math.max(1, Math.abs(a.score)),
        `${smiles} ${file}`,
      );
      const largest = Math.max(1, ...a.values.map(Math.abs));
      order.forEach((atom, at) =>
        assert.ok(
          Math.abs(a.values[atom] - b.values[at]) <= 1e-5 * largest,
          `${smiles} ${file}, atom ${atom}`,
        ),
      );
    }
  }
});

/** Equivalent atoms have equal numbers. */
function alike(values, orbits, what) {
  const largest = Math.max(1, ...values.map(Math.abs));
  orbits.forEach((orbit, atom) => {
    const apart = Math.abs(values[atom] - values[orbits.indexOf(orbit)]);
    assert.ok(apart <= 1e-5 * largest, `${what}: atom ${atom} is ${apart} apart from its like`);
  });
}

test('equivalent atoms have equal numbers by every method that draws nothing at random', async () => {
  const methods = offered(await catalogue(), 'atoms').filter(
    ({ params }) => !params.some(({ name }) => name === 'seed'),
  );
  assert.ok(methods.length > 8);
  const symmetric = molecules.filter(
    ({ orbits }) => new Set(orbits).size < orbits.length && orbits.length < 13,
  );
  for (const { smiles, orbits } of symmetric.filter((_, i) => i % 8 === 0)) {
    const structure = await fromSmiles(smiles);
    const model = await network('ames.onnx', structure.size);
    const input = [
      structure.features,
      structure.adjacency,
      new Float32Array(structure.size).fill(1),
    ];
    for (const entry of methods) {
      const { name } = entry;
      if (unsuitable(name, structure)) continue;
      if (name === 'fragments') {
        const { shares } = await removal(model, structure, new Set());
        alike(shares, orbits, `${smiles}, ${name}`);
        continue;
      }
      const values = byAtom(await model.explain(input, options(entry, 'atoms')), structure);
      alike(values, orbits, `${smiles}, ${name}`);
    }
  }
});

const colours = ({ normal }) => identity(normal);

test('resonance forms are one molecule', async () => {
  for (const forms of [
    ['c1ccccc1[N+](=O)[O-]', 'c1ccccc1N(=O)=O', 'c1ccccc1[N+]([O-])=O'],
    ['CC(=O)[O-]', 'CC([O-])=O'],
    ['CS(=O)C', 'C[S+]([O-])C'],
    ['CS(=O)(=O)C', 'C[S+2]([O-])([O-])C', 'C[S+]([O-])(=O)C'],
    ['CS(=O)(=O)[O-]', 'C[S+2]([O-])([O-])[O-]', 'C[S+]([O-])([O-])=O'],
    ['[O-]Cl(=O)(=O)=O', '[O-][Cl+3]([O-])([O-])[O-]'],
    ['[O-][N+](=O)[O-]', 'O=N(=O)[O-]'],
    ['CN=[N+]=[N-]', 'C[N-][N+]#N', 'CN=N#N'],
    ['C=[N+]=[N-]', '[CH2-][N+]#N', 'C=N#N'],
    ['NC(N)=[NH2+]', 'N[C+](N)N', '[NH2+]=C(N)N'],
    ['CC(N)=[NH2+]', 'CC(=[NH2+])N'],
    ['COP(=O)([O-])[O-]', 'CO[P+]([O-])([O-])[O-]', 'COP([O-])([O-])=O'],
    ['C[n+]1ccn(CC)c1', 'Cn1cc[n+](CC)c1'],
    ['[O-][n+]1ccccc1', 'O=n1ccccc1', 'O=N1=CC=CC=C1'],
    ['CC=[N+](C)[O-]', 'CC=N(C)=O'],
    // Dyes: crystal violet with its charge on either nitrogen or on carbon, methylene blue on sulphur or nitrogen, a cyanine.
    [
      'CN(C)c1ccc(cc1)C(=C1C=CC(=[N+](C)C)C=C1)c1ccc(N)cc1',
      'CN(C)c1ccc(cc1)[C+](c1ccc(N(C)C)cc1)c1ccc(N)cc1',
      'CN(C)c1ccc(cc1)C(c1ccc(N(C)C)cc1)=C1C=CC(=[NH2+])C=C1',
    ],
    ['CN(C)c1ccc2nc3ccc(cc3[s+]c2c1)N(C)C', 'CN(C)c1ccc2N=C3C=CC(C=C3Sc2c1)=[N+](C)C'],
    ['CN(C)C=CC=[N+](C)CC', 'C[N+](C)=CC=CN(C)CC'],
    ['[O-]c1ccc(cc1)C=CC1=CC=[N+](C)C=C1', 'O=C1C=CC(C=C1)=CC=C1C=CN(C)C=C1'],
    ['CC(=O)[CH-]C(C)=O', 'CC([O-])=CC(C)=O'],
    ['[cH-]1cccc1', '[CH-]1C=CC=C1'],
    ['[O-]c1ccccc1', '[O-]C1=CC=CC=C1'],
    // A charge that comes to its neighbour by way of another atom: a sydnone, ylides, a quinone diazide.
    ['[O-]c1c[n+](-c2ccccc2)no1', 'O=C1[CH-][N+](c2ccccc2)=NO1'],
    ['C[P+](C)(C)[CH-]C=O', 'C[P+](C)(C)C=C[O-]', 'CP(C)(C)=CC=O'],
    ['C[S+](C)[CH-]C(C)=O', 'C[S+](C)C=C(C)[O-]', 'CS(C)=CC(C)=O'],
    ['[O-]c1ccc(cc1)[N+]#N', 'O=C1C=CC(=[N+]=[N-])C=C1'],
    // Aromaticity that another reader finds in one order of the atoms only.
    ['C1=CC=C2C=C3C=CC=CC=C3C2=C1', 'c1ccccc2cc3c(c1-2)cccc3'],
  ]) {
    const [first, ...others] = await Promise.all(forms.map((text) => fromSmiles(text)));
    others.forEach((other, k) =>
      assert.equal(colours(other), colours(first), `${forms[0]}, ${forms[k + 1]}`),
    );
  }
  // And what is another molecule stays one.
  for (const [a, b] of [
    ['CC(=O)[O-]', 'CC(=O)O'],
    ['O=c1cccc[nH]1', 'Oc1ccccn1'],
    ['CS(=O)C', 'CS(=O)(=O)C'],
    ['C1=CCC=CC1', 'C1=CC=CCC1'],
    ['Cn1cccn1', 'Cn1ccnc1'],
  ])
    assert.notEqual(colours(await fromSmiles(a)), colours(await fromSmiles(b)), `${a}, ${b}`);
});

const said = (promise) =>
  promise.then(
    () => 'read',
    (error) => `${error.code} ${error.message}`,
  );

test('what is not understood is refused with its place', async () => {
  for (const [text, ...words] of [
    ['[n+H]1ccccc1', 'E_SMILES', 'Character 4', '[nH+]'],
    ['[N+H4]', 'E_SMILES', '[NH4+]'],
    ['C==C', 'E_SMILES', 'Character 3', 'two signs'],
    ['C-', 'E_SMILES', 'Character 2', 'leads to no atom'],
    ['(C)C', 'E_SMILES', 'Character 1', 'before'],
    ['C(=)C', 'E_SMILES', 'leads to no atom'],
    ['C()C', 'E_SMILES', 'Character 2', 'empty'],
    ['C1CC', 'E_SMILES', 'Character 2', 'ring bond 1'],
    ['C11', 'E_SMILES', 'itself'],
    ['C12CC12', 'E_SMILES', 'already bound'],
    ['C=1CCCCC#1', 'E_SMILES', 'two different orders'],
    ['C.', 'E_SMILES', 'after the dot'],
    ['.C', 'E_SMILES', 'before the dot'],
    ['[C', 'E_SMILES', 'not closed'],
    ['C)C', 'E_SMILES', 'no parenthesis'],
    ['C(C', 'E_SMILES', 'not closed'],
    ['*CC', 'E_SMILES', 'Character 1', 'placeholder'],
    ['C[*]', 'E_SMILES', 'placeholder'],
    ['[Xx]', 'E_SMILES', 'element'],
    ['Na', 'E_SMILES', '[Na]'],
    ['[CH3+0x]', 'E_SMILES', 'not understood'],
    ['C~C', 'E_SMILES', 'query'],
    ['cC', 'E_AROMATIC', 'C1', 'no ring'],
    ['c1cccc2nccc12', 'E_AROMATIC', 'N6', '[nH]'],
    ['n1cccc1', 'E_AROMATIC', 'N1', '[nH]'],
    ['c1cccc1', 'E_AROMATIC', 'Kekulé'],
    ['C(C)(C)(C)(C)C', 'E_VALENCE', 'Atom 1 (C)', '5 bonds', '4'],
    ['C=[NH2]', 'E_VALENCE', 'Atom 2 (N)', '4 bonds', '3 or 5'],
    ['F(C)C', 'E_VALENCE', 'Atom 1 (F)'],
    ['[CH5]', 'E_VALENCE'],
    ['C:1:C:C:C:C:C:1', 'E_SMILES', 'Character 4', 'small letters'],
    ['C((C))C', 'E_SMILES', 'Character 3', 'a branch begins'],
    ['C(1CC1)', 'E_SMILES', 'Character 3', 'a branch begins'],
  ]) {
    const found = await said(fromSmiles(text));
    for (const word of words) assert.ok(found.includes(word), `${text}: ${found}`);
  }
});

test('what is written is read: brackets, charges, hydrogens, isotopes, maps, metals', async () => {
  const of = async (text) =>
    (await fromSmiles(text)).normal.atoms
      .map(({ symbol, hydrogens }) => symbol + (hydrogens || ''))
      .join(' ');
  assert.equal(await of('[CH3+0]C'), 'C3 C3');
  assert.equal(await of('[NH4+].[Cl-]'), 'N4 Cl');
  assert.equal(await of('[O-][Mn](=O)(=O)=O.[K+]'), 'O Mn O O O K');
  assert.equal(await of('[C]'), 'C');
  assert.equal(await of('C[2H]'), 'C4');
  assert.equal(await of('[H]OC([H])([H])[H]'), 'O1 C3');
  assert.equal(await of('[CH3:7][OH:1]'), 'C3 O1');
  assert.equal(await of('C%(12)CC%(12)'), 'C2 C2 C2');
  assert.equal(await of('OS(=O)(=O)O'), 'O1 S O O O1');
  assert.equal(await of('[CH2]C'), 'C2 C3');
  assert.equal(await of('CN1C=C[N+](C)=C1.F[P-](F)(F)(F)(F)F'), 'C3 N C1 C1 N C3 C1 F P F F F F F');
  assert.equal(await of('F[Sb-](F)(F)(F)(F)F'), 'F Sb F F F F F');
});

test('what the networks do not see of it is said', async () => {
  const words = async (text) => (await fromSmiles(text)).ignored.join(' ');
  assert.equal(await words('CCO'), '');
  assert.match(await words('C[C@H](N)O'), /Stereochemistry/);
  assert.match(await words('F/C=C/F'), /Stereochemistry/);
  assert.match(await words('[13CH4]'), /Isotopes/);
  assert.match(await words('[2H]OC'), /Isotopes/);
  for (const text of ['[CH3]', 'C[O]', 'CC1(C)CCCC(C)(C)N1[O]'])
    assert.match(await words(text), /Unpaired electrons/, text);
  for (const text of ['[Na]', '[C-]#[O+]', '[NH4+]', '[H+].[Cl-]', '[Fe+2]', '[BH4-]'])
    assert.doesNotMatch(await words(`C.${text}`), /Unpaired/, text);
  for (const text of [
    'O=c1cc[nH]cc1',
    '[O-]c1cc[nH+]cc1',
    'O=c1cccc[nH]1',
    'Oc1ccccn1',
    'c1nc[nH]c1',
    'CC(=O)C=C(C)O',
  ])
    assert.match(await words(text), /tautomers/, text);
  for (const text of ['CC(=O)O', 'CC(=O)NC', 'Oc1ccccc1', 'Nc1ccccc1', 'CC(=O)C', 'c1cc[nH]c1'])
    assert.doesNotMatch(await words(text), /tautomers/, text);
});

test('a matching is as large as by trying all', () => {
  const draw = random(9);
  for (let round = 0; round < 3000; round += 1) {
    const size = 2 + 2 * Math.floor(draw() * 4);
    const edges = [];
    for (let a = 0; a < size; a += 1)
      for (let b = a + 1; b < size; b += 1) if (draw() < 0.4) edges.push([a, b]);
    const all = (free) => {
      const [a] = free;
      if (a === undefined) return [[]];
      return edges
        .filter(([x, y]) => (x === a && free.has(y)) || (y === a && free.has(x)))
        .flatMap(([x, y]) =>
          all(new Set([...free].filter((v) => v !== x && v !== y))).map((rest) => [
            `${x} ${y}`,
            ...rest,
          ]),
        );
    };
    const perfect = all(new Set(Array.from({ length: size }, (_, v) => v)));
    const matching = new Matching(size, edges);
    assert.equal(matching.complete(), perfect.length > 0);
    if (perfect.length === 0) continue;
    for (const [a, b] of edges) {
      const within = perfect.filter((one) => one.includes(`${a} ${b}`)).length;
      assert.equal(matching.canJoin(a, b), within > 0, 'join');
      if (matching.mate[a] === b)
        assert.equal(matching.canPart(a, b), within < perfect.length, 'part');
    }
  }
});
