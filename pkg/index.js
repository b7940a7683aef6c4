import { Runtime } from './runtime.js';

export { HeatlensError, InternalError, LimitError, ModelError, RequestError } from './errors.js';

/** @type {typeof import('./index.d.ts').createRuntime} */
export const createRuntime = (options) => new Runtime(options);

/** @type {typeof import('./index.d.ts').runtime} */
export const runtime = createRuntime();

/** @type {typeof import('./index.d.ts').load} */
export const load = (source, options) => runtime.load(source, options);

/** @type {typeof import('./index.d.ts').methods} */
export const methods = () => runtime.methods();

/** @type {typeof import('./index.d.ts').tokenize} */
export const tokenize = (text) => runtime.tokenize(text);

/** @type {typeof import('./index.d.ts').picture} */
export const picture = (explanation, options) => runtime.picture(explanation, options);

export { fromImage, imageOptions, imagePixels } from './from-image.js';
