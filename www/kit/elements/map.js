// <heat-map>: relevance of an image's pixels, over the image.

import { el, setText } from '../page/dom.js';
import { format, signed } from '../page/numbers.js';
import { drawHeatmap } from './heatmap.js';
import { RelevanceElement } from './relevance.js';
import { describe } from './summary.js';

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** Height and width of a map's shape; extents of 1 in front do not count. @param {readonly number[]} shape */
export function gridOf(shape, count) {
  const extents = shape.length > 0 ? [...shape] : [Math.round(Math.sqrt(count)) || 1];
  const columns = extents.at(-1) || 1;
  const rows =
    extents.length > 1 ? /** @type {number} */ (extents.at(-2)) : Math.ceil(count / columns) || 1;
  return { rows, columns, channels: Math.max(1, Math.round(count / (rows * columns))) };
}

export class HeatMap extends RelevanceElement {
  static tag = 'map';
  /** @type {typeof RelevanceElement.attributes} */
  static attributes = {
    ...RelevanceElement.attributes,
    image: 'text',
    opacity: 'number',
    readout: 'text',
  };
  static properties = [...RelevanceElement.properties, 'ink', 'cursor'];
  static styles = `
    :host { width: var(--heat-size, 252px); max-width: 100%; }
    .plate { position: relative; direction: ltr; touch-action: pan-x pan-y pinch-zoom; }
    .map { position: relative; width: 100%; image-rendering: pixelated; }
    .image { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: fill; }
    .cross { position: absolute; outline: 1.5px solid #111; box-shadow: 0 0 0 3px rgb(255 255 255 / 0.75); pointer-events: none; }
    .value { position: absolute; left: 0; bottom: 0; padding: 0.05rem 0.35rem; font-size: 0.75rem; line-height: 1.4;
      background: #111; color: #fff; pointer-events: none; font-variant-numeric: tabular-nums; }
    heat-legend, [part='legend'] { margin-top: 0.35rem; }
  `;

  parts() {
    this.canvas = el('canvas', { class: 'map', part: 'map', role: 'img' });
    this.picture = el('img', { class: 'image', part: 'image', alt: '', hidden: true });
    this.cross = el('span', { class: 'cross', part: 'cross', hidden: true });
    this.value = el('output', { class: 'value', part: 'value', hidden: true });
    this.plate = el(
      'div',
      { class: 'plate', part: 'plate', tabindex: 0, role: 'group' },
      this.picture,
      this.canvas,
      this.cross,
      this.value,
    );
    this.listen(this.plate);
    // The page's zoom and a place that was hidden until now change the size in device pixels.
    if (globalThis.ResizeObserver) new ResizeObserver(() => this.resized()).observe(this.canvas);
    return [this.plate];
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
    const { rows, columns, channels } = this.grid;
    if (channels === 1) return relevance;
    const sums = new Float32Array(rows * columns);
    for (let i = 0; i < relevance.length; i += 1) sums[i % sums.length] += relevance[i];
    return sums;
  }

  // ---- pointing

  /** @param {HTMLElement} plate */
  listen(plate) {
    const follow = (event) => this.point(this.cellAt(event));
    plate.addEventListener('pointermove', follow);
    plate.addEventListener('pointerdown', follow);
    plate.addEventListener('pointerleave', (event) => {
      // A finger leaves with every tap; what it asked for stays.
      if (event.pointerType === 'mouse') this.point(null);
    });
    plate.addEventListener('blur', () => this.point(null));
    plate.addEventListener('keydown', (event) => this.press(event));
  }

  /** The cell under a pointer, however the element is scaled. @param {PointerEvent} event */
  cellAt(event) {
    if (!this.shown || !this.canvas) return null;
    const { rows, columns } = this.grid;
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const inside = column >= 0 && row >= 0 && column < columns && row < rows;
    return inside ? row * columns + column : null;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.key === 'Escape') this.point(null);
    if (!this.shown || !Object.hasOwn(ARROWS, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const { rows, columns } = this.grid;
    const [down, right] = ARROWS[event.key];
    const at = this.cursor ?? Math.floor(rows / 2) * columns + Math.floor(columns / 2);
    const row = Math.min(rows - 1, Math.max(0, Math.floor(at / columns) + down));
    const column = Math.min(columns - 1, Math.max(0, (at % columns) + right));
    this.point(row * columns + column);
  }

  /** Reads one cell, or none; tells it by the event `point`. @param {number | null} index */
  point(index) {
    if (index === this.cursor) return;
    this.cursor = index;
    this.emit('point', index === null ? { index } : { index, ...this.readingAt(index) });
  }

  readingAt(index) {
    const { columns } = this.grid;
    return {
      row: Math.floor(index / columns),
      column: index % columns,
      value: this.numbers[index],
    };
  }

  changed(name) {
    if (name === 'cursor') this.mark();
    else super.changed(name);
  }

  /** Draws the cursor and its number. */
  mark() {
    const { cross, value } = this;
    if (!cross || !value) return;
    const index = this.shown ? this.cursor : null;
    cross.hidden = index === null;
    value.hidden = index === null || this.readout === 'none';
    if (index === null) return;
    const { rows, columns } = this.grid;
    const { row, column, value: number } = this.readingAt(index);
    const place = { left: column / columns, top: row / rows, width: 1 / columns, height: 1 / rows };
    for (const [name, share] of Object.entries(place)) cross.style[name] = `${100 * share}%`;
    setText(
      value,
      `row ${row + 1}, column ${column + 1}: ${this.isSigned ? signed(number) : format(number)}`,
    );
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
    this.mark();
  }

  /** The map as a PNG, a cell as large as on the screen. @returns {Promise<Blob>} */
  toBlob() {
    return new Promise((resolve, reject) =>
      this.canvas?.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('nothing is drawn')))),
    );
  }
}
