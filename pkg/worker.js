import { Engine } from './engine.js';
import { builtin } from './node.js';

// Exported for pages that run the engine in their own thread.
export { Engine };

/** @typedef {import('./protocol.js').Request} Request */

const scope = /** @type {any} */ (globalThis);
const threads = builtin('node:worker_threads');

if (typeof scope.WorkerGlobalScope === 'function' && scope instanceof scope.WorkerGlobalScope) {
  const engine = new Engine();
  scope.onmessage = (/** @type {MessageEvent<Request>} */ { data }) =>
    engine.handle(data, (reply, transfer) => scope.postMessage(reply, transfer ?? []));
} else if (threads?.workerData === 'heatlens') {
  const engine = new Engine();
  threads.parentPort.on('message', (/** @type {Request} */ data) =>
    engine.handle(data, (reply, transfer) => threads.parentPort.postMessage(reply, transfer)),
  );
}
