import * as glue from './generated/heatlens.js';
import { explanation, methodsByName, ordered, prediction, trace } from './result.js';

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
  /** @type {Map<number, { model: glue.Model, info: import('./index.d.ts').ModelInfo }>} */
  #models = new Map();
  /** @type {ReturnType<typeof methodsByName>} */
  #methods = new Map();
  /** The search under way. @type {glue.Search | null} */
  #search = null;
  #share = { first: true, alone: true, found: 0 };
  /** What the search has found so far. @type {() => import('./index.d.ts').Explanation | null} */
  #found = () => null;

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
      for (const { model } of this.#models.values()) model.free();
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
        const info = model.info();
        this.#models.set(request.key, { model, info });
        return info;
      }
      case 'drop':
        this.#models.get(request.key)?.model.free();
        this.#models.delete(request.key);
        return null;
      case 'methods':
        return glue.methods();
      case 'build':
        return glue.build();
      case 'support':
        return glue.support(request.bytes);
      case 'predict': {
        const { model, info } = this.#model(request.key);
        return prediction(model.predict(request.input, request.batch), info.outputs);
      }
      case 'explain': {
        const { key, input, piece, known } = request;
        const { model, info } = this.#model(key);
        const order = ordered(request.request);
        const result = model.explain(input, order, piece, known, throttled(tell));
        return piece === undefined
          ? this.#explanation(result, request.request, info.nodes)
          : result;
      }
      case 'search': {
        const { key, input, share, shares } = request;
        this.#search?.free();
        this.#search = null;
        const { model, info } = this.#model(key);
        const search = model.search(input, ordered(request.request), share, shares);
        this.#search = search;
        this.#share = { first: share === 0, alone: shares === 1, found: 0 };
        this.#found = () => this.#explanation(search.explanation(), request.request, info.nodes);
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
      case 'read':
        return this.#model(request.key).model.read(request.text, request.struck, request.ends);
      case 'explain-text': {
        const { key, text, struck } = request;
        const order = ordered(request.request);
        const result = this.#model(key).model.explainText(text, struck, order, throttled(tell));
        const [slotwise, nodes, relevance, spans, slots] = result;
        const whole = this.#explanation(slotwise, request.request, nodes);
        return { ...whole, shape: [relevance.length], relevance, spans, slots };
      }
      case 'trace': {
        const { model, info } = this.#model(request.key);
        return trace(model.trace(request.input, ordered(request.request)), info.nodes);
      }
      case 'neuron': {
        const { key, input, node, index } = request;
        return this.#model(key).model.neuron(input, ordered(request.request), node, index);
      }
      case 'flip': {
        const { key, input, relevance, steps, block, mask, leastFirst } = request;
        const { model } = this.#model(key);
        const [order, report] = [ordered(request), throttled(tell)];
        return model.flip(input, order, relevance, steps, block, mask, leastFirst, report);
      }
      case 'ascend': {
        const { key, input, steps, rate, penalty, low, high, sign } = request;
        const { model } = this.#model(key);
        const [order, report] = [ordered(request), throttled(tell)];
        return model.ascend(input, order, steps, rate, penalty, low, high, sign, report);
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
    const [numbers, values] = search.propose();
    const [feature, score, loaded, total, found, finished] = numbers;
    const share = this.#share;
    const news = share.first && (found > share.found || finished);
    share.found = found;
    const state = {
      best: feature < 0 ? null : { feature, score, values },
      loaded,
      total,
      finished: finished > 0,
      explanation: news ? this.#found() : null,
    };
    if (finished) {
      search.free();
      this.#search = null;
    }
    return state;
  }

  /**
   * @param {any} raw
   * @param {import('./protocol.js').ExplainRequest} request
   * @param {import('./index.d.ts').NodeInfo[]} nodes
   */
  #explanation(raw, request, nodes) {
    if (this.#methods.size === 0) this.#methods = methodsByName(glue.methods());
    const method = this.#methods.get(request.method);
    // The wasm has refused all others.
    if (!method) throw new Error(`no method ${request.method}`);
    return explanation(raw, request, method, nodes);
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
 * @param {Set<ArrayBuffer>} found
 * @returns {ArrayBuffer[]}
 */
function buffers(value, found = new Set()) {
  if (ArrayBuffer.isView(value)) found.add(/** @type {ArrayBuffer} */ (value.buffer));
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) buffers(inner, found);
  }
  return [...found];
}
