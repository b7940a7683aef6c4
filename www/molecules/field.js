// Numbers at places as a smooth coloured field: each spreads as a Gaussian about its place.

import { hatchCell } from '../shared/heatmap.js';

const SPREAD = 0.42; // standard deviation in lengths of a bond
const REACH = 3; // beyond so many of them it counts as nothing
const CELL = 2; // device pixels
const HATCH = 14;

/** The field's values on a grid of `columns` × `rows` cells of side `cell`. */
export function fieldValues({ places, values, unit }, columns, rows, cell) {
  const field = new Float32Array(columns * rows);
  const sigma = SPREAD * unit;
  const reach = REACH * sigma;
  places.forEach(([x, y], k) => {
    if (!values[k]) return;
    const range = (at, count) => [
      Math.max(0, Math.floor((at - reach) / cell)),
      Math.min(count - 1, Math.ceil((at + reach) / cell)),
    ];
    const [left, right] = range(x, columns);
    const [top, bottom] = range(y, rows);
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        const [dx, dy] = [(column + 0.5) * cell - x, (row + 0.5) * cell - y];
        const share = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
        field[row * columns + column] += values[k] * share;
      }
    }
  });
  return field;
}

/**
 * Paints the field over the whole canvas.
 * @param {{places: [number, number][], values: ArrayLike<number>, unit: number, full: number, map: import('../shared/colors.js').ColorMap,
 *   width: number, height: number}} what places and sizes in CSS pixels; `full` is the value at full colour
 */
export function paintField(canvas, what) {
  const { width, height, full, map } = what;
  const ratio = Math.min(3, Math.max(1, globalThis.devicePixelRatio || 1));
  const [columns, rows] = [width, height].map((side) => Math.ceil((side * ratio) / CELL));
  canvas.width = columns * CELL;
  canvas.height = rows * CELL;
  const context = canvas.getContext('2d');
  if (!context) return;
  const field = fieldValues(what, columns, rows, CELL / ratio);
  const small = document.createElement('canvas');
  small.width = columns;
  small.height = rows;
  const image = new ImageData(columns, rows);
  field.forEach((value, i) => {
    const [r, g, b] = map.at(full > 0 ? value / full : 0);
    image.data.set([r, g, b, 255], 4 * i);
  });
  small.getContext('2d')?.putImageData(image, 0, 0);
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  if (!map.hatched || !(full > 0)) return;
  context.lineWidth = 1;
  const step = HATCH / CELL;
  const middle = Math.floor(step / 2);
  for (let row = 0; row < rows; row += step) {
    for (let column = 0; column < columns; column += step) {
      const [y, x] = [Math.min(rows - 1, row + middle), Math.min(columns - 1, column + middle)];
      const t = field[y * columns + x] / full;
      if (!(t < -0.08)) continue;
      context.strokeStyle = t < -0.5 ? 'rgb(255 255 255 / 0.85)' : 'rgb(20 20 20 / 0.7)';
      hatchCell(context, column * CELL, row * CELL, HATCH);
    }
  }
}
