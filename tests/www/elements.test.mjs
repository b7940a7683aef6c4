// What elements compute before they draw: shapes of arrays, letters, numbers in a text, which numbers are strongest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelsOf, strongest } from '../../www/kit/drawings/arrays.js';
import { glyph } from '../../www/kit/drawings/glyphs.js';
import { choice } from '../../www/kit/drawings/row.js';
import { gridOf } from '../../www/kit/elements/map.js';
import { numbersIn, oneHot } from '../../www/kit/lens/arrays.js';

test('a map has rows, columns and channels, wherever the channels stand', () => {
  const grid = (shape, count = shape.reduce((a, b) => a * b, 1)) =>
    Object.values(gridOf(shape, count));
  assert.deepEqual(grid([28, 28]), [28, 28, 1, false]);
  assert.deepEqual(grid([1, 3, 4, 5]), [4, 5, 3, false]);
  assert.deepEqual(grid([7, 9, 3]), [7, 9, 3, true]);
  assert.deepEqual(grid([1, 7, 9, 3]), [7, 9, 3, true]);
  assert.deepEqual(grid([3, 7, 3]), [7, 3, 3, false], 'channels first where both would do');
  assert.deepEqual(grid([10]), [1, 10, 1, false]);
  assert.deepEqual(grid([], 16), [4, 4, 1, false], 'without a shape: a square');
  assert.deepEqual(grid([], 10), [1, 10, 1, false], 'or a row');
});

test('channels and positions are told by letters, names and layout', () => {
  const read = (shape, known) => {
    const { channels, length, at } = channelsOf(
      shape,
      shape.reduce((a, b) => a * b, 1),
      known,
    );
    return [channels, length, at(channels - 1, 0)];
  };
  assert.deepEqual(read([4, 9], { length: 9 }), [4, 9, 27]);
  assert.deepEqual(read([9, 4], { length: 9 }), [4, 9, 3]);
  assert.deepEqual(read([1, 4, 9, 1], { length: 9 }), [4, 9, 27], 'extents of 1 do not count');
  assert.deepEqual(read([4, 4], { length: 4 }), [4, 4, 12], 'channels first where nothing tells');
  assert.deepEqual(read([4, 4], { length: 4, layout: 'TC' }), [4, 4, 3]);
  assert.deepEqual(read([6], {}), [1, 6, 0]);
  assert.deepEqual(read([36], { length: 9, channels: 4 }), [4, 9, 27], 'a flat array');
  assert.deepEqual(read([2, 50], { channels: 2 }), [2, 50, 50]);
  assert.throws(() => read([4, 9], { length: 7 }), { code: 'E_SHAPE' });
  assert.throws(() => read([2, 3, 4], {}), { code: 'E_SHAPE' });
});

test('letters become one-hot numbers and back, or are refused', () => {
  const code = { ...channelsOf([4, 3], 12, { length: 3 }), alphabet: [...'ACGT'], unknown: 'N' };
  const { values, letters } = oneHot('a\nTn', code);
  assert.deepEqual(letters, ['A', 'T', 'N']);
  // A at 0, T at 1, nothing at 2; rows are the channels.
  assert.deepEqual([...values], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
  const last = { ...channelsOf([3, 4], 12, { length: 3 }), alphabet: [...'ACGT'], unknown: 'N' };
  assert.deepEqual([...oneHot('ATN', last).values], [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  assert.throws(() => oneHot('AT', code), /reads 3 letters, but there are 2/);
  assert.throws(() => oneHot('AXT', code), /“X” at 2 is none of the letters A C G T or N/);
});

test('numbers in a text', () => {
  assert.deepEqual([...numbersIn(' 1, 2.5;\n−3 4e2,')], [1, 2.5, -3, 400]);
  assert.deepEqual([...numbersIn('')], []);
  assert.ok(Number.isNaN(numbersIn('NaN')[0]));
  assert.throws(() => numbersIn('1 two 3'), /“two” is not a number/);
});

test('the strongest first; what is not finite has no size', () => {
  assert.deepEqual(strongest([1, -3, NaN, 3, 0.5], 3), [1, 3, 0]);
});

test('a row shows the largest, and what the others come to', () => {
  const element = { shown: { relevance: [1, -4, 2, NaN, 0.5] }, most: 3, order: null };
  assert.deepEqual(choice(element), { listed: [3, 1, 2], rest: 2, sum: 1.5 });
  assert.deepEqual(choice({ ...element, order: 'given' }).listed, [1, 2, 3]);
  assert.deepEqual(choice({ ...element, most: null }), {
    listed: [3, 1, 2, 0, 4],
    rest: 0,
    sum: 0,
  });
});

test('every letter of an alphabet has a shape of its own within its box', () => {
  const all = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => glyph(letter, [0, 0, 10, 10]).d);
  assert.equal(new Set(all).size, 26);
  assert.equal(glyph('a', [0, 0, 10, 10]).d, all[0]);
  // What has none is drawn as a frame, and names of objects are no letters.
  for (const odd of ['-', '·', 'constructor', 'Ω'])
    assert.equal(glyph(odd, [0, 0, 10, 10]).d, 'M1 1h8v8H1z');
  assert.equal(glyph('A', [3, 4, 20, 5]).transform, 'translate(3 4) scale(2 0.5)');
});
