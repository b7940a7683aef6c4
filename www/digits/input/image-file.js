// The files of the MNIST database as they are: a big-endian header, then one byte per pixel (idx3) or per
// label (idx1), often gzipped. Whoever drops one can look through it.

import { SIDE } from '../../kit/pad/preprocess.js';

const PIXELS = SIDE * SIDE;
const IMAGES = 0x803;
const LABELS = 0x801;
const MAX_BYTES = 64 * 2 ** 20;

/** Why a file cannot be used: an error for people. */
export const problem = (message) =>
  Object.assign(new Error(message), { name: 'RequestError', code: 'E_FILE' });

async function unzip(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const reader = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
    .getReader();
  const parts = [];
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      total += value.length;
      if (total > MAX_BYTES) throw problem('Unzipped it is larger than 64 MB.');
      parts.push(value);
    }
  } catch (/** @type {any} */ error) {
    throw error.code === 'E_FILE' ? error : problem('It is no whole gzip file.');
  } finally {
    reader.cancel().catch(() => {});
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/**
 * @param {Blob} file an idx file, gzipped or not
 * @returns {Promise<{images: Uint8Array[]} | {labels: Uint8Array}>}
 */
export async function readIdx(file) {
  if (file.size > MAX_BYTES) throw problem('It is larger than 64 MB.');
  const bytes = await unzip(new Uint8Array(await file.arrayBuffer()));
  const word = (at) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
  if (bytes.length < 8) throw problem('It is too short for an idx file.');
  const [magic, count] = [word(0), word(4)];
  if (magic === LABELS) {
    if (bytes.length !== 8 + count) throw problem(`It says ${count} labels and holds others.`);
    return { labels: bytes.subarray(8) };
  }
  if (magic !== IMAGES) throw problem('It is no idx file of images or labels in bytes.');
  if (bytes.length < 16 || word(8) !== SIDE || word(12) !== SIDE)
    throw problem('Its images are not 28 by 28.');
  if (count === 0 || bytes.length !== 16 + count * PIXELS)
    throw problem(`It says ${count} images and holds others.`);
  const images = Array.from({ length: count }, (_, i) =>
    bytes.subarray(16 + i * PIXELS, 16 + (i + 1) * PIXELS),
  );
  return { images };
}
