// Where two networks go by the same words, and where not.

/** Ranks from 0, ties sharing their mean. */
function ranks(values) {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const out = new Array(values.length);
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end < order.length && values[order[end]] === values[order[i]]) end += 1;
    for (let k = i; k < end; k += 1) out[order[k]] = (i + end - 1) / 2;
    i = end;
  }
  return out;
}

function pearson(a, b) {
  const mean = (list) => list.reduce((x, y) => x + y, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += (value - ma) * (b[i] - mb);
    aa += (value - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

/** Spearman's rank correlation; NaN where one side is constant. */
export const spearman = (a, b) => pearson(ranks(a), ranks(b));

/** Places at the front of a ranking. */
const PLACES = 10;
/** Below this, which words come first says nothing. */
const FEWEST = 3;

/**
 * Agreement of two lists of numbers, one of each for every word that both networks know.
 * @param {number[]} a @param {number[]} b
 * @returns {{correlation: number, top: number, shared: number[], opposed: number[]}} `shared`: which of the first
 *   `top` words are the same; at most half of the words are first, so that none has to be. 0 places: too few words.
 *   `opposed`: words that both find weighty, each in its own measure, with opposite signs
 */
export function agreement(a, b) {
  const words = a.map((_, word) => word);
  const half = Math.min(PLACES, Math.floor(words.length / 2));
  const top = half < FEWEST ? 0 : half;
  const size = (values) => Math.max(1e-12, ...values.map(Math.abs));
  const [sa, sb] = [size(a), size(b)];
  const best = (values) => [...words].sort((x, y) => values[y] - values[x]).slice(0, top);
  const [topA, topB] = [best(a), best(b)];
  const weight = (word) => Math.min(Math.abs(a[word]) / sa, Math.abs(b[word]) / sb);
  const apart = (word) => Math.abs(a[word] / sa - b[word] / sb);
  return {
    correlation: words.length > 2 ? spearman(a, b) : NaN,
    top,
    shared: topA.filter((word) => topB.includes(word)),
    opposed: words
      .filter((word) => a[word] * b[word] < 0 && weight(word) > 0.05)
      .sort((x, y) => apart(y) - apart(x))
      .slice(0, 8),
  };
}

/** The share of the absolute relevance that falls on marked words; NaN where there is none. */
export function shareOn(values, marked) {
  let [part, all] = [0, 0];
  Array.from(values).forEach((value, word) => {
    all += Math.abs(value);
    if (marked.has(word)) part += Math.abs(value);
  });
  return part / all;
}
