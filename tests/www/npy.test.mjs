// .npy files as numpy.lib.format describes them, written here byte by byte.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNpy, writeNpy } from '../../www/kit/engine/npy.js';

/** @param {{ descr?: string, fortran?: boolean, shape?: string, version?: number, header?: string }} head @param {Uint8Array} body */
function npy({ descr = '<f4', fortran = false, shape = '(2, 3)', version = 1, header }, body) {
  const word = fortran ? 'True' : 'False';
  const text = header ?? `{'descr': '${descr}', 'fortran_order': ${word}, 'shape': ${shape}, }\n`;
  const long = version > 1;
  const bytes = new Uint8Array((long ? 12 : 10) + text.length + body.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(bytes.buffer);
  if (long) view.setUint32(8, text.length, true);
  else view.setUint16(8, text.length, true);
  bytes.set(new TextEncoder().encode(text), long ? 12 : 10);
  bytes.set(body, bytes.length - body.length);
  return bytes.buffer;
}

const refused = (buffer, words) =>
  assert.throws(
    () => readNpy(buffer),
    (error) => error.code === 'E_NPY' && words.test(error.message),
  );

/** Values of each type that it holds exactly, and the bytes of each, the least first. */
const CASES = {
  b1: [
    [1, 0],
    [[1], [0]],
  ],
  u1: [
    [0, 255],
    [[0], [0xff]],
  ],
  i1: [
    [-1, 127],
    [[0xff], [0x7f]],
  ],
  u2: [
    [1, 65535],
    [
      [1, 0],
      [0xff, 0xff],
    ],
  ],
  i2: [
    [-2, 32767],
    [
      [0xfe, 0xff],
      [0xff, 0x7f],
    ],
  ],
  u4: [
    [1, 2 ** 31],
    [
      [1, 0, 0, 0],
      [0, 0, 0, 0x80],
    ],
  ],
  i4: [
    [-1, 2 ** 30],
    [
      [0xff, 0xff, 0xff, 0xff],
      [0, 0, 0, 0x40],
    ],
  ],
  u8: [
    [3, 2 ** 40],
    [
      [3, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 1, 0, 0],
    ],
  ],
  i8: [
    [-3, 2 ** 32],
    [
      [0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0, 0, 0, 0, 1, 0, 0, 0],
    ],
  ],
  // One, the smallest number, infinity, none: sign, five bits of exponent, ten of fraction.
  f2: [
    [1, 2 ** -24, -Infinity, NaN],
    [
      [0, 0x3c],
      [1, 0],
      [0, 0xfc],
      [1, 0x7c],
    ],
  ],
  f4: [
    [-2.5, Infinity, NaN],
    [
      [0, 0, 0x20, 0xc0],
      [0, 0, 0x80, 0x7f],
      [0, 0, 0xc0, 0x7f],
    ],
  ],
  f8: [
    [0.5, -1],
    [
      [0, 0, 0, 0, 0, 0, 0xe0, 0x3f],
      [0, 0, 0, 0, 0, 0, 0xf0, 0xbf],
    ],
  ],
};

for (const [type, [values, bytes]] of Object.entries(CASES))
  test(`numbers of type ${type}, in either order of bytes`, () => {
    const shape = `(${values.length},)`;
    const little = Uint8Array.from(bytes.flat());
    const orders = type.endsWith('1')
      ? { '|': little }
      : { '<': little, '>': Uint8Array.from(bytes.flatMap((b) => b.toReversed())) };
    for (const [order, body] of Object.entries(orders)) {
      const read = readNpy(npy({ descr: order + type, shape }, body));
      assert.deepEqual(read.shape, [values.length]);
      assert.deepEqual([...read.values], values, order);
    }
  });

test('row by row, also where the file has columns first', () => {
  const body = Uint8Array.of(0, 1, 2, 3, 4, 5);
  const plain = readNpy(npy({ descr: '|u1', shape: '(2, 3)' }, body));
  assert.deepEqual([...plain.values], [0, 1, 2, 3, 4, 5]);
  // In the file the first index runs fastest: element (i, j) is number i + 2 j.
  const columns = readNpy(npy({ descr: '|u1', shape: '(2, 3)', fortran: true }, body));
  assert.deepEqual([...columns.values], [0, 2, 4, 1, 3, 5]);
  const cube = readNpy(npy({ descr: '|u1', shape: '(2, 1, 3)', fortran: true }, body));
  assert.deepEqual([...cube.values], [0, 2, 4, 1, 3, 5]);
});

test('all versions, one number, none, what was written here', () => {
  const body = Uint8Array.of(7);
  for (const version of [1, 2, 3])
    assert.deepEqual([...readNpy(npy({ descr: '|u1', shape: '(1,)', version }, body)).values], [7]);
  assert.deepEqual(readNpy(npy({ descr: '|u1', shape: '()' }, body)), {
    shape: [],
    values: Float32Array.of(7),
    type: 'u1',
  });
  assert.deepEqual(readNpy(npy({ shape: '(0, 4)' }, new Uint8Array())).values.length, 0);
  const values = Float32Array.of(1, -2, 3.5, 0, NaN, 6);
  const again = readNpy(writeNpy(values, [2, 3]).buffer);
  assert.deepEqual(again, { shape: [2, 3], values, type: 'f4' });
});

test('what is no such file, cut off or of another kind is refused in words', () => {
  refused(new ArrayBuffer(0), /not a \.npy file/);
  refused(new TextEncoder().encode('<!doctype html><title>404</title>').buffer, /not a \.npy file/);
  const whole = npy({}, new Uint8Array(24));
  assert.equal(readNpy(whole).values.length, 6);
  // At every length: never numbers that are not there.
  for (let length = 0; length < whole.byteLength; length += 1)
    refused(whole.slice(0, length), /not a \.npy|cut off|no numbers/);
  refused(npy({ shape: '(99999999, 99999999)' }, new Uint8Array(24)), /cut off/);
  for (const descr of ['<c8', '|S4', '|O', '<U3', '<f3'])
    refused(npy({ descr }, new Uint8Array(64)), /no numbers that are read here/);
  refused(
    npy({ header: "{'descr': [('x', '<f4')], 'shape': (2,), }" }, new Uint8Array(8)),
    /no numbers/,
  );
  refused(
    npy({ header: "{'descr': '<f4', 'fortran_order': False}" }, new Uint8Array(8)),
    /no numbers/,
  );
});
