// Numbers at places as a smooth coloured field: each spreads as a Gaussian about its place.

import { put } from '../elements/cells.js';
import { codes, paint } from '../color/paint.js';

const SPREAD = 0.42; // standard deviation in lengths of a bond
const REACH = 3; // beyond so many of them it counts as nothing
const CELL = 2; // device pixels
const HATCH = 7; // cells from stroke to stroke
const MARK = 0.8; // radius of the mark of what is not finite, in standard deviations

/** The field's values on a grid of `columns` × `rows` cells of side `cell`: NaN about what is not finite. */
export function fieldValues({ places, values, unit }, columns, rows, cell) {
  const field = new Float32Array(columns * rows);
  const sigma = SPREAD * unit;
  const reach = REACH * sigma;
  places.forEach(([x, y], k) => {
    const finite = Number.isFinite(values[k]);
    if (values[k] === 0) return;
    const range = (at, count) => [
      Math.max(0, Math.floor((at - reach) / cell)),
      Math.min(count - 1, Math.ceil((at + reach) / cell)),
    ];
    const [left, right] = range(x, columns);
    const [top, bottom] = range(y, rows);
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        const [dx, dy] = [(column + 0.5) * cell - x, (row + 0.5) * cell - y];
        const distance = (dx * dx + dy * dy) / (sigma * sigma);
        if (finite) field[row * columns + column] += values[k] * Math.exp(-distance / 2);
        else if (distance < MARK * MARK) field[row * columns + column] = NaN;
      }
    }
  });
  return field;
}

/**
 * Paints the field over the whole canvas.
 * @param {{places: [number, number][], values: ArrayLike<number>, unit: number, vmax: number, palette: import('../color/colors.js').Palette,
 *   width: number, height: number}} what places and sizes in CSS pixels; `vmax` is the value at full colour
 */
export function paintField(canvas, what) {
  const { width, height, vmax, palette } = what;
  const ratio = Math.min(3, Math.max(1, globalThis.devicePixelRatio || 1));
  const [columns, rows] = [width, height].map((side) => Math.ceil((side * ratio) / CELL));
  canvas.width = columns * CELL;
  canvas.height = rows * CELL;
  const context = canvas.getContext('2d');
  if (!context) return;
  const field = fieldValues(what, columns, rows, CELL / ratio);
  const small = document.createElement('canvas');
  put(small, paint(codes(field, vmax), columns, 1, palette.looks(), { period: HATCH }));
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}
