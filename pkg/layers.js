/**
 * The conservation report, which comes as one table (`LayerTable` in `src/explanation.rs`): the words of all layers in one
 * string, and eight numbers a layer.
 * @typedef {{ words: string, numbers: Float64Array }} Table
 */

/**
 * A result with an object per layer in place of the table.
 * @template T
 * @param {T} result
 * @returns {T}
 */
export function withLayers(result) {
  const holder = /** @type {{ layers: Table | import('./index.d.ts').LayerSum[] }} */ (result);
  if (!Array.isArray(holder.layers)) holder.layers = layers(holder.layers);
  return result;
}

/**
 * @param {Table} table
 * @returns {import('./index.d.ts').LayerSum[]}
 */
function layers({ words, numbers }) {
  let end = 0;
  const word = (/** @type {number} */ next) => words.slice(end, (end = next));
  return Array.from({ length: numbers.length / 8 }, (_, layer) => {
    const [nodeEnd, kindEnd, ruleEnd, ...sums] = numbers.subarray(8 * layer, 8 * layer + 8);
    const [relevanceIn, relevanceOut, bias, stabilizer, ties] = sums;
    return {
      node: word(nodeEnd),
      kind: /** @type {import('./index.d.ts').NodeKind} */ (word(kindEnd)),
      rule: word(ruleEnd),
      relevanceIn,
      relevanceOut,
      bias,
      stabilizer,
      ties,
    };
  });
}
