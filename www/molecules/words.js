// Answers and numbers in words.

/**
 * @typedef {{ model: 'ames' | 'esol', logit: number, share: number | null, info: import('../pkg/index.js').ModelInfo }} Answer
 *   `share`: a probability, where the network has one
 */

import { format, percent } from '../kit/page/numbers.js';

/**
 * What the numbers of an explanation sum to, beside the score, and which of them gets full colour.
 * @param {{ sum: number, expected: number | null, score: number }} explanation
 * @param {{ vmax: number, symbols: string, towards: string }} style
 */
export function symbols({ sum, expected, score }, { vmax, symbols: rule, towards }) {
  const promise =
    expected === null ? 'of which the method promises nothing' : `promised ${format(expected)}`;
  return `f(x) ${format(score)}, the score for “${towards}”. Σ R = ${format(sum)}, ${promise}. ${rule}${vmax > 0 ? ` = ${format(vmax)}` : ''}.`;
}

/** The network's answer. */
export function verdict({ model, logit, share }) {
  if (model === 'esol')
    return `log S = ${format(logit)}, about ${format(10 ** logit)} mol per litre`;
  return `${claim({ share })}, ${percent(confidence({ share }))} %`;
}

/** The side that the network takes of a molecule, and its probability. */
export const claim = ({ share }) => (share >= 0.5 ? 'mutagenic' : 'not mutagenic');
export const confidence = ({ share }) => Math.max(share, 1 - share);
