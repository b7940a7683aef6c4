// heatlens's wasm module, called in the thread it is measured in: no worker, no messages.
import { Model, initSync } from '../../pkg/generated/heatlens.js';
import { toOnnx } from '../onnx.mjs';
import { METHODS } from './methods.mjs';

export const name = 'heatlens';

let memory;

export async function start({ wasm }) {
  ({ memory } = initSync({ module: await WebAssembly.compile(wasm) }));
}

export const memoryBytes = () => memory.buffer.byteLength;

export function prepare(network, task, batch, target) {
  const model = new Model(toOnnx(network, { softmax: task === 'sis' }), []);
  const input = network.input(batch);
  const dispose = () => model.free();
  if (task === 'forward') {
    return { run: () => model.predict(input, batch)[0].logits, dispose };
  }
  if (!METHODS[task]) return null;
  const [method, parameters] = METHODS[task];
  const rows = Array.from({ length: batch }, (_, row) => {
    return input.subarray(row * network.inputLength, (row + 1) * network.inputLength);
  });
  const request = { method, parameters, at: null, target: { output: 0, class: target } };
  const silent = () => {};
  const call = (x) => model.explain(x, request, undefined, undefined, silent);
  if (task === 'sis') {
    const run = () => call(input).sis.sets.flatMap(({ order, values }) => [...order, ...values]);
    return { run, dispose };
  }
  const explain = (x) => call(x).relevance;
  if (batch === 1) return { run: () => explain(input), dispose };
  // One example a call is all that the module offers.
  const maps = new Float32Array(input.length);
  const run = () => {
    rows.forEach((x, row) => maps.set(explain(x), row * network.inputLength));
    return maps;
  };
  return { run, dispose };
}
