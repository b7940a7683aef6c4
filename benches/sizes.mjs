// What a page downloads: scripts and wasm after brotli, as a server would send them.
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';

const SYSTEMS = {
  heatlens: ['../pkg/dist/index.js', '../pkg/dist/worker.js', '../pkg/dist/heatlens_bg.wasm'],
  ort: [
    'results/build/startup/ort.js',
    'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
  ],
  tfjs: [
    'results/build/startup/tfjs.js',
    'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  ],
};

/** Bytes by system: scripts, wasm, both after brotli at its best. */
export async function sizes() {
  const compress = promisify(brotliCompress);
  const entries = Object.entries(SYSTEMS).map(async ([system, files]) => {
    const size = { system, scripts: 0, wasm: 0 };
    for (const file of files) {
      const { length } = await compress(await readFile(new URL(file, import.meta.url)));
      size[file.endsWith('.wasm') ? 'wasm' : 'scripts'] += length;
    }
    return { ...size, total: size.scripts + size.wasm };
  });
  return Promise.all(entries);
}
