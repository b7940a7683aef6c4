// What the graph networks see of a molecule: its heavy atoms as rows of 0/1 features, its bonds as one adjacency matrix
// per kind. The page and the training data are both made here, so that a network sees in the page what it was
// trained on.

import { KINDS } from './chemistry/normal.js';

/** Elements that have a feature of their own; any other is "other". */
const ELEMENTS = ['C', 'N', 'O', 'F', 'P', 'S', 'Cl', 'Br', 'I'];

/** Names of an atom's features, in the order of the network's last axis. */
export const FEATURES = [
  'atom',
  ...ELEMENTS,
  'other element',
  '1 hydrogen',
  '2 hydrogens',
  '3 or more hydrogens',
  'positive charge',
  'negative charge',
  'aromatic',
  'ring of 3',
  'ring of 4',
  'ring of 5',
  'ring of 6',
  'larger ring',
  '1 π bond',
  '2 π bonds',
  '1 neighbour',
  '2 neighbours',
  '3 neighbours',
  '4 or more neighbours',
];

/** Kinds of bonds, in the order of the adjacency's first axis. */
export const BONDS = KINDS;

const column = (name) => FEATURES.indexOf(name);

/**
 * Which features an atom of the normal form has, as columns in rising order.
 * @param {import('./chemistry/normal.js').NormalAtom} atom
 */
function featuresOf(atom) {
  const element = ELEMENTS.indexOf(atom.symbol);
  const columns = [column('atom'), element < 0 ? column('other element') : 1 + element];
  const counted = (first, n, most) => n > 0 && columns.push(column(first) + Math.min(n, most) - 1);
  counted('1 hydrogen', atom.hydrogens, 3);
  if (atom.positive) columns.push(column('positive charge'));
  if (atom.negative) columns.push(column('negative charge'));
  if (atom.aromatic) columns.push(column('aromatic'));
  counted('ring of 3', atom.ring - 2, 5);
  counted('1 π bond', atom.pi, 2);
  counted('1 neighbour', atom.neighbours, 4);
  return columns;
}

/**
 * Features and bonds of a molecule's normal form.
 * @returns {{ atoms: number[][], bonds: [number, number, number][] }} columns of FEATURES by atom;
 *   first atom, second atom and index in BONDS by bond
 */
export const describe = ({ atoms, bonds }) => ({
  atoms: atoms.map(featuresOf),
  bonds: bonds.map(({ a, b, kind }) => [a, b, kind]),
});
/**
 * The network's two inputs: features [atoms, FEATURES], adjacency [BONDS, atoms, atoms], row-major.
 * @returns {[Float32Array, Float32Array]}
 */
export function tensors({ atoms, bonds }) {
  const n = atoms.length;
  const features = new Float32Array(n * FEATURES.length);
  const adjacency = new Float32Array(BONDS.length * n * n);
  atoms.forEach((columns, atom) => {
    for (const at of columns) features[atom * FEATURES.length + at] = 1;
  });
  for (const [a, b, kind] of bonds) {
    adjacency[(kind * n + a) * n + b] = 1;
    adjacency[(kind * n + b) * n + a] = 1;
  }
  return [features, adjacency];
}
