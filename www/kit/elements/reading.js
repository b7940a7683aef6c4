// Reading a drawing's numbers one by one: under the pointer, or with the arrow keys.

import { el, setText } from '../page/dom.js';
import { format, signed } from '../page/numbers.js';
import { RelevanceElement } from './relevance.js';

/** Steps down and to the right. @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * A drawing whose numbers lie at places of a plate. Places are given as shares of what is drawn, so that they are right
 * however the element is scaled; and from left to right in scripts that run the other way, too.
 */
export class ReadElement extends RelevanceElement {
  /** @type {typeof RelevanceElement.attributes} */
  static attributes = { ...RelevanceElement.attributes, readout: 'text' };
  static properties = [...RelevanceElement.properties, 'cursor'];
  static styles = `
    .plate { position: relative; direction: ltr; touch-action: pan-x pan-y pinch-zoom; }
    .cross { position: absolute; outline: 1.5px solid #111; box-shadow: 0 0 0 3px rgb(255 255 255 / 0.75); pointer-events: none; }
    .value { position: absolute; left: 0; bottom: 0; max-width: 100%; padding: 0.05rem 0.35rem; font-size: 0.75rem; line-height: 1.4;
      background: #111; color: #fff; pointer-events: none; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    [part~='legend'] { margin-top: 0.35rem; }
  `;

  /** Whether arrow keys move the cursor. */
  #reads = false;

  /** The plate with what is drawn on it. @param {HTMLElement} face whose box places are shares of @param {Node[]} below */
  plateOf(face, ...below) {
    this.face = face;
    this.cross = el('span', { class: 'cross', part: 'cross', hidden: true });
    this.value = el('output', { class: 'value', part: 'value', hidden: true });
    const plate = el(
      'div',
      { class: 'plate', part: 'plate', tabindex: 0, role: 'group' },
      ...below,
      face,
      this.cross,
      this.value,
    );
    const follow = (event) => this.point(this.cellAt(event));
    plate.addEventListener('pointermove', follow);
    plate.addEventListener('pointerdown', follow);
    plate.addEventListener('pointerleave', (event) => {
      // A finger leaves with every tap; what it asked for stays.
      if (event.pointerType === 'mouse') this.point(null);
    });
    // Arrow keys are the page's own, unless the focus came by a key, or Enter says so.
    plate.addEventListener('focus', () => (this.#reads = plate.matches(':focus-visible')));
    plate.addEventListener('pointerdown', () => (this.#reads = false));
    plate.addEventListener('blur', () => this.point(null));
    plate.addEventListener('keydown', (event) => this.press(event));
    this.plate = plate;
    return plate;
  }

  // ---- what a drawing says of its places

  /** Whether there is something to read. */
  get isReadable() {
    return Boolean(this.shown);
  }

  /** How many places can be read. */
  get count() {
    return this.numbers.length;
  }

  /** The number at a place, both as shares; null: none. @param {number} x @param {number} y @returns {number | null} */
  indexAt(x, y) {
    void [x, y];
    return null;
  }

  /** Left, top, width and height of a number's place, as shares. @param {number} index @returns {number[]} */
  boxOf(index) {
    void index;
    return [0, 0, 0, 0];
  }

  /** The number beside another; without one, the first that is read. @param {number | null} index @param {[number, number]} step */
  beside(index, step) {
    void step;
    return index ?? 0;
  }

  /** What is told of a number, with its `value`. @param {number} index @returns {Record<string, any>} */
  readingAt(index) {
    return { value: this.numbers[index] };
  }

  /** The same in words. @param {number} index */
  wordsAt(index) {
    return this.amount(this.readingAt(index).value);
  }

  // ---- the rest follows

  /** A number in words. @param {number} value */
  amount(value) {
    return this.isSigned ? signed(value) : format(value);
  }

  /** @param {PointerEvent} event */
  cellAt(event) {
    if (!this.isReadable || !this.face) return null;
    const box = this.face.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return x >= 0 && y >= 0 && x < 1 && y < 1 ? this.indexAt(x, y) : null;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { key } = event;
    const isSwitch = this.#reads ? key === 'Escape' : key === 'Enter';
    if (isSwitch) this.#reads = !this.#reads;
    if (key === 'Escape') this.point(null);
    const isStep = this.#reads && Object.hasOwn(ARROWS, key);
    if (!this.isReadable || !(isSwitch || isStep)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!isStep) return;
    this.point(this.beside(this.cursor, ARROWS[key]));
  }

  /** Reads one number, or none; tells it by the event `point`. @param {number | null} index */
  point(index) {
    if (index === this.cursor) return;
    this.cursor = index;
    this.emit('point', index === null ? { index } : { index, ...this.readingAt(index) });
  }

  changed(name) {
    if (name === 'cursor') this.mark();
    else super.changed(name);
  }

  /** Draws the cursor and its number. */
  mark() {
    const { cross, value } = this;
    if (!cross || !value) return;
    const index = this.isReadable ? this.cursor : null;
    const isInside = index !== null && index >= 0 && index < this.count;
    cross.hidden = !isInside;
    value.hidden = !isInside || this.readout === 'none';
    if (!isInside) return;
    const box = this.boxOf(index);
    ['left', 'top', 'width', 'height'].forEach(
      (side, k) => (cross.style[side] = `${100 * box[k]}%`),
    );
    setText(value, this.wordsAt(index));
  }

  clear() {
    super.clear();
    this.mark();
  }
}
