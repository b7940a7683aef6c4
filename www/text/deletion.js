// Words struck out in the order of an explanation, beside random orders: does the ranking find what matters?

import { random } from '../kit/engine/random.js';
import { percent } from '../kit/page/numbers.js';

export const RANDOM_ORDERS = 5;
const STEPS = 40;

export function shuffled(list, next) {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i -= 1) {
    const k = Math.floor(next() * (i + 1));
    [out[i], out[k]] = [out[k], out[i]];
  }
  return out;
}

/** Word numbers, the largest value first; ties in the order of the text. */
export function ranked(known, values) {
  return [...known].sort((a, b) => values[b] - values[a] || a - b);
}

/** For each k = 0 … steps the words struck out before and the first k of `order`. */
export function rows(order, struck, steps) {
  return Array.from({ length: steps + 1 }, (_, k) => [...struck, ...order.slice(0, k)]);
}

/**
 * The curves of one text.
 * @param {import('../pkg/index.js').Model} model
 * @param {import('../kit/elements/text.js').Passage & { tokenFeatures: Int32Array }} passage
 * @param {ArrayLike<number>} values relevance for `target`
 * @param {number} target
 * @param {import('../pkg/index.js').CallOptions} [call]
 */
export async function deletionCurves(model, passage, values, target, call) {
  const { text, tokenFeatures, struck } = passage;
  const known = [...tokenFeatures.keys()].filter(
    (word) => tokenFeatures[word] >= 0 && !struck.has(word),
  );
  const steps = Math.min(STEPS, known.length);
  const next = random(1);
  const orders = [
    ranked(known, values),
    ...Array.from({ length: RANDOM_ORDERS }, () => shuffled(known, next)),
  ];
  const maskedTokens = orders.flatMap((order) => rows(order, [...struck], steps));
  const { probabilities } = await model.read(text, { maskedTokens, ...call });
  if (!probabilities) throw new Error('the network gives no probabilities');
  const classes = probabilities.length / maskedTokens.length;
  const curves = orders.map((_, k) =>
    Array.from(
      { length: steps + 1 },
      (_, i) => probabilities[(k * (steps + 1) + i) * classes + target],
    ),
  );
  const [own, ...others] = curves;
  const over = (pick) => own.map((_, i) => pick(...others.map((curve) => curve[i])));
  const mean = over((...list) => list.reduce((a, b) => a + b, 0) / list.length);
  return { steps, own, mean, low: over(Math.min), high: over(Math.max) };
}

const area = (curve) => curve.reduce((a, b) => a + b, 0) / curve.length;

export function curveText({ own, mean, steps }) {
  // One word has one order.
  if (steps < 2) return 'There is one word to strike out, and so nothing to rank.';
  return (
    `Mean probability over ${steps} deletions: ${percent(area(own))} % in the order of the explanation, ` +
    `${percent(area(mean))} % in random order. The lower, the better the ranking.`
  );
}
