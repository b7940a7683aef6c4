import { InternalError, RequestError, abortReason } from './errors.js';
import { threaded } from './transport.js';
import { explains, runsOnMainThread } from './main-thread.js';
import { builtin } from './node.js';
import { Gone, EngineHandle } from './engine-handle.js';

/** @typedef {import('./engine-handle.js').Order} Order */

/**
 * What the client keeps of a model, so that any engine can be given it.
 * @typedef {{
 *   key: number,
 *   bytes: Uint8Array<ArrayBuffer>,
 *   edits: import('./protocol.js').Edits,
 *   forgotten?: boolean,
 * }} ModelSource
 * `forgotten`: nobody has it any more; an engine that is still loading it is to drop it then.
 *
 * What a caller waits for. It may be done in several tasks.
 * @typedef {{
 *   model: ModelSource | null,
 *   tell: import('./engine-handle.js').Tell,
 *   settled: boolean,
 *   settle: (outcome: { value: unknown } | { error: unknown }) => void,
 * }} Job
 *
 * Something for one worker to do. `order`: what it is, if it is one. `spreads`: worth the start of a further worker. `resumes`: goes on
 * from one order to the next, so that nobody but its job can begin it again.
 * @typedef {{
 *   job: Job,
 *   run: (handle: EngineHandle) => Promise<any>,
 *   order: Order | null,
 *   spreads: boolean,
 *   resumes: boolean,
 *   attempts: number,
 *   resolve: (value: any) => void,
 *   reject: (error: unknown) => void,
 * }} Task
 */

/** How long a cancelled task may still take before its engine is ended: most end sooner. */
const GRACE = 30;
/** Most workers, unless the page asks for more. */
const WORKERS = 4;

/** A pool of workers with one queue of tasks; a worker is started when a task finds none idle. */
export class Pool {
  /** @type {Task[]} */
  #waiting = [];
  /** @type {EngineHandle[]} */
  #handles = [];
  /** @type {Set<Job>} */
  #jobs = new Set();
  /** @type {import('./errors.js').HeatlensError | null} */
  #closed = null;
  /** The engine in this thread that has a head start. @type {EngineHandle | null} */
  #mainThreadEngine = null;
  /** Whether a worker is about to take over from it. */
  #handingOver = false;
  /** Whether it does all the work, since no worker can be started here. */
  #alone = false;
  /** Whether a worker has started. */
  #works = false;
  #create;
  #standIn;

  /**
   * @param {() => Promise<WebAssembly.Module>} compile
   * @param {import('./index.d.ts').RuntimeOptions} options
   * @param {string} abi
   */
  constructor(compile, options, abi) {
    /** Most workers at work at once. */
    this.size = workers(options);
    this.#create = () => new EngineHandle(compile, options, abi);
    const { headStart, fallback, worker } = options;
    const here = () => new EngineHandle(compile, options, abi, true);
    if (headStart && typeof worker !== 'function' && threaded(worker))
      this.#mainThreadEngine = here();
    this.#standIn = fallback && threaded(worker) ? here : null;
  }

