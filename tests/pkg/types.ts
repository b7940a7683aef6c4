// Compiled by `tsc --noEmit`, never run: what users write must have the types that they expect.
import {
  type Explanation,
  HeatlensError,
  type Model,
  RequestError,
  createRuntime,
  load,
  methods,
  picture,
  runtime,
} from '../../pkg/index.js';
import { Model as ModelClass } from '../../pkg/model.js';
import { Runtime as RuntimeClass } from '../../pkg/runtime.js';

export async function use(file: File, signal: AbortSignal): Promise<number> {
  const model: Model = await load('digits.onnx', { signal });
  await runtime.load(file);
  const build: 'simd128' | 'relaxed-simd' = await createRuntime({ relaxed: true }).build();
  await createRuntime({ worker: false, workers: 1, wasm: new URL('x.wasm', 'http://x/') }).support(
    new Uint8Array(),
  );
  const { probabilities } = await model.predict([0, 1]);
  const explanation: Explanation = await model.explain(
    new Float32Array(784),
    { method: 'lrp', composite: 'epsilon-plus-flat', target: 3, against: 5 },
    { signal, onProgress: ({ loaded, total }) => void (loaded / total) },
  );
  await model.explain(
    [0],
    { method: 'sis' },
    { onProgress: ({ sets }) => void sets?.[0]?.features },
  );
  await model.explain([0], { method: 'saliency', unit: { node: 'conv', channel: 1 }, at: 'pool' });
  // @ts-expect-error there is no such method
  await model.explain([0], { method: 'astrology' });
  // @ts-expect-error a unit is one or the other
  await model.explain([0], { method: 'lrp', unit: { node: 'conv', index: 1, channel: '1' } });
  // @ts-expect-error no input
  await model.predict('0');
  const drawn: ImageData = await picture(explanation, { palette: 'grey', zoom: 8, signal });
  await runtime.picture({ relevance: [1, 2], shape: [1, 2] }, { normalisation: 'p99', vmax: 2 });
  // @ts-expect-error there is no such palette
  await picture(explanation, { palette: 'jet' });
  const [first] = await methods();
  const error: HeatlensError = new RequestError('E_REQUEST', first.title);
  // @ts-expect-error there may be no probabilities
  void probabilities[0];
  return drawn.width + explanation.relevance[0] + (probabilities?.[0] ?? 0) + error.code.length;
}

// The classes are what the types promise.
export const check = [RuntimeClass, ModelClass] satisfies unknown[];
