// Writes small .onnx files: a graph of nodes with float weights.

function varint(value) {
  const bytes = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

const int = (number, value) => Buffer.concat([varint(8 * number), varint(value)]);
const bytes = (number, content) => {
  const body = Buffer.from(content);
  return Buffer.concat([varint(8 * number + 2), varint(body.length), body]);
};
const join = (number, parts) => parts.map((part) => bytes(number, part));

/** A float tensor. */
const tensor = ([name, dims, values]) =>
  Buffer.concat([
    ...dims.map((n) => int(1, n)),
    int(2, 1),
    bytes(8, name),
    bytes(9, Buffer.from(Float32Array.from(values).buffer)),
  ]);

/** A float input or output; null is the batch. */
function value([name, dims]) {
  const axes = dims.map((n) => bytes(1, n === null ? bytes(2, 'N') : int(1, n)));
  const type = Buffer.concat([int(1, 1), bytes(2, Buffer.concat(axes))]);
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, type))]);
}

/** An operator call, `[op, inputs, output, { attribute: whole number }]`; names with blanks between. */
function node([op, inputs, output, attributes = {}]) {
  const own = Object.entries(attributes).map(([name, n]) =>
    bytes(5, Buffer.concat([bytes(1, name), int(3, n), int(20, 2)])),
  );
  return Buffer.concat([...join(1, inputs.split(' ')), bytes(2, output), bytes(4, op), ...own]);
}

/**
 * @param {{ input: [string, (number|null)[]], output: [string, (number|null)[]],
 *   nodes: [string, string, string, object?][], weights: [string, number[], ArrayLike<number>][],
 *   metadata?: Record<string, string> }} graph
 */
export function onnx({ input, output, nodes, weights, metadata = {} }) {
  const graph = Buffer.concat([
    ...join(1, nodes.map(node)),
    ...join(5, weights.map(tensor)),
    bytes(11, value(input)),
    bytes(12, value(output)),
  ]);
  return Buffer.concat([
    int(1, 8),
    bytes(7, graph),
    bytes(8, Buffer.concat([bytes(1, ''), int(2, 17)])),
    ...Object.entries(metadata).map((pair) =>
      bytes(14, Buffer.concat(pair.map((text, k) => bytes(k + 1, text)))),
    ),
  ]);
}
