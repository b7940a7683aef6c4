import { el } from '../../kit/page/dom.js';
import { format } from '../../kit/page/numbers.js';

const PARTS = [
  ['relevanceOut', 'handed on'],
  ['bias', 'biases'],
  ['stabilizer', 'ε'],
  ['ties', 'through ties'],
];

/** Σ R of every layer, and what of it was handed on, taken by biases and by ε, or went through tied maxima. */
export class ConservationMeter {
  /** @param {(index: number) => void} choose a layer by the index of its node */
  constructor(choose) {
    this.choose = choose;
    this.body = el('tbody');
    this.node = el(
      'div',
      { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Conservation meter' },
      el(
        'table',
        { class: 'numbers meter' },
        el('caption', {
          text: 'Conservation: from the output down, Σ R that arrives, and its parts',
        }),
        el(
          'thead',
          {},
          el(
            'tr',
            {},
            ...['Layer', 'Rule', 'Σ R', ''].map((text) =>
              el('th', { scope: 'col', text: text || 'parts' }),
            ),
            ...PARTS.map(([, title]) => el('th', { scope: 'col', text: title })),
          ),
        ),
        this.body,
      ),
    );
  }

  clear() {
    this.body.replaceChildren();
  }

  show({ layers, score }, info) {
    const index = new Map(info.nodes.map(({ name }, i) => [name, i]));
    const arrived = layers.map(({ relevanceIn }) => Math.abs(relevanceIn));
    const full = Math.max(...arrived, Math.abs(score), 1e-9);
    const found = new Map();
    const rows = layers.map((layer) => {
      const button = el('button', { type: 'button', class: 'link', text: layer.node });
      button.addEventListener('click', () => this.choose(index.get(layer.node)));
      const bar = el(
        'span',
        { class: 'meter-bar', 'aria-hidden': 'true' },
        ...['relevanceOut', 'bias', 'stabilizer'].map((part) => {
          const piece = el('span', { class: `meter-${part}` });
          piece.style.setProperty('--share', String(Math.min(1, Math.abs(layer[part]) / full)));
          return piece;
        }),
      );
      const row = el(
        'tr',
        {},
        el('th', { scope: 'row' }, button),
        el('td', { text: layer.rule }),
        el('td', { class: 'number', text: format(layer.relevanceIn) }),
        el('td', {}, bar),
        ...PARTS.map(([part]) => el('td', { class: 'number', text: format(layer[part]) })),
      );
      found.set(index.get(layer.node), row);
      return row;
    });
    this.rows = found;
    this.body.replaceChildren(...rows);
  }

  mark(index) {
    for (const [each, row] of this.rows ?? []) row.classList.toggle('is-chosen', each === index);
  }
}
