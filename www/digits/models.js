// The networks of the page: two that come with it, and the visitor's own. Each is loaded into a quick worker, which
// keeps up with the pen, and into those for slow methods when the first of these is asked for.

/** @import { Model } from '../pkg/index.js' */

import { createRuntime } from '../pkg/index.js';
import { Models as KitModels } from '../kit/engine/models.js';
import { Classes } from './classes.js';

const PIXELS = 784;
/** Asked for by `?relaxed` in the address. The preload is of the other build, which then is not used. */
const relaxed = new URLSearchParams(location.search).has('relaxed');
const MAX_FILE = 64 * 1024 * 1024;
const MAX_CLASSES = 100_000;

export const SHIPPED = {
  cnn: { title: 'Convolutional', file: '../models/digits-cnn.onnx' },
  mlp: { title: 'Fully connected', file: '../models/digits-mlp.onnx' },
};

const problem = (code, message) => Object.assign(new Error(message), { name: 'ModelError', code });

const perExample = (shape) =>
  shape.filter((size) => Number.isInteger(size) && size > 0).reduce((a, b) => a * b, 1);

/** Why this page cannot show a model: an error, or null. */
export function misfit(info) {
  if (info.inputs.length !== 1)
    return problem('E_INPUT_SHAPE', `It has ${info.inputs.length} inputs; a digit is one.`);
  const { shape } = info.inputs[0];
  if (perExample(shape) !== PIXELS) {
    const found = shape.join(' × ') || 'a single number';
    return problem(
      'E_INPUT_SHAPE',
      `Its input is ${found}; here it would have to be 28 × 28 grey values, ` +
        'as [1, 28, 28] or as [784] for each example.',
    );
  }
  const classes = perExample(info.outputs[0].shape);
  return classes <= MAX_CLASSES
    ? null
    : problem('E_LIMIT', `It has ${classes} classes; this page shows up to ${MAX_CLASSES}.`);
}

/** The range of input values a model says it wants, e.g. "0 1". */
function statedRange(info) {
  const text = info.metadata?.['heatlens.input.range'];
  const numbers = typeof text === 'string' ? text.trim().split(/\s+/).map(Number) : [];
  return numbers.length === 2 && numbers.every(Number.isFinite) && numbers[0] < numbers[1]
    ? numbers
    : null;
}

/**
 * A loaded model; `slow()` loads it for slow work when first called. `stated`: whether the file says its input's range;
 * `reread`: the same file with its outputs read in another way, where the visitor may choose.
 * @typedef {{ id: string, title: string, info: import('../pkg/index.js').ModelInfo, classes: Classes, labels: string[],
 *   range: number[], stated: boolean, quick: Model, slow: () => Promise<Model>, release: () => void,
 *   reread?: (activation: string | undefined, more?: object) => Promise<Loaded> }} Loaded
 */

export class Models extends KitModels {
  /** @param {string} first the model that is wanted first */
  constructor(first) {
    super({ quick: { relaxed, headStart: true }, slow: { relaxed } });
    this.own = createRuntime({ workers: 1, relaxed });
    /** @type {string | null} of the visitor's model */
    this.ownTitle = null;
    this.methods = this.runtimes.quick.methods();
    this.methods.catch(() => {}); // told where it is used
    this.get(first).catch(() => {});
  }

  catalogue() {
    return this.methods;
  }

  /** Which build of the wasm runs: 'simd128' or 'relaxed-simd'. */
  build() {
    return this.runtimes.quick.build();
  }

  /** @param {string} id @returns {Promise<Loaded>} */
  get(id) {
    const { title, file } = SHIPPED[id] ?? {};
    return this.once(id, () => this.read(id, title, () => new URL(file, document.baseURI)));
  }

  /** A shipped network whose last layers have forgotten what they learnt. */
  randomized(id, layers) {
    return this.variant(id, `forgot ${layers}`, { randomize: { layers, seed: 1 } });
  }

  /** A shipped network that takes −1 for black where the file takes 0. */
  recentred(id) {
    return this.variant(id, 'signed', { inputRange: { from: [0, 1], to: [-1, 1] } });
  }

  /** @returns {Promise<Model>} */
  variant(id, name, edits) {
    const file = new URL(SHIPPED[id].file, document.baseURI);
    return this.once(`${id}, ${name}`, () => this.runtimes.quick.load(file, edits));
  }

  /**
   * A model in a quick runtime and, when first asked for, in that for slow work.
   * @param {string} id @param {string} title @param {() => import('../pkg/index.js').Source} source
   * @param {{ runtime?: import('../pkg/index.js').Runtime, signal?: AbortSignal,
   *   activation?: import('../pkg/index.js').OutputActivation }} [how]
   * @returns {Promise<Loaded>}
   */
  async read(id, title, source, { runtime = this.runtimes.quick, activation, signal } = {}) {
    const quick = await runtime.load(source(), { signal, outputActivation: activation });
    const why = misfit(quick.info);
    if (why) {
      quick.dispose();
      throw why;
    }
    const { info } = quick;
    const classes = new Classes(info);
    const range = statedRange(info);
    /** @type {Promise<Model> | null} */
    let slow = null;
    return {
      id,
      title,
      info,
      classes,
      labels: classes.labels,
      range: range ?? [0, 1],
      stated: range !== null,
      quick,
      slow: () => (slow ??= this.runtimes.slow.load(source(), { outputActivation: activation })),
      release: () => {
        quick.dispose();
        slow?.then((model) => model.dispose()).catch(() => {});
      },
    };
  }

  /**
   * Reads the visitor's own file, in a worker of its own: whatever is in there holds up nobody else. Rejects with the
   * reason. The model counts from {@link Models#keep} on.
   */
  async open(file, signal) {
    const bytes = await read(file);
    signal.throwIfAborted();
    const how = { runtime: this.own };
    const reread = async (activation, more) => {
      const source = () => bytes.slice(0);
      const model = await this.read('own', file.name, source, { ...how, ...more, activation });
      return { ...model, reread };
    };
    const model = await this.read('own', file.name, () => bytes.slice(0), { ...how, signal });
    // Where nothing in the file says how its outputs are read, the visitor may.
    if (model.info.outputs[0].activation !== null) return model;
    const likely = likelyActivation(model.info);
    if (!likely) return { ...model, reread };
    model.release();
    return reread(likely, { signal });
  }

  /** Puts the visitor's model in the place of the one before, which goes once `switched` no longer shows it. */
  keep(model, switched) {
    const before = this.loaded.get('own');
    this.ownTitle = model.title;
    this.loaded.set('own', Promise.resolve(model));
    switched(model);
    before?.then((old) => old.release()).catch(() => {});
  }

  async support(file, signal) {
    return this.own.support(await read(file), { signal });
  }
}

/**
 * How raw outputs are probably meant: several, as a layer of weights puts them out, are logits of classes.
 * @param {import('../pkg/index.js').ModelInfo} info
 */
export function likelyActivation({ nodes, outputs: [output] }) {
  let node = nodes.find(({ name }) => name === output.node);
  while (node?.kind === 'structure') node = nodes[node.inputs[0]];
  const unbounded = ['dense', 'conv', 'scale', 'add', 'average-pool'].includes(node?.kind ?? '');
  return unbounded && perExample(output.shape) > 1 ? 'softmax' : null;
}

/** A file's bytes, unless it is too large for this page. */
async function read(file) {
  if (file.size <= MAX_FILE) return file.arrayBuffer();
  const megabytes = Math.round(file.size / 2 ** 20);
  throw problem('E_FILE_SIZE', `The file has ${megabytes} MB; this page reads up to 64 MB.`);
}
