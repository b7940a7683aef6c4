// Which value gets full colour (vmax). Every rule is symmetric about 0.

import { ALL_ZERO, MISSED, NORMALISATIONS } from './palettes.js';

/** More than this no number of a map can be. */
const LARGEST = 3.4028234663852886e38;

/** The largest size of a finite number. @param {ArrayLike<number>} values */
export function maximum(values) {
  let best = 0;
  for (let i = 0; i < values.length; i += 1) {
    const size = Math.abs(values[i]);
    if (size > best && size < Infinity) best = size;
  }
  return best;
}

function percentile99(sizes) {
  sizes.sort();
  const at = 0.99 * (sizes.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sizes.length - 1, low + 1);
  return sizes[low] + (sizes[high] - sizes[low]) * (at - low);
}

function cubicMean(sizes) {
  let sum = 0;
  for (const size of sizes) sum += size * size * size;
  return Math.min(LARGEST, 10 * Math.cbrt(sum / sizes.length));
}

/**
 * Numbers that are not finite do not count. The program has the same rules (`src/picture/normalization.rs`;
 * `tests/scale.json` holds both to it), and like this rounds to single precision at the end.
 * @typedef {{ vmax: number, rule: string }} Scale vmax 0 means: all numbers are 0
 * @param {ArrayLike<number>} values @param {string} normalisation
 * @returns {Scale}
 */
export function vmaxOf(values, normalisation) {
  const largest = Math.fround(maximum(values));
  if (largest === 0) return { vmax: 0, rule: ALL_ZERO };
  const { rule } = NORMALISATIONS[normalisation];
  if (normalisation === 'max') return { vmax: largest, rule };
  const sizes = Float64Array.from(values, Math.abs).filter(Number.isFinite);
  if (normalisation === 'cubic') return { vmax: Math.fround(cubicMean(sizes)), rule };
  const vmax = Math.fround(percentile99(sizes));
  return vmax > 0 ? { vmax, rule } : { vmax: largest, rule: MISSED };
}

/** One scale for several maps: the largest of their own. @param {Scale[]} scales */
export function sharedVmax(scales) {
  const vmax = Math.max(0, ...scales.map((scale) => scale.vmax));
  const rule = scales.find((scale) => scale.vmax === vmax)?.rule ?? '';
  return { vmax, rule: vmax > 0 ? `${rule}, one scale for one unit` : rule };
}

/** A scale's rule without symbols. @param {string} rule */
export const ruleInWords = (rule) =>
  rule
    .replace('full colour =', 'full colour:')
    .replace('max |R|', 'largest value')
    .replace(' of |R|', '');

/** How many numbers of a map lie outside its scale, in words; empty if all are finite. */
export function nonfiniteText(values) {
  let count = 0;
  for (let i = 0; i < values.length; i += 1) if (!Number.isFinite(values[i])) count += 1;
  if (count === 0) return '';
  return count === 1
    ? '1 value is not finite (hatched)'
    : `${count} values are not finite (hatched)`;
}
