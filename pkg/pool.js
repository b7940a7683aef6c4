import { InternalError, RequestError, abortReason } from './errors.js';
import { threaded } from './channel.js';
import { builtin } from './node.js';
import { Gone, Host } from './host.js';

/** @typedef {import('./host.js').Order} Order */

/**
 * What the client keeps of a model, so that any engine can be given it.
 * @typedef {{
 *   key: number,
 *   bytes: Uint8Array<ArrayBuffer>,
 *   edits: import('./protocol.js').Edits,
 * }} Kept
 *
 * What a caller waits for. It may be done in several tasks.
 * @typedef {{
 *   model: Kept | null,
 *   tell: import('./host.js').Tell,
 *   settled: boolean,
 *   settle: (outcome: { value: unknown } | { error: unknown }) => void,
 * }} Job
 *
 * Something for one worker to do. `spreads`: worth the start of a further worker. `resumes`: goes on
 * from one order to the next, so that nobody but its job can begin it again.
 * @typedef {{
 *   job: Job,
 *   run: (host: Host) => Promise<any>,
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

/** Tasks in order on a few workers, each of which is started when there is work for it. */
export class Pool {
  /** @type {Task[]} */
  #waiting = [];
  /** @type {Host[]} */
  #hosts = [];
  /** @type {Set<Job>} */
  #jobs = new Set();
  /** @type {import('./errors.js').HeatlensError | null} */
  #closed = null;
  #host;

  /**
   * @param {() => Promise<WebAssembly.Module>} compile
   * @param {import('./index.d.ts').RuntimeOptions} options
   * @param {string} abi
   */
  constructor(compile, options, abi) {
    /** Most workers at work at once. */
    this.size = workers(options);
    this.#host = () => new Host(compile, options, abi);
  }

  /** Starts the first worker, while what it shall work on is still being fetched. */
  prepare() {
    if (this.#closed || this.#hosts.length > 0) return;
    const host = this.#host();
    this.#hosts.push(host);
    host.prepare();
  }

  /**
   * One order as a job of its own.
   * @param {Order} order
   * @param {Kept | null} model
   * @param {import('./index.d.ts').CallOptions} [watch]
   * @returns {Promise<any>}
   */
  submit(order, model, watch) {
    return this.job(model, watch, (job) =>
      this.task(job, (host) => host.request(order, job, job.tell)),
    );
  }

  /**
   * @param {Kept | null} model
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
   * @param {{ spreads?: boolean, resumes?: boolean }} [how]
   * @returns {Promise<any>}
   */
  task(job, run, { spreads = false, resumes = false } = {}) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, run, spreads, resumes, attempts: 0, resolve, reject });
      this.#next();
    });
  }

  /**
   * Ends every job of a model and frees it.
   * @param {Kept} model
   * @param {unknown} error what its jobs end with
   */
  forget(model, error) {
    for (const job of [...this.#jobs]) if (job.model === model) this.#cancel(job, error);
    for (const host of this.#hosts) host.drop(model);
  }

  /**
   * Ends every job and every worker, for good.
   * @param {import('./errors.js').HeatlensError} error
   */
  close(error) {
    this.#closed = error;
    for (const job of [...this.#jobs]) this.#cancel(job, error);
    for (const host of this.#hosts) host.replace();
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
    for (const host of this.#hosts) {
      const { task } = host;
      if (task?.job !== job) continue;
      setTimeout(() => {
        if (host.task === task && host.ready) host.replace();
      }, GRACE);
    }
  }

  #next() {
    while (this.#waiting.length > 0) {
      const { job, spreads } = this.#waiting[0];
      const idle = this.#hosts.filter((host) => host.task === null);
      let host = idle.find((host) => host.has(job.model)) ?? idle[0];
      if (!host) {
        const count = this.#hosts.length;
        if (count >= this.size || (count > 0 && !spreads)) return;
        this.#hosts.push((host = this.#host()));
      }
      const task = /** @type {Task} */ (this.#waiting.shift());
      host.task = task;
      this.#run(task, host);
    }
  }

  /**
   * @param {Task} task
   * @param {Host} host
   */
  async #run(task, host) {
    try {
      task.resolve(await task.run(host));
    } catch (error) {
      const again = error instanceof Gone && !task.job.settled && !task.resumes;
      if (again && task.attempts++ === 0) this.#waiting.unshift(task);
      else task.reject(again ? lost(error) : error);
    }
    host.task = null;
    host.hold(false);
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
