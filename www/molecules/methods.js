// How the catalogue's methods are asked about a molecule, and how their numbers become one per atom or
// per bond. Black-box methods take atoms out ('present'); the others look at the atoms' features, or, for
// bonds, at the adjacency.

const OUT = 'present';
const REMOVAL = { segment: 1 };
const FEATURES = { at: 'features' };
const EDGES = { at: 'adjacency' };

/** How each method is asked: about atoms, and about bonds. */
const ASKED = {
  atoms: {
    occlusion: { at: OUT, window: 1, stride: 1, mask: 0 },
    gradient: { at: OUT },
    'gradient-x-input': FEATURES,
    'smooth-grad': FEATURES,
    'smooth-grad-squared': FEATURES,
    vargrad: FEATURES,
    'integrated-gradients': FEATURES,
    deconvnet: FEATURES,
    'guided-backprop': FEATURES,
    deeplift: FEATURES,
    shapley: { at: OUT, ...REMOVAL },
    'kernel-shap': { at: OUT, ...REMOVAL },
    lime: { at: OUT, ...REMOVAL },
    saliency: { at: 'features', norm: 'abs' },
    lrp: { at: 'features', composite: 'gamma' },
  },
  bonds: {
    'gradient-x-input': EDGES,
    'integrated-gradients': EDGES,
    lrp: { at: 'adjacency', composite: 'gamma' },
    deeplift: EDGES,
  },
};

const SLOPES = 'a slope says nothing of a bond that is there or is not; gradient × input does';
const NOISE = 'a bond is there or is not, and noise makes halves of bonds';
const PAIRWISE = 'a bond stands twice in the matrix, and both places would have to go at once';

/** Why the catalogue's other methods are not offered. */
export const NOT_OFFERED = {
  atoms: {
    'grad-cam': 'the network has no feature maps with places',
    'guided-grad-cam': 'the network has no feature maps with places',
    sis: 'it has its own place under “Which atoms suffice?”',
  },
  bonds: {
    gradient: SLOPES,
    saliency: SLOPES,
    deconvnet: 'its signals have no relation to a bond’s share',
    'guided-backprop': 'its signals have no relation to a bond’s share',
    'smooth-grad': NOISE,
    'smooth-grad-squared': NOISE,
    vargrad: NOISE,
    'grad-cam': 'the network has no feature maps with places',
    'guided-grad-cam': 'the network has no feature maps with places',
    occlusion: PAIRWISE,
    shapley: PAIRWISE,
    'kernel-shap': PAIRWISE,
    lime: PAIRWISE,
    sis: PAIRWISE,
  },
};
const SHAPLEY_ATOMS = 14; // exact Shapley values: 2^n runs

/** Where the catalogue's words are those of images. */
const WORDS = {
  occlusion: {
    title: 'Removal, atom by atom',
    summary: 'How much the score drops when the atom is taken out with its bonds.',
  },
};

/** The page's own method, which knows what a fragment is. */
const FRAGMENTS = {
  name: 'fragments',
  title: 'Removal, fragment by fragment',
  summary:
    'How much the score drops without each connected fragment of the atom’s neighbourhood, shared equally among the fragment’s atoms and averaged over the fragments that the atom is in.',
  quick: false,
  params: [],
};

/** The methods that this page offers for `of`: 'atoms' or 'bonds', the usual one first. */
export function offered(catalogue, of) {
  const own = catalogue
    .filter(({ name }) => Object.hasOwn(ASKED[of], name))
    .map((entry) => ({ ...entry, ...WORDS[entry.name] }));
  return of === 'atoms' ? [FRAGMENTS, ...own] : own;
}

/** The others, with the reason: 'Grad-CAM, Guided Grad-CAM: …'. */
export function notOffered(catalogue, of) {
  const reasons = new Map();
  for (const { name, title } of catalogue) {
    if (Object.hasOwn(ASKED[of], name)) continue;
    const reason = NOT_OFFERED[of][name] ?? 'not tried on molecules';
    reasons.set(reason, [...(reasons.get(reason) ?? []), title]);
  }
  return [...reasons].map(([reason, titles]) => `${titles.join(', ')}: ${reason}`);
}

/** Why a method cannot explain this molecule, or null. */
export function unsuitable(name, structure) {
  return name === 'shapley' && structure.size > SHAPLEY_ATOMS
    ? `Exact Shapley values are computed for up to ${SHAPLEY_ATOMS} atoms; kernel SHAP estimates them.`
    : null;
}

/** What to send for a method. */
export function options(name, of) {
  return { method: name, target: 0, ...ASKED[of][name] };
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
