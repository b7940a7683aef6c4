// Which methods explain texts here, and with which parameters.

/** Not for words one after the other: maps of image size, all coalitions, sets (which have their own section). */
const ELSEWHERE = ['grad-cam', 'guided-grad-cam', 'shapley', 'sis'];
/** Coalitions of a sampled method, for each of two seeds: Kernel SHAP needs two per word at least. */
const coalitions = (words) => Math.max(300, 3 * words);

export function applicable(catalogue) {
  const first = ['lrp', 'gradient-x-input', 'integrated-gradients', 'occlusion'];
  const place = ({ name }) => (first.indexOf(name) + first.length + 1) % (first.length + 1);
  return catalogue
    .filter(({ name }) => !ELSEWHERE.includes(name))
    .map((entry) => ({ ...entry, quick: entry.quick && entry.whiteBox }))
    .sort((a, b) => place(a) - place(b));
}

export const sampled = ({ name }) => name === 'kernel-shap' || name === 'lime';

/** The options of explainText for a state and a network. */
export function options(entry, { fill }, model, words) {
  const out = { method: entry.name };
  for (const { name, kind } of entry.params) {
    // Only the network with embeddings has a mean word.
    if (
      kind === 'fill' &&
      fill === 'mean' &&
      model === 'cnn' &&
      name !== 'low' &&
      name !== 'high'
    ) {
      out[name] = 'mean';
    }
  }
  if (sampled(entry)) out.samples = coalitions(words);
  return out;
}
