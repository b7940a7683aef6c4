// Convolution and its transpose with numbers that a hand can check: a 3 x 3 filter on a 4 x 4 image. The
// network that computes them is a file of one convolution; its gradient is the transposed convolution.

import { el, setText } from '../../kit/page/dom.js';
import { requestKey, settle } from '../../kit/engine/request.js';
import { button, part } from '../parts.js';

const MODEL = '../models/conv-3x3.onnx';
const SIDE = 4;
const OUT = 2;
const IMAGE = [1, 0, 2, 1, 0, 3, 1, 0, 2, 1, 0, 1, 0, 1, 2, 3];

/** A square of whole numbers. */
class Square {
  /** @param {string} title @param {number} side @param {((i: number) => void) | null} [change] */
  constructor(title, side, change = null) {
    this.side = side;
    this.cells = Array.from({ length: side * side }, (_, i) => {
      if (!change) return el('span', { class: 'cell' });
      const cell = el('button', { type: 'button', class: 'cell' });
      cell.addEventListener('click', () => change(i));
      return cell;
    });
    const grid = el('div', { class: `square square-${side}` }, ...this.cells);
    this.node = el('figure', {}, grid, el('figcaption', { class: 'fine', text: title }));
    this.title = title;
  }

  /** @param {ArrayLike<number>} values @param {(i: number) => boolean} [marked] */
  show(values, marked = () => false) {
    this.cells.forEach((cell, i) => {
      setText(cell, String(Math.round(values[i])));
      cell.classList.toggle('is-marked', marked(i));
      if (cell.tagName === 'BUTTON')
        cell.setAttribute(
          'aria-label',
          `${this.title}, ${i + 1}: ${Math.round(values[i])}. Change`,
        );
    });
  }
}

export class TransposedConvolution {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.x = Float32Array.from(IMAGE);
    this.y = Float32Array.from([1, 2, 0, 1]);
    this.step = 0;
    this.image = new Square('image x, 4 × 4 (press to change)', SIDE, (i) =>
      this.change(this.x, i),
    );
    this.filter = new Square('filter, 3 × 3', 3);
    this.out = new Square('conv(x), 2 × 2', OUT);
    this.signal = new Square('signal y, 2 × 2 (press to change)', OUT, (i) =>
      this.change(this.y, i),
    );
    this.back = new Square('convᵀ(y), 4 × 4', SIDE);
    this.status = el('p', { class: 'result', role: 'status' });
    this.node = part(
      'Transposed convolution',
      'A toy of one filter. Forward, the filter lies on four places and sums products. Backward, each of the four numbers stamps the filter, times itself, on the place it came from: that is the transposed convolution, and it is the gradient.',
      el(
        'div',
        { class: 'squares' },
        this.image.node,
        this.filter.node,
        this.out.node,
        this.signal.node,
        this.back.node,
      ),
      button('Next place', () => {
        this.step = (this.step + 1) % (OUT * OUT + 1);
        this.draw();
      }),
      this.status,
    );
  }

  change(values, i) {
    values[i] = (values[i] + 1) % 4;
    this.ask();
  }

  async load() {
    this.model ??= this.page.models.runtimes.quick.load(new URL(MODEL, document.baseURI));
    return this.model;
  }

  async ask() {
    this.turn = (this.turn ?? 0) + 1;
    const { turn } = this;
    try {
      const model = await this.load();
      const { logits } = await model.predict(this.x);
      const rows = await Promise.all(
        Array.from(this.y, (_, index) =>
          model.explain(this.x, { method: 'gradient', target: index }),
        ),
      );
      if (turn !== this.turn) return;
      this.found = { out: logits, rows: rows.map(({ relevance }) => relevance) };
      this.draw();
    } catch (/** @type {any} */ error) {
      this.model = null;
      setText(this.status, error.message);
    }
  }

  draw() {
    if (!this.found) return;
    const { out, rows } = this.found;
    const { step } = this;
    const place = step - 1;
    const under = (i) => step > 0 && rows[place][i] !== 0;
    // The first gradient lies in the corner: it is the filter.
    const filter = Array.from({ length: 9 }, (_, i) => rows[0][Math.floor(i / 3) * SIDE + (i % 3)]);
    const stamps = step === 0 ? [0, 1, 2, 3] : [...Array(step).keys()];
    const back = this.x.map((_, i) => stamps.reduce((sum, k) => sum + this.y[k] * rows[k][i], 0));
    this.image.show(this.x, under);
    this.filter.show(filter);
    this.out.show(out, (i) => i === place);
    settle([this.status], requestKey({ toy: 'convolution' }));
    this.signal.show(this.y, (i) => i === place);
    this.back.show(back, under);
    const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    const whole = this.x.map((_, i) => this.y.reduce((sum, y, k) => sum + y * rows[k][i], 0));
    setText(
      this.status,
      step > 0
        ? `Place ${step} of 4: the nine products sum to ${Math.round(out[place])}; backward the filter is stamped ${Math.round(this.y[place])} times.`
        : `⟨conv(x), y⟩ = ${dot(Array.from(out), this.y)} and ⟨x, convᵀ(y)⟩ = ${dot(Array.from(this.x), whole)}: the same.`,
    );
  }
}
