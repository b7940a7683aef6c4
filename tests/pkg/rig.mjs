// What the package's tests in Node share. They run what is shipped: pkg/dist.
import { readFile } from 'node:fs/promises';

export * from '../../pkg/dist/index.js';

const root = new URL('../../', import.meta.url);

/** Reads a file of the repository. */
export const read = (path) => readFile(new URL(path, root));

export const CNN = new URL('www/models/digits-cnn.onnx', root);
export const MLP = new URL('www/models/digits-mlp.onnx', root);

/** An input that looks a little like a stroke, the same every time. */
export function stroke() {
  const input = new Float32Array(784);
  for (let y = 5; y < 23; y++) for (let x = 12; x < 16; x++) input[y * 28 + x] = 1 - (x % 2) / 8;
  return input;
}

/** The error that a promise is rejected with; fails if it is not. */
export async function rejection(promise) {
  const value = await promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  if ('error' in value) return value.error;
  throw new Error(`not rejected: ${JSON.stringify(value.value)?.slice(0, 200)}`);
}

/**
 * What a promise is rejected with within a few turns of the event loop: nothing is waited for that takes longer.
 * @param {Promise<unknown>} promise
 */
export async function promptRejection(promise) {
  const turns = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((next) => setImmediate(next));
    throw new Error('it was not rejected at once');
  };
  return rejection(Promise.race([promise, turns()]));
}

/** A small seeded generator, so that a failure can be repeated. */
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
