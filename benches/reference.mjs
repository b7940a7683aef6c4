// What every system must agree with: forward and backward passes as plain loops in f64. Slow, and
// independent of all that is measured.
import { size } from './networks.mjs';

const EPSILON = 1e-6;

/** Rules of the tasks by layer: a name, or [first convolution, other convolutions, dense and average]. */
const RULES = {
  saliency: 'gradient',
  guided: 'gradient',
  'lrp-epsilon': ['epsilon', 'epsilon', 'epsilon'],
  'lrp-plus-flat': ['flat', 'plus', 'epsilon'],
  'lrp-alpha2-beta1': ['alpha2-beta1', 'alpha2-beta1', 'epsilon'],
};

/** The result of a task for one example: logits, or a map of the input's shape. */
export function reference({ layers }, task, x, target) {
  const values = [Float64Array.from(x)];
  for (const layer of layers.slice(1)) {
    values.push(
      forward(
        layer,
        layer.inputs.map((id) => values[id]),
        shapes(layers, layer),
      ),
    );
  }
  if (task === 'forward') return values.at(-1);
  const rules = RULES[task];
  const signals = layers.map(({ shape }) => new Float64Array(size(shape)));
  signals.at(-1)[target] = rules === 'gradient' ? 1 : values.at(-1)[target];
  for (let id = layers.length - 1; id > 0; id--) {
    const layer = layers[id];
    const rule = Array.isArray(rules)
      ? rules[layer.op !== 'conv' ? 2 : layer.inputs[0] === 0 ? 0 : 1]
      : rules;
    const parts = backward(layer, {
      rule,
      guided: task === 'guided',
      x: layer.inputs.map((source) => values[source]),
      y: values[id],
      signal: signals[id],
      from: shapes(layers, layer),
    });
    parts.forEach((part, k) => {
      const sum = signals[layer.inputs[k]];
      part.forEach((value, i) => (sum[i] += value));
    });
  }
  return task === 'saliency' ? signals[0].map(Math.abs) : signals[0];
}

const shapes = (layers, { inputs }) => inputs.map((id) => layers[id].shape);

function forward(layer, [x, ...more], from) {
  const { op, shape, weight, bias } = layer;
  const y = new Float64Array(size(shape));
  if (op === 'relu') return x.map((value) => Math.max(value, 0));
  if (op === 'flatten') return x;
  if (op === 'concat') {
    let at = 0;
    for (const part of [x, ...more]) {
      y.set(part, at);
      at += part.length;
    }
  } else if (op === 'pool') {
    winners(layer, x, from[0]).forEach((winner, k) => (y[k] = x[winner]));
  } else if (op === 'average') {
    const area = from[0][1] * from[0][2];
    x.forEach((value, i) => (y[Math.floor(i / area)] += value / area));
  } else {
    const unit = y.length / bias.length;
    y.forEach((_, k) => (y[k] = bias[Math.floor(k / unit)]));
    products(layer, from[0], (k, i, w) => (y[k] += weight[w] * x[i]));
  }
  return y;
}

/** Calls `visit(output, input, weight)` for every product of a layer with weights. */
function products({ op, shape, kernel, stride, pad }, from, visit) {
  if (op === 'dense') {
    const inputs = size(from);
    for (let k = 0; k < shape[0]; k++) {
      for (let i = 0; i < inputs; i++) visit(k, i, k * inputs + i);
    }
    return;
  }
  const [channels, height, width] = from;
  const [outputs, rows, columns] = shape;
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < channels; c++) {
      for (let u = 0; u < kernel; u++) {
        for (let v = 0; v < kernel; v++) {
          const w = ((o * channels + c) * kernel + u) * kernel + v;
          for (let p = 0; p < rows; p++) {
            const row = p * stride + u - pad;
            if (row < 0 || row >= height) continue;
            for (let q = 0; q < columns; q++) {
              const column = q * stride + v - pad;
              if (column < 0 || column >= width) continue;
              visit((o * rows + p) * columns + q, (c * height + row) * width + column, w);
            }
          }
        }
      }
    }
  }
}

/** For each window of a max pooling the index of its first maximum. */
function winners({ shape, kernel, stride }, x, [, height, width]) {
  const [channels, rows, columns] = shape;
  const found = [];
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < rows; p++) {
      for (let q = 0; q < columns; q++) {
        let best = -1;
        for (let u = 0; u < kernel; u++) {
          for (let v = 0; v < kernel; v++) {
            const i = (c * height + p * stride + u) * width + q * stride + v;
            if (best < 0 || x[i] > x[best]) best = i;
          }
        }
        found.push(best);
      }
    }
  }
  return found;
}

function backward(layer, { rule, guided, x: [x, ...more], y, signal, from }) {
  const { op } = layer;
  if (op === 'flatten') return [signal];
  if (op === 'concat') {
    let at = 0;
    return [x, ...more].map((part) => signal.subarray(at, (at += part.length)));
  }
  const arrived = new Float64Array(x.length);
  if (op === 'relu') {
    if (rule !== 'gradient') return [signal];
    const passed = (s) => (guided ? Math.max(s, 0) : s);
    return [arrived.map((_, i) => (y[i] > 0 ? passed(signal[i]) : 0))];
  }
  if (op === 'pool') {
    winners(layer, x, from[0]).forEach((winner, k) => (arrived[winner] += signal[k]));
  } else if (op === 'average') {
    const area = from[0][1] * from[0][2];
    const share = (i, k) =>
      rule === 'gradient' ? signal[k] / area : (signal[k] / stabilise(y[k])) * (x[i] / area);
    arrived.forEach((_, i) => (arrived[i] = share(i, Math.floor(i / area))));
  } else if (rule === 'gradient') {
    products(layer, from[0], (k, i, w) => (arrived[i] += layer.weight[w] * signal[k]));
  } else {
    for (const part of PARTS[rule]) relevance(layer, part, x, signal, from[0], arrived);
  }
  return [arrived];
}

const stabilise = (z) => z + (z < 0 ? -EPSILON : EPSILON);
const positive = (value) => Math.max(value, 0);
const negative = (value) => Math.min(value, 0);
const same = (value) => value;

/**
 * The LRP rules after Montavon et al. 2019 and Bach et al. 2015, for inputs that are not negative:
 * share · x' w' / Σ x' w', with the bias modified as the weights are.
 */
const PARTS = {
  epsilon: [{ share: 1, input: same, weight: same, bias: same }],
  plus: [{ share: 1, input: same, weight: positive, bias: positive }],
  flat: [{ share: 1, input: () => 1, weight: () => 1, bias: () => 0 }],
  'alpha2-beta1': [
    { share: 2, input: same, weight: positive, bias: positive },
    { share: -1, input: same, weight: negative, bias: negative },
  ],
};

function relevance(layer, { share, input, weight, bias }, x, signal, from, arrived) {
  const unit = signal.length / layer.bias.length;
  const changed = { w: layer.weight.map(weight), x: x.map(input) };
  const z = signal.map((_, k) => bias(layer.bias[Math.floor(k / unit)]));
  products(layer, from, (k, i, w) => (z[k] += changed.w[w] * changed.x[i]));
  const ratio = signal.map((s, k) => s / stabilise(z[k]));
  products(layer, from, (k, i, w) => {
    arrived[i] += share * changed.x[i] * changed.w[w] * ratio[k];
  });
}
