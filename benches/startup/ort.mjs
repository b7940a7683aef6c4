import * as ort from 'onnxruntime-web/wasm';
import { download, finish, input } from './page.mjs';

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = new URL(
  '../../../node_modules/onnxruntime-web/dist/',
  document.baseURI,
).href;
const session = await ort.InferenceSession.create(await download('mnist-cnn.saliency.onnx'));
const seed = Float32Array.from({ length: 10 }, (_, k) => Number(k === 3));
const { y } = await session.run({
  x: new ort.Tensor('float32', input, [1, 1, 28, 28]),
  seed: new ort.Tensor('float32', seed, [1, 10]),
});
finish(y.data);
