/** The package for a page that was saved as one file: worker and wasm stand in the document. */
import { embedded } from '../../www/kit/engine/embedded.js';
import source from '../generated/worker.txt';
import { Runtime } from '../runtime.js';
import { trusted } from '../transport.js';

export { fromImage, imageOptions, imagePixels } from '../from-image.js';

/** @type {string | undefined} */
let url;

function worker() {
  url ??= URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  return new Worker(trusted(url));
}

/** @param {import('../index.d.ts').RuntimeOptions} [options] */
export async function createRuntime(options) {
  const wasm = await embedded('#heatlens-wasm');
  return new Runtime({ wasm: wasm ?? undefined, worker, ...options });
}
