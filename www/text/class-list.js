// The classes with their probabilities; a click chooses the class to explain.

import { el, setText } from '../kit/page/dom.js';
import { percent } from '../kit/page/numbers.js';
import { plainName } from './class-names.js';

export class ClassList {
  /** @param {HTMLElement} host @param {string[]} labels @param {(index: number) => void} choose */
  constructor(host, labels, choose) {
    this.rows = labels.map((label, index) => {
      const fill = el('span', { class: 'share-fill' });
      const number = el('span', { class: 'share-number' });
      const before = el('span', { class: 'share-before' });
      const button = el(
        'button',
        { type: 'button', class: 'share', on: { click: () => choose(index) } },
        el(
          'span',
          { class: 'share-name' },
          plainName(label),
          ' ',
          el('span', { class: 'code', text: label }),
        ),
        el('span', { class: 'share-track', 'aria-hidden': 'true' }, fill, before),
        number,
      );
      return { index, label, button, fill, before, number, item: el('li', {}, button) };
    });
    this.list = host;
    host.replaceChildren(...this.rows.map((row) => row.item));
  }

  /** @param {ArrayLike<number>|null} shares @param {ArrayLike<number>|null} whole the same without strikes */
  show(shares, whole, chosen) {
    for (const row of this.rows) {
      const share = shares?.[row.index];
      row.fill.style.inlineSize = `${100 * (share ?? 0)}%`;
      row.before.style.insetInlineStart = `${100 * (whole?.[row.index] ?? 0)}%`;
      row.before.hidden = !whole;
      setText(row.number, share === undefined ? '–' : `${percent(share)} %`);
      row.button.setAttribute('aria-pressed', String(chosen.includes(row.index)));
    }
    if (!shares) return;
    const order = [...this.rows].sort((a, b) => shares[b.index] - shares[a.index]);
    order.forEach((row, place) => {
      row.item.style.order = String(place);
    });
  }
}
