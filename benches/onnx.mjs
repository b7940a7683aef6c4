// Writes ONNX files: just enough of protobuf.

const utf8 = new TextEncoder();

/** A protobuf message: a list of chunks of bytes. */
class Message {
  chunks = [];
  length = 0;

  raw(bytes) {
    this.chunks.push(bytes);
    this.length += bytes.length;
    return this;
  }

  varint(value) {
    let rest = BigInt.asUintN(64, BigInt(value));
    const bytes = [];
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    return this.raw(Uint8Array.of(...bytes, Number(rest)));
  }

  int(field, value) {
    return this.varint(field << 3).varint(value);
  }

  float(field, value) {
    return this.varint((field << 3) | 5).raw(new Uint8Array(Float32Array.of(value).buffer));
  }

  bytes(field, content) {
    return this.varint((field << 3) | 2)
      .varint(content.length)
      .raw(content);
  }

  text(field, content) {
    return this.bytes(field, utf8.encode(content));
  }

  message(field, { chunks, length }) {
    this.varint((field << 3) | 2).varint(length);
    for (const chunk of chunks) this.raw(chunk);
    return this;
  }

  join() {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const chunk of this.chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }
}

const FLOAT = 1;
const INT64 = 7;

function attribute(name, value) {
  const message = new Message().text(1, name);
  if (typeof value === 'string') return message.text(4, value).int(20, 3);
  if (typeof value === 'number') return message.int(3, value).int(20, 2);
  for (const item of value) message.int(8, item);
  return message.int(20, 7);
}

function value(name, dims) {
  const shape = new Message();
  for (const dim of dims) {
    const extent = new Message();
    shape.message(1, typeof dim === 'string' ? extent.text(2, dim) : extent.int(1, dim));
  }
  const tensor = new Message().int(1, FLOAT).message(2, shape);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

/** A graph in the making. Nodes must come after what they read. */
export class Graph {
  #message = new Message();
  #count = 0;

  /** An operator with one result. Attributes are whole numbers, lists of them, or texts. */
  node(op, inputs, attributes = {}) {
    return this.nodes(op, inputs, 1, attributes)[0];
  }

  nodes(op, inputs, results, attributes = {}) {
    const names = Array.from({ length: results }, () => `t${++this.#count}`);
    const message = new Message();
    for (const name of inputs) message.text(1, name);
    for (const name of names) message.text(2, name);
    message.text(3, `${op}${this.#count}`).text(4, op);
    for (const [name, value] of Object.entries(attributes)) {
      message.message(5, attribute(name, value));
    }
    this.#message.message(1, message);
    return names;
  }

  floats(dims, values) {
    return this.#tensor(dims, FLOAT, values);
  }

  ints(values) {
    return this.#tensor([values.length], INT64, BigInt64Array.from(values, BigInt));
  }

  #tensor(dims, type, values) {
    const name = `t${++this.#count}`;
    const message = new Message();
    for (const dim of dims) message.int(1, dim);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#message.message(5, message.int(2, type).text(8, name).bytes(9, bytes));
    return name;
  }

  input(name, dims) {
    this.#message.message(11, value(name, dims));
    return name;
  }

  /** The file, with one output `y`, which is the answer as it stands: thresholds are compared with it. */
  bytes(result, dims) {
    const last = new Message().text(1, result).text(2, 'y').text(3, 'y').text(4, 'Identity');
    this.#message.message(1, last).text(2, 'bench').message(12, value('y', dims));
    const opset = new Message().text(1, '').int(2, 17);
    const model = new Message().int(1, 8).text(2, 'heatlens benches');
    const read = new Message().text(1, 'heatlens.output-activation').text(2, 'identity');
    return model.message(7, this.#message).message(8, opset).message(14, read).join();
  }
}

/** Adds a layer's weights as constants. */
export function constants(graph, { op, weight, bias, shape, kernel }) {
  if (!weight) return {};
  const outputs = shape[0];
  const dims =
    op === 'dense'
      ? [outputs, weight.length / outputs]
      : [outputs, weight.length / outputs / kernel ** 2, kernel, kernel];
  return { weight: graph.floats(dims, weight), bias: graph.floats([outputs], bias) };
}

/** Adds a layer's forward pass and returns the name of its result. */
export function forward(graph, layer, [x, ...more], { weight, bias }) {
  const { op, kernel, stride, pad } = layer;
  switch (op) {
    case 'conv':
      return graph.node('Conv', [x, weight, bias], {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [pad, pad, pad, pad],
      });
    case 'relu':
      return graph.node('Relu', [x]);
    case 'pool':
      return graph.node('MaxPool', [x], {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
      });
    case 'flatten':
      return graph.node('Flatten', [x]);
    case 'dense':
      return graph.node('Gemm', [x, weight, bias], { transB: 1 });
    case 'concat':
      return graph.node('Concat', [x, ...more], { axis: 1 });
    case 'average':
      return graph.node('Flatten', [graph.node('GlobalAveragePool', [x])]);
  }
}

/** The network as an ONNX file: input `x` [N, …], output `y` [N, classes], logits or probabilities. */
export function toOnnx({ layers, shape, classes }, { softmax = false } = {}) {
  const graph = new Graph();
  const values = [graph.input('x', ['N', ...shape])];
  for (const layer of layers.slice(1)) {
    const inputs = layer.inputs.map((id) => values[id]);
    values.push(forward(graph, layer, inputs, constants(graph, layer)));
  }
  const logits = values.at(-1);
  const result = softmax ? graph.node('Softmax', [logits], { axis: 1 }) : logits;
  return graph.bytes(result, ['N', classes]);
}
