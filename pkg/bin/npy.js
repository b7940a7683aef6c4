// Files of numbers: .npy and JSON, gzipped or not.

import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { readNpy as parse } from '../../www/kit/engine/npy.js';
import { broken } from './refuse.js';

/** @typedef {{ shape: number[], values: Float32Array, bytes: boolean }} Numbers `bytes`: 0 to 255, to be scaled */

const MOST = 512 * 2 ** 20;

/** A file's bytes, unpacked; '-' is the standard input. @param {string} path */
export async function readBytes(path) {
  const bytes = await readFile(path === '-' ? '/dev/stdin' : path);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST });
  } catch {
    throw broken(path, 'broken gzip data, or too much of it');
  }
}

/** @param {Buffer} bytes @param {string} path @returns {Numbers} */
function npy(bytes, path) {
  try {
    const { shape, values, type } = parse(new Uint8Array(bytes).buffer);
    return { shape, values, bytes: type === 'u1' };
  } catch (/** @type {any} */ error) {
    throw broken(path, error.message);
  }
}

/** @param {string} text @param {string} path @returns {Numbers} */
function json(text, path) {
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw broken(path, 'neither .npy, PNG nor a JSON array of numbers');
  }
  const shape = [];
  for (let each = found; Array.isArray(each); each = each[0]) shape.push(each.length);
  const flat = Array.isArray(found) ? found.flat(shape.length) : [];
  const same = (/** @type {any} */ part, depth = 0) =>
    depth === shape.length
      ? typeof part === 'number'
      : Array.isArray(part) &&
        part.length === shape[depth] &&
        part.every((p) => same(p, depth + 1));
  if (shape.length === 0 || shape.length > 16 || !same(found))
    throw broken(path, 'the JSON array is ragged or holds something that is no number');
  return { shape, values: Float32Array.from(flat), bytes: false };
}

/** Numbers of a file that is no picture. @param {string} path @param {Buffer} [bytes] */
export async function readNpy(path, bytes) {
  const all = bytes ?? (await readBytes(path));
  return all.subarray(0, 6).equals(Buffer.from('\x93NUMPY', 'latin1'))
    ? npy(all, path)
    : json(all.toString('utf8'), path);
}
