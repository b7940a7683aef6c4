import { beside } from './beside.js';
import { explains } from './main-thread.js';
import { builtin } from './node.js';

/**
 * Where an engine runs: a Worker, a thread of Node, or this thread.
 * @typedef {{
 *   post: (request: import('./protocol.js').Request, transfer?: Transferable[]) => void,
 *   hold: (busy: boolean) => void,
 *   close: () => void,
 * }} Transport
 *
 * @typedef {{
 *   message: (reply: import('./protocol.js').Reply) => void,
 *   death: (reason: string) => void,
 * }} Listener
 */

/** Whether Workers are those of browsers. Libraries put others into Node, where there is no location. */
const webWorkers = () => typeof Worker === 'function' && !!globalThis.location;

/**
 * Whether engines run beside each other, and not all in this thread.
 * @param {import('./index.d.ts').RuntimeOptions['worker']} choice
 */
export function threaded(choice) {
  if (typeof choice === 'function') return true;
  return choice !== false && (webWorkers() || !!builtin('node:worker_threads'));
}

/**
 * @param {import('./index.d.ts').RuntimeOptions['worker']} choice
 * @param {Listener} listener
 * @param {boolean} [here] in this thread, by the script beside this one: the page draws only between explanations
 * @returns {Transport}
 */
export function open(choice, listener, here = false) {
  const threads = builtin('node:worker_threads');
  if (choice === false || here || !threaded(choice)) return sameThread(listener, here);
  if (typeof choice === 'function') return browserWorker(choice(), listener);
  const url =
    typeof choice === 'string' || choice instanceof URL
      ? new URL(choice, globalThis.document?.baseURI ?? globalThis.location?.href)
      : beside(new URL('./worker.js', import.meta.url));
  return webWorkers()
    ? browserWorker(moduleWorker(url), listener)
    : nodeThread(threads, url, listener);
}

/**
 * Browsers refuse a worker script from another origin, but not one that imports it. A page without an origin of its own,
 * as a sandboxed frame, may not even start a module; there a classic script imports it, and keeps what comes before.
 * @param {URL} url
 */
function moduleWorker(url) {
  const { origin } = /** @type {any} */ (globalThis);
  if (url.origin === origin) return new Worker(trusted(url.href), { type: 'module' });
  const address = JSON.stringify(url.href);
  const isOpaque = origin === 'null';
  const source = isOpaque
    ? `const early = []; onmessage = (event) => early.push(event);
import(${address}).then(() => early.forEach((event) => onmessage(event)), (error) => setTimeout(() => { throw error; }));`
    : `import ${address};`;
  const script = new Blob([source], { type: 'text/javascript' });
  const importer = importers.get(url.href) ?? URL.createObjectURL(script);
  importers.set(url.href, importer);
  return new Worker(trusted(importer), isOpaque ? {} : { type: 'module' });
}

/**
 * Addresses of the scripts that import a worker's, by that worker's: one each, since nothing says when the last worker
 * has fetched it and it could go. @type {Map<string, string>}
 */
const importers = new Map();

/** Where copies of this package in one page find the policy: a page allows the name once. */
const POLICY = Symbol.for('heatlens.policy');

/**
 * For pages that require trusted types: they allow the policy named `heatlens`. Only addresses that
 * the page's author chose come here.
 * @param {string} url
 */
export function trusted(url) {
  const scope = /** @type {any} */ (globalThis);
  scope[POLICY] ??= scope.trustedTypes?.createPolicy('heatlens', {
    createScriptURL: (/** @type {string} */ own) => own,
  });
  return scope[POLICY]?.createScriptURL(url) ?? url;
}

/**
 * @param {Worker} worker
 * @param {Listener} listener
 * @returns {Transport}
 */
function browserWorker(worker, { message, death }) {
  worker.onmessage = ({ data }) => message(data);
  worker.onmessageerror = () => death('a message could not be read');
  worker.onerror = (event) => {
    event.preventDefault();
    death(event.message || 'its script could not be loaded');
  };
  return {
    post: (request, transfer) => worker.postMessage(request, transfer ?? []),
    hold() {},
    close() {
      worker.onmessage = worker.onerror = worker.onmessageerror = null;
      worker.terminate();
    },
  };
}

/**
 * @param {any} threads the module node:worker_threads
 * @param {URL} url
 * @param {Listener} listener
 * @returns {Transport}
 */
function nodeThread(threads, url, { message, death }) {
  const worker = new threads.Worker(url, { workerData: 'heatlens' });
  let open = true;
  worker.on('message', (/** @type {any} */ reply) => open && message(reply));
  worker.on('error', (/** @type {Error} */ error) => open && death(error.message));
  worker.on('exit', (/** @type {number} */ code) => open && death(`it ended with code ${code}`));
  worker.unref();
  return {
    post: (request, transfer) => worker.postMessage(request, transfer),
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    close() {
      open = false;
      worker.terminate();
    },
  };
}

/** A task of its own, so that the page can draw between two requests. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** When the page has been drawn; one that is hidden is not. */
const drawn = () =>
  new Promise((resolve) => {
    setTimeout(resolve, 100);
    globalThis.requestAnimationFrame?.(() => setTimeout(resolve));
  });

/**
 * The page waits while the engine works, and nothing can interrupt it. Its address stands in one piece, so that bundlers,
 * which may move files, follow it.
 * @param {Listener} listener
 * @param {boolean} atOnce
 * @returns {Transport}
 */
function sameThread({ message, death }, atOnce) {
  let open = true;
  let explanations = 0;
  /** @type {Promise<import('./engine.js').Engine>} */
  const engine = import('./worker.js').then((module) => new module.Engine());
  engine.catch((error) => open && death(String(error)));
  return {
    async post(request) {
      const ready = await engine.catch(() => null);
      if (!ready) return;
      if (!atOnce) await turn();
      else if (explains(request) && explanations++ > 0) await drawn();
      if (open) ready.handle(request, (reply) => open && message(reply));
    },
    hold() {},
    close() {
      open = false;
      engine.then(
        (ready) => ready.dispose(),
        () => {},
      );
    },
  };
}
