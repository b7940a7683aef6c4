import {
  TARGET,
  WATCH,
  index,
  readCall,
  readInput,
  readNumber,
  readOptions,
  readParameter,
  readTargetAt,
} from './check.js';
import { RequestError } from './errors.js';
import { withLayers } from './layers.js';
import { explain, predict } from './share.js';
import { readRows, readTokens, readText } from './text.js';

/** @typedef {import('./index.d.ts').ModelInfo} ModelInfo */
/** @typedef {import('./index.d.ts').Model} ModelType */

/** Keys of {@link Model.maximizeActivation}'s options beside what is explained. */
const ASCENT = ['steps', 'rate', 'penalty', 'low', 'high', 'sign'];

/** @implements {ModelType} */
export class Model {
  #pool;
  #source;
  #support;
  #disposed = false;

  /**
   * @param {import('./pool.js').Pool} pool
   * @param {import('./pool.js').ModelSource} source
   * @param {ModelInfo} info
   * @param {import('./index.d.ts').SupportRow[]} support
   */
  constructor(pool, source, info, support) {
    this.#pool = pool;
    this.#source = source;
    this.#support = support;
    this.info = info;
  }

  /**
   * @param {import('./pool.js').Pool} pool
   * @param {import('./pool.js').ModelSource} source
   * @param {string} hash
   * @param {any} facts what the engine said of the model
   */
  static create(pool, source, hash, { support, ...facts }) {
    return new Model(pool, source, { hash, ...facts }, support);
  }

  /** @type {import('./index.d.ts').Model['predict']} */
  async predict(input, options) {
    this.#open();
    const { batch = 1, ...watch } = readCall(options, ['batch', ...WATCH]);
    const values = readInput(this.info, input, batch);
    const order = {
      op: /** @type {const} */ ('predict'),
      key: this.#source.key,
      input: values,
      batch,
    };
    const sizes = this.info.inputs.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    const outputs = await this.#pool.job(this.#source, watch, (job) =>
      predict(this.#pool, order, sizes, job),
    );
    if (batch > 1) for (const output of outputs) output.shape.unshift(batch);
    return { ...outputs[0], outputs };
  }

  /** @type {import('./index.d.ts').Model['explain']} */
  async explain(input, options, call) {
    this.#open();
    const watch = readCall(call, WATCH);
    const values = readInput(this.info, input);
    const request = readOptions(options);
    const order = {
      op: /** @type {const} */ ('explain'),
      key: this.#source.key,
      input: values,
      request,
    };
    return withLayers(
      await this.#pool.job(this.#source, watch, (job) => explain(this.#pool, order, job)),
    );
  }

  /** @type {import('./index.d.ts').Model['read']} */
  async read(text, options) {
    this.#open();
    const { maskedTokens = [[]], ...watch } = readCall(options, ['maskedTokens', ...WATCH]);
    const order = {
      op: /** @type {const} */ ('read'),
      key: this.#source.key,
      text: readText(text),
      ...readRows(maskedTokens),
    };
    return this.#pool.submit(order, this.#source, watch);
  }

  /** @type {import('./index.d.ts').Model['explainText']} */
  async explainText(text, options, call) {
    this.#open();
    const watch = readCall(call, WATCH);
    const { maskedTokens = [], ...asked } = readCall(options);
    const order = {
      op: /** @type {const} */ ('explain-text'),
      key: this.#source.key,
      text: readText(text),
      maskedTokens: readTokens(maskedTokens),
      request: readOptions(asked),
    };
    return withLayers(await this.#pool.submit(order, this.#source, watch));
  }

  /** @type {import('./index.d.ts').Model['trace']} */
  async trace(input, options, watch) {
    const request = readOptions(options);
    return withLayers(await this.#examine(input, { op: 'trace', request }, watch));
  }

  /** @type {import('./index.d.ts').Model['neuron']} */
  async neuron(input, options, watch) {
    const { neuron, ...asked } = readCall(options);
    const own = new Map(Object.entries(Object(neuron)));
    if (typeof own.get('node') !== 'string') {
      throw new RequestError('E_REQUEST', 'neuron must be { node, index }');
    }
    const order = {
      op: /** @type {const} */ ('neuron'),
      request: readOptions(asked),
      node: own.get('node'),
      index: index(own.get('index'), 'neuron.index'),
    };
    return this.#examine(input, order, watch);
  }

  /** @type {import('./index.d.ts').Model['flip']} */
  async flip(input, relevance, options, watch) {
    const own = readCall(options, ['steps', 'block', 'mask', 'order', ...TARGET]);
    const { steps = 2 ** 31 - 1, block = 1, mask = 0, order = 'morf' } = own;
    if (order !== 'morf' && order !== 'lerf') {
      throw new RequestError('E_REQUEST', "order must be 'morf' or 'lerf'");
    }
    return this.#examine(
      input,
      {
        op: 'flip',
        target: readTargetAt(own).target,
        relevance: floats(readParameter('relevance', relevance)),
        steps: index(steps, 'steps'),
        block: index(block, 'block'),
        mask: floats(readParameter('mask', mask)),
        leastFirst: order === 'lerf',
      },
      watch,
    );
  }

  /** @type {import('./index.d.ts').Model['maximizeActivation']} */
  async maximizeActivation(input, options, watch) {
    const own = readCall(options, [...ASCENT, 'at', ...TARGET]);
    const { steps = 1, rate = 0.1, penalty = 0, low = -3e38, high = 3e38, sign = false } = own;
    if (typeof sign !== 'boolean') {
      throw new RequestError('E_REQUEST', 'sign must be true or false');
    }
    return this.#examine(
      input,
      {
        op: 'maximize-activation',
        ...readTargetAt(own),
        steps: index(steps, 'steps'),
        rate: readNumber(rate, 'rate'),
        penalty: readNumber(penalty, 'penalty'),
        low: readNumber(low, 'low'),
        high: readNumber(high, 'high'),
        sign,
      },
      watch,
    );
  }

  /**
   * One order about one example, for one worker.
   * @param {any} input
   * @param {any} order
   * @param {import('./index.d.ts').CallOptions} [call]
   */
  async #examine(input, order, call) {
    this.#open();
    const watch = readCall(call, WATCH);
    const whole = { ...order, key: this.#source.key, input: readInput(this.info, input) };
    return this.#pool.submit(whole, this.#source, watch);
  }

  /** @type {import('./index.d.ts').Model['supportReport']} */
  async supportReport() {
    this.#open();
    return structuredClone(this.#support);
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#pool.forget(this.#source, disposed());
  }

  #open() {
    if (this.#disposed) throw disposed();
  }
}

/** @param {number | string | Float32Array} value */
function floats(value) {
  if (typeof value === 'string') {
    throw new RequestError('E_REQUEST', `numbers are needed, not '${value.slice(0, 40)}'`);
  }
  return value instanceof Float32Array ? value : Float32Array.of(value);
}

function disposed() {
  return new RequestError('E_DISPOSED', 'the model has been disposed of');
}
