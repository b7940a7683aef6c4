// heatlens as its users have it: the package's public calls, answered by a worker.
import { toOnnx } from '../onnx.mjs';
import { METHODS } from './methods.mjs';

export const name = 'heatlens package';

let runtime;

export async function start({ packageUrl }) {
  const { createRuntime } = await import(packageUrl);
  runtime = createRuntime();
}

export async function prepare(network, task, batch, target) {
  if (task !== 'forward' && (batch > 1 || task === 'sis' || !METHODS[task])) return null;
  const model = await runtime.load(toOnnx(network));
  const input = network.input(batch);
  const dispose = () => model.dispose();
  if (task === 'forward') {
    return { run: async () => (await model.predict(input, { batch })).logits, dispose };
  }
  const [method, parameters] = METHODS[task];
  const options = { method, target, ...Object.fromEntries(parameters) };
  return { run: async () => (await model.explain(input, options)).relevance, dispose };
}
