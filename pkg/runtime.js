import { beside } from './beside.js';
import { InternalError, RequestError } from './errors.js';
import { builtin } from './node.js';
import { EDITS, WATCH, readCall, readEdits } from './check.js';
import { fingerprint } from './hash.js';
import { Model } from './model.js';
import { readText } from './text.js';
import { ABI } from './protocol.js';
import { readPicture } from './picture.js';
import { Pool } from './pool.js';
import { readSource, request } from './source.js';

/** @typedef {import('./index.d.ts').RuntimeOptions} RuntimeOptions */
/** @typedef {import('./index.d.ts').Runtime} RuntimeType */

/** Models so far, of all runtimes: engines of one thread share an instance, so numbers are never given twice. */
let models = 0;

/** @implements {RuntimeType} */
export class Runtime {
  #pool;
  #options;
  #disposed = false;
  /** @type {Promise<WebAssembly.Module> | null} */
  #module = null;
  /** @type {Promise<import('./index.d.ts').MethodEntry[]> | null} */
  #methods = null;

  /** @param {RuntimeOptions} options */
  constructor(options = {}) {
    this.#options = options;
    this.#pool = new Pool(() => this.#compile(), options, ABI);
  }

  /** @type {import('./index.d.ts').Runtime['load']} */
  async load(source, options) {
    this.#open();
    const own = readCall(options, [...EDITS, ...WATCH]);
    const { axes, outputActivation, randomize, inputRange, ...watch } = own;
    const edits = readEdits({ axes, outputActivation, randomize, inputRange });
    this.#pool.prepare();
    const bytes = await readSource(source, watch);
    const kept = { key: ++models, bytes, edits };
    const order = /** @type {const} */ ({ op: 'load', ...kept });
    const loading = this.#pool.submit(order, kept, watch);
    try {
      const [hash, facts] = await Promise.all([fingerprint(bytes), loading]);
      return Model.create(this.#pool, kept, hash, facts);
    } catch (error) {
      this.#pool.forget(kept, error);
      throw error;
    }
  }

  /** @type {import('./index.d.ts').Runtime['methods']} */
  async methods() {
    this.#open();
    this.#methods ??= this.#pool.submit({ op: 'methods' }, null);
    try {
      // A copy, so that nobody can change the list for others.
      return structuredClone(await this.#methods);
    } catch (error) {
      this.#methods = null;
      throw error;
    }
  }

  /** @type {import('./index.d.ts').Runtime['build']} */
  async build() {
    this.#open();
    return this.#pool.submit({ op: 'build' }, null);
  }

  /** @type {import('./index.d.ts').Runtime['support']} */
  async support(source, options) {
    this.#open();
    const watch = readCall(options, WATCH);
    const bytes = await readSource(source, watch);
    return this.#pool.submit({ op: 'support', bytes }, null, watch);
  }

  /** @type {import('./index.d.ts').Runtime['tokenize']} */
  async tokenize(text) {
    this.#open();
    return this.#pool.submit({ op: 'tokenize', text: readText(text) }, null);
  }

  /** @type {import('./index.d.ts').Runtime['picture']} */
  async picture(explanation, options) {
    this.#open();
    const { signal, onProgress } = readCall(options);
    const asked = readPicture(explanation, options);
    return this.#pool.submit({ op: 'picture', ...asked }, null, { signal, onProgress });
  }

  /** @type {import('./index.d.ts').Runtime['memory']} */
  memory() {
    return this.#pool.memory();
  }

  get place() {
    return this.#pool.place;
  }

  /** Ends the engine by a panic, as a bug in it would; for tests of what a page makes of it. */
  panicForTest() {
    return this.#pool.submit({ op: 'panic' }, null);
  }

  dispose() {
    this.#disposed = true;
    this.#pool.close(new RequestError('E_DISPOSED', 'the runtime has been disposed of'));
  }

  #open() {
    if (this.#disposed) throw new RequestError('E_DISPOSED', 'the runtime has been disposed of');
  }

  /** The module, compiled once for all engines that this runtime will have. */
  async #compile() {
    try {
      return await (this.#module ??= compile(this.#options));
    } catch (error) {
      this.#module = null;
      throw error;
    }
  }
}

/** Modules that lie beside this script, by address: for all runtimes. @type {Map<string, Promise<WebAssembly.Module>>} */
const modules = new Map();

/** What wasm files begin with: a zero byte and `asm`. */
const MAGIC = 0x0061736d;

// A module with one function, a relaxed multiply-add: valid exactly where engines take relaxed SIMD.
const PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0],
  ...[10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11],
);

/**
 * @param {RuntimeOptions} options
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile({ wasm, relaxed }) {
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm)) {
    return build(WebAssembly.compile(wasm), 'the given wasm');
  }
  if (wasm) {
    return download(new URL(wasm, globalThis.document?.baseURI ?? globalThis.location?.href));
  }
  // Each address in one piece: bundlers look for that.
  const url = beside(
    relaxed && WebAssembly.validate(PROBE)
      ? new URL('./heatlens_relaxed_bg.wasm', import.meta.url)
      : new URL('./heatlens_bg.wasm', import.meta.url),
  );
  const module = modules.get(url.href) ?? download(url);
  modules.set(url.href, module);
  try {
    return await module;
  } catch (error) {
    modules.delete(url.href);
    throw error;
  }
}

/**
 * @param {URL} url
 * @returns {Promise<WebAssembly.Module>}
 */
async function download(url) {
  const files = url.protocol === 'file:' && builtin('node:fs/promises');
  if (files) return build(WebAssembly.compile(await files.readFile(url)), url.href);
  const response = await request(url);
  // Only with this type, which many static servers do not send, browsers compile what is still coming.
  const streams = /^application\/wasm$/i.test(response.headers.get('content-type') ?? '');
  if (streams) return build(WebAssembly.compileStreaming(response), url.href);
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength < 4 || new DataView(bytes).getUint32(0) !== MAGIC) {
    const type = response.headers.get('content-type') ?? 'of no type';
    const what = /html/.test(type) ? 'an HTML page' : `something else (${type})`;
    throw new InternalError('E_WASM', `${url.href} is not the wasm file: the server sent ${what}`);
  }
  return build(WebAssembly.compile(bytes), url.href);
}

/**
 * @param {Promise<WebAssembly.Module>} compiling
 * @param {string} name
 */
async function build(compiling, name) {
  try {
    return await compiling;
  } catch (error) {
    throw new InternalError(
      'E_WASM',
      `${name} cannot be compiled (is it the wasm file? is the browser older than Chrome 91, ` +
        `Firefox 89, Safari 16.4? does the page's policy lack 'wasm-unsafe-eval'?): ${error}`,
    );
  }
}
