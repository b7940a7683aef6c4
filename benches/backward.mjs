// Explanations as ONNX graphs, for runtimes that have no gradient: the forward pass, and behind it the
// backward pass written by hand, node by node.
import { Graph, constants, forward, toOnnx } from './onnx.mjs';

const EPSILON = 1e-6;

/**
 * The network with its explanation as the one output: inputs `x` [N, …] and `seed` [N, classes] (one at
 * the explained class), output of the shape of `x`. Tasks: `forward` is the network itself; `saliency`
 * |gradient|; `guided` guided backpropagation; `lrp-epsilon` the ε rule at every layer.
 */
export function explainingOnnx(network, task) {
  if (task === 'forward') return toOnnx(network);
  const { layers, shape, classes } = network;
  const graph = new Graph();
  const values = [graph.input('x', ['N', ...shape])];
  const weights = [{}];
  for (const layer of layers.slice(1)) {
    weights.push(constants(graph, layer));
    const inputs = layer.inputs.map((id) => values[id]);
    values.push(forward(graph, layer, inputs, weights.at(-1)));
  }
  const arrived = layers.map(() => []);
  const seed = graph.input('seed', ['N', classes]);
  const epsilon = task === 'lrp-epsilon';
  arrived[layers.length - 1].push(epsilon ? graph.node('Mul', [values.at(-1), seed]) : seed);
  for (let id = layers.length - 1; id > 0; id--) {
    const [first, ...others] = arrived[id];
    const signal = others.reduce((sum, other) => graph.node('Add', [sum, other]), first);
    const context = { graph, task, layer: layers[id], y: values[id], weight: weights[id].weight };
    const x = layers[id].inputs.map((source) => values[source]);
    const from = layers[id].inputs.map((source) => layers[source].shape);
    backward(context, signal, x, from).forEach((part, k) => {
      arrived[layers[id].inputs[k]].push(part);
    });
  }
  const result = arrived[0][0];
  return graph.bytes(task === 'saliency' ? graph.node('Abs', [result]) : result, ['N', ...shape]);
}

/** What arrives at each input of a layer. */
function backward({ graph, task, layer, y, weight }, signal, [x], [from, ...more]) {
  switch (layer.op) {
    case 'relu': {
      if (task === 'lrp-epsilon') return [signal];
      const positive = task === 'guided' ? graph.node('Relu', [signal]) : signal;
      return [graph.node('Mul', [positive, graph.node('Sign', [y])])];
    }
    case 'conv':
    case 'dense': {
      if (task !== 'lrp-epsilon') return [transposed(graph, layer, from, weight, signal)];
      const ratio = graph.node('Div', [signal, stabilised(graph, y)]);
      return [graph.node('Mul', [x, transposed(graph, layer, from, weight, ratio)])];
    }
    case 'pool':
      return [unpool(graph, layer, from, x, signal)];
    case 'flatten':
      return [graph.node('Reshape', [signal, graph.ints([-1, ...from])])];
    case 'concat':
      return graph.nodes(
        'Split',
        [signal, graph.ints([from, ...more].map(([c]) => c))],
        1 + more.length,
        {
          axis: 1,
        },
      );
    case 'average':
      return [spread({ graph, task }, from, x, y, signal)];
  }
}

function stabilised(graph, z) {
  const zero = graph.floats([], Float32Array.of(0));
  const [plus, minus] = [EPSILON, -EPSILON].map((e) => graph.floats([], Float32Array.of(e)));
  const sign = graph.node('Where', [graph.node('Less', [z, zero]), minus, plus]);
  return graph.node('Add', [z, sign]);
}

function transposed(graph, layer, [, height], weight, signal) {
  if (layer.op === 'dense') return graph.node('MatMul', [signal, weight]);
  const { kernel, stride, pad, shape } = layer;
  const missing = height + 2 * pad - kernel - (shape[1] - 1) * stride;
  return graph.node('ConvTranspose', [signal, weight], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    output_padding: [missing, missing],
  });
}

/** Each value goes where the window's maximum is; a second pooling tells where. */
function unpool(graph, { kernel, stride }, from, x, signal) {
  const window = { kernel_shape: [kernel, kernel], strides: [stride, stride] };
  const [, where] = graph.nodes('MaxPool', [x], 2, window);
  const flat = (name) => graph.node('Reshape', [name, graph.ints([-1])]);
  const zeros = graph.node('ConstantOfShape', [graph.node('Shape', [flat(x)])]);
  const scattered = graph.node('ScatterElements', [zeros, flat(where), flat(signal)], {
    axis: 0,
    reduction: 'add',
  });
  return graph.node('Reshape', [scattered, graph.ints([-1, ...from])]);
}

function spread({ graph, task }, [channels, height, width], x, y, signal) {
  const column = (name) => graph.node('Reshape', [name, graph.ints([-1, channels, 1, 1])]);
  const share = graph.floats([], Float32Array.of(1 / (height * width)));
  if (task !== 'lrp-epsilon') {
    const scaled = graph.node('Mul', [column(signal), share]);
    return graph.node('Expand', [scaled, graph.node('Shape', [x])]);
  }
  const ratio = graph.node('Div', [signal, stabilised(graph, y)]);
  return graph.node('Mul', [x, graph.node('Mul', [column(ratio), share])]);
}
