import { setText } from '../shared/dom.js';
import { hatchCell, paintCells } from '../shared/heatmap.js';
import { MapPanel } from './map-panel.js';

/** The training images' mean that a model states (`heatlens.mask.mean`), or null. */
export function meanImage(info) {
  const words = info.metadata['heatlens.mask.mean']?.trim().split(/\s+/).map(Number) ?? [];
  return words.length === 784 && words.every(Number.isFinite) ? Float32Array.from(words) : null;
}

/** The smallest set at the end of the order of backward selection that keeps the score at τ. */
export function cut({ order, values }, initial, threshold) {
  // values[k]: the score when order[0..k] are masked.
  for (let kept = 0; kept < order.length; kept += 1)
    if (values[order.length - kept - 1] >= threshold) return kept;
  return initial >= threshold ? order.length : null;
}

/** A digit of which only some pixels are left; the rest is hatched, and its mask shows. */
export class KeptPanel extends MapPanel {
  constructor(id, title) {
    super(id, title);
    this.legend.node.hidden = true;
    /** @type {Set<number>} */
    this.kept = new Set();
  }

  /** @param {{pixels: Float32Array, kept: Set<number>, mask?: Float32Array|null, line: string}} what */
  keep({ pixels, kept, mask, line }) {
    this.kept = kept;
    this.show({ values: pixels.map((value, i) => (kept.has(i) ? value : (mask?.[i] ?? 0))), line });
  }

  /** Another line under the same picture. */
  say(line) {
    setText(this.line, line);
    this.draw();
  }

  draw() {
    const { values } = this;
    if (!values) return;
    const drawn = paintCells(this.canvas, this.columns, this.columns, (i) => {
      const grey = Math.round(255 * Math.min(1, Math.max(0, values[i])));
      return this.kept.has(i)
        ? [grey, grey, grey]
        : [70 + grey / 4, 78 + grey / 4, 96 + grey / 4].map(Math.round);
    });
    if (drawn) {
      const { context, cell } = drawn;
      context.strokeStyle = 'rgb(255 255 255 / 0.22)';
      context.lineWidth = 1;
      for (let i = 0; i < values.length; i += 1)
        if (!this.kept.has(i))
          hatchCell(context, (i % this.columns) * cell, Math.floor(i / this.columns) * cell, cell);
    }
    this.canvas.setAttribute(
      'aria-label',
      `${this.name}: ${this.kept.size} of ${values.length} pixels are left. ${this.line.textContent}`,
    );
  }
}
