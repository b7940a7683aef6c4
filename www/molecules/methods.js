// How the catalogue's methods are asked about a molecule, and how their numbers become one per atom or
// per bond. Black-box methods take atoms out ('present'); the others look at the atoms' features, or, for
// bonds, at the adjacency.

/** @import { MethodEntry } from '../pkg/index.js' */

const OUT = 'present';

/** How a method is asked where it is not as {@link asked} has its kind. */
const SPECIAL = {
  atoms: {
    occlusion: { at: OUT, window: 1, stride: 1, mask: 0 },
    gradient: { at: OUT },
    saliency: { at: 'features', norm: 'abs' },
    lrp: { at: 'features', composite: 'gamma' },
  },
  bonds: {
    lrp: { at: 'adjacency', composite: 'gamma' },
  },
};

/** How a method is asked about atoms or bonds; null where it is not. @param {MethodEntry} entry */
function asked(entry, of) {
  if (whyNot(entry, of) !== null) return null;
  const { name, needs } = entry;
  if (Object.hasOwn(SPECIAL[of], name)) return SPECIAL[of][name];
  if (of === 'bonds') return { at: 'adjacency' };
  return needs.length > 0 ? { at: 'features' } : { at: OUT, segment: 1 };
}

/** Why a method is not offered, or null. @param {MethodEntry} entry */
export function whyNot({ name, needs, sampled, sums, signed, contrast }, of) {
  if (needs.includes('convolution')) return 'the network has no feature maps with places';
  if (of === 'atoms') {
    return name === 'sis' ? 'it has its own place under “Which atoms suffice?”' : null;
  }
  if (needs.length === 0) {
    return 'a bond stands twice in the matrix, and both places would have to go at once';
  }
  if (!sums.startsWith('nothing')) return null;
  if (sampled) return 'a bond is there or is not, and noise makes halves of bonds';
  return signed && contrast === 'propagated'
    ? 'its signals have no relation to a bond’s share'
    : 'a slope says nothing of a bond that is there or is not; gradient × input does';
}

const SHAPLEY_ATOMS = 14; // exact Shapley values: 2^n runs

/** Where the catalogue's words are those of images, or of all composites. */
const WORDS = {
  occlusion: {
    title: 'Removal, atom by atom',
    summary: 'How much the score drops when the atom is taken out with its bonds.',
  },
  lrp: { title: 'LRP-γ' },
};

/** The page's own method, which knows what a fragment is. */
const FRAGMENTS = {
  name: 'fragments',
  title: 'Removal, by fragments',
  summary:
    'How much the score drops without each connected fragment of the atom’s neighbourhood, shared equally among the fragment’s atoms and averaged over the fragments that the atom is in.',
  quick: false,
  params: [],
};

/** The methods that this page offers for `of`: 'atoms' or 'bonds', the usual one first. @param {MethodEntry[]} catalogue */
export function offered(catalogue, of) {
  const own = catalogue
    .filter((entry) => whyNot(entry, of) === null)
    .map((entry) => ({ ...entry, ...WORDS[entry.name] }));
  return of === 'atoms' ? [FRAGMENTS, ...own] : own;
}

/** The others, with the reason: 'Grad-CAM, Guided Grad-CAM: …'. @param {MethodEntry[]} catalogue */
export function notOffered(catalogue, of) {
  const reasons = new Map();
  for (const entry of catalogue) {
    const reason = whyNot(entry, of);
    if (reason !== null) reasons.set(reason, [...(reasons.get(reason) ?? []), entry.title]);
  }
  return [...reasons].map(([reason, titles]) => `${titles.join(', ')}: ${reason}`);
}

/** Why a method cannot explain this molecule, or null. */
export function unsuitable(name, structure) {
  return name === 'shapley' && structure.size > SHAPLEY_ATOMS
    ? `Exact Shapley values are computed for up to ${SHAPLEY_ATOMS} atoms; kernel SHAP estimates them.`
    : null;
}

/** The catalogue's entry of a method. @param {MethodEntry[]} catalogue @param {string} method */
export function entryOf(catalogue, method) {
  const entry = catalogue.find(({ name }) => name === method);
  if (!entry) throw new Error(`no method is named ${method}`);
  return entry;
}

/** What to send for a method. @param {MethodEntry} entry */
export function options(entry, of) {
  return { method: entry.name, target: 0, ...asked(entry, of) };
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

/** An explanation by atoms or bonds, as <heat-molecule> draws it; null: none. @param {{ explanation: any, values: Float32Array } | null} result */
export const drawn = (result) =>
  result && { ...result.explanation, relevance: result.values, shape: [result.values.length] };
