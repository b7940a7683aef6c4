// heatlens as its users have it: the package's public calls, answered by workers.
import { toOnnx } from '../onnx.mjs';
import { METHODS } from './methods.mjs';

export const name = 'heatlens package';

let createRuntime;
let runtime;

export async function start({ packageUrl }) {
  ({ createRuntime } = await import(packageUrl));
  runtime = createRuntime();
}

/** With a number of workers: on a runtime of its own, and long tasks, too. */
export async function prepare(network, task, batch, target, workers) {
  const long = ['sis', 'shap'].includes(task);
  if (task !== 'forward' && (batch > 1 || long !== Boolean(workers) || !METHODS[task])) return null;
  const own = workers ? createRuntime({ workers }) : null;
  const model = await (own ?? runtime).load(toOnnx(network, { softmax: task === 'sis' }));
  const input = network.input(batch);
  const dispose = () => (own ?? model).dispose();
  if (task === 'forward') {
    return { run: async () => (await model.predict(input, { batch })).logits, dispose };
  }
  const [method, parameters] = METHODS[task];
  const options = { method, target, ...Object.fromEntries(parameters) };
  const run = async (watch) => {
    const { relevance, sis } = await model.explain(input, options, watch);
    return sis ? sis.sets.flatMap(({ order, values }) => [...order, ...values]) : relevance;
  };
  /** Milliseconds from the abort of a call that is under way to the answer of the next. */
  const cancel = async () => {
    const controller = new AbortController();
    const { signal } = controller;
    let call;
    await new Promise((begun) => (call = run({ signal, onProgress: begun })));
    const start = performance.now();
    controller.abort();
    await call.catch((error) => {
      if (!signal.aborted) throw error;
    });
    await model.predict(input);
    return performance.now() - start;
  };
  return { run: () => run(), cancel, dispose };
}
