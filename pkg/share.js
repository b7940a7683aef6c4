import { SAMPLED } from './catalogue.js';
import { Gone } from './engine-handle.js';
import { lost } from './pool.js';

/** @typedef {import('./pool.js').Pool} Pool */
/** @typedef {import('./pool.js').Job} Job */
/** @typedef {import('./protocol.js').SearchState} SearchState */

/** Pieces of a sampled method; the core knows the same number. */
const PIECES = 8;
/** Fewest examples of a batch that are worth a worker's while. */
const EXAMPLES = 16;
/** Milliseconds between two progress events of a search. */
const PROGRESS_INTERVAL = 50;

/** @typedef {Extract<import('./engine-handle.js').Order, { op: 'explain' }>} Explain */
/** @typedef {Extract<import('./engine-handle.js').Order, { op: 'predict' }>} Predict */

/**
 * Explains on as many workers as the method can use. The result does not depend on their number.
 * @param {Pool} pool
 * @param {Explain} order
 * @param {Job} job
 * @returns {Promise<any>}
 */
export async function explain(pool, order, job) {
  const { method } = order.request;
  if (method === 'sis') return search(pool, order, job);
  if (SAMPLED.has(method) && pool.size > 1) return sample(pool, order, job);
  return pool.task(job, (handle) => handle.request(order, job, job.tell), { order });
}

/**
 * Each worker that is free does the next piece; one puts the pieces together.
 * @param {Pool} pool
 * @param {Explain} order
 * @param {Job} job
 */
async function sample(pool, order, job) {
  const shares = new Array(PIECES).fill(0);
  const pieces = shares.map((_, piece) => {
    /** @type {import('./engine-handle.js').Tell} */
    const tell = ({ loaded, total }) => {
      // A piece that is done again, its worker having died, does not turn the clock back.
      shares[piece] = Math.max(shares[piece], total > 0 ? loaded / total : 1);
      const loaded_ = shares.reduce((a, b) => a + b);
      job.tell({ loaded: loaded_, total: PIECES, stage: 'explain' });
    };
    return pool.task(job, (handle) => handle.request({ ...order, piece }, job, tell), {
      spreads: true,
    });
  });
  const known = join(Float64Array, await Promise.all(pieces));
  return pool.task(job, (handle) => handle.request({ ...order, known }, job));
}

/**
 * Sufficient input subsets: every worker has its share of the candidates. Step by step all say which of
 * theirs is best, and all adopt the best of these.
 * @param {Pool} pool
 * @param {Explain} order
 * @param {Job} job
 */
async function search(pool, order, job) {
  const tell = progress(job);
  for (let attempt = 0; ; attempt++) {
    const barrier = new Barrier(pool.size);
    const shares = Array.from({ length: pool.size }, async (_, share) => {
      try {
        return await pool.task(
          job,
          (handle) => participate(handle, order, job, barrier, share, tell),
          {
            spreads: true,
            resumes: true,
          },
        );
      } catch (error) {
        // Even of one that never began: the others would wait for it.
        barrier.fail(error);
        throw error;
      }
    });
    const ends = await Promise.allSettled(shares);
    const failures = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason);
    if (failures.length === 0) return /** @type {any} */ (ends[0]).value;
    const other = failures.find((error) => !(error instanceof Gone));
    if (other) throw other;
    if (job.settled || attempt > 0) throw lost(failures[0]);
  }
}

/**
 * @param {import('./engine-handle.js').EngineHandle} handle
 * @param {Explain} order
 * @param {Job} job
 * @param {Barrier} barrier
 * @param {number} share
 * @param {(state: SearchState) => void} tell
 */
async function participate(handle, order, job, barrier, share, tell) {
  /** @type {SearchState} */
  let state = await handle.request({ ...order, op: 'search', share, shares: barrier.size }, job);
  while (!job.settled && !state.finished) {
    if (share === 0) tell(state);
    const best = await barrier.allReduce(state.best);
    state = await handle.request({ op: 'step', best }, job);
  }
  if (job.settled) throw new Gone('the search was given up');
  if (share === 0) tell(state);
  return state.explanation;
}

