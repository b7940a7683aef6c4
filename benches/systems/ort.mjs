// onnxruntime-web: one thread, SIMD. It has no gradient; its backward passes are ONNX graphs written by
// hand.
import * as ort from 'onnxruntime-web/wasm';
import { explainingOnnx } from '../backward.mjs';

export const name = 'onnxruntime-web';

const TASKS = ['forward', 'saliency', 'guided', 'lrp-epsilon'];

export function start({ ortFolder }) {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = ortFolder;
}

/** A function that runs the task once and gives its result, or null if that cannot be had. */
export async function prepare(network, task, batch, target) {
  if (!TASKS.includes(task)) return null;
  const session = await ort.InferenceSession.create(explainingOnnx(network, task), {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  const feeds = {
    x: new ort.Tensor('float32', network.input(batch), [batch, ...network.shape]),
  };
  if (task !== 'forward') {
    const seed = new Float32Array(batch * network.classes);
    for (let row = 0; row < batch; row++) seed[row * network.classes + target] = 1;
    feeds.seed = new ort.Tensor('float32', seed, [batch, network.classes]);
  }
  return {
    run: async () => (await session.run(feeds)).y.data,
    dispose: () => session.release(),
  };
}
