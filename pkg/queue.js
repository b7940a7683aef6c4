import { HeatlensError, InternalError, abortReason, revive } from './errors.js';
import { open } from './channel.js';

/** @typedef {import('./protocol.js').Request} Request */
/** @typedef {import('./protocol.js').Reply} Reply */
/** A request before it has a number. @typedef {Request extends infer R ? R extends Request ? Omit<R, 'id'> : never : never} Order */

/**
 * What the client keeps of a model, so that a new engine can be given it again.
 * @typedef {{ key: number, bytes: Uint8Array<ArrayBuffer>, loaded: object | null }} Kept
 *
 * @typedef {{
 *   order: Order,
 *   model: Kept | null,
 *   attempts: number,
 *   onProgress?: import('./index.d.ts').ProgressListener,
 *   settled: boolean,
 *   settle: (outcome: { value: unknown } | { error: unknown }) => void,
 * }} Job
 *
 * @typedef {{
 *   job: Job | null,
 *   resolve: (value: unknown) => void,
 *   reject: (error: unknown) => void,
 * }} Call
 */

/** How long a new engine may take to answer, in milliseconds. */
const START_LIMIT = 30_000;
/** How long an aborted job may still take before its engine is ended: most end sooner. */
const GRACE = 60;
/** Wasm memory never shrinks; an engine that holds more than this is replaced when it is idle. */
const MEMORY_LIMIT = 1024 ** 3;

/** The engine went away while a call was under way. */
class Gone extends Error {}

/**
 * Jobs in order, one at a time, on an engine that is started when first needed and replaced whenever
 * it dies, panics, or must be stopped: nothing else can interrupt a loop in wasm.
 */
export class Queue {
  /** @type {Job[]} */
  #waiting = [];
  /** @type {Job | null} */
  #active = null;
  /** @type {import('./channel.js').Channel | null} */
  #channel = null;
  /** @type {Promise<void> | null} */
  #started = null;
  /** @type {Map<number, Call>} */
  #calls = new Map();
  #number = 0;
  /** Identifies the running engine to {@link Kept.loaded}. */
  #engine = {};
  #ready = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;
  /** @type {HeatlensError | null} */
  #closed = null;

  /**
   * @param {() => Promise<WebAssembly.Module>} compile
   * @param {import('./index.d.ts').RuntimeOptions} options
   * @param {string} abi
   */
  constructor(compile, options, abi) {
    this.compile = compile;
    this.options = options;
    this.abi = abi;
  }

