import { HeatlensError, InternalError, revive } from './errors.js';
import { open } from './channel.js';

/** @typedef {import('./protocol.js').Request} Request */
/** @typedef {import('./protocol.js').Reply} Reply */
/** A request before it has a number. @typedef {Request extends infer R ? R extends Request ? Omit<R, 'id'> : never : never} Order */
/** @typedef {(progress: import('./index.d.ts').Progress) => void} Tell */

/** @typedef {{ tell?: Tell, resolve: (value: any) => void, reject: (error: unknown) => void }} Call */

/** How long a new engine may take to answer, in milliseconds. */
const START_LIMIT = 30_000;
/** Wasm memory never shrinks; an engine that holds more than this is replaced. */
const MEMORY_LIMIT = 1024 ** 3;

/** The engine went away while a call was under way. */
export class Gone extends Error {}

/**
 * One engine in its worker, started when first needed and replaced whenever it dies, panics, or must
 * be stopped: nothing else can interrupt a loop in wasm.
 */
export class Host {
  /** @type {import('./channel.js').Channel | null} */
  #channel = null;
  /** @type {Promise<void> | null} */
  #started = null;
  /** @type {Map<number, Call>} */
  #calls = new Map();
  #number = 0;
  #engine = fresh();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;
  ready = false;
  /** What it is at work on. @type {import('./pool.js').Task | null} */
  task = null;

  /**
   * @param {() => Promise<WebAssembly.Module>} compile
   * @param {import('./index.d.ts').RuntimeOptions} options
   * @param {string} abi
   * @param {boolean} [here] in this thread, at once, whatever the options say
   */
  constructor(compile, options, abi, here = false) {
    this.compile = compile;
    this.options = options;
    this.abi = abi;
    this.here = here;
  }

  /** @param {import('./pool.js').Kept | null} model */
  has(model) {
    return model !== null && this.#engine.loaded.has(model.key);
  }

  /** Whether a process may not end while this one works. @param {boolean} busy */
  hold(busy) {
    this.#channel?.hold(busy);
  }

  /** Starts the engine. Whether that worked is told to the first order. */
  async prepare() {
    await (this.#started ??= this.#start()).catch(() => {});
    if (this.task === null) this.hold(false);
  }

  /**
   * Sends an order, after the model where the engine does not have it yet.
   * @param {Order} order
   * @param {import('./pool.js').Job} job
   * @param {Tell} [tell]
   * @returns {Promise<any>}
   */
  async request(order, job, tell) {
    await (this.#started ??= this.#start());
    this.hold(true);
    const { model } = job;
    const engine = this.#engine;
    if (model && !engine.loaded.has(model.key) && order.op !== 'load' && !job.settled) {
      const { key, bytes, edits } = model;
      await this.#call({ op: 'load', key, bytes, edits });
      engine.loaded.add(model.key);
    }
    if (job.settled) return;
    const value = await this.#call(order, tell);
    if (model && order.op === 'load') engine.loaded.add(model.key);
    return value;
  }

  /** @param {import('./pool.js').Kept} model */
  drop({ key }) {
    // Fails only if the engine is gone, and the model with it.
    if (this.#engine.loaded.delete(key)) this.#call({ op: 'drop', key }).catch(() => {});
  }

  async #start() {
    const engine = (this.#engine = fresh());
    try {
      // Beside each other: the worker's script and the module.
      const listener = {
        message: (/** @type {Reply} */ reply) => engine === this.#engine && this.#receive(reply),
        death: (/** @type {string} */ reason) => engine === this.#engine && this.#died(reason),
      };
      this.#channel = open(this.here ? false : this.options.worker, listener, this.here);
      this.#channel.hold(true);
      const module = await this.compile();
      if (engine !== this.#engine) throw new Gone(engine.end);
      const started = this.#call({ op: 'init', module });
      this.#alarm(START_LIMIT, 'it did not start');
      const abi = await started;
      if (abi !== this.abi) {
        throw new InternalError(
          'E_ABI',
          `script and wasm are of different versions (${this.abi}, ${abi}); ` +
            'reload without the cache, or deploy both again',
        );
      }
      this.ready = true;
    } catch (error) {
      if (engine === this.#engine) this.replace();
      if (error instanceof HeatlensError || error instanceof Gone) throw error;
      throw new InternalError('E_WORKER', `the engine cannot be started: ${error}`);
    }
  }

  /**
   * @param {Order} order
   * @param {Tell} [tell]
   * @returns {Promise<any>}
   */
  #call(order, tell) {
    return new Promise((resolve, reject) => {
      const channel = this.#channel;
      if (!channel) return reject(new Gone('the engine was stopped'));
      const id = ++this.#number;
      this.#calls.set(id, { tell, resolve, reject });
      channel.post(/** @type {Request} */ ({ ...order, id }));
      this.#alarm(this.options.stall ?? 300_000, 'it gave no sign of life');
    });
  }

  /** @param {Reply} reply */
  #receive(reply) {
    const call = this.#calls.get(reply.id);
    if (!call) return;
    if ('progress' in reply) {
      this.#alarm(this.options.stall ?? 300_000, 'it gave no sign of life');
      call.tell?.(reply.progress);
      return;
    }
    this.#calls.delete(reply.id);
    if (this.#calls.size === 0) clearTimeout(this.#watch);
    if ('fault' in reply) {
      call.reject(revive(reply.fault));
      if (reply.fatal) this.replace();
      return;
    }
    call.resolve(reply.value);
    // Not while a search goes on from one order to the next.
    if (reply.memory > MEMORY_LIMIT && this.task?.resumes !== true) this.replace();
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
    this.replace(`the worker ended: ${reason}`);
  }

  /** Ends the engine; the next order starts a new one. */
  replace(reason = 'the engine was stopped') {
    clearTimeout(this.#watch);
    this.#channel?.close();
    this.#channel = null;
    this.#started = null;
    this.ready = false;
    this.#engine.end = reason;
    this.#engine = fresh();
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.reject(new Gone(reason));
  }
}

/** A new engine: the numbers of the models that it has, later why it went away. */
function fresh() {
  return { loaded: /** @type {Set<number>} */ (new Set()), end: '' };
}
