import { setText } from '../page/dom.js';
import { encodedLength } from './stroke-code.js';
import { GRID, MAX_POINTS, PEN, countPoints, smooth, snap, thinned } from './strokes.js';

const APART = 0.008; // a new point must be this far from the last, in pad widths
const STEP = 1 / 28; // of the keyboard's pen
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const UNDO_DEPTH = 100;
/** Longest text of a drawing in a link; what is left of the link is for the settings. */
const MAX_TEXT = 6000;

const copy = (strokes) => strokes.map((stroke) => stroke.map((point) => [...point]));

/** The drawing pad: pointer, pen, touch and keyboard make strokes. An image may lie on it instead of a drawing. */
export class Pad {
  /**
   * @param {{host: HTMLElement, canvas: HTMLCanvasElement, hint: HTMLElement, status: HTMLElement,
   *   changed: (drawing: {strokes: number[][][], image: Image|null}) => void, full: () => void}} how
   * @typedef {{grey: Uint8Array, note: string}} Image
   */
  constructor({ host, canvas, hint, status, changed, full }) {
    this.host = host;
    this.canvas = canvas;
    this.hint = hint;
    this.status = status;
    this.changed = changed;
    this.full = full;
    /** @type {number[][][]} */
    this.strokes = [];
    /** @type {Image | null} then there are no strokes */
    this.image = null;
    this.history = [];
    this.active = null; // {id: pointer id or 'key', stroke}
    this.pen = null; // the keyboard's pen [x, y]; null while not in use
    host.addEventListener('pointerdown', (event) => this.down(event));
    host.addEventListener('pointermove', (event) => this.move(event));
    for (const type of ['pointerup', 'pointercancel', 'lostpointercapture'])
      host.addEventListener(type, (event) => this.up(event));
    host.addEventListener('keydown', (event) => this.key(event));
    host.addEventListener('blur', () => this.leave());
    if (globalThis.ResizeObserver) new ResizeObserver(() => this.draw()).observe(host);
  }

  // ---- the drawing

  /** @param {{strokes: number[][][], image: Image | null}} [drawing] */
  remember({ strokes, image } = this) {
    this.history.push({ strokes: copy(strokes), image });
    if (this.history.length > UNDO_DEPTH) this.history.shift();
  }

  /**
   * What the page opens with. A copy: whoever draws on must not change a sample.
   * @param {number[][][]} strokes @param {Image | null} [image]
   */
  begin(strokes, image = null) {
    this.strokes = image ? [] : copy(strokes);
    this.image = image;
  }

  /**
   * Another drawing, e.g. a sample, or an image instead of one; can be undone.
   * @param {number[][][]} strokes @param {Image | null} [image]
   */
  replace(strokes, image = null) {
    this.finish();
    this.remember();
    this.strokes = strokes.map((stroke) => stroke.map(([x, y]) => [snap(x), snap(y)]));
    this.image = image;
    this.notify();
  }

  clear() {
    if (this.strokes.length > 0 || this.image) this.replace([]);
  }

  undo() {
    this.finish();
    const before = this.history.pop();
    if (!before) return;
    Object.assign(this, before);
    this.notify();
  }

  notify() {
    this.draw();
    this.changed({ strokes: this.strokes, image: this.image });
  }

  // ---- pointers

  point(event) {
    const box = this.host.getBoundingClientRect();
    return [
      snap((event.clientX - box.left) / box.width),
      snap((event.clientY - box.top) / box.height),
    ];
  }

  start(id, point) {
    const { strokes, image } = this;
    if (!this.hasRoom()) {
      this.full();
      return;
    }
    // As it was before it was thinned.
    this.remember({ strokes, image });
    this.image = null;
    this.active = { id, stroke: [point] };
    this.strokes.push(this.active.stroke);
  }

