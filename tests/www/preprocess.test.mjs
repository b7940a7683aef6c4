import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preprocess, SIDE } from '../../www/kit/pad/preprocess.js';
import { SAMPLES } from '../../www/digits/input/samples.js';

const inked = (pixels) => {
  const rows = [];
  const columns = [];
  pixels.forEach((value, i) => {
    if (value > 0) {
      rows.push(Math.floor(i / SIDE));
      columns.push(i % SIDE);
    }
  });
  const span = (all) => Math.max(...all) - Math.min(...all) + 1;
  return { height: span(rows), width: span(columns) };
};

function centre(pixels) {
  let [mass, x, y] = [0, 0, 0];
  pixels.forEach((value, i) => {
    mass += value;
    x += value * ((i % SIDE) + 0.5);
    y += value * (Math.floor(i / SIDE) + 0.5);
  });
  return { x: x / mass, y: y / mass };
}

test('nothing drawn is an all-zero image and says so', () => {
  for (const strokes of [[], [[]]]) {
    const { pixels, empty } = preprocess(strokes);
    assert.equal(empty, true);
    assert.equal(pixels.length, 784);
    assert.ok(pixels.every((value) => value === 0));
  }
});

test('every sample is centred by mass, its longer side 20 px, its greys 0 to 1', () => {
  for (const { digit, hand, strokes } of SAMPLES) {
    const name = `${digit}, hand ${hand}`;
    const { pixels, empty } = preprocess(strokes);
    assert.equal(empty, false, name);
    assert.ok(
      pixels.every((value) => value >= 0 && value <= 1),
      name,
    );
    assert.ok(Math.max(...pixels) > 0.95, name);
    const { width, height } = inked(pixels);
    // Sub-pixel placement may touch one more row or column.
    assert.ok(
      Math.max(width, height) >= 20 && Math.max(width, height) <= 21,
      `${name}: ${width} x ${height}`,
    );
    const { x, y } = centre(pixels);
    assert.ok(Math.abs(x - 14.5) < 0.1, `${name}: x ${x}`);
    // A digit with its mass far up or down is kept inside the image instead.
    assert.ok(Math.abs(y - 14.5) < 1.6, `${name}: y ${y}`);
  }
});

test('place and size on the pad do not matter much', () => {
  const [{ strokes }] = SAMPLES.filter((sample) => sample.digit === 5);
  const small = strokes.map((stroke) => stroke.map(([x, y]) => [0.1 + x * 0.4, 0.5 + y * 0.4]));
  const [a, b] = [preprocess(strokes).pixels, preprocess(small).pixels];
  const dot = (p, q) => p.reduce((sum, value, i) => sum + value * q[i], 0);
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  assert.ok(cosine > 0.85, String(cosine)); // the pen keeps its width on the pad, so a small digit is bolder
});

test('a dot, a line and a full-width scribble stay finite and inside', () => {
  const scribble = Array.from({ length: 400 }, (_, i) => [i % 2, i / 399]);
  for (const strokes of [
    [[[0.5, 0.5]]],
    [
      [
        [0, 0],
        [1, 0],
      ],
    ],
    [
      [
        [0.3, 0.3],
        [0.3, 0.3],
      ],
    ],
    [scribble],
  ]) {
    const { pixels, empty } = preprocess(strokes);
    assert.equal(empty, false);
    assert.ok(pixels.every(Number.isFinite));
    assert.ok(pixels.some((value) => value > 0));
    assert.ok(pixels.every((value) => value <= 1));
  }
});
