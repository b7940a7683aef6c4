// Which value gets full colour. Every rule is symmetric about 0.

export const NORM_TITLES = {
  max: 'largest value',
  p99: '99th percentile',
  cubic: 'cubic mean',
};

const RULES = {
  max: 'full colour = max |R|',
  p99: 'full colour = 99th percentile of |R|',
  cubic: 'full colour = 10 × cubic mean of |R|',
};

/** More than this no number of a map can be. */
const LARGEST = 3.4028234663852886e38;

export function maximum(values) {
  let best = 0;
  for (const value of values) if (Math.abs(value) > best) best = Math.abs(value);
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
  for (const size of sizes) sum += size ** 3;
  return Math.cbrt(sum / sizes.length);
}

/**
 * Numbers that are not finite do not count. The command line has the same rules and words
 * (`src/picture/normalization.rs`; `tests/scale.json` holds both to it).
 * @typedef {{ value: number, rule: string }} Scale value 0 means: all numbers are 0
 * @param {ArrayLike<number>} values @param {string} norm
 * @returns {Scale}
 */
export function fullColour(values, norm) {
  const sizes = Float64Array.from(values, Math.abs).filter(Number.isFinite);
  const max = maximum(sizes);
  if (max === 0) return { value: 0, rule: 'all values are 0' };
  if (norm === 'p99') {
    const value = percentile99(sizes);
    return value > 0
      ? { value, rule: RULES.p99 }
      : { value: max, rule: `${RULES.max} (99th percentile is 0)` };
  }
  if (norm === 'cubic')
    return { value: Math.min(LARGEST, 10 * cubicMean(sizes)), rule: RULES.cubic };
  return { value: max, rule: RULES.max };
}

/** One scale for several maps: the largest of their own. @param {Scale[]} scales */
export function sharedColour(scales) {
  const value = Math.max(0, ...scales.map((scale) => scale.value));
  const rule = scales.find((scale) => scale.value === value)?.rule ?? '';
  return { value, rule: value > 0 ? `${rule}, one scale for one unit` : rule };
}