/** A barrier with an all-reduce: the workers of a search wait for each other at every step, and go on with the best of all. */
class Barrier {
  /** @type {(import('./protocol.js').Best | null)[]} */
  #brought = [];
  /** @type {{ resolve: (best: import('./protocol.js').Best | null) => void, reject: (error: unknown) => void }[]} */
  #waiting = [];
  /** @type {{ error: unknown } | null} */
  #failed = null;

  /** @param {number} size */
  constructor(size) {
    this.size = size;
  }

  /**
   * @param {import('./protocol.js').Best | null} best
   * @returns {Promise<import('./protocol.js').Best | null>} the best of all
   */
  allReduce(best) {
    return new Promise((resolve, reject) => {
      if (this.#failed) return reject(this.#failed.error);
      this.#brought.push(best);
      this.#waiting.push({ resolve, reject });
      if (this.#waiting.length < this.size) return;
      const top = this.#brought.reduce(better);
      const waiting = this.#waiting;
      this.#brought = [];
      this.#waiting = [];
      for (const one of waiting) one.resolve(top);
    });
  }

  /** @param {unknown} error */
  fail(error) {
    this.#failed ??= { error };
    for (const one of this.#waiting) one.reject(this.#failed.error);
    this.#waiting = [];
  }
}

/**
 * The higher score; of equals the lower feature.
 * @param {import('./protocol.js').Best | null} a
 * @param {import('./protocol.js').Best | null} b
 */
function better(a, b) {
  if (a === null || b === null) return a ?? b;
  return b.score > a.score || (b.score === a.score && b.feature < a.feature) ? b : a;
}

/**
 * Tells now and then how far a search is, and at once when a set was found.
 * @param {Job} job
 * @returns {(state: SearchState) => void}
 */
function progress(job) {
  let last = -Infinity;
  let best = { loaded: 0, total: 0 };
  /** @type {import('./index.d.ts').SisSet[]} */
  let sets = [];
  return ({ loaded, total, explanation, finished }) => {
    const found = explanation?.sis?.sets ?? sets;
    const now = performance.now();
    if (found.length <= sets.length && !finished && now - last < PROGRESS_INTERVAL) return;
    last = now;
    // A search that begins again, a worker having died, does not turn the clock back.
    if (found.length >= sets.length) sets = found;
    if (loaded >= best.loaded) best = { loaded, total };
    job.tell({ ...best, stage: 'explain', sets: structuredClone(sets) });
  };
}

/**
 * Runs a large batch on several workers.
 * @param {Pool} pool
 * @param {Predict} order
 * @param {number[]} sizes elements of an example, input by input
 * @param {Job} job
 * @returns {Promise<any>}
 */
export async function predict(pool, order, sizes, job) {
  const { input, batch } = order;
  const parts = Math.min(pool.size, Math.floor(batch / EXAMPLES));
  if (parts < 2) return pool.task(job, (handle) => handle.request(order, job), { order });
  const from = (/** @type {number} */ part) => Math.floor((part * batch) / parts);
  const results = await Promise.all(
    Array.from({ length: parts }, (_, part) => {
      const [begin, end] = [from(part), from(part + 1)];
      let offset = 0;
      const own = sizes.map((size) => {
        const values = input.subarray(offset + begin * size, offset + end * size);
        offset += batch * size;
        return values;
      });
      const share = { ...order, input: join(Float32Array, own), batch: end - begin };
      return pool.task(job, (handle) => handle.request(share, job), { spreads: true });
    }),
  );
  return results[0].map((/** @type {any} */ output, /** @type {number} */ k) => ({
    ...output,
    logits: join(
      Float32Array,
      results.map((outputs) => outputs[k].logits),
    ),
    probabilities:
      output.probabilities &&
      join(
        Float32Array,
        results.map((outputs) => outputs[k].probabilities),
      ),
  }));
}

/**
 * @template {Float32Array | Float64Array} T
 * @param {{ new (length: number): T }} Kind
 * @param {T[]} parts
 * @returns {T}
 */
function join(Kind, parts) {
  const whole = new Kind(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
