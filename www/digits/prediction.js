import { el, setText } from '../shared/dom.js';
import { clip, percent } from '../shared/numbers.js';

const COLUMNS = 10;
const SPEAK_AFTER = 700; // ms of quiet before the reading is spoken

/** A network that ends in plain scores gets bars, too: their softmax. */
export function asShares(values) {
  if (values.every((value) => value >= 0 && value <= 1) || !values.every(Number.isFinite))
    return values;
  const top = Math.max(...values);
  const powers = Array.from(values, (value) => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/** Where the `count` largest values are, the largest first; of equals the first. */
export function largest(values, count) {
  const best = [];
  values.forEach((value, i) => {
    if (best.length === count && !(value > values[best.at(-1)])) return;
    const at = best.findIndex((other) => value > values[other]);
    best.splice(at < 0 ? best.length : at, 0, i);
    best.length = Math.min(best.length, count);
  });
  return best;
}

/** The answer: verdict, one bar per class (the likeliest ten of many), and what a screen reader hears. */
export class Prediction {
  constructor({ bars, verdict, share, label, spoken, choose }) {
    Object.assign(this, { bars, verdict, share, label, spoken, choose });
    this.columns = [];
    this.timer = 0;
  }

  /** One column per class shown. */
  setLabels(labels) {
    this.labels = labels;
    const count = Math.min(COLUMNS, labels.length);
    this.columns = Array.from({ length: count }, (_, i) => this.column(i));
    this.bars.replaceChildren(...this.columns.map((column) => column.node));
    this.bars.style.setProperty('--count', String(count));
  }

  column(index) {
    const number = el('span', { class: 'bar-number' });
    const fill = el('span', { class: 'bar-fill' });
    const name = el('span', { class: 'bar-name' });
    const node = el(
      'button',
      { type: 'button', class: 'bar', 'aria-pressed': 'false' },
      el('span', { class: 'hidden', text: 'Explain ' }),
      name,
      el('span', { class: 'bar-track' }, fill),
      number,
    );
    const column = { node, number, fill, name, index };
    node.addEventListener('click', () => this.choose(column.index));
    return column;
  }

  /** @param {{probabilities: ArrayLike<number>|null, top: number|null, explained: number|null, against: number|null}} what */
  show({ probabilities, top, explained, against }) {
    const few = this.labels.length <= COLUMNS || !probabilities;
    const order = few ? [...this.columns.keys()] : largest(probabilities, COLUMNS);
    this.columns.forEach((column, k) => {
      const index = order[k];
      const share = probabilities ? probabilities[index] : NaN;
      const label = clip(this.labels[index], 12);
      column.index = index;
      setText(column.name, label);
      setText(column.number, probabilities ? percent(share) : '');
      column.fill.style.setProperty('--share', String(Number.isFinite(share) ? share : 0));
      column.node.setAttribute('aria-pressed', String(index === explained));
      column.node.classList.toggle('is-against', index === against);
    });
    this.showVerdict(probabilities, top);
  }

  showVerdict(probabilities, top) {
    const label = top === null ? null : clip(this.labels[top], 12);
    setText(this.verdict, label ?? '–');
    this.verdict.classList.toggle('is-long', (label ?? '').length > 2);
    setText(this.label, top === null ? 'waits' : 'reads');
    setText(this.share, top === null ? '\u00a0' : `${percent(probabilities[top])} %`);
    clearTimeout(this.timer);
    const words =
      top === null ? 'Nothing drawn.' : `Read as ${label}, ${percent(probabilities[top])} percent.`;
    this.timer = setTimeout(() => setText(this.spoken, words), SPEAK_AFTER);
  }
}
