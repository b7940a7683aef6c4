// <heat-bars>: the probabilities of the classes, one of which is chosen to be explained.

import { el, setText } from '../page/dom.js';
import { clip, format, percent } from '../page/numbers.js';
import { HeatElement } from './element.js';

const MOST = 10;

/** Where the `count` largest values are, the largest first; of equals the first. */
export function largest(values, count) {
  const order = Array.from(values, (_, i) => i);
  return order.sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
}

export class HeatBars extends HeatElement {
  static tag = 'bars';
  /** @type {typeof HeatElement.attributes} */
  static attributes = {
    target: 'number',
    most: 'number',
    labels: 'json',
    values: 'json',
    theme: 'text',
  };
  static properties = ['prediction'];
  static styles = `
    :host { display: block; width: var(--heat-bars-size, 16rem); max-width: 100%; font-size: 0.875rem; }
    button { display: grid; grid-template-columns: minmax(2.5em, auto) 1fr 4.5em; gap: 0.5em; align-items: center; width: 100%;
      padding: 0.1em 0.3em; min-height: 1.6em; border: 0; border-radius: 2px; background: none; color: inherit; font: inherit;
      text-align: start; cursor: pointer; }
    button:hover { background: color-mix(in srgb, currentColor 10%, transparent); }
    [aria-pressed='true'] { font-weight: 600; }
    [aria-pressed='true'] .name::before { content: '▸ '; }
    .name { max-width: 9em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .track { height: 0.55em; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
    .fill { display: block; height: 100%; background: currentColor; opacity: 0.45; transform-origin: left; }
    [aria-pressed='true'] .fill { opacity: 1; }
    .number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
    @media (pointer: coarse) { button { min-height: 2.5rem; } }
  `;

  build() {
    this.list = el('div', {
      role: 'group',
      'aria-label': 'Classes: choose one to explain',
      part: 'bars',
    });
    this.root.append(this.list);
    /** @type {{ node: HTMLElement, name: HTMLElement, fill: HTMLElement, number: HTMLElement, index: number }[]} */
    this.rows = [];
  }

  /** @param {number} k */
  row(k) {
    const [name, fill, number] = ['name', 'fill', 'number'].map((kind) =>
      el('span', { class: kind }),
    );
    const node = el(
      'button',
      { type: 'button', part: 'bar' },
      el('span', { class: 'spoken', text: 'Explain ' }),
      name,
      el('span', { class: 'track', 'aria-hidden': 'true' }, fill),
      number,
    );
    const row = { node, name, fill, number, index: k };
    node.addEventListener('click', () => this.emit('choose', { target: row.index }));
    return row;
  }

  draw() {
    const { prediction, labels } = this;
    const shares = prediction?.probabilities ?? this.values;
    const values = shares ?? prediction?.logits;
    if (!values || !this.list || !this.rows) return;
    const count = Math.min(this.most ?? MOST, values.length);
    if (this.rows.length !== count) {
      this.rows = Array.from({ length: count }, (_, k) => this.row(k));
      this.list.replaceChildren(...this.rows.map(({ node }) => node));
    }
    // Few classes stand in their own order, which does not change while the input does.
    const order = values.length <= count ? [...this.rows.keys()] : largest(values, count);
    this.rows.forEach((row, k) => {
      row.index = order[k];
      const share = shares ? Number(shares[row.index]) : 0;
      setText(row.name, clip(labels?.[row.index] || String(row.index), 40));
      setText(row.number, shares ? `${percent(share)} %` : format(values[row.index]));
      row.fill.style.scale = `${Math.min(1, Math.max(0, share || 0))} 1`;
      row.node.setAttribute('aria-pressed', String(row.index === this.target));
    });
  }
}
