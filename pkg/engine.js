import * as glue from './generated/heatlens.js';

/** Milliseconds between two progress messages. */
const PROGRESS_INTERVAL = 50;

/**
 * The glue keeps one instance per script: the engines of a thread share it. `broken`: after a trap nothing in it can be
 * trusted, and the next start replaces it.
 * @type {{ memory: WebAssembly.Memory, broken: boolean } | null}
 */
let instance = null;

/** Runs requests against the wasm instance of this thread. */
export class Engine {
  /** The instance that this engine's models are in. @type {typeof instance} */
  #instance = null;
  /** @type {Map<number, glue.Model>} */
  #models = new Map();
  /** The search under way. @type {glue.Search | null} */
  #search = null;
  #share = { first: true, alone: true, found: 0 };
  /**
   * @param {import('./protocol.js').Request} request
   * @param {(reply: import('./protocol.js').Reply, transfer?: Transferable[]) => void} reply
   */
  handle(request, reply) {
    const { id } = request;
    if (request.op !== 'init' && !this.#whole()) return reply({ id, lost: true });
    try {
      const value = this.#run(request, (progress) => reply({ id, progress }));
      const bytes = instance ? instance.memory.buffer.byteLength : 0;
      reply({ id, value, memory: bytes }, buffers(value));
    } catch (error) {
      const { fault, fatal } = describe(error);
      if (fatal && instance) instance.broken = true;
      reply({ id, fault, fatal });
    }
  }

  /** Whether the instance is the one that this engine began with, and sound. */
  #whole() {
    return this.#instance !== null && this.#instance === instance && !instance.broken;
  }

  /** Frees what it has in the instance, which other engines of this thread may go on using. */
  dispose() {
    if (this.#whole()) {
      this.#search?.free();
      for (const model of this.#models.values()) model.free();
    }
    this.#search = null;
    this.#models.clear();
    this.#instance = null;
  }

  /**
   * @param {import('./protocol.js').Request} request
   * @param {(progress: import('./index.d.ts').Progress) => void} tell
   * @returns {unknown}
   */
  #run(request, tell) {
    switch (request.op) {
      case 'init': {
        const abi = start(request.module);
        this.#instance = instance;
        return abi;
      }
      case 'load': {
        const { axes, outputActivation, randomize, inputRange } = request.edits;
        const forgotten = randomize && Float64Array.of(randomize.layers, randomize.seed);
        const ranges = inputRange && Float32Array.of(...inputRange.from, ...inputRange.to);
        const model = new glue.Model(request.bytes, axes, outputActivation, forgotten, ranges);
        this.#models.set(request.key, model);
        return model.info();
      }
      case 'drop':
        this.#models.get(request.key)?.free();
        this.#models.delete(request.key);
        return null;
      case 'methods':
        return glue.methods();
      case 'build':
        return glue.build();
      case 'support':
        return glue.support(request.bytes);
      case 'predict':
        return this.#model(request.key).predict(request.input, request.batch);
      case 'explain': {
        const { key, input, piece, known } = request;
        return this.#model(key).explain(input, request.request, piece, known, throttled(tell));
      }
      case 'search': {
        const { key, input, share, shares } = request;
        this.#search?.free();
        this.#search = null;
        this.#search = this.#model(key).search(input, request.request, share, shares);
        this.#share = { first: share === 0, alone: shares === 1, found: 0 };
        return this.#propose();
      }
      case 'step': {
        const begin = performance.now();
        let state = this.#step(request.best);
        // Nobody else has to be asked.
        while (this.#share.alone && !state.finished && !state.explanation) {
          if (performance.now() - begin > PROGRESS_INTERVAL / 2) break;
          state = this.#step(state.best);
        }
        return state;
      }
      case 'tokenize':
        return glue.tokenize(request.text);
      case 'picture': {
        const { values, shape, numbered, signed, palette, normalisation, vmax, zoom } = request;
        return glue.picture(values, shape, numbered, signed, palette, normalisation, vmax, zoom);
      }
      case 'read':
        return this.#model(request.key).read(request.text, request.maskedTokens, request.ends);
      case 'explain-text': {
        const { key, text, maskedTokens } = request;
        return this.#model(key).explainText(text, maskedTokens, request.request, throttled(tell));
      }
      case 'trace':
        return this.#model(request.key).trace(request.input, request.request);
      case 'neuron': {
        const { key, input, node, index } = request;
        return this.#model(key).neuron(input, request.request, node, index);
      }
      case 'flip': {
        const { key, input, target, at, relevance, steps, block, mask, leastFirst } = request;
        const [place, report] = [{ target, at }, throttled(tell)];
        const model = this.#model(key);
        return model.flip(input, place, relevance, steps, block, mask, leastFirst, report);
      }
      case 'maximize-activation': {
        const { key, input, target, at, steps, rate, penalty, low, high, sign } = request;
        const [place, report] = [{ target, at }, throttled(tell)];
        const model = this.#model(key);
        return model.maximizeActivation(
          input,
          place,
          steps,
          rate,
          penalty,
          low,
          high,
          sign,
          report,
        );
      }
      case 'panic':
        return glue.panic_for_test();
    }
  }

