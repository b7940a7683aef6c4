// Pictures and images of files as digits: transparent, dark on light, of any proportions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greys, preprocess } from '../../www/kit/pad/preprocess.js';
import {
  groundOf,
  inverted,
  isDarkOnLight,
  toDigit,
  transposed,
} from '../../www/kit/pad/picture.js';
import { SAMPLES } from '../../www/digits/input/samples.js';
import { CNN, createRuntime } from '../pkg/rig.mjs';

const SIDE = 28;
const digit = (number) => {
  const { strokes } = SAMPLES.find((sample) => sample.digit === number);
  return Uint8Array.from(preprocess(strokes).pixels, (value) => Math.round(255 * value));
};
/** RGBA of a picture by `paint(ink)`, the digit enlarged and laid into the given size. */
function picture(ink, width, height, paint, zoom = 1) {
  const data = new Uint8ClampedArray(4 * width * height);
  const [left, top] = [width, height].map((side) => Math.floor((side - SIDE * zoom) / 2));
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [row, column] = [(y - top) / zoom, (x - left) / zoom].map(Math.floor);
      const inside = row >= 0 && row < SIDE && column >= 0 && column < SIDE;
      data.set(paint(inside ? ink[row * SIDE + column] : 0), 4 * (y * width + x));
    }
  return { data, width, height };
}
const lightOnDark = (g) => [g, g, g, 255];
const darkOnLight = (g) => [255 - g, 255 - g, 255 - g, 255];
const black = (g) => [0, 0, 0, g];
const white = (g) => [255, 255, 255, g];

test('greys of bytes are fractions, not whole numbers', () => {
  assert.deepEqual([...greys(Uint8Array.of(0, 51, 204, 255))], [0, 0.2, 0.8, 1].map(Math.fround));
});

test('28 by 28: ink is what it is, on black, on white and on nothing', () => {
  const ink = digit(3);
  for (const [paint, note] of [
    [lightOnDark, ''],
    [darkOnLight, 'Dark on light: inverted.'],
    [black, 'Transparent: laid on white; dark on light: inverted.'],
    [white, 'Transparent: laid on black.'],
  ]) {
    const found = toDigit(picture(ink, SIDE, SIDE, paint));
    assert.equal(found.note, note);
    found.grey.forEach((grey, i) => assert.ok(Math.abs(grey - ink[i]) <= 1, `${note} ${i}`));
  }
});

test('paper with a transparent corner is paper there, too', () => {
  const ink = digit(3);
  const paper = picture(ink, SIDE, SIDE, darkOnLight);
  for (const corner of [0, 1, 28]) paper.data[4 * corner + 3] = 0;
  const { grey } = toDigit(paper);
  grey.forEach((value, i) => assert.ok(Math.abs(value - ink[i]) <= 1, String(i)));
  assert.equal(groundOf([255, 0, 255, 255], [255, 255, 255, 0]), 255);
});

test('pictures of other sizes keep their proportions, and every digit in them is read', async () => {
  const runtime = createRuntime();
  try {
    const model = await runtime.load(CNN);
    for (let number = 0; number < 10; number += 1) {
      const ink = digit(number);
      for (const [width, height, zoom] of [
        [252, 84, 3],
        [84, 252, 3],
        [60, 41, 1],
        [280, 280, 10],
      ])
        for (const paint of [lightOnDark, darkOnLight, black]) {
          const { grey, note } = toDigit(picture(ink, width, height, paint, zoom));
          assert.match(note, new RegExp(`${width} × ${height} pixels: the ink scaled`, 'i'));
          const { probabilities } = await model.predict(greys(grey));
          const read = probabilities.indexOf(Math.max(...probabilities));
          assert.equal(read, number, `${width} × ${height}`);
        }
    }
  } finally {
    runtime.dispose();
  }
});

test('a photograph of grey ink on grey paper is stretched, and says so', () => {
  const ink = digit(5);
  const { grey, note } = toDigit(
    picture(ink, 112, 112, (g) => [...Array(3).fill(190 - g / 2), 255], 4),
  );
  assert.match(note, /contrast stretched/);
  assert.ok(Math.max(...grey) > 230 && grey.filter((value) => value === 0).length > 300);
});

test('a blank picture is called blank, whatever its colour and size', () => {
  for (const [width, height] of [
    [28, 28],
    [252, 84],
    [1, 1],
  ])
    for (const level of [0, 90, 255])
      for (const alpha of [0, 120, 255]) {
        const data = new Uint8ClampedArray(4 * width * height);
        for (let i = 0; i < data.length; i += 4) data.set([level, level, level, alpha], i);
        const { grey, note } = toDigit({ data, width, height });
        assert.match(note, /blank/i, `${width} ${level} ${alpha}`);
        assert.ok(grey.every((value) => value === grey[0]));
      }
});

test('inverting and turning twice is nothing; most MNIST digits are not dark on light', () => {
  const ink = digit(4);
  assert.deepEqual(inverted(inverted(ink)), ink);
  assert.deepEqual(transposed(transposed(ink)), ink);
  assert.notDeepEqual(transposed(ink), ink);
  assert.equal(isDarkOnLight(ink), false);
  assert.equal(isDarkOnLight(inverted(ink)), true);
});
