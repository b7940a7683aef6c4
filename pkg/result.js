/**
 * Names what the wasm gives as numbers in a fixed order (`src/wasm.rs`): making the objects there would cost
 * more than running a small network.
 */

/** @typedef {import('./protocol.js').ExplainRequest} ExplainRequest */
/** @typedef {import('./index.d.ts').ModelInfo} ModelInfo */
/** @typedef {import('./index.d.ts').MethodEntry} MethodEntry */

/**
 * A request as the wasm reads it.
 * @param {Pick<ExplainRequest, 'target' | 'at'> & Partial<ExplainRequest>} request
 */
export function ordered({ method, at, target, parameters = [] }) {
  const { output, class: class_, against, node, index, channel } = target;
  return [method, at, output, class_, against, node, index, channel, ...parameters.flat()];
}

/**
 * @param {any} raw
 * @param {ModelInfo['outputs']} outputs
 */
export function prediction(raw, outputs) {
  return outputs.map(({ name, shape }, k) => {
    return { name, shape: [...shape], logits: raw[2 * k], probabilities: raw[2 * k + 1] };
  });
}

/** @typedef {{ name: MethodEntry['name'], signed: boolean, defaults: Record<string, any> }} Method */

/**
 * What explanations need of the catalogue, by name of the method.
 * @param {MethodEntry[]} entries
 * @returns {Map<string, Method>}
 */
export function methodsByName(entries) {
  return new Map(
    entries.map(({ name, signed, params }) => {
      const defaults = params.map((param) => [param.name, param.default]);
      return [name, { name, signed, defaults: Object.fromEntries(defaults) }];
    }),
  );
}

/**
 * @param {any} raw
 * @param {ExplainRequest} request
 * @param {Method} method
 * @param {ModelInfo['nodes']} nodes
 * @returns {import('./index.d.ts').Explanation}
 */
export function explanation([numbers, relevance, words, sis], request, method, nodes) {
  const end = 8 + numbers[7];
  const lines = words.split('\n');
  const layers = layerSums(numbers, end, lines, nodes);
  const extra = end + 1 + 6 * layers.length;
  // Most explanations have neither further numbers nor notes, and this is asked for at every stroke.
  /** @type {string[]} */
  const more = lines.length > layers.length + 1 ? lines.slice(layers.length, -1) : [];
  const values = numbers.length - extra;
  return {
    method: method.name,
    parameters: { ...method.defaults, ...given(request) },
    target: numbers[0],
    against: numbers[1] < 0 ? null : numbers[1],
    side: numbers[2] === 0 ? null : numbers[2] > 0 ? 'yes' : 'no',
    score: numbers[3],
    shape: Array.from(numbers.subarray(8, end)),
    relevance,
    sum: numbers[4],
    expected: Number.isNaN(numbers[5]) ? null : numbers[5],
    signed: method.signed,
    layer: numbers[6] < 0 ? null : nodes[numbers[6]].name,
    layers,
    sis,
    extra: Object.fromEntries(more.slice(0, values).map((name, k) => [name, numbers[extra + k]])),
    notes: more.slice(values),
  };
}

/**
 * The parameters of a request. Arrays are copied: buffers of a result are moved to the caller, and a search gives several.
 * @param {ExplainRequest} request
 */
function given({ parameters }) {
  const copy = (/** @type {number | string | Float32Array} */ value) =>
    value instanceof Float32Array ? value.slice() : value;
  return Object.fromEntries(parameters.map(([name, value]) => [name, copy(value)]));
}

/**
 * @param {any} raw
 * @param {ModelInfo['nodes']} nodes
 * @returns {import('./index.d.ts').Trace}
 */
export function trace([score, values, numbers, words], nodes) {
  const lines = words.split('\n').slice(0, -1);
  const layers = layerSums(numbers, 0, lines, nodes);
  return { score, nodes: values, layers, notes: lines.slice(layers.length) };
}

/**
 * @param {Float64Array} numbers
 * @param {number} start where it says how many layers there are, then six numbers for each
 * @param {string[]} rules
 * @param {ModelInfo['nodes']} nodes
 */
function layerSums(numbers, start, rules, nodes) {
  const layers = [];
  for (let k = 0; k < numbers[start]; k++) {
    const at = start + 1 + 6 * k;
    const { name, kind } = nodes[numbers[at]];
    layers.push({
      node: name,
      kind,
      rule: rules[k],
      out: numbers[at + 1],
      passed: numbers[at + 2],
      bias: numbers[at + 3],
      stabilizer: numbers[at + 4],
      ties: numbers[at + 5],
    });
  }
  return layers;
}
