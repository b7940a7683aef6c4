// Any picture of a digit as the network was trained: white ink on black, 28 x 28. What is done to it is said.

import { SIDE, place } from './preprocess.js';

const MIDDLE = 128; // of the greys 0 to 255
const BOX = 20; // longer side of the ink, px, as in the MNIST set
const INK = 0.2; // a pixel with more than this of the ink's brightness belongs to it
/** Greys so near to black and white are left as they are. */
const SLACK = 8;

/** Whether more than half of the pixels are light: then the ink is dark. */
export function isDarkOnLight(greys) {
  let light = 0;
  for (const grey of greys) if (grey >= MIDDLE) light += 1;
  return 2 * light > greys.length;
}

export const inverted = (greys) => greys.map((grey) => 255 - grey);

/** Rows and columns exchanged. */
export const transposed = (greys, side = SIDE) =>
  greys.map((_, i) => greys[(i % side) * side + Math.floor(i / side)]);

/**
 * What transparent parts are laid on, white (255) or black (0). Where less than half of the picture is opaque, that is ink
 * and the ground its opposite; else the opaque part has a ground of its own, and the rest is like it.
 */
export function groundOf(luminance, alpha) {
  let [opaque, light] = [0, 0];
  alpha.forEach((a, i) => {
    opaque += a;
    light += a * luminance[i];
  });
  const isLight = light >= MIDDLE * opaque;
  const isInk = 2 * opaque < 255 * alpha.length;
  return isLight === isInk ? 0 : 255;
}

/**
 * The mean over the area that each new pixel covers of a part of a plane.
 * @param {ArrayLike<number>} plane @param {number} columns
 * @param {{ left: number, top: number, width: number, height: number }} part @param {number[]} size of the result
 */
function resampled(plane, columns, { left, top, width, height }, [across, down]) {
  const shares = (from, size, count) =>
    Array.from({ length: count }, (_, cell) => {
      const [start, end] = [(cell * size) / count, ((cell + 1) * size) / count];
      const out = [];
      for (let i = Math.floor(start); i < Math.min(size, Math.ceil(end)); i += 1)
        out.push([from + i, ((Math.min(end, i + 1) - Math.max(start, i)) * count) / size]);
      return out;
    });
  const [xs, ys] = [shares(left, width, across), shares(top, height, down)];
  return Float32Array.from({ length: across * down }, (_, k) => {
    let sum = 0;
    for (const [y, a] of ys[Math.floor(k / across)])
      for (const [x, b] of xs[k % across]) sum += a * b * plane[y * columns + x];
    return sum;
  });
}

function boxOf(plane, width, least) {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  plane.forEach((value, i) => {
    if (value <= least) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  });
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** The ink in a box of 20 pixels, its centre of mass in the middle: never stretched. */
function centred(plane, width) {
  const grey = new Uint8Array(SIDE * SIDE);
  const [low, high] = [Math.min, Math.max].map((pick) => plane.reduce((a, b) => pick(a, b)));
  const box = high - low > 2 * SLACK ? boxOf(plane, width, 255 * INK) : null;
  if (!box) return grey;
  const scale = BOX / Math.max(box.width, box.height);
  const size = [box.width, box.height].map((side) => Math.max(1, Math.round(side * scale)));
  const ink = resampled(plane, width, box, size);
  let [mass, x, y] = [0, 0, 0];
  ink.forEach((value, i) => {
    mass += value;
    x += value * ((i % size[0]) + 0.5);
    y += value * (Math.floor(i / size[0]) + 0.5);
  });
  const [left, top] = [place(x / mass, size[0]), place(y / mass, size[1])];
  ink.forEach((value, i) => {
    grey[(top + Math.floor(i / size[0])) * SIDE + left + (i % size[0])] = Math.round(value);
  });
  return grey;
}

/** Greys stretched so that the ground is black and the ink white, where they are not: of a photograph of paper, say. */
function stretched(plane) {
  const sorted = plane.slice().sort();
  const [ground, top] = [0.5, 0.999].map(
    (share) => sorted[Math.floor(share * (sorted.length - 1))],
  );
  const most = Math.max(top, sorted.at(-1) - SLACK);
  if ((ground <= SLACK && most >= 255 - 2 * SLACK) || most - ground <= 2 * SLACK) return null;
  return plane.map((grey) => Math.min(255, Math.max(0, (255 * (grey - ground)) / (most - ground))));
}

/**
 * @param {{data: ArrayLike<number>, width: number, height: number}} picture RGBA, row by row, colours not multiplied by alpha
 * @param {{width: number, height: number}} size of the file, where the picture was made smaller
 * @returns {{grey: Uint8Array, note: string}} 784 greys from 0 (black) to 255 (ink), and what was done, in words
 */
export function toDigit(picture, size = picture) {
  const { data, width, height } = picture;
  const count = width * height;
  const luminance = Float32Array.from(
    { length: count },
    (_, i) => 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2],
  );
  const alpha = Uint8Array.from({ length: count }, (_, i) => data[4 * i + 3]);
  const done = [];
  let plane = luminance;
  if (alpha.some((a) => a < 255)) {
    const ground = groundOf(luminance, alpha);
    plane = luminance.map((grey, i) => (grey * alpha[i] + ground * (255 - alpha[i])) / 255);
    done.push(`transparent: laid on ${ground > 0 ? 'white' : 'black'}`);
  }
  if (isDarkOnLight(plane)) {
    plane = inverted(plane);
    done.push('dark on light: inverted');
  }
  const isSized = width === SIDE && height === SIDE;
  const clear = isSized ? null : stretched(plane);
  if (clear) done.push('faint: its contrast stretched');
  const grey = isSized ? Uint8Array.from(plane, Math.round) : centred(clear ?? plane, width);
  if (!isSized)
    done.push(`${size.width} × ${size.height} pixels: the ink scaled to 20 pixels and centred`);
  if (grey.every((value) => value === grey[0])) done.push('blank: there is no ink in it');
  return { grey, note: done.length > 0 ? sentence(done.join('; ')) : '' };
}

export const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
