// The networks of the benches, as lists of nodes with seeded weights: the same numbers in Node, in a
// browser and, written out, everywhere else.

/** @typedef {{
 *   op: 'input' | 'conv' | 'relu' | 'pool' | 'flatten' | 'dense' | 'concat' | 'average',
 *   inputs: number[], shape: number[],
 *   kernel?: number, stride?: number, pad?: number,
 *   weight?: Float32Array, bias?: Float32Array,
 * }} Layer shapes are those of one example, images [channels, height, width]; conv weights
 * [outputs, inputs, kernel, kernel], dense weights [outputs, inputs] */

/** Numbers in [0, 1), the same for the same seed (splitmix32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

export class Network {
  /** @type {Layer[]} */
  layers = [];
  #random;

  constructor(name, shape, seed) {
    this.name = name;
    this.#random = random(seed);
    this.layers.push({ op: 'input', inputs: [], shape });
  }

  /** A network whose layers say where in `weights` theirs are: [first, how many]. */
  static from(name, layers, weights) {
    const network = new Network(name, layers[0].shape, 0);
    const part = (place) => place && weights.subarray(place[0], place[0] + place[1]);
    network.layers = layers.map((layer) => {
      return { ...layer, weight: part(layer.weight), bias: part(layer.bias) };
    });
    return network;
  }

  get shape() {
    return this.layers[0].shape;
  }

  get inputLength() {
    return size(this.shape);
  }

  get classes() {
    return size(this.layers.at(-1).shape);
  }

  /** Floating-point operations of one example's forward pass, 2 for each weight's use. */
  get flops() {
    const uses = ({ op, shape, weight }) =>
      op === 'conv' ? weight.length * shape[1] * shape[2] : op === 'dense' ? weight.length : 0;
    return this.layers.reduce((sum, layer) => sum + 2 * uses(layer), 0);
  }

  get weightBytes() {
    return this.layers.reduce(
      (sum, { weight, bias }) => sum + 4 * ((weight?.length ?? 0) + (bias?.length ?? 0)),
      0,
    );
  }

  /** `batch` examples with values in [0, 1), one behind the other. */
  input(batch) {
    const next = random(1234);
    return Float32Array.from({ length: batch * this.inputLength }, next);
  }

  conv(outputs, kernel, { stride = 1, pad = 0, from } = {}) {
    const source = from ?? this.#last();
    const [channels, height, width] = this.layers[source].shape;
    const out = (extent) => Math.floor((extent + 2 * pad - kernel) / stride) + 1;
    const fan = channels * kernel * kernel;
    return this.#add('conv', [source], [outputs, out(height), out(width)], {
      kernel,
      stride,
      pad,
      weight: this.#weights(outputs * fan, fan),
      bias: this.#weights(outputs, fan),
    });
  }

  dense(outputs) {
    const inputs = size(this.layers.at(-1).shape);
    return this.#add('dense', [this.#last()], [outputs], {
      weight: this.#weights(outputs * inputs, inputs),
      bias: this.#weights(outputs, inputs),
    });
  }

  relu() {
    return this.#add('relu', [this.#last()], this.layers.at(-1).shape);
  }

  pool(kernel, stride = kernel) {
    const [channels, height, width] = this.layers.at(-1).shape;
    const out = (extent) => Math.floor((extent - kernel) / stride) + 1;
    const shape = [channels, out(height), out(width)];
    return this.#add('pool', [this.#last()], shape, { kernel, stride });
  }

  flatten() {
    return this.#add('flatten', [this.#last()], [size(this.layers.at(-1).shape)]);
  }

  /** Mean over the image; leaves one value a channel. */
  average() {
    return this.#add('average', [this.#last()], [this.layers.at(-1).shape[0]]);
  }

  concat(inputs) {
    const [, height, width] = this.layers[inputs[0]].shape;
    const channels = inputs.reduce((sum, id) => sum + this.layers[id].shape[0], 0);
    return this.#add('concat', inputs, [channels, height, width]);
  }

  #last() {
    return this.layers.length - 1;
  }

  /** Uniform with the variance 2 / fan-in, which keeps activations of one size through the layers. */
  #weights(count, fan) {
    const bound = Math.sqrt(6 / fan);
    return Float32Array.from({ length: count }, () => (this.#random() * 2 - 1) * bound);
  }

  #add(op, inputs, shape, rest = {}) {
    return this.layers.push({ op, inputs, shape, ...rest }) - 1;
  }
}

export const size = (shape) => shape.reduce((product, extent) => product * extent, 1);

function mnistCnn() {
  const net = new Network('mnist-cnn', [1, 28, 28], 1);
  net.conv(32, 3);
  net.relu();
  net.conv(64, 3);
  net.relu();
  net.pool(2);
  net.flatten();
  net.dense(128);
  net.relu();
  net.dense(10);
  return net;
}

function lenet() {
  const net = new Network('lenet', [1, 28, 28], 2);
  for (const channels of [8, 16]) {
    net.conv(channels, 5);
    net.relu();
    net.pool(2);
  }
  net.flatten();
  net.dense(64);
  net.relu();
  net.dense(10);
  return net;
}

/** The shape of SqueezeNet 1.1 (Iandola et al. 2016). */
function squeezenet() {
  const net = new Network('squeezenet', [3, 224, 224], 3);
  const fire = (squeeze, expand) => {
    net.conv(squeeze, 1);
    const squeezed = net.relu();
    net.conv(expand, 1, { from: squeezed });
    const one = net.relu();
    net.conv(expand, 3, { pad: 1, from: squeezed });
    net.concat([one, net.relu()]);
  };
  net.conv(64, 3, { stride: 2 });
  net.relu();
  for (const [squeeze, expand] of [
    [16, 64],
    [32, 128],
  ]) {
    net.pool(3, 2);
    fire(squeeze, expand);
    fire(squeeze, expand);
  }
  net.pool(3, 2);
  for (const squeeze of [48, 48, 64, 64]) fire(squeeze, 4 * squeeze);
  net.conv(1000, 1);
  net.relu();
  net.average();
  return net;
}

/** A plain stack of 3x3 convolutions, to see how cost grows. */
function stack(side, depth, width) {
  const net = new Network(`stack-${side}-${depth}-${width}`, [1, side, side], 4);
  for (let k = 0; k < depth; k++) {
    net.conv(width, 3, { pad: 1 });
    net.relu();
  }
  net.average();
  net.dense(10);
  return net;
}

const NAMED = { 'mnist-cnn': mnistCnn, lenet, squeezenet };

/** The network of that name; `stack-SIDE-DEPTH-WIDTH` is a stack of convolutions. */
export function network(name) {
  const [kind, ...numbers] = name.split('-');
  return kind === 'stack' ? stack(...numbers.map(Number)) : NAMED[name]();
}
