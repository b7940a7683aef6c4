// TensorFlow.js on its wasm backend: one thread, SIMD. Images are [N, height, width, channels] there.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

export const name = 'tfjs-wasm';

const EPSILON = 1e-6;

export async function start({ tfjsFolder }) {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setThreadsCount(1);
  setWasmPaths(tfjsFolder);
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs could not start its wasm backend');
}

export function prepare(network, task, batch, target) {
  const run = { forward: predict, saliency, 'lrp-epsilon': epsilon }[task];
  if (!run) return null;
  const weights = network.layers.map((layer) => constants(network, layer));
  const images = toLast(tf.tensor(network.input(batch), [batch, ...network.shape]));
  return {
    run: () => {
      const result = tf.tidy(() => run(network, weights, images, target));
      const data = result.dataSync();
      result.dispose();
      return data;
    },
    dispose: () => {
      for (const { weight, bias } of weights) tf.dispose([weight, bias].filter(Boolean));
      images.dispose();
    },
  };
}

const toLast = (images) => tf.tidy(() => tf.transpose(images, [0, 2, 3, 1]));
const toFirst = (images) => tf.transpose(images, [0, 3, 1, 2]);

/** A layer's weights as tfjs wants them: conv [k, k, in, out], dense [in, out]. */
function constants({ layers }, { op, weight, bias, shape, kernel, inputs }) {
  if (!weight) return {};
  const outputs = shape[0];
  return tf.tidy(() => {
    if (op === 'conv') {
      const channels = weight.length / outputs / kernel ** 2;
      const taps = tf.tensor(weight, [outputs, channels, kernel, kernel]);
      return { weight: tf.transpose(taps, [2, 3, 1, 0]), bias: tf.tensor(bias) };
    }
    let matrix = tf.tensor(weight, [outputs, weight.length / outputs]);
    const source = layers[inputs[0]];
    if (source.op === 'flatten') {
      // The flattened image is in another order here.
      const image = layers[source.inputs[0]].shape;
      const ordered = toLast(tf.reshape(matrix, [outputs, ...image]));
      matrix = tf.reshape(ordered, [outputs, -1]);
    }
    return { weight: tf.transpose(matrix), bias: tf.tensor(bias) };
  });
}

function forward({ layers }, weights, images) {
  const values = [images];
  layers.slice(1).forEach((layer, k) => {
    const { weight, bias } = weights[k + 1];
    const x = values[layer.inputs[0]];
    values.push(
      step(
        layer,
        x,
        weight,
        bias,
        layer.inputs.map((id) => values[id]),
      ),
    );
  });
  return values;
}

function step({ op, kernel, stride, pad }, x, weight, bias, inputs) {
  switch (op) {
    case 'conv':
      return tf.add(tf.conv2d(x, weight, stride, pad), bias);
    case 'relu':
      return tf.relu(x);
    case 'pool':
      return tf.maxPool(x, kernel, stride, 'valid');
    case 'flatten':
      return tf.reshape(x, [x.shape[0], -1]);
    case 'dense':
      return tf.add(tf.matMul(x, weight), bias);
    case 'concat':
      return tf.concat(inputs, 3);
    case 'average':
      return tf.mean(x, [1, 2]);
  }
}

function predict(network, weights, images) {
  return forward(network, weights, images).at(-1);
}

function saliency(network, weights, images, target) {
  const logit = (x) => {
    const logits = forward(network, weights, x).at(-1);
    return tf.sum(tf.slice(logits, [0, target], [-1, 1]));
  };
  return toFirst(tf.abs(tf.grad(logit)(images)));
}

/** LRP-ε of a chain of layers: the transposed layer at R / (z + ε sign z), times x. */
function epsilon({ layers, classes }, weights, images, target) {
  const values = forward({ layers }, weights, images);
  let signal = tf.mul(values.at(-1), tf.oneHot([target], classes));
  for (let id = layers.length - 1; id > 0; id--) {
    const { op, kernel, stride, pad } = layers[id];
    const x = values[id - 1];
    if (op === 'flatten') signal = tf.reshape(signal, x.shape);
    if (op === 'pool') {
      signal = tf.grads((x) => tf.maxPool(x, kernel, stride, 'valid'))([x], signal)[0];
    }
    if (op !== 'conv' && op !== 'dense') continue;
    const z = values[id];
    const sign = tf.sub(tf.mul(tf.cast(tf.greaterEqual(z, 0), 'float32'), 2 * EPSILON), EPSILON);
    const ratio = tf.div(signal, tf.add(z, sign));
    const { weight } = weights[id];
    const back =
      op === 'dense'
        ? tf.matMul(ratio, weight, false, true)
        : tf.conv2dTranspose(ratio, weight, x.shape, stride, pad);
    signal = tf.mul(x, back);
  }
  return toFirst(signal);
}
