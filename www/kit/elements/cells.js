// Draws cells on a canvas. A cell is a whole number of device pixels, so that edges stay crisp.

import { table } from '../color/colors.js';
import { codes, paint } from '../color/paint.js';

/** Device pixels per cell for a canvas shown `cssWidth` wide. */
export function cellSize(cssWidth, columns) {
  const ratio = Math.min(4, Math.max(1, globalThis.devicePixelRatio || 1));
  return Math.min(40, Math.max(3, Math.round((cssWidth * ratio) / columns)));
}

/** Puts pixels on a canvas, which gets their size. @returns {CanvasRenderingContext2D | null} */
export function put(canvas, { width, height, data }) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  context?.putImageData(new ImageData(data, width, height), 0, 0);
  return context;
}

/** What is painted is on a canvas at once, so all maps can have the same memory: to empty a new one takes most of the time. */
let scratch = new Uint32Array(0);
function memory(length) {
  if (scratch.length < length) scratch = new Uint32Array(length);
  return scratch.subarray(0, length);
}

/**
 * Cells by their codes, and the outline of the input.
 * @param {HTMLCanvasElement} canvas
 * @param {{codes: Uint16Array, columns: number, looks: import('../color/colors.js').Looks, ink?: ArrayLike<number>|null, cssWidth?: number}} what
 */
export function drawCells(canvas, { codes, columns, looks, ink = null, cssWidth }) {
  const zoom = cellSize(cssWidth ?? (canvas.clientWidth || columns * 7), columns);
  const context = put(canvas, paint(codes, columns, zoom, looks, { memory }));
  if (context && ink) drawOutline(context, ink, columns, codes.length / columns, zoom);
}

/** The border of the cells with ink, along cell edges. */
function drawOutline(context, ink, columns, rows, cell) {
  const on = (r, c) => r >= 0 && c >= 0 && r < rows && c < columns && ink[r * columns + c] >= 0.5;
  context.strokeStyle = 'rgb(30 30 30 / 0.42)';
  context.lineWidth = Math.max(1, Math.round(cell / 9));
  context.beginPath();
  for (let r = 0; r <= rows; r += 1) {
    for (let c = 0; c <= columns; c += 1) {
      if (on(r, c) !== on(r - 1, c)) {
        context.moveTo(c * cell, r * cell);
        context.lineTo((c + 1) * cell, r * cell);
      }
      if (on(r, c) !== on(r, c - 1)) {
        context.moveTo(c * cell, r * cell);
        context.lineTo(c * cell, (r + 1) * cell);
      }
    }
  }
  context.stroke();
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{values: ArrayLike<number>, columns: number, vmax: number, palette: import('../color/colors.js').Palette, ink?: ArrayLike<number>|null, cssWidth?: number}} what
 *   `vmax` is the value at full colour; `ink` draws the outline of the input
 */
export function drawHeatmap(canvas, { values, columns, vmax, palette, ink, cssWidth }) {
  const looks = palette.looks();
  drawCells(canvas, { codes: codes(values, vmax), columns, looks, ink, cssWidth });
}

/** A byte for a value from 0 to 1. */
export const grey = (value) => Math.round(255 * Math.min(1, Math.max(0, value || 0)));

/** Looks of bytes. @type {import('../color/colors.js').Look[]} */
export const GREYS = Array.from({ length: 256 }, (_, g) => ({ color: [g, g, g] }));
const GREY_TABLE = table(GREYS);

/** Grey values 0 (black) to 1 (white). */
export function drawGrey(canvas, values, columns, cssWidth) {
  drawCells(canvas, {
    codes: Uint16Array.from(values, grey),
    columns,
    looks: GREY_TABLE,
    cssWidth,
  });
}
