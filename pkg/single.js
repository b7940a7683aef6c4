/**
 * All in one classic script, for pages from disk and for iframes without an address: worker and wasm
 * are inside. Defines the global `heatlens` with the exports of the package.
 */
import wasm from './generated/heatlens_bg.wasm';
import source from './generated/worker.txt';
import { trusted } from './transport.js';
import { Runtime } from './runtime.js';

export { HeatlensError, InternalError, LimitError, ModelError, RequestError } from './errors.js';

/** @type {string | undefined} */
let url;

function worker() {
  url ??= URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  return new Worker(trusted(url));
}

/** @type {typeof import('./index.d.ts').createRuntime} */
export const createRuntime = (options) => new Runtime({ wasm, worker, ...options });

/** @type {typeof import('./index.d.ts').runtime} */
export const runtime = createRuntime();

/** @type {typeof import('./index.d.ts').load} */
export const load = (from, options) => runtime.load(from, options);

/** @type {typeof import('./index.d.ts').methods} */
export const methods = () => runtime.methods();

/** @type {typeof import('./index.d.ts').tokenize} */
export const tokenize = (text) => runtime.tokenize(text);

/** @type {typeof import('./index.d.ts').picture} */
export const picture = (explanation, options) => runtime.picture(explanation, options);

export { fromImage, imageOptions, imagePixels } from './from-image.js';
