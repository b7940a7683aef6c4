// The part of a drawing that a sentence names carries the share that it states.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { largestPart, sayParts } from '../../www/digits/stroke-parts.js';
import { preprocess } from '../../www/kit/pad/preprocess.js';
import { sampleOf } from '../../www/digits/input/samples.js';

const SIDE = 28;
const { pixels: three } = preprocess(sampleOf(3, 0).strokes);
const on = three.map((value) => (value >= 0.5 ? 1 : 0));
const first = (test) => three.findIndex((_, i) => test(Math.floor(i / SIDE), i % SIDE, i));

/** The rows and columns that the ink of the 3 spans. */
const rows = [...on.keys()].filter((i) => on[i]).map((i) => Math.floor(i / SIDE));
const columns = [...on.keys()].filter((i) => on[i]).map((i) => i % SIDE);
const [top, bottom] = [Math.min(...rows), Math.max(...rows)];
const [left, right] = [Math.min(...columns), Math.max(...columns)];

test('a stroke, a gap and the paper around are told apart, by thirds of the drawing', () => {
  const one = (at, value = 1) => Float32Array.from(three, (_, i) => (i === at ? value : 0));
  const part = (values, sign = 1) => largestPart(values, three, SIDE, sign);
  const topInk = first((row, column, i) => on[i] && row === top);
  assert.match(part(one(topInk)).name, /^the stroke at the top/);
  // A 3 is open to the left: in the middle row, at the left edge of its box, there is paper.
  const middle = Math.floor((top + bottom) / 2) - 2;
  const gap = middle * SIDE + left;
  assert.equal(on[gap], 0);
  assert.deepEqual(part(one(gap)), { name: 'the gap on the left', share: 1 });
  assert.deepEqual(part(one(0)), { name: 'the paper around', share: 1 });
  assert.deepEqual(part(one(bottom * SIDE + right + 1)).name, 'the paper around');
  assert.equal(part(one(topInk), -1), null);
  assert.match(part(one(topInk, -2), -1).name, /^the stroke at the top/);
});

test('the share is that of the named part in the total of the sign, counted pixel by pixel', () => {
  // Numbers of both signs, none like another.
  const values = Float32Array.from(three, (_, i) => Math.sin(7 * i) * (1 + (i % 13)));
  for (const sign of [1, -1]) {
    const { name, share } = largestPart(values, three, SIDE, sign);
    const third = (at, low, high) => Math.min(2, Math.floor((3 * (at - low)) / (high - low + 1)));
    const words = (i) => {
      const [row, column] = [Math.floor(i / SIDE), i % SIDE];
      if (row < top || row > bottom || column < left || column > right) return 'paper';
      return `${on[i]} ${third(row, top, bottom)} ${third(column, left, right)}`;
    };
    const sums = {};
    let total = 0;
    values.forEach((value, i) => {
      if (sign * value <= 0) return;
      sums[words(i)] = (sums[words(i)] ?? 0) + sign * value;
      total += sign * value;
    });
    const [most, sum] = Object.entries(sums).sort(([, a], [, b]) => b - a)[0];
    assert.ok(Math.abs(share - sum / total) < 1e-6);
    assert.equal(name === 'the paper around', most === 'paper');
  }
});

test('numbers that are not finite, no numbers and no drawing are no part', () => {
  const words = { for: 'for', against: 'against' };
  assert.equal(sayParts(new Float32Array(784).fill(NaN), three, SIDE, words), '');
  assert.equal(sayParts(new Float32Array(784), three, SIDE, words), '');
  const values = new Float32Array(784).fill(1).fill(Infinity, 0, 10);
  assert.equal(
    sayParts(values, new Float32Array(784), SIDE, words),
    'for is the paper around (100 %).',
  );
});