  /** Where the engine is: in workers or in this thread; null before one has answered. @returns {'worker' | 'page' | null} */
  get place() {
    if (!this.#handles.some((handle) => handle.ready)) return null;
    return this.#works ? 'worker' : 'page';
  }

  /** Starts the first engine, while what it shall work on is still being fetched. */
  prepare() {
    if (this.#closed || this.#handles.length > 0) return;
    const handle = this.#first();
    this.#handles.push(handle);
    handle.prepare();
  }

  /** A worker, or this thread until there is one. */
  #first() {
    return this.#mainThreadEngine ?? this.#create();
  }

  /** Starts the worker that takes over from this thread. */
  async #handOver() {
    if (this.#handingOver) return;
    this.#handingOver = true;
    const handle = this.#create();
    const ready = await handle.prepare();
    if (this.#closed || !this.#mainThreadEngine) return handle.replace();
    if (ready) {
      this.#handles.unshift(handle);
      this.#retire(this.#mainThreadEngine);
    } else {
      handle.replace();
      this.#stayAlone();
    }
    this.#next();
  }

  /** Keeps this thread's engine for all work: no worker can be started, as in a frame without an origin of its own. */
  #stayAlone() {
    this.#alone = true;
    this.size = 1;
    // Shares of searches wait for one another, so those that were planned for several workers begin again.
    const shares = this.#waiting.filter((task) => task.resumes);
    this.#waiting = this.#waiting.filter((task) => !task.resumes);
    for (const task of shares) task.reject(new Gone('there is only one engine'));
  }

  /** Does all work in this thread from now on, if no worker could be started and that is wanted. @param {unknown} error */
  #fallBack(error) {
    const isStart = error instanceof Gone || Object(error).code === 'E_WORKER';
    if (!isStart || !this.#standIn || this.#works || this.#alone || this.#closed) return false;
    for (const handle of this.#handles) handle.replace();
    this.#mainThreadEngine = this.#standIn();
    this.#handles = [this.#mainThreadEngine];
    this.#stayAlone();
    return true;
  }

  /** Retires this thread's engine: it gets no further task, and is ended with the one that it has. @param {EngineHandle} own */
  #retire(own) {
    this.#mainThreadEngine = null;
    this.#handles = this.#handles.filter((handle) => handle !== own);
    if (own.task === null) own.replace();
  }

  /**
   * One order as a job of its own.
   * @param {Order} order
   * @param {ModelSource | null} model
   * @param {import('./index.d.ts').CallOptions} [watch]
   * @returns {Promise<any>}
   */
  submit(order, model, watch) {
    return this.job(model, watch, (job) =>
      this.task(job, (handle) => handle.request(order, job, job.tell), { order }),
    );
  }

  /**
   * @param {ModelSource | null} model
   * @param {import('./index.d.ts').CallOptions} watch
   * @param {(job: Job) => Promise<any>} work submits the job's tasks
   * @returns {Promise<any>}
   */
  job(model, { signal, onProgress } = {}, work) {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed);
      if (signal?.aborted) return reject(abortReason(signal));
      const abort = () => this.#cancel(job, abortReason(/** @type {AbortSignal} */ (signal)));
      /** @type {Job} */
      const job = {
        model,
        settled: false,
        tell: (progress) => job.settled || notify(onProgress, progress),
        settle: (outcome) => {
          if (job.settled) return;
          job.settled = true;
          this.#jobs.delete(job);
          signal?.removeEventListener('abort', abort);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.value);
        },
      };
      signal?.addEventListener('abort', abort);
      this.#jobs.add(job);
      work(job).then(
        (value) => job.settle({ value }),
        (error) => this.#cancel(job, error),
      );
    });
  }

  /**
   * Runs one task of a job on the next worker that is free; once more, if that dies.
   * @param {Job} job
   * @param {Task['run']} run
   * @param {{ order?: Order | null, spreads?: boolean, resumes?: boolean }} [how]
   * @returns {Promise<any>}
   */
  task(job, run, { order = null, spreads = false, resumes = false } = {}) {
    return new Promise((resolve, reject) => {
      const task = { job, run, order, spreads, resumes, attempts: 0, resolve, reject };
      this.#waiting.push(task);
      this.#next();
    });
  }

  /** Workers with an engine, and the bytes that these have. */
  memory() {
    const engines = this.#handles.filter((handle) => handle.ready);
    return {
      engines: engines.length,
      bytes: engines.reduce((sum, handle) => sum + handle.memory, 0),
    };
  }

  /**
   * Ends every job of a model and frees it.
   * @param {ModelSource} model
   * @param {unknown} error what its jobs end with
   */
  forget(model, error) {
    model.forgotten = true;
    for (const job of [...this.#jobs]) if (job.model === model) this.#cancel(job, error);
    for (const handle of this.#handles) handle.drop(model);
  }

  /**
   * Ends every job and every worker, for good.
   * @param {import('./errors.js').HeatlensError} error
   */
  close(error) {
    this.#closed = error;
    for (const job of [...this.#jobs]) this.#cancel(job, error);
    if (this.#mainThreadEngine) this.#retire(this.#mainThreadEngine);
    for (const handle of this.#handles) handle.replace();
  }

  /**
   * @param {Job} job
   * @param {unknown} error
   */
  #cancel(job, error) {
    job.settle({ error });
    const own = this.#waiting.filter((task) => task.job === job);
    this.#waiting = this.#waiting.filter((task) => task.job !== job);
    for (const task of own) task.reject(error);
    for (const handle of this.#handles) {
      const { task } = handle;
      if (task?.job !== job) continue;
      setTimeout(() => {
        if (handle.task === task && handle.ready) handle.replace();
      }, GRACE);
    }
  }

  #next() {
    while (this.#waiting.length > 0) {
      const { job, order, spreads } = this.#waiting[0];
      const own = this.#mainThreadEngine;
      const suits = this.#alone || runsOnMainThread(order);
      const idle = this.#handles.filter(
        (handle) => handle.task === null && (handle !== own || suits),
      );
      let handle = idle.find((handle) => handle.has(job.model)) ?? idle[0];
      if (!handle) {
        const count = this.#handles.length;
        if (own && count > 0) {
          if (!suits) this.#handOver();
          return;
        }
        if (count >= this.size || (count > 0 && !spreads)) return;
        handle = count === 0 ? this.#first() : this.#create();
        this.#handles.push(handle);
        if (handle === own && !suits) continue;
      }
      const task = /** @type {Task} */ (this.#waiting.shift());
      handle.task = task;
      this.#run(task, handle);
    }
  }

  /**
   * Whether this thread could not do what a worker may.
   * @param {EngineHandle} handle
   * @param {unknown} error
   */
  #unstarted(handle, error) {
    const unstarted = handle === this.#mainThreadEngine && Object(error).code === 'E_WORKER';
    if (unstarted) this.#retire(handle);
    return unstarted;
  }

  /**
   * @param {Task} task
   * @param {EngineHandle} handle
   */
  async #run(task, handle) {
    try {
      task.resolve(await task.run(handle));
      this.#works ||= handle.threaded;
      if (handle === this.#mainThreadEngine && !this.#alone && explains(task.order))
        this.#handOver();
    } catch (error) {
      this.#works ||= handle.threaded;
      const gone = error instanceof Gone || this.#unstarted(handle, error);
      const fell = this.#fallBack(error);
      const stalled = error instanceof Gone && error.stalled && !fell;
      const again = (gone || fell) && !stalled && !task.job.settled && !task.resumes;
      if (again && (fell || task.attempts++ === 0)) this.#waiting.unshift(task);
      else task.reject(again || stalled ? lost(/** @type {Error} */ (error)) : error);
    }
    handle.task = null;
    handle.hold(false);
    if (!this.#handles.includes(handle)) handle.replace();
    this.#next();
  }
}

/** What a caller hears of a worker that went away. @param {Error} gone */
export function lost(gone) {
  return new InternalError('E_WORKER', gone.message);
}

/** @param {import('./index.d.ts').RuntimeOptions} options */
function workers({ workers, worker }) {
  if (workers !== undefined && !(Number.isInteger(workers) && workers > 0)) {
    throw new RequestError('E_REQUEST', `workers must be a whole number from 1, not ${workers}`);
  }
  if (!threaded(worker)) return 1;
  if (workers !== undefined) return workers;
  const device = /** @type {any} */ (globalThis.navigator);
  // In gigabytes; each worker holds a copy of the model.
  if (device?.deviceMemory <= 2) return 1;
  const threads = builtin('node:os')?.availableParallelism() ?? device?.hardwareConcurrency ?? 1;
  return Math.min(threads, WORKERS);
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
