// Files of numbers: .npy and JSON, gzipped or not.

import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
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

/** @type {Record<string, (view: DataView, at: number) => number>} */
const READ = {
  '|u1': (view, at) => view.getUint8(at),
  '<f4': (view, at) => view.getFloat32(4 * at, true),
  '<f8': (view, at) => view.getFloat64(8 * at, true),
  '<i8': (view, at) => Number(view.getBigInt64(8 * at, true)),
};

/** @param {Buffer} bytes @param {string} path @returns {Numbers} */
export function npy(bytes, path) {
  const wide = bytes[6] > 1;
  const start = wide ? 12 : 10;
  const end =
    start + (bytes.length < start ? 0 : wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const head = bytes.subarray(start, end).toString('latin1');
  const kind = /'descr':\s*'([^']*)'/.exec(head)?.[1] ?? '';
  const axes = /'shape':\s*\(([\d, ]*)\)/.exec(head)?.[1];
  if (axes === undefined || !/'fortran_order':\s*False/.test(head) || !Object.hasOwn(READ, kind))
    throw broken(path, 'only .npy of f4, f8, u1 and i8 in C order is read');
  const shape = axes
    .split(',')
    .filter((axis) => axis.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, n) => product * n, 1);
  const body = bytes.subarray(end);
  if (count * Number(kind[2]) !== body.length)
    throw broken(path, `${body.length} bytes of .npy data for shape [${shape.join(', ')}]`);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return {
    shape,
    values: Float32Array.from({ length: count }, (_, at) => READ[kind](view, at)),
    bytes: kind === '|u1',
  };
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

/** A .npy file of f32, as the program writes it. @param {number[]} shape @param {Float32Array} values */
export function writeNpy(shape, values) {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const head = `{'descr': '<f4', 'fortran_order': False, 'shape': (${axes}), }`;
  const length = Math.ceil((10 + head.length + 1) / 64) * 64 - 10;
  const start = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${head.padEnd(length - 1)}\n`, 'latin1');
  start.writeUInt16LE(length, 8);
  const body = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, at) => body.setFloat32(4 * at, value, true));
  return new Uint8Array(Buffer.concat([start, Buffer.from(body.buffer)]));
}
