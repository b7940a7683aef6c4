import { el, setText } from '../kit/page/dom.js';
import { clip, format, percent } from '../kit/page/numbers.js';

const COLUMNS = 10;
const SPEAK_AFTER = 700; // ms of quiet before the reading is spoken

/** What an answer says of a class: its probability, or its raw output where there is none. */
export function amount({ probabilities, logits }, index) {
  return probabilities
    ? `${percent(probabilities[index])} %`
    : `raw output ${format(logits[index])}`;
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
  constructor({ bars, verdict, share, label, spoken, choose, oppose }) {
    this.bars = bars;
    this.verdict = verdict;
    this.share = share;
    this.label = label;
    this.spoken = spoken;
    this.choose = choose;
    this.oppose = oppose;
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
    node.title = 'Explain this class; with the Shift key: and not this one';
    node.addEventListener('click', ({ shiftKey }) =>
      shiftKey ? this.oppose(column.index) : this.choose(column.index),
    );
    return column;
  }

  /** @param {{answer: {probabilities: ArrayLike<number>|null, logits: ArrayLike<number>, top: number}|null, explained: number|null, against: number|null}} what */
  show({ answer, explained, against }) {
    const values = answer && (answer.probabilities ?? answer.logits);
    const few = this.labels.length <= COLUMNS || !values;
    const order = few ? [...this.columns.keys()] : largest(values, COLUMNS);
    const number = answer?.probabilities ? percent : format;
    this.columns.forEach((column, k) => {
      const index = order[k];
      const label = clip(this.labels[index], 12);
      column.index = index;
      setText(column.name, label);
      setText(column.number, values ? number(values[index]) : '');
      // A raw output has no whole that it could be a share of.
      const share = answer?.probabilities?.[index] ?? 0;
      column.fill.style.setProperty('--share', String(share));
      column.node.setAttribute('aria-pressed', String(index === explained));
      column.node.classList.toggle('is-asked', index === explained && index !== answer?.top);
      column.node.classList.toggle('is-against', index === against);
    });
    this.showVerdict(answer);
  }

  showVerdict(answer) {
    const label = answer && clip(this.labels[answer.top], 12);
    setText(this.verdict, label ?? '–');
    this.verdict.classList.toggle('is-long', (label ?? '').length > 2);
    setText(this.label, answer ? 'reads' : 'waits');
    setText(this.share, answer ? amount(answer, answer.top) : '\u00a0');
    clearTimeout(this.timer);
    const words = answer
      ? `Read as ${label}, ${amount(answer, answer.top).replace('%', 'percent')}.`
      : 'Nothing drawn.';
    this.timer = setTimeout(() => setText(this.spoken, words), SPEAK_AFTER);
  }
}
