// .npy files, versions 1 to 3, as numpy.save writes them (numpy.lib.format).

import { failure } from './failure.js';

/** Element types by numpy's letter and size: bytes, and how one is read. @type {Record<string, [number, (view: DataView, at: number, little: boolean) => number]>} */
const TYPES = {
  b1: [1, (view, at) => view.getUint8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  i1: [1, (view, at) => view.getInt8(at)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  u8: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  f2: [2, (view, at, little) => half(view.getUint16(at, little))],
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
};

function half(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : fraction * 2 ** -24);
}

/** @param {string} message */
const refuse = (message) => failure('E_NPY', message);

/**
 * @param {ArrayBuffer} buffer
 * @returns {{ shape: number[], values: Float32Array, type: string }} row by row; `type` as numpy writes it, `f4`. Throws with the code E_NPY and the reason.
 */
export function readNpy(buffer) {
  const bytes = new Uint8Array(buffer);
  const text = (from, to) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 6) !== '\x93NUMPY' || bytes.length < 12) throw refuse('this is not a .npy file');
  const view = new DataView(buffer);
  const isLong = bytes[6] > 1;
  const start = isLong ? 12 : 10;
  const end = start + (isLong ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) throw refuse('the .npy file is cut off in its header');
  const header = text(start, Math.min(end, start + 10_000));
  const [, order, type] = /'descr':\s*'([<>|=])(\w\d)'/.exec(header) ?? [];
  const extents = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (!Object.hasOwn(TYPES, type ?? '') || extents === undefined)
    throw refuse(
      `the .npy file holds no numbers that are read here: ${header.trim().slice(0, 80)}`,
    );
  const shape = (extents.match(/\d+/g) ?? []).map(Number);
  const count = shape.reduce((all, extent) => all * extent, 1);
  const [size, get] = TYPES[type];
  if (end + count * size > bytes.length)
    throw refuse(`the .npy file is cut off: ${count} numbers are announced`);
  const isColumnwise = /'fortran_order':\s*True/.test(header);
  const strides = shape.map((_, k) => shape.slice(0, k).reduce((all, extent) => all * extent, 1));
  const values = new Float32Array(count);
  const at = shape.map(() => 0);
  for (let i = 0; i < count; i += 1) {
    const place = isColumnwise ? at.reduce((sum, index, k) => sum + index * strides[k], 0) : i;
    values[i] = get(view, end + place * size, order !== '>');
    for (let k = shape.length - 1; k >= 0 && (at[k] += 1) === shape[k]; k -= 1) at[k] = 0;
  }
  return { shape, values, type };
}

/** A .npy file of single precision, row by row. @param {ArrayLike<number>} values @param {readonly number[]} shape */
export function writeNpy(values, shape) {
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${extents}), }`;
  // Header and numbers begin at multiples of 64.
  const header = text.padEnd(64 * Math.ceil((11 + text.length) / 64) - 11) + '\n';
  const bytes = new Uint8Array(10 + header.length + 4 * values.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  view.setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  for (let i = 0; i < values.length; i += 1)
    view.setFloat32(10 + header.length + 4 * i, values[i], true);
  return bytes;
}
