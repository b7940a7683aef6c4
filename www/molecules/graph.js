// What the graph networks see of a molecule: its heavy atoms as rows of 0/1 features, its bonds as
// one adjacency matrix per kind. The page and the training data are both made here, with the same
// version of the same library, so that a network sees in the page what it was trained on.

/** Elements that have a feature of their own; any other is "other". */
const ELEMENTS = [
  ['C', 6],
  ['N', 7],
  ['O', 8],
  ['F', 9],
  ['P', 15],
  ['S', 16],
  ['Cl', 17],
  ['Br', 35],
  ['I', 53],
];

/** Names of an atom's features, in the order of the network's last axis. */
export const FEATURES = [
  'atom',
  ...ELEMENTS.map(([symbol]) => symbol),
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
  '1 π electron',
  '2 π electrons',
  '1 neighbour',
  '2 neighbours',
  '3 neighbours',
  '4 or more neighbours',
];

/** Kinds of bonds, in the order of the adjacency's first axis. */
export const BONDS = ['single', 'double', 'triple', 'aromatic'];

const column = (name) => FEATURES.indexOf(name);

/** Which features an atom has, as columns in rising order. */
function featuresOf(molecule, atom) {
  const element = ELEMENTS.findIndex(([, number]) => number === molecule.getAtomicNo(atom));
  const columns = [column('atom'), element < 0 ? column('other element') : 1 + element];
  const charge = molecule.getAtomCharge(atom);
  const counted = (first, n, most) => n > 0 && columns.push(column(first) + Math.min(n, most) - 1);
  counted('1 hydrogen', molecule.getAllHydrogens(atom), 3);
  if (charge !== 0) columns.push(column(charge > 0 ? 'positive charge' : 'negative charge'));
  if (molecule.isAromaticAtom(atom)) columns.push(column('aromatic'));
  // Rings of up to 7 atoms are found one by one; a larger one only shows in the ring bonds.
  const ring = molecule.getAtomRingSize(atom) || (molecule.isRingAtom(atom) ? 8 : 0);
  counted('ring of 3', ring - 2, 5);
  counted('1 π electron', molecule.getAtomPi(atom), 2);
  counted('1 neighbour', molecule.getConnAtoms(atom), 4);
  return columns;
}

/** A bond's index in BONDS. */
function kindOf(molecule, bond) {
  if (molecule.isAromaticBond(bond)) return BONDS.indexOf('aromatic');
  // Order 0 is a bond to a metal.
  return Math.min(Math.max(molecule.getBondOrder(bond), 1), 3) - 1;
}

/**
 * The heavy atoms and bonds of a molecule of openchemlib whose helper arrays hold its rings.
 * @returns {{ atoms: number[][], bonds: [number, number, number][] }} columns of FEATURES by atom;
 *   first atom, second atom and index in BONDS by bond
 */
export function describe(molecule) {
  const atoms = [];
  for (let atom = 0; atom < molecule.getAtoms(); atom += 1) atoms.push(featuresOf(molecule, atom));
  const bonds = [];
  for (let bond = 0; bond < molecule.getBonds(); bond += 1) {
    const ends = [molecule.getBondAtom(0, bond), molecule.getBondAtom(1, bond)];
    bonds.push([...ends, kindOf(molecule, bond)]);
  }
  return { atoms, bonds };
}

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
