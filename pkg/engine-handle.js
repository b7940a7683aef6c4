import { HeatlensError, InternalError, revive } from './errors.js';
import { open, threaded } from './transport.js';

/** @typedef {import('./protocol.js').Request} Request */
/** @typedef {import('./protocol.js').Reply} Reply */
/** A request before it has a number. @typedef {Request extends infer R ? R extends Request ? Omit<R, 'id'> : never : never} Order */
/** @typedef {(progress: import('./index.d.ts').Progress) => void} Tell */

/** @typedef {{ op: Order['op'], tell?: Tell, resolve: (value: any) => void, reject: (error: unknown) => void }} Call */

/** How long a new engine may take to answer, in milliseconds. */
const START_LIMIT = 30_000;
/** Wasm memory never shrinks: above this many bytes an engine is replaced when it needs much less. */
const MEMORY_LIMIT = 1024 ** 3;
/** Milliseconds without a sign of life after which an engine counts as stuck. */
const STALL = 300_000;

/** The engine went away while a call was under way. */
export class Gone extends Error {
  /** Whether it had to be ended because it gave no sign of life: what it did would do the same to the next. */
  stalled = false;
}

/**
 * One engine in its worker, started when first needed and replaced whenever it dies, panics, or must
 * be stopped: nothing else can interrupt a loop in wasm.
 */
export class EngineHandle {
  /** @type {import('./transport.js').Transport | null} */
  #transport = null;
  /** @type {Promise<void> | null} */
  #started = null;
  /** @type {Map<number, Call>} */
  #calls = new Map();
  #number = 0;
  #engine = fresh();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;
  ready = false;
  /** Whether it was ever ready in a thread of its own. */
  threaded = false;
  /** Bytes of its memory, as it said last. */
  memory = 0;
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

  /** @param {import('./pool.js').ModelSource | null} model */
  has(model) {
    return model !== null && this.#engine.loaded.has(model.key);
  }

  /** Whether a process may not end while this one works. @param {boolean} busy */
  hold(busy) {
    this.#transport?.hold(busy);
  }

  /** Starts the engine. Why that failed is told to the first order. */
  async prepare() {
    await (this.#started ??= this.#start()).catch(() => {});
    if (this.task === null) this.hold(false);
    return this.ready;
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
    if (model && !this.has(model) && order.op !== 'load' && !job.settled) {
      await this.#load(model, {
        op: 'load',
        key: model.key,
        bytes: model.bytes,
        edits: model.edits,
      });
    }
    if (job.settled) return;
    if (model && order.op === 'load') return this.#load(model, order);
    return this.#call(order, tell);
  }

  /**
   * @param {import('./pool.js').ModelSource} model
   * @param {Order} order
   */
  async #load(model, order) {
    const engine = this.#engine;
    const info = await this.#call(order);
    engine.loaded.add(model.key);
    if (model.forgotten) this.drop(model);
    return info;
  }

  /** @param {import('./pool.js').ModelSource} model */
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
      this.#transport = open(this.options.worker, listener, this.here);
      this.#transport.hold(true);
      const module = await this.compile();
      if (engine !== this.#engine) throw new Gone(engine.end);
      const started = this.#call({ op: 'init', module });
      this.#alarm(START_LIMIT);
      const abi = await started;
      if (abi !== this.abi) {
        throw new InternalError(
          'E_ABI',
          `script and wasm are of different versions (${this.abi}, ${abi}); ` +
            'reload without the cache, or deploy both again',
        );
      }
      this.ready = true;
      this.threaded = !this.here && threaded(this.options.worker);
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
      const transport = this.#transport;
      if (!transport) return reject(new Gone('the engine was stopped'));
      const id = ++this.#number;
      this.#calls.set(id, { op: order.op, tell, resolve, reject });
      transport.post(/** @type {Request} */ ({ ...order, id }));
      this.#alarm(this.options.stall ?? STALL);
    });
  }

  /** @param {Reply} reply */
  #receive(reply) {
    const call = this.#calls.get(reply.id);
    if (!call) return;
    if ('lost' in reply) return this.#died('another engine of this thread failed');
    if ('progress' in reply) {
      this.#alarm(this.options.stall ?? STALL);
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
    this.memory = reply.memory;
    if (call.op === 'init') this.#engine.empty = reply.memory;
    else if (call.op === 'load') this.#engine.used = 0;
    else this.#tidy();
  }

  /**
   * Replaces an engine whose memory is more than twice what it needs: what the first answer after the last load took, or,
   * once all models have been dropped, what it began with. Not while it is asked for something, and not while a
   * search goes on from one order to the next.
   */
  #tidy() {
    const engine = this.#engine;
    engine.used ||= this.memory;
    const needed = engine.loaded.size === 0 ? engine.empty : engine.used;
    const limit = this.options.memoryLimit ?? MEMORY_LIMIT;
    if (this.memory <= Math.max(limit, 2 * needed)) return;
    if (this.#calls.size === 0 && this.task?.resumes !== true) this.replace();
  }

  /** @param {number} milliseconds */
  #alarm(milliseconds) {
    clearTimeout(this.#watch);
    const stuck = () => this.#died(`it gave no sign of life for ${milliseconds / 1000} s`, true);
    this.#watch = setTimeout(stuck, milliseconds);
    /** @type {any} */ (this.#watch).unref?.();
  }

  /** @param {string} reason */
  #died(reason, stalled = false) {
    this.replace(`the worker ended: ${reason}`, stalled);
  }

  /** Ends the engine; the next order starts a new one. */
  replace(reason = 'the engine was stopped', stalled = false) {
    clearTimeout(this.#watch);
    this.#transport?.close();
    this.#transport = null;
    this.#started = null;
    this.ready = false;
    this.#engine.end = reason;
    this.#engine = fresh();
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    this.memory = 0;
    for (const call of calls) call.reject(Object.assign(new Gone(reason), { stalled }));
  }
}

/**
 * A new engine: the numbers of the models that it has, its memory without any and after the first answer since the last
 * load, later why it went away.
 */
function fresh() {
  return { loaded: /** @type {Set<number>} */ (new Set()), empty: 0, used: 0, end: '' };
}