  /**
   * @param {Order} order
   * @param {Kept | null} model
   * @param {import('./index.d.ts').CallOptions} watch
   * @returns {Promise<any>}
   */
  submit(order, model, { signal, onProgress } = {}) {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed);
      if (signal?.aborted) return reject(abortReason(signal));
      const abort = () => this.#cancel(job, abortReason(/** @type {AbortSignal} */ (signal)));
      /** @type {Job} */
      const job = {
        order,
        model,
        attempts: 0,
        onProgress,
        settled: false,
        settle(outcome) {
          if (job.settled) return;
          job.settled = true;
          signal?.removeEventListener('abort', abort);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.value);
        },
      };
      signal?.addEventListener('abort', abort);
      this.#waiting.push(job);
      this.#next();
    });
  }

  /**
   * Ends every job of a model and frees it.
   * @param {Kept} model
   * @param {unknown} error what its jobs end with
   */
  forget(model, error) {
    for (const job of [this.#active, ...this.#waiting]) {
      if (job?.model === model) this.#cancel(job, error);
    }
    if (model.loaded !== this.#engine) return;
    // Fails only if the engine is gone, and the model with it.
    this.submit({ op: 'drop', key: model.key }, null).catch(() => {});
  }

  /**
   * Ends every job and the engine, for good.
   * @param {HeatlensError} error
   */
  close(error) {
    this.#closed = error;
    for (const job of [this.#active, ...this.#waiting]) job?.settle({ error });
    this.#waiting = [];
    this.#replace();
  }

  /**
   * @param {Job} job
   * @param {unknown} error
   */
  #cancel(job, error) {
    job.settle({ error });
    this.#waiting = this.#waiting.filter((other) => other !== job);
    if (job !== this.#active) return;
    const engine = this.#engine;
    setTimeout(() => {
      if (this.#active === job && this.#engine === engine && this.#ready) this.#replace();
    }, GRACE);
  }

  async #next() {
    const job = this.#active ? undefined : this.#waiting.shift();
    if (!job) return;
    this.#active = job;
    try {
      job.settle({ value: await this.#run(job) });
    } catch (error) {
      if (!(error instanceof Gone)) job.settle({ error });
      else if (!job.settled && job.attempts++ === 0) this.#waiting.unshift(job);
      else job.settle({ error: new InternalError('E_WORKER', error.message) });
    }
    this.#active = null;
    if (this.#waiting.length === 0) this.#channel?.hold(false);
    this.#next();
  }

  /** @param {Job} job */
  async #run(job) {
    await (this.#started ??= this.#start());
    this.#channel?.hold(true);
    const { model, order } = job;
    const engine = this.#engine;
    if (model && model.loaded !== engine && order.op !== 'load' && !job.settled) {
      await this.#call({ op: 'load', key: model.key, bytes: model.bytes }, job);
      model.loaded = engine;
    }
    if (job.settled) return;
    const value = await this.#call(order, job);
    if (model && order.op === 'load') model.loaded = engine;
    return value;
  }

  async #start() {
    const engine = (this.#engine = {});
    try {
      const module = await this.compile();
      if (this.#closed || engine !== this.#engine) throw new Gone('the engine was stopped');
      this.#channel = open(this.options.worker, {
        message: (reply) => engine === this.#engine && this.#receive(reply),
        death: (reason) => engine === this.#engine && this.#died(reason),
      });
      this.#channel.hold(true);
      this.#alarm(START_LIMIT, 'it did not start');
      const abi = await this.#call({ op: 'init', module }, null);
      if (abi !== this.abi) {
        throw new InternalError(
          'E_ABI',
          `script and wasm are of different versions (${this.abi}, ${abi}); ` +
            'reload without the cache, or deploy both again',
        );
      }
      this.#ready = true;
    } catch (error) {
      if (engine === this.#engine) this.#replace();
      if (error instanceof HeatlensError || error instanceof Gone) throw error;
      throw new InternalError('E_WORKER', `the engine cannot be started: ${error}`);
    }
  }

  /**
   * @param {Order} order
   * @param {Job | null} job
   * @returns {Promise<unknown>}
   */
  #call(order, job) {
    return new Promise((resolve, reject) => {
      const channel = this.#channel;
      if (!channel) return reject(new Gone('the engine was stopped'));
      const id = ++this.#number;
      this.#calls.set(id, { job, resolve, reject });
      channel.post(/** @type {Request} */ ({ ...order, id }));
      if (job) this.#alarm(this.options.stall ?? 300_000, 'it gave no sign of life');
    });
  }

  /** @param {Reply} reply */
  #receive(reply) {
    const call = this.#calls.get(reply.id);
    if (!call) return;
    if ('progress' in reply) {
      this.#alarm(this.options.stall ?? 300_000, 'it gave no sign of life');
      if (!call.job?.settled) notify(call.job?.onProgress, reply.progress);
      return;
    }
    this.#calls.delete(reply.id);
    clearTimeout(this.#watch);
    if ('fault' in reply) {
      call.reject(revive(reply.fault));
      if (reply.fatal) this.#replace();
      return;
    }
    call.resolve(reply.value);
    if (reply.memory > MEMORY_LIMIT) this.#replace();
  }

  /**
   * @param {number} milliseconds
   * @param {string} reason
   */
  #alarm(milliseconds, reason) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#died(reason), milliseconds);
    /** @type {any} */ (this.#watch).unref?.();
  }

  /** @param {string} reason */
  #died(reason) {
    this.#replace(`the worker ended: ${reason}`);
  }

  /** Ends the engine; the next job starts a new one. */
  #replace(reason = 'the engine was stopped') {
    clearTimeout(this.#watch);
    this.#channel?.close();
    this.#channel = null;
    this.#started = null;
    this.#ready = false;
    this.#engine = {};
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.reject(new Gone(reason));
  }
}

/**
 * A listener that throws is the page's affair, not the job's.
 * @param {import('./index.d.ts').ProgressListener | undefined} listener
 * @param {import('./index.d.ts').Progress} progress
 */
function notify(listener, progress) {
  try {
    listener?.(progress);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
