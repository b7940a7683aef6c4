// A picture as values of a network's input, as the program reads it (src/cli/array/image.rs).

import { decode } from 'fast-png';
import { broken, refuse } from './refuse.js';

/** @typedef {{ width: number, height: number, rgba: Uint8Array }} Image */

const PIXELS = 40_000_000;

/** @param {Buffer} bytes @param {string} path @returns {Image} */
export function readPng(bytes, path) {
  const [wide, high] =
    bytes.length < 24 ? [0, 0] : [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (wide * high > PIXELS) throw broken(path, `a PNG of ${wide} × ${high} pixels is too large`);
  let png;
  try {
    png = decode(bytes);
  } catch (/** @type {any} */ error) {
    throw broken(path, `broken PNG: ${error.message}`);
  }
  const { width, height, data, channels, depth, palette, transparency } = png;
  const top = 2 ** depth - 1;
  const byte = (/** @type {number} */ value) =>
    depth === 16 ? value >> 8 : depth === 8 ? value : Math.round((value * 255) / top);
  const at = (/** @type {number} */ pixel) => {
    // Fewer than eight bits are packed, row by row.
    if (depth >= 8) return data[pixel];
    const line = Math.ceil((width * depth) / 8);
    const bit = (pixel % width) * depth;
    const cell = data[Math.floor(pixel / width) * line + (bit >> 3)];
    return (cell >> (8 - depth - (bit & 7))) & top;
  };
  const rgba = new Uint8Array(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const raw =
      channels === 1
        ? [at(pixel)]
        : Array.from(data.subarray(channels * pixel, channels * (pixel + 1)));
    const color = palette ? palette[raw[0]] : raw.map(byte);
    if (!color) throw broken(path, 'broken PNG: a colour that its palette lacks');
    const [r, g, b] = color.length < 3 ? [color[0], color[0], color[0]] : color;
    const clear =
      !palette && transparency?.length === raw.length && raw.every((v, c) => v === transparency[c]);
    const alpha = clear ? 0 : color.length % 2 === 0 ? color[color.length - 1] : 255;
    rgba.set([r, g, b, alpha], 4 * pixel);
  }
  return { width, height, rgba };
}

const f = Math.fround;
const grey = (/** @type {Iterable<number>} */ [r, g, b]) =>
  f(f(f(f(0.299) * r) + f(f(0.587) * g)) + f(f(0.114) * b));

/** What transparent parts are laid on if nobody says it: the opposite of ink, or the like of a ground. @param {Image} image */
function groundOf({ rgba, width, height }) {
  let [opaque, light] = [0, 0];
  for (let at = 0; at < rgba.length; at += 4) {
    opaque += rgba[at + 3];
    light += rgba[at + 3] * grey(rgba.subarray(at, at + 3));
  }
  const isInk = 2 * opaque < 255 * width * height;
  return light >= 128 * opaque === isInk ? 0 : 255;
}

/** For each of `to` cells over `from` cells: which it covers, with shares that sum to 1. @param {number} from @param {number} to */
const shares = (from, to) =>
  Array.from({ length: to }, (_, cell) => {
    const [start, end] = [(cell * from) / to, ((cell + 1) * from) / to];
    const covered = [];
    for (let i = Math.floor(start); i < Math.min(Math.ceil(end), from); i += 1)
      covered.push([i, ((Math.min(end, i + 1) - Math.max(start, i)) * to) / from]);
    return covered;
  });

/** @param {Float32Array} plane @param {[number, number]} from @param {[number, number]} to */
function resample(plane, from, to) {
  if (from[0] === to[0] && from[1] === to[1]) return plane;
  const [columns, rows] = [shares(from[0], to[0]), shares(from[1], to[1])];
  const values = [];
  for (const row of rows)
    for (const column of columns) {
      let sum = 0;
      for (const [y, a] of row) for (const [x, b] of column) sum += plane[y * from[0] + x] * a * b;
      values.push(sum);
    }
  return Float32Array.from(values);
}

/** The median of the outermost rows and columns. @param {Float32Array} plane @param {[number, number]} size */
function border(plane, [width, height]) {
  const edge = plane.filter((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x + 1 === width || y + 1 === height;
  });
  return edge.sort()[edge.length >> 1] ?? 0;
}

/**
 * Bytes of an input of this shape, and what was done to the picture.
 * @param {Image} image @param {number[]} shape @param {{ resize?: boolean, background?: string }} how @param {string} path
 */
export function pictureInput(image, shape, how, path) {
  const side = Math.sqrt(shape.at(-1) ?? 0);
  const plain = shape.length === 1 && Number.isInteger(side);
  const [height, width] = plain ? [side, side] : shape.slice(-2);
  const channels = shape.length < 3 ? 1 : shape[shape.length - 3];
  if ((shape.length === 1 && !plain) || ![1, 3].includes(channels))
    throw refuse(`'${path}': the network takes [${shape.join(', ')}], no picture`);
  if (how.background !== undefined && !['black', 'white'].includes(how.background))
    throw refuse('--background takes black or white');
  /** @type {[[number, number], [number, number]]} */
  const [from, to] = [
    [image.width, image.height],
    [width, height],
  ];
  if ((from[0] !== to[0] || from[1] !== to[1]) && !how.resize)
    throw refuse(
      `'${path}': the picture has ${from.join(' × ')} pixels, the network takes ${to.join(' × ')} (--resize fits it)`,
    );
  const notes = [];
  const ground = how.background ? (how.background === 'white' ? 255 : 0) : groundOf(image);
  if (image.rgba.some((value, at) => at % 4 === 3 && value < 255))
    notes.push(
      `transparent parts are laid on ${ground ? 'white' : 'black'}${how.background ? '' : ' (--background chooses)'}`,
    );
  const scale = Math.min(to[0] / from[0], to[1] / from[1]);
  const [wide, high] = [0, 1].map((k) => Math.min(Math.max(Math.round(from[k] * scale), 1), to[k]));
  const values = new Float32Array(channels * width * height);
  for (let channel = 0; channel < channels; channel += 1) {
    const plane = Float32Array.from({ length: from[0] * from[1] }, (_, i) => {
      const [r, g, b, alpha] = image.rgba.subarray(4 * i, 4 * i + 4);
      const value = channels === 3 ? [r, g, b][channel] : grey([r, g, b]);
      return f(f(f(value * alpha) + ground * (255 - alpha)) / 255);
    });
    const out = values.subarray(channel * width * height, (channel + 1) * width * height);
    out.fill(Math.round(border(plane, from)));
    const small = resample(plane, from, [wide, high]);
    const [left, top] = [Math.floor((width - wide) / 2), Math.floor((height - high) / 2)];
    small.forEach((value, i) => {
      out[(top + Math.floor(i / wide)) * width + left + (i % wide)] = Math.round(value);
    });
  }
  return { values, notes };
}
