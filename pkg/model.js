import { readInput, readOptions } from './check.js';
import { RequestError } from './errors.js';
import { fingerprint } from './hash.js';
import { explain, predict } from './share.js';

/** @typedef {import('./index.d.ts').ModelInfo} ModelInfo */
/** @typedef {import('./index.d.ts').Model} ModelType */

/** @implements {ModelType} */
export class Model {
  #pool;
  #kept;
  #support;
  #disposed = false;

  /**
   * @param {import('./pool.js').Pool} pool
   * @param {import('./pool.js').Kept} kept
   * @param {ModelInfo} info
   * @param {import('./index.d.ts').SupportRow[]} support
   */
  constructor(pool, kept, info, support) {
    this.#pool = pool;
    this.#kept = kept;
    this.#support = support;
    this.info = info;
  }

  /**
   * @param {import('./pool.js').Pool} pool
   * @param {import('./pool.js').Kept} kept
   * @param {any} facts what the engine said of the model
   */
  static async create(pool, kept, { support, ...facts }) {
    const labels = facts.metadata['heatlens.labels']?.split('\n') ?? [];
    const info = { hash: await fingerprint(kept.bytes), labels, ...facts };
    return new Model(pool, kept, info, support);
  }

  /** @type {import('./index.d.ts').Model['predict']} */
  async predict(input, { batch = 1, ...watch } = {}) {
    this.#open();
    const values = readInput(this.info, input, batch);
    const order = {
      op: /** @type {const} */ ('predict'),
      key: this.#kept.key,
      input: values,
      batch,
    };
    const sizes = this.info.inputs.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    const outputs = await this.#pool.job(this.#kept, watch, (job) =>
      predict(this.#pool, order, sizes, job),
    );
    if (batch > 1) for (const output of outputs) output.shape.unshift(batch);
    const { logits, probabilities, shape } = outputs[0];
    return { logits, probabilities, shape, outputs };
  }

  /** @type {import('./index.d.ts').Model['explain']} */
  async explain(input, options, watch = {}) {
    this.#open();
    const values = readInput(this.info, input);
    const request = readOptions(options);
    const order = {
      op: /** @type {const} */ ('explain'),
      key: this.#kept.key,
      input: values,
      request,
    };
    return this.#pool.job(this.#kept, watch, (job) => explain(this.#pool, order, job));
  }

  /** @type {import('./index.d.ts').Model['supportReport']} */
  async supportReport() {
    this.#open();
    return structuredClone(this.#support);
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#pool.forget(this.#kept, disposed());
  }

  #open() {
    if (this.#disposed) throw disposed();
  }
}

function disposed() {
  return new RequestError('E_DISPOSED', 'the model has been disposed of');
}
