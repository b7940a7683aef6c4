// <heat-map>: relevance of an image's pixels, over the image.

import { el } from '../page/dom.js';
import { drawHeatmap } from './heatmap.js';
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

export class HeatMap extends ReadElement {
  static tag = 'map';
  /** @type {typeof ReadElement.attributes} */
  static attributes = { ...ReadElement.attributes, image: 'text', opacity: 'number' };
  static properties = [...ReadElement.properties, 'ink'];
  static styles = `
    ${ReadElement.styles}
    :host { width: var(--heat-size, 252px); max-width: 100%; }
    .map { position: relative; width: 100%; image-rendering: pixelated; }
    .image { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: fill; }
  `;

  parts() {
    this.canvas = el('canvas', { class: 'map', part: 'map', role: 'img' });
    this.picture = el('img', { class: 'image', part: 'image', alt: '', hidden: true });
    // The page's zoom and a place that was hidden until now change the size in device pixels.
    if (globalThis.ResizeObserver) new ResizeObserver(() => this.resized()).observe(this.canvas);
    return [this.plateOf(this.canvas, this.picture)];
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
    return `row ${row + 1}, column ${column + 1}: ${this.amount(value)}`;
  }

  // ---- picture

  resized() {
    if (this.shown && this.canvas && this.canvas.clientWidth > 0) this.schedule();
  }

  paint(scale, palette) {
    const { canvas, picture } = this;
    if (!canvas || !picture) return;
    const { rows, columns } = this.grid;
    canvas.style.aspectRatio = `${columns} / ${rows}`;
    const over = this.image !== null && this.image !== '';
    if (over && picture.getAttribute('src') !== this.image) picture.src = this.image;
    picture.hidden = !over;
    canvas.style.opacity = String(this.opacity ?? (over ? 0.65 : 1));
    drawHeatmap(canvas, {
      values: this.numbers,
      columns,
      vmax: scale.vmax,
      palette,
      ink: this.ink,
      cssWidth: canvas.clientWidth || undefined,
    });
    const name = this.label ?? this.shown?.method ?? 'Heatmap';
    canvas.setAttribute(
      'aria-label',
      `${name}. ${describe(Array.from(this.numbers), columns, this.isSigned)} Colours: ${this.legendNode.text}.`,
    );
    this.plate?.setAttribute('aria-label', `${name}, pixels: read with the arrow keys`);
    this.mark();
  }

  clear() {
    super.clear();
    const { canvas } = this;
    if (!canvas) return;
    canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height);
    canvas.setAttribute('aria-label', `${this.label ?? 'Heatmap'}: nothing to show yet`);
    this.plate?.setAttribute('aria-label', this.label ?? 'Heatmap');
  }
}
