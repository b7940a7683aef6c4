// <heat-map>: relevance of an image's pixels, over the image.

import { el } from '../page/dom.js';
import { table } from '../color/colors.js';
import { drawCells, drawHeatmap } from './cells.js';
import { ReadElement } from './reading.js';
import { describe } from './summary.js';

/** How many values a pixel may have. */
const CHANNELS = [1, 3, 4];

/**
 * Rows, columns and channels of a map's shape: the last two extents, or those before the channels where these come last
 * (`isLast`). A number of values without a shape is a square, or one row.
 * @param {readonly number[]} shape @param {number} count
 */
export function gridOf(shape, count) {
  const side = Math.round(Math.sqrt(count));
  const extents = shape.length > 0 ? shape : side * side === count ? [side, side] : [count];
  const [c, h, w] = [1, 1, ...extents].slice(-3);
  const isLast = extents.length > 2 && !CHANNELS.includes(c) && CHANNELS.includes(w);
  const [rows, columns] = isLast ? [c, h] : [h, w];
  return { rows, columns, channels: count / (rows * columns), isLast };
}

/**
 * Cells by looks in place of numbers, such as an image or sets of pixels. `text` says what is seen, `words` what a cell is.
 * @typedef {{ codes: Uint16Array, shape: [number, number], looks: import('../color/colors.js').Look[], text: string,
 *   words?: (index: number) => string }} Cells
 */

export class HeatMap extends ReadElement {
  static tag = 'map';
  /** @type {typeof ReadElement.attributes} */
  static attributes = { ...ReadElement.attributes, image: 'text', opacity: 'number' };
  static properties = [...ReadElement.properties, 'ink', 'cells'];
  static styles = `
    ${ReadElement.styles}
    :host { width: var(--heat-size, 252px); max-width: 100%; }
    .map { position: relative; width: 100%; image-rendering: pixelated; forced-color-adjust: none; }
    .image { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: fill; }
  `;

  parts() {
    this.canvas = el('canvas', { class: 'map', part: 'map', role: 'img' });
    this.picture = el('img', { class: 'image', part: 'image', alt: '', hidden: true });
    // A place that was hidden until now changes the size in device pixels.
    if (globalThis.ResizeObserver) new ResizeObserver(() => this.resized()).observe(this.canvas);
    const plate = this.plateOf(this.canvas, this.picture);
    this.say(': nothing to show yet');
    return [plate];
  }

  /** @returns {import('./relevance.js').Drawn | null} */
  get shown() {
    const { cells } = this;
    return cells ? { relevance: cells.codes, shape: cells.shape } : super.shown;
  }

  /** Cells by looks have no scale. */
  get isBare() {
    return this.cells !== null || super.isBare;
  }

  get grid() {
    const { relevance, shape } = /** @type {import('./relevance.js').Drawn} */ (this.shown);
    return gridOf(shape ?? [], relevance.length);
  }

  /** One number per pixel: the sum over its channels. */
  get numbers() {
    const { shown } = this;
    if (!shown) return [];
    const { relevance } = shown;
    const { rows, columns, channels, isLast } = this.grid;
    if (channels === 1) return relevance;
    const sums = new Float32Array(rows * columns);
    for (let i = 0; i < relevance.length; i += 1)
      sums[isLast ? Math.floor(i / channels) : i % sums.length] += relevance[i];
    return sums;
  }

  indexAt(x, y) {
    const { rows, columns } = this.grid;
    return Math.floor(y * rows) * columns + Math.floor(x * columns);
  }

  boxOf(index) {
    const { rows, columns } = this.grid;
    const { row, column } = this.readingAt(index);
    return [column / columns, row / rows, 1 / columns, 1 / rows];
  }

  beside(index, [down, right]) {
    const { rows, columns } = this.grid;
    const at = index ?? Math.floor(rows / 2) * columns + Math.floor(columns / 2);
    const row = Math.min(rows - 1, Math.max(0, Math.floor(at / columns) + down));
    const column = Math.min(columns - 1, Math.max(0, (at % columns) + right));
    return row * columns + column;
  }

  readingAt(index) {
    const { columns } = this.grid;
    return {
      row: Math.floor(index / columns),
      column: index % columns,
      value: this.numbers[index],
    };
  }

  wordsAt(index) {
    const { row, column, value } = this.readingAt(index);
    const said = this.cells ? this.cells.words?.(index) : this.amount(value);
    return `row ${row + 1}, column ${column + 1}${said ? `: ${said}` : ''}`;
  }

  // ---- picture

  resized() {
    const width = this.canvas?.clientWidth ?? 0;
    if (this.shown && width > 0 && width !== this.drawnAt) this.schedule();
  }

  paint(scale, palette) {
    const { canvas, picture, cells, ink } = this;
    if (!canvas || !picture) return;
    const { rows, columns } = this.grid;
    canvas.style.aspectRatio = `${columns} / ${rows}`;
    const over = this.image !== null && this.image !== '';
    if (over && picture.getAttribute('src') !== this.image) picture.src = this.image;
    picture.hidden = !over;
    canvas.style.opacity = String(this.opacity ?? (over ? 0.65 : 1));
    this.drawnAt = canvas.clientWidth;
    const how = { columns, ink, cssWidth: this.drawnAt || undefined };
    if (cells) drawCells(canvas, { codes: cells.codes, looks: table(cells.looks), ...how });
    else drawHeatmap(canvas, { values: this.numbers, vmax: scale.vmax, palette, ...how });
    const seen =
      cells?.text ??
      `${describe(Array.from(this.numbers), columns, this.isSigned)} Colours: ${this.legendNode.text}.`;
    this.say(`. ${seen}`, ', pixels: read with the arrow keys');
    this.mark();
  }

  /** @param {string} seen what there is to see @param {string} [read] how it is read */
  say(seen, read = '') {
    const name = this.label ?? this.shown?.method ?? 'Heatmap';
    this.canvas?.setAttribute('aria-label', `${name}${seen}`);
    this.plate?.setAttribute('aria-label', `${name}${read}`);
  }

  clear() {
    super.clear();
    const { canvas } = this;
    if (!canvas) return;
    canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height);
    this.say(': nothing to show yet');
  }
}
