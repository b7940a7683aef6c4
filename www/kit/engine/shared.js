// One engine for all elements of a page: started when the first needs it, ended soon after the last is gone.

/** @import { Model, Runtime, LoadOptions } from '../../pkg/index.js' */
/**
 * @typedef {Omit<typeof import('../../pkg/index.js'), 'createRuntime'> & { createRuntime: (options?: any) => Runtime | Promise<Runtime> }} Core
 *   the package, in one of its forms
 */

const LINGER = 3000; // ms: an element that is moved or put back finds its engine again
const KEPT = 4; // models without a user that stay loaded

/** @type {Core | null} */
let given = null;

/** Which package the elements run on: modules beside each other, or all in one script. @param {Core} module */
export function use(module) {
  given ??= module;
}

/** The package. @returns {Core} */
export function core() {
  if (!given) throw new Error('the elements have no engine: use() was not called');
  return given;
}

/** Elements that use the engine, with the keys of their models. @type {Map<object, Set<string>>} */
const users = new Map();
/** @type {Map<string, Promise<Model>>} */
const models = new Map();
/** @type {Promise<Runtime> | null} */
let runtime = null;
/** @type {Runtime | null} */
let running = null;
let timer = 0;

/** Where the engine runs: in workers, or in the page itself where none can be started; null while there is none. */
export const place = () => running?.place ?? null;

/** Where a policy forbids workers, the page itself works. */
async function start() {
  running = await core().createRuntime({ fallback: true });
  return running;
}

async function stop() {
  const ending = runtime;
  runtime = running = null;
  models.clear();
  (await ending?.catch(() => null))?.dispose();
}

/** The element needs the engine from now on. @param {object} user */
export function acquire(user) {
  clearTimeout(timer);
  if (!users.has(user)) users.set(user, new Set());
}

/** The element does not need it any more. @param {object} user */
export function release(user) {
  users.delete(user);
  clearTimeout(timer);
  if (users.size === 0) timer = Number(setTimeout(stop, LINGER));
  else prune();
}

/** Disposes of models that no element uses, but for the newest. */
function prune() {
  const used = new Set([...users.values()].flatMap((keys) => [...keys]));
  const idle = [...models.keys()].filter((key) => !used.has(key));
  for (const key of idle.slice(0, -KEPT || undefined)) {
    models.get(key)?.then(
      (model) => model.dispose(),
      () => {},
    );
    models.delete(key);
  }
}

/**
 * Does some work with the engine. One whose wasm cannot be had is forgotten: the next time tries again.
 * @template T @param {(runtime: Runtime) => Promise<T>} work @returns {Promise<T>}
 */
export async function withRuntime(work) {
  const own = (runtime ??= start());
  try {
    return await work(await own);
  } catch (/** @type {any} */ error) {
    if (error?.code === 'E_WASM' && runtime === own) await stop();
    throw error;
  }
}

/**
 * A model, loaded once for all elements that name it so. A failure is forgotten: the next one tries again.
 * @param {object} user @param {string} key @param {() => Promise<{ source: any, options: LoadOptions }>} from
 * @returns {Promise<Model>}
 */
export function model(user, key, from) {
  users.get(user)?.add(key);
  const known = models.get(key);
  if (known) {
    models.delete(key);
    models.set(key, known);
    return known;
  }
  const loading = withRuntime(async (runtime) => {
    const { source, options } = await from();
    return runtime.load(source, options);
  });
  models.set(key, loading);
  loading.catch(() => models.get(key) === loading && models.delete(key));
  prune();
  return loading;
}

/** The element asks about other models now. @param {object} user */
export const forgetModels = (user) => users.get(user)?.clear();
