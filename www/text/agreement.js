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

/**
 * Agreement of two lists of relevance on the words that both networks know.
 * @param {ArrayLike<number>} first @param {ArrayLike<number>} second
 * @param {number[]} words
 */
export function agreement(first, second, words, top = 10) {
  const [a, b] = [words.map((word) => first[word]), words.map((word) => second[word])];
  const size = (values) => Math.max(1e-12, ...values.map(Math.abs));
  const [sa, sb] = [size(a), size(b)];
  const best = (values) =>
    words
      .map((word, i) => [word, values[i]])
      .sort((x, y) => y[1] - x[1])
      .slice(0, top)
      .map(([word]) => word);
  const [topA, topB] = [best(a), best(b)];
  // Words that both find weighty, each in its own measure, with opposite signs.
  const opposed = words
    .map((word, i) => ({ word, a: a[i] / sa, b: b[i] / sb }))
    .filter((each) => each.a * each.b < 0 && Math.min(Math.abs(each.a), Math.abs(each.b)) > 0.05)
    .sort((x, y) => Math.abs(y.a - y.b) - Math.abs(x.a - x.b))
    .slice(0, 8);
  return {
    correlation: words.length > 2 ? spearman(a, b) : NaN,
    shared: topA.filter((word) => topB.includes(word)),
    top: Math.min(top, words.length),
    opposed,
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
