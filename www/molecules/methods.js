// How the catalogue's methods are asked about a molecule, and how their numbers become one per atom or
// per bond. Black-box methods take atoms out ('present'); the others look at the atoms' features, or, for
// bonds, at the adjacency.

const OUT = 'present';
const REMOVAL = { segment: 1 };

const ATOMS = {
  occlusion: { at: OUT, window: 1, stride: 1, mask: 0 },
  gradient: { at: OUT },
  shapley: { at: OUT, ...REMOVAL },
  'kernel-shap': { at: OUT, ...REMOVAL },
  lime: { at: OUT, ...REMOVAL },
  saliency: { at: 'features', norm: 'abs' },
  lrp: { at: 'features', composite: 'gamma' },
};
const NOT_HERE = ['grad-cam', 'guided-grad-cam', 'sis'];
const BONDS = ['gradient-x-input', 'integrated-gradients', 'lrp', 'deeplift'];
const SHAPLEY_ATOMS = 14; // exact Shapley values: 2^n runs

/** Where the catalogue's words are those of images. */
const WORDS = {
  occlusion: {
    title: 'Removal, atom by atom',
    summary: 'How much the score drops when the atom is taken out with its bonds.',
  },
};

/** The catalogue's methods that this page offers for `of`: 'atoms' or 'bonds'. */
export function offered(catalogue, of) {
  return catalogue
    .filter(({ name }) => (of === 'bonds' ? BONDS.includes(name) : !NOT_HERE.includes(name)))
    .map((entry) => ({ ...entry, ...WORDS[entry.name] }));
}

/** Why a method cannot explain this molecule, or null. */
export function unsuitable(name, structure) {
  return name === 'shapley' && structure.size > SHAPLEY_ATOMS
    ? `Exact Shapley values are computed for up to ${SHAPLEY_ATOMS} atoms; kernel SHAP estimates them.`
    : null;
}

/** What to send for a method. */
export function options(name, of) {
  const own = ATOMS[name] ?? { at: 'features' };
  return { method: name, target: 0, ...own, ...(of === 'bonds' ? { at: 'adjacency' } : {}) };
}

/** One number per atom: what its features got. */
export function byAtom({ relevance }, { size }) {
  const each = relevance.length / size;
  return Float32Array.from({ length: size }, (_, atom) =>
    relevance.subarray(atom * each, (atom + 1) * each).reduce((sum, value) => sum + value, 0),
  );
}

/** One number per bond: what its two entries got in the matrix of its kind. */
export function byBond({ relevance }, { size, bonds }) {
  return Float32Array.from(bonds, ([a, b, kind]) => {
    const row = (i) => (kind * size + i) * size;
    return relevance[row(a) + b] + relevance[row(b) + a];
  });
}
