// Cells to pixels. The program has the same painter (src/picture/paint.rs); tests/pkg/picture.test.mjs compares bytes.

import { code } from './colors.js';

/**
 * Strokes of a hatch lie where x + y (rising) or x − y (falling) of a pixel is one of `width` numbers out of every
 * `period`: whole numbers, and no lines that a canvas smooths as it likes. Strokes of neighbouring cells meet.
 * @param {Uint32Array} pixels @param {number} line pixels in a row @param {[number, number, number]} square left, top, side
 * @param {number} ink @param {number} hatch 1 rises, -1 falls, 2 both @param {number} period
 */
function strokes(pixels, line, [left, top, side], ink, hatch, period) {
  const width = Math.max(1, Math.floor(period / 10));
  const start = Math.floor((period - width) / 2);
  const on = (sum) => (sum + period - start) % period < width;
  for (let y = top; y < top + side; y += 1)
    for (let x = left; x < left + side; x += 1)
      // (period − 1)·y is −y, but for whole periods.
      if ((hatch !== -1 && on(x + y)) || (hatch !== 1 && on(x + (period - 1) * y)))
        pixels[y * line + x] = ink;
}

/**
 * Cells, each a square of `zoom` × `zoom` pixels that looks as its code says.
 * @param {Uint16Array} codes row by row @param {number} columns @param {number} zoom
 * @param {import('./colors.js').Looks} looks
 * @param {{ period?: number, memory?: (length: number) => Uint32Array<ArrayBuffer> }} [how] `period` of the hatch in pixels;
 *   `memory` gives the pixels' array, which need not be empty
 * @returns {{ width: number, height: number, data: Uint8ClampedArray<ArrayBuffer> }}
 */
export function paint(codes, columns, zoom, { colors, inks, hatches }, how = {}) {
  const { period = Math.max(4, zoom), memory = (length) => new Uint32Array(length) } = how;
  const [width, height] = [columns * zoom, (codes.length / columns) * zoom];
  const pixels = memory(width * height);
  for (let i = 0, top = 0; i < codes.length; top += zoom * width) {
    for (let x = top; x < top + width; i += 1)
      for (let k = 0; k < zoom; k += 1) pixels[x++] = colors[codes[i]];
    for (let line = 1; line < zoom; line += 1)
      pixels.copyWithin(top + line * width, top, top + width);
  }
  for (let i = 0; i < codes.length; i += 1) {
    const hatch = hatches[codes[i]];
    if (hatch === 0) continue;
    const [left, top] = [(i % columns) * zoom, Math.floor(i / columns) * zoom];
    strokes(pixels, width, [left, top, zoom], inks[codes[i]], hatch, period);
  }
  return {
    width,
    height,
    data: new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.byteLength),
  };
}

/** Codes of numbers. @param {ArrayLike<number>} values @param {number} vmax the value at full colour */
export function codes(values, vmax) {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i += 1) out[i] = code(values[i], vmax);
  return out;
}

/**
 * A map of numbers.
 * @param {ArrayLike<number>} values @param {number} columns
 * @param {{ vmax: number, palette: import('./colors.js').Palette, zoom: number, period?: number }} how
 */
export const paintMap = (values, columns, { vmax, palette, zoom, period }) =>
  paint(codes(values, vmax), columns, zoom, palette.looks(), { period });
