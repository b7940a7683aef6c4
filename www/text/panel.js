// The text explained for one class (or one against another): question, words, sum, legend.

import { el, setText } from '../kit/page/dom.js';
import { HeatLegend } from '../kit/elements/legend.js';
import { create } from '../kit/elements/registry.js';
import { format } from '../kit/page/numbers.js';
import { remarks } from '../kit/page/remarks.js';
import { clearAnswer } from '../kit/engine/request.js';
import { HeatText } from '../kit/elements/text.js';

/**
 * @typedef {{ target: number, against: number | null, relevance: Float32Array, signed: boolean, score: number, sum: number,
 *   expected: number | null, empty: number, error?: number, layer?: string | null, notes?: string[], tokenFeatures?: Int32Array }} Result
 *   of an explanation what this page shows, and with it: `empty`, what the network says without a word; `error`, that of
 *   a sampled word
 * @typedef {{ vmax: number, rule: string, palette: import('../kit/color/colors.js').Palette, alpha?: number }} Style
 */

export class Panel {
  /**
   * @param {{labels: string[], choose: (which: 'target'|'against', index: number) => void,
   *   strike: (word: number) => void, stop: () => void, pair?: boolean, title: string}} how
   */
  constructor({ labels, choose, strike, stop, pair = false, title }) {
    this.labels = labels;
    const select = (which, name) =>
      el(
        'select',
        {
          'aria-label': name,
          on: { change: (event) => choose(which, Number(event.target.value)) },
        },
        ...labels.map((label, index) => el('option', { value: index, text: label })),
      );
    this.target = select('target', `${title}: class`);
    this.against = pair ? select('against', `${title}: against`) : null;
    this.body = create(HeatText, { class: 'reading', legend: 'none', strikable: '' });
    this.body.addEventListener('strike', (/** @type {any} */ { detail }) => strike(detail.word));
    this.sum = el('p', { class: 'sum' });
    this.state = el('span', { class: 'panel-state', role: 'status' });
    this.halt = el('button', {
      type: 'button',
      class: 'link',
      text: 'Stop',
      hidden: true,
      on: { click: stop },
    });
    this.legend = create(HeatLegend, { class: 'legend' });
    this.question = null; // what the numbers that stand there answer
    this.node = el(
      'article',
      { class: 'panel' },
      el('h3', { class: 'panel-head' }, this.target, pair ? ' against ' : null, this.against),
      this.body,
      this.legend.node,
      el('details', { class: 'fine numbers' }, el('summary', { text: 'In numbers' }), this.sum),
      el('p', { class: 'fine' }, this.state, ' ', this.halt),
    );
  }

  /** Where the explanation is shown. */
  get shows() {
    return [this.body, this.legend.node, this.sum];
  }

  /** @param {number} target @param {number | null} [against] */
  choose(target, against = null) {
    this.target.value = String(target);
    if (this.against && against !== null) this.against.value = String(against);
  }

  wait(text) {
    this.node.toggleAttribute('data-waiting', text !== '');
    setText(this.state, text);
    this.halt.hidden = text === '';
  }

  /** In the place of an explanation. */
  say(text) {
    this.wait('');
    setText(this.state, text);
  }

  /** What negative and positive numbers speak for. @param {Result} result @returns {[string, string]} */
  ends({ target, against }) {
    const rival =
      against === null ? `against ${this.labels[target]}` : `for ${this.labels[against]}`;
    return [rival, `for ${this.labels[target]}`];
  }

  /**
   * @param {import('../kit/elements/text.js').Passage} passage
   * @param {Result|null} result an explanation; none: it is being worked on
   * @param {Style} style scale and colours
   * @param {string} question what is asked of the text: network, method, classes. While the numbers for another text or
   *   other strikes come, the answer to the same question stays, as an old one; the answer to another one goes.
   */
  draw(passage, result, style, question) {
    this.body.show(passage);
    if (!result && question !== this.question) this.clear();
    this.node.toggleAttribute('data-ready', Boolean(result));
    if (!result) return;
    this.question = question;
    this.body.colour(result.relevance, style);
    const ends = this.ends(result);
    this.legend.show({ ...style, values: result.relevance, isSigned: result.signed, ends });
    this.legend.node.removeAttribute('data-empty');
    setText(this.sum, sumText(result));
    this.body.setAttribute('aria-description', `Colours show ${this.legend.text}`);
  }

  /** What stands there is no longer what is asked for. */
  stale() {
    this.node.removeAttribute('data-ready');
    this.wait('');
  }

  clear() {
    this.question = null;
    this.body.plain();
    this.legend.node.setAttribute('data-empty', '');
    setText(this.sum, '');
    this.body.removeAttribute('aria-description');
    clearAnswer(this.shows);
  }
}

/** What the numbers sum to, beside what is explained and what the network says without a word. @param {Result} result */
export function sumText(result) {
  const { sum, score, empty, expected, error } = result;
  const parts = [`f = ${format(score)}`, `f of no words = ${format(empty)}`];
  // Other methods do not promise that their numbers add up to anything.
  if (expected !== null && expected !== undefined)
    parts.push(`difference ${format(score - empty)}`, `Σ\u00a0R\u00a0=\u00a0${format(sum)}`);
  if (error !== undefined) parts.push(`sampling error of a word ± ${format(error, 2)}`);
  const more = remarks(result);
  return more === '' ? parts.join(', ') : `${parts.join(', ')}. ${more}`;
}
