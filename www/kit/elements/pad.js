// <heat-pad>: a pad to draw a digit on, by pointer and by keys.

// What this has in common with the elements stays in one piece (see ../arrays.js).
import '../elements.js';
import { el } from '../page/dom.js';
import { Pad } from '../pad/pad.js';
import { preprocess } from '../pad/preprocess.js';
import { decodeStrokes, encodeStrokes } from '../pad/stroke-code.js';
import { HeatElement } from './element.js';

const pixelsOf = (strokes) => {
  const { pixels, empty } = preprocess(strokes);
  return empty ? null : pixels;
};

/** A drawing from its text, as a network of digits sees it. @param {string} code */
export const drawn = (code) => pixelsOf(decodeStrokes(code) ?? []);

export class HeatPad extends HeatElement {
  static tag = 'pad';
  /** @type {typeof HeatElement.attributes} */
  static attributes = { strokes: 'text', theme: 'text' };
  static styles = `
    :host { display: block; width: var(--heat-size, 252px); max-width: 100%; }
    .pad { position: relative; aspect-ratio: 1; width: 100%; border: 1px solid color-mix(in srgb, currentColor 50%, transparent);
      border-radius: 3px; touch-action: none; overscroll-behavior: none; cursor: crosshair; user-select: none; -webkit-user-select: none; }
    canvas { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
    .hint { position: absolute; inset: 0; display: grid; place-items: center; font-style: italic; font-size: 1.25rem; pointer-events: none; }
    .tools { display: flex; gap: 0.5rem; align-items: center; margin-top: 0.4rem; font-size: 0.8125rem; }
    button { font: inherit; color: inherit; background: transparent; min-height: 2.125rem; padding: 0.2rem 0.7rem; cursor: pointer;
      border: 1px solid color-mix(in srgb, currentColor 50%, transparent); border-radius: 3px; }
    button:disabled { opacity: 0.45; cursor: default; }
    .status { margin-inline-start: auto; }
    @media (pointer: coarse) { button { min-height: 2.5rem; } }
    @media print { .tools { display: none; } }
  `;

  build() {
    const canvas = el('canvas', { role: 'img' });
    const hint = el('span', { class: 'hint soft', 'aria-hidden': 'true', text: 'draw here' });
    const host = el(
      'div',
      {
        class: 'pad',
        part: 'pad',
        tabindex: 0,
        role: 'group',
        'aria-label': 'Drawing pad: arrow keys move the pen, Space lowers it',
      },
      canvas,
      hint,
    );
    const status = el('span', { class: 'status soft', role: 'status' });
    const tool = (text, run) =>
      el('button', { type: 'button', part: 'tool', text, on: { click: run } });
    this.undoButton = tool('Undo', () => this.drawing?.undo());
    this.clearButton = tool('Clear', () => this.drawing?.clear());
    this.root.append(
      host,
      el('div', { class: 'tools', part: 'tools' }, this.undoButton, this.clearButton, status),
    );
    this.drawing = new Pad({
      host,
      canvas,
      hint,
      status,
      changed: () => this.told(),
      full: () => {},
    });
    const strokes = this.strokes ? decodeStrokes(this.strokes) : null;
    if (strokes) this.drawing.begin(strokes);
    this.told(false);
  }

  /** The drawing as text, as `strokes` takes it; empty where nothing is drawn. */
  get code() {
    return this.drawing && this.drawing.strokes.length > 0
      ? encodeStrokes(this.drawing.strokes)
      : '';
  }

  /** The drawing as a network of digits sees it: 28 x 28 numbers, or null where nothing is drawn. */
  get pixels() {
    return this.drawing ? pixelsOf(this.drawing.strokes) : null;
  }

  told(isNew = true) {
    const { drawing } = this;
    if (!drawing || !this.undoButton || !this.clearButton) return;
    this.undoButton.disabled = drawing.history.length === 0;
    this.clearButton.disabled = drawing.strokes.length === 0;
    if (isNew) this.emit('draw', { pixels: this.pixels });
  }

  turn() {
    this.drawing?.draw();
  }
}
