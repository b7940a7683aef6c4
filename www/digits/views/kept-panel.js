import { setText } from '../../kit/page/dom.js';
import { GREYS, grey } from '../../kit/elements/cells.js';
import { format } from '../../kit/page/numbers.js';
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

/** Looks of greys, as they are and masked. */
const LOOKS = [
  ...GREYS,
  ...GREYS.map(({ color: [g] }) => {
    const color = [70, 78, 96].map((base) => Math.round(base + g / 4));
    return { color, ink: color.map((c) => (7 * c + 2 * 255) / 9), hatch: 1 };
  }),
];

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
    const { values, kept } = this;
    if (!values) return;
    this.map.cells = {
      codes: Uint16Array.from(values, (value, i) => grey(value) + (kept.has(i) ? 0 : 256)),
      shape: this.shape,
      looks: LOOKS,
      text: `${kept.size} of ${values.length} pixels are left. ${this.line.textContent}`,
      words: (index) => (kept.has(index) ? format(values[index]) : 'masked'),
    };
  }
}
