// Elements whose drawing is fetched with the first of them: what a page needs for its first map stays small.

import { el } from '../page/dom.js';
import { sheet } from './element.js';
import { ReadElement } from './reading.js';

/** @import { Drawing } from '../arrays.js' */

/** @type {Record<string, Drawing> | null} */
let drawings = null;
const load = async () => (drawings ??= (await import('../arrays.js')).DRAWINGS);

export class DrawnElement extends ReadElement {
  // Weak numbers fade into the page, not out of it.
  static dark = /** @type {const} */ ('night');
  static styles = `${ReadElement.styles}
    :host { display: block; max-width: 100%; }
    [part~='legend'] { max-width: 20rem; }
  `;

  /** How this kind is drawn, as soon as it is known. @type {Drawing | null} */
  get drawing() {
    return drawings?.[/** @type {any} */ (this.constructor).tag] ?? null;
  }

  parts() {
    const face = el('div', { class: 'face', part: 'drawing' });
    this.plateOf(face);
    if (globalThis.ResizeObserver) new ResizeObserver(() => this.resized()).observe(face);
    return [/** @type {HTMLElement} */ (this.plate)];
  }

  resized() {
    const width = this.face?.clientWidth ?? 0;
    if (this.shown && width > 0 && width !== this.drawnAt) this.schedule();
  }

  draw() {
    const { drawing } = this;
    if (drawing && !this.styled) {
      this.styled = true;
      this.root.adoptedStyleSheets.push(sheet(drawing.styles));
    }
    if (drawing || !this.shown) super.draw();
    else
      load().then(
        () => this.schedule(),
        (error) => this.fail(error),
      );
  }

  get numbers() {
    return this.shown && this.drawing ? this.drawing.numbers(this) : [];
  }

  paint(scale, palette) {
    const drawing = /** @type {Drawing} */ (this.drawing);
    this.drawnAt = this.face?.clientWidth ?? 0;
    this.picture = drawing.draw(this, { scale, palette, width: this.drawnAt || 640 });
    this.face?.replaceChildren(this.picture.node);
    const label = this.label ?? this.shown?.method ?? drawing.name;
    this.plate?.setAttribute('aria-label', `${label}: read with the arrow keys`);
    if (drawing.isTable) this.face?.removeAttribute('role');
    else this.face?.setAttribute('role', 'img');
    this.face?.setAttribute(
      'aria-label',
      `${label}. ${drawing.describe(this)} Colours: ${this.legendNode.text}.`,
    );
    this.mark();
  }

  indexAt(x, y) {
    return this.picture?.indexAt?.(x, y) ?? null;
  }

  boxOf(index) {
    return this.picture?.boxOf?.(index) ?? super.boxOf(index);
  }

  beside(index, step) {
    return this.picture?.beside?.(index, step) ?? super.beside(index, step);
  }

  readingAt(index) {
    return this.drawing?.readingAt(this, index) ?? super.readingAt(index);
  }

  wordsAt(index) {
    return this.drawing?.wordsAt(this, index) ?? super.wordsAt(index);
  }

  clear() {
    super.clear();
    this.face?.replaceChildren();
    this.plate?.setAttribute('aria-label', this.label ?? 'Nothing to show yet');
  }
}

/** `<heat-sequence>`: letters as high as their relevance. */
export class HeatSequence extends DrawnElement {
  static tag = 'sequence';
  /** @type {typeof ReadElement.attributes} */
  static attributes = {
    ...ReadElement.attributes,
    letters: 'text',
    alphabet: 'text',
    layout: 'text',
    per: 'text',
    line: 'number',
  };
}

/** `<heat-series>`: lines over time with the relevance of each moment. */
export class HeatSeries extends DrawnElement {
  static tag = 'series';
  /** @type {typeof ReadElement.attributes} */
  static attributes = {
    ...ReadElement.attributes,
    input: 'text',
    names: 'json',
    layout: 'text',
    mode: 'text',
  };
  static files = ['src', 'input'];
}

/** `<heat-row>`: bars of named features. */
export class HeatRow extends DrawnElement {
  static tag = 'row';
  /** @type {typeof ReadElement.attributes} */
  static attributes = {
    ...ReadElement.attributes,
    input: 'text',
    names: 'json',
    order: 'text',
    most: 'number',
  };
  static files = ['src', 'input'];
}
