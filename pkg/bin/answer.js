// What a network says, in one sentence: the words of the program's command (src/cli/page/answer.rs).

import { format } from '../../www/kit/page/numbers.js';
import { top } from './subject.js';

/** @import { Model, ModelInfo } from 'heatlens' */

/** @param {ModelInfo} info */
const isBinary = ({ outputs: [first] }) =>
  first.activation === 'sigmoid' && first.shape.reduce((product, n) => product * n, 1) === 1;

/**
 * A class or side as it stands in a page.
 * @param {ModelInfo} info @param {number} target @param {'yes' | 'no' | null} side
 */
export function classWords(info, target, side) {
  const label = info.labels[side ? Number(side === 'no') : target];
  if (side) return label === undefined ? `‘${side}’` : `‘${label}’ (${side})`;
  const size = info.outputs[0].shape.reduce((product, n) => product * n, 1);
  if (size === 1) return label === undefined ? 'a larger output' : `‘${label}’`;
  return label === undefined ? `class ${target}` : `‘${label}’ (class ${target})`;
}

/** Never 0 or 100 by rounding alone. @param {number} share */
function percent(share) {
  const digits = (100 * share).toFixed(2);
  if (digits === '100.00' && share < 1) return 'above 99.99 %';
  return digits === '0.00' && share > 0 ? 'below 0.01 %' : `${digits} %`;
}

/**
 * @param {Pick<Model, 'info'>} model
 * @param {{ logits: ArrayLike<number>, probabilities: ArrayLike<number> | null }} prediction @param {string} label
 */
export function answer({ info }, { logits, probabilities }, label) {
  const best = top(logits);
  let words;
  if (probabilities && isBinary(info)) {
    const side = probabilities[0] >= 0.5 ? 'yes' : 'no';
    const share = side === 'yes' ? probabilities[0] : 1 - probabilities[0];
    words = `${classWords(info, 0, side)}, probability ${percent(share)}`;
  } else if (probabilities) {
    words = `${classWords(info, best, null)}, probability ${percent(probabilities[best])}`;
  } else if (logits.length === 1) words = format(logits[0]);
  else words = `${classWords(info, best, null)}, raw output ${format(logits[best])}`;
  return { words, sentence: `${label} says ${words}.` };
}
