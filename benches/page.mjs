// In the page: the same lab as in Node, driven from outside through `window.lab`.
import { Lab } from './lab.mjs';

const at = (path) => new URL(path, document.baseURI).href;
const systems = {};
for (const name of ['heatlens', 'heatlens-package', 'heatlens-relaxed', 'ort', 'tfjs']) {
  systems[name] = at(`results/build/browser/${name}.js`);
}
const bytes = async (path) => (await fetch(at(path))).arrayBuffer();
window.lab = new Lab(systems, {
  wasm: await bytes('../pkg/dist/heatlens_bg.wasm'),
  relaxed: await bytes('../pkg/dist/heatlens_relaxed_bg.wasm'),
  packageUrl: at('../pkg/dist/index.js'),
  ortFolder: at('node_modules/onnxruntime-web/dist/'),
  tfjsFolder: at('node_modules/@tensorflow/tfjs-backend-wasm/dist/'),
});
