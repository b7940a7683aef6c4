// Draws numbers as cells on a canvas. A cell is a whole number of device pixels, so that edges stay crisp.

/** @type {{ canvas: HTMLCanvasElement | null, context: CanvasRenderingContext2D | null }} */
const scratch = { canvas: null, context: null };

function smallImage(width, height, paint) {
  const canvas = (scratch.canvas ??= document.createElement('canvas'));
  if (canvas.width !== width || canvas.height !== height || !scratch.context) {
    canvas.width = width;
    canvas.height = height;
    scratch.context = canvas.getContext('2d', { willReadFrequently: true });
  }
  const { context } = scratch;
  if (!context) return null;
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i += 1) {
    const color = paint(i);
    for (let k = 0; k < 3; k += 1) image.data[4 * i + k] = color[k];
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Device pixels per cell for a canvas shown `cssWidth` wide. */
export function cellSize(cssWidth, columns) {
  const ratio = Math.min(4, Math.max(1, globalThis.devicePixelRatio || 1));
  return Math.min(40, Math.max(3, Math.round((cssWidth * ratio) / columns)));
}

/** Paints cells by `paint(index) -> [r, g, b]`; returns the context and the cell size, or null without 2d canvas. */
export function paintCells(
  canvas,
  columns,
  rows,
  paint,
  cssWidth = canvas.clientWidth || columns * 7,
) {
  const cell = cellSize(cssWidth, columns);
  if (canvas.width !== columns * cell) canvas.width = columns * cell;
  if (canvas.height !== rows * cell) canvas.height = rows * cell;
  const context = canvas.getContext('2d');
  const image = context && smallImage(columns, rows, paint);
  if (!image) return null;
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, columns * cell, rows * cell);
  return { context, cell };
}

export function hatchCell(context, x, y, cell, direction = 1) {
  context.beginPath();
  for (let k = 1; k < 4; k += 2) {
    const d = (cell * k) / 2;
    const from = [Math.max(0, d - cell), Math.min(cell, d)];
    const to = [Math.min(cell, d), Math.max(0, d - cell)];
    const flip = (u) => (direction > 0 ? u : cell - u);
    context.moveTo(x + flip(from[0]), y + from[1]);
    context.lineTo(x + flip(to[0]), y + to[1]);
  }
  context.stroke();
}

/** The border of the cells with ink, along cell edges. */
export function drawOutline(context, ink, columns, rows, cell, style = 'rgb(30 30 30 / 0.42)') {
  const on = (r, c) => r >= 0 && c >= 0 && r < rows && c < columns && ink[r * columns + c] >= 0.5;
  context.strokeStyle = style;
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
 * @param {{values: ArrayLike<number>, columns: number, full: number, map: import('./colors.js').ColorMap, ink?: ArrayLike<number>|null, cssWidth?: number}} what
 *   `full` is the value at full colour; `ink` draws the outline of the input
 */
export function drawHeatmap(canvas, { values, columns, full, map, ink = null, cssWidth }) {
  const rows = values.length / columns;
  const share = (i) => (full > 0 ? values[i] / full : 0);
  const drawn = paintCells(canvas, columns, rows, (i) => map.at(share(i)), cssWidth);
  if (!drawn) return;
  const { context, cell } = drawn;
  if (map.hatched) {
    context.lineWidth = Math.max(1, cell / 10);
    for (let i = 0; i < values.length; i += 1) {
      const t = share(i);
      if (t > -0.04) continue;
      context.strokeStyle = t < -0.5 ? 'rgb(255 255 255 / 0.85)' : 'rgb(20 20 20 / 0.7)';
      hatchCell(context, (i % columns) * cell, Math.floor(i / columns) * cell, cell);
    }
  }
  if (ink) drawOutline(context, ink, columns, rows, cell);
}

/** Grey values 0 (black) to 1 (white). */
export function drawGrey(canvas, values, columns, cssWidth) {
  paintCells(
    canvas,
    columns,
    values.length / columns,
    (i) => {
      const grey = Math.round(255 * Math.min(1, Math.max(0, values[i] || 0)));
      return [grey, grey, grey];
    },
    cssWidth,
  );
}