  extend(point, apart) {
    if (!this.active) return;
    const last = this.active.stroke.at(-1);
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) < apart) return;
    if (this.hasRoom()) {
      this.active.stroke.push(point);
      return;
    }
    this.finish();
    this.full();
  }

  /** Whether another point fits into the drawing and into a link; for it a drawing that has grown long is thinned. */
  hasRoom() {
    if (this.fits()) return true;
    const { strokes } = this;
    this.strokes = thinned(strokes, countPoints(strokes) / 2);
    if (!this.fits()) {
      this.strokes = strokes;
      return false;
    }
    if (this.active) this.active.stroke = this.strokes[this.strokes.length - 1];
    return true;
  }

  fits() {
    const points = countPoints(this.strokes);
    // A point takes at most four bytes, and the length of a stroke two, of which three are four letters.
    const most = (4 * (4 * points + 2 * this.strokes.length)) / 3;
    const isShort = most < MAX_TEXT || encodedLength(this.strokes) < MAX_TEXT;
    return points < MAX_POINTS && isShort;
  }

  down(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    // Of pointer and keyboard the newer draws: neither waits for the other to lift its pen.
    this.pen = null;
    this.finish();
    this.start(event.pointerId, this.point(event));
    if (!this.active) return;
    try {
      this.host.setPointerCapture(event.pointerId);
    } catch {
      // the pointer is gone already
    }
    this.notify();
  }

  move(event) {
    if (this.active?.id !== event.pointerId) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) this.extend(this.point(each), APART);
    this.notify();
  }

  up(event) {
    if (this.active?.id === event.pointerId) this.finish();
  }

  finish() {
    this.active = null;
    this.tell();
  }

  // ---- keyboard

  key(event) {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    if (Object.hasOwn(ARROWS, event.key)) {
      const [dx, dy] = ARROWS[event.key];
      const far = event.shiftKey ? 3 : 1;
      const [x, y] = this.pen ?? [0.5, 0.5];
      this.pen = [snap(x + dx * far * STEP), snap(y + dy * far * STEP)];
      if (this.active?.id === 'key') this.extend(this.pen, 1 / GRID);
    } else if (event.key === ' ' || event.key === 'Enter') {
      this.pen ??= [0.5, 0.5];
      const isDown = this.active?.id === 'key';
      this.finish();
      if (!isDown) this.start('key', this.pen);
    } else if (event.key === 'Escape' && this.pen) {
      this.leave();
    } else if (event.key === 'Backspace' || event.key === 'Delete') {
      this.undo();
    } else {
      return;
    }
    event.preventDefault();
    this.tell();
    this.notify();
  }

  leave() {
    if (this.active?.id === 'key') this.finish();
    if (this.pen) {
      this.pen = null;
      this.tell();
      this.draw();
    }
  }

  tell() {
    if (!this.pen) {
      setText(this.status, '');
      return;
    }
    const [column, row] = this.pen.map((v) => Math.min(28, Math.floor(v * 28) + 1));
    setText(
      this.status,
      `Pen ${this.active?.id === 'key' ? 'down' : 'up'}, row ${row}, column ${column}`,
    );
  }

  // ---- picture

  draw() {
    const ratio = Math.min(4, Math.max(1, globalThis.devicePixelRatio || 1));
    const size = Math.max(1, Math.round(this.host.clientWidth * ratio));
    if (this.canvas.width !== size) {
      this.canvas.width = size;
      this.canvas.height = size;
    }
    this.hint.hidden = this.strokes.length > 0;
    const strokes = this.strokes.length === 1 ? 'one stroke' : `${this.strokes.length} strokes`;
    this.canvas.setAttribute(
      'aria-label',
      this.image
        ? 'Your drawing: none, an image is shown instead'
        : this.strokes.length > 0
          ? `Your drawing: ${strokes}`
          : 'Your drawing: empty',
    );
    const context = this.canvas.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, size, size);
    context.strokeStyle = getComputedStyle(this.host).color;
    context.lineWidth = 2 * PEN * size;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (const stroke of this.strokes) {
      context.beginPath();
      smooth(stroke).forEach(([x, y], i) => context[i ? 'lineTo' : 'moveTo'](x * size, y * size));
      if (stroke.length === 1) context.lineTo(stroke[0][0] * size + 0.01, stroke[0][1] * size);
      context.stroke();
    }
    if (this.pen) this.drawPen(context, size);
  }

  drawPen(context, size) {
    const [x, y] = this.pen.map((v) => v * size);
    const r = PEN * size * 1.4;
    context.lineWidth = Math.max(1.5, size / 160);
    context.strokeStyle = getComputedStyle(this.host).getPropertyValue('--focus') || 'blue';
    context.beginPath();
    context.arc(x, y, r, 0, 7);
    context.moveTo(x - 2 * r, y);
    context.lineTo(x + 2 * r, y);
    context.moveTo(x, y - 2 * r);
    context.lineTo(x, y + 2 * r);
    context.stroke();
  }
}