  /** @param {import('./protocol.js').Best | null} best */
  #step(best) {
    this.#search?.adopt(best?.feature ?? -1, best?.score ?? 0, best?.values ?? new Float32Array());
    return this.#propose();
  }

  /** @returns {import('./protocol.js').SearchState} */
  #propose() {
    const search = this.#search;
    if (!search) throw new Error('there is no search');
    const { best, loaded, total, found, finished } = search.propose();
    const share = this.#share;
    const news = share.first && (found > share.found || finished);
    share.found = found;
    const state = {
      best,
      loaded,
      total,
      finished,
      explanation: news ? search.explanation() : null,
    };
    if (finished) {
      search.free();
      this.#search = null;
    }
    return state;
  }

  /** @param {number} key */
  #model(key) {
    const model = this.#models.get(key);
    if (!model) throw new Error(`model ${key} is not loaded`);
    return model;
  }
}

/**
 * Makes the instance, if there is none, and after a trap anew.
 * @param {WebAssembly.Module} module
 * @returns {string} the interface of the wasm
 */
function start(module) {
  if (!instance || instance.broken) {
    if (instance) {
      glue.reset();
      glue.ping();
    }
    try {
      // The glue takes no second module: a new instance is one of the first.
      instance = { memory: glue.initSync({ module }).memory, broken: false };
    } catch (error) {
      // Names of imports and exports change with the glue, so files of two versions seldom fit.
      if (error instanceof WebAssembly.LinkError || error instanceof TypeError) {
        return `unlinkable: ${error.message}`;
      }
      throw error;
    }
  }
  return glue.abi();
}

/**
 * @param {(progress: import('./index.d.ts').Progress) => void} tell
 * @returns {(loaded: number, total: number) => void}
 */
function throttled(tell) {
  let last = -Infinity;
  return (loaded, total) => {
    const now = performance.now();
    if (now - last < PROGRESS_INTERVAL && loaded < total) return;
    last = now;
    tell({ loaded, total, stage: 'explain' });
  };
}

/**
 * Errors with a code come from the core and leave the instance whole. All else is a trap: nothing in
 * the instance can be trusted any more.
 * @param {unknown} error
 */
function describe(error) {
  const { name, code, message } = /** @type {Record<string, unknown>} */ (Object(error));
  if (typeof code === 'string' && code.startsWith('E_')) {
    return { fault: { name: String(name), code, message: String(message) }, fatal: false };
  }
  let panic = '';
  try {
    panic = glue.last_panic();
  } catch {
    // The instance may be too broken to tell.
  }
  const text = panic || `${String(name)}: ${String(message)}`;
  return { fault: { name: 'InternalError', code: 'E_PANIC', message: text }, fatal: true };
}

/**
 * Buffers of the typed arrays in a result, each once, so that it is moved and not copied.
 * @param {unknown} value
 */
function buffers(value) {
  const found = /** @type {Set<ArrayBuffer>} */ (new Set());
  collect(value, found);
  return [...found];
}

/**
 * @param {unknown} value
 * @param {Set<ArrayBuffer>} found
 */
function collect(value, found) {
  if (ArrayBuffer.isView(value)) found.add(/** @type {ArrayBuffer} */ (value.buffer));
  // Its fields are no properties of its own.
  else if (typeof ImageData === 'function' && value instanceof ImageData)
    collect(value.data, found);
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) collect(inner, found);
  }
}
