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
    .map((entry) => ({ ...entry, quick: entry.quick && entry.needs.length > 0 }))
    .sort((a, b) => place(a) - place(b));
}

export const sampled = ({ name }) => name === 'kernel-shap' || name === 'lime';

/** The options of explainText for a state and a network. */
export function options(entry, { fill }, model, words) {
  const out = { method: entry.name };
  for (const { name, kind } of entry.params) {
    // Only the network with embeddings has a mean word.
    if (
      kind === 'baseline' &&
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

/** A sampled method with two seeds: the mean, and from their difference the error of that mean. */
export async function twice(model, text, asked, call) {
  const runs = [];
  for (const seed of [1, 2]) runs.push(await model.explainText(text, { ...asked, seed }, call));
  const [first, second] = runs;
  const known = Math.max(1, first.tokenFeatures.filter((slot) => slot >= 0).length);
  let squares = 0;
  const relevance = first.relevance.map((value, word) => {
    squares += (value - second.relevance[word]) ** 2 / 4;
    return (value + second.relevance[word]) / 2;
  });
  const sum = relevance.reduce((a, b) => a + b, 0);
  return { ...first, relevance, sum, error: Math.sqrt(squares / known) };
}

/** A class against itself, which no method is asked: the difference is 0, and so is every word's part in it. */
export function itself({ signed }, { tokenFeatures }, target) {
  return {
    target,
    against: target,
    relevance: new Float32Array(tokenFeatures.length),
    score: 0,
    empty: 0,
    sum: 0,
    expected: 0,
    signed,
    notes: ['a class against itself: the difference is 0, whatever the words'],
  };
}
