import { Network } from '../networks.mjs';
import { prepare, start } from '../systems/tfjs.mjs';
import { download, finish, input } from './page.mjs';

const folder = '../../../node_modules/@tensorflow/tfjs-backend-wasm/dist/';
const [description, weights] = await Promise.all([
  download('mnist-cnn.json'),
  download('mnist-cnn.weights'),
  start({ tfjsFolder: new URL(folder, document.baseURI).href }),
]);
const { layers } = JSON.parse(new TextDecoder().decode(description));
const network = Network.from('mnist-cnn', layers, new Float32Array(weights));
network.input = () => input;
finish(prepare(network, 'saliency', 1, 3).run());
