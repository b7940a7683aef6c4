// The two networks side by side: the same text, class and method.

import { el, setText } from '../shared/dom.js';
import { format } from '../shared/numbers.js';
import { fullColour } from '../shared/scale.js';
import { agreement } from './agreement.js';
import { MODELS } from './models.js';
import { WordView } from './words.js';

export class Versus {
  /** @param {{host: HTMLElement, note: HTMLElement}} parts */
  constructor({ host, note }) {
    this.note = note;
    this.sides = ['linear', 'cnn'].map((id) => {
      const body = el('div', { class: 'reading', dir: 'auto' });
      const node = el('article', { class: 'panel' }, el('h3', { text: MODELS[id].title }), body);
      return { id, node, view: new WordView(body) };
    });
    host.replaceChildren(...this.sides.map(({ node }) => node));
  }

  /** @param {object} page @param {number} target @param {string} otherModel */
  draw(page, target, otherModel) {
    const { reading, results, state } = page;
    const look = page.look([]);
    const found = this.sides.map(({ id, view, node }) => {
      const result = results.get(id === otherModel ? 'other' : 'first') ?? null;
      view.show({ ...reading, slots: result?.slots ?? reading.slots });
      const full = result ? fullColour(result.relevance, 'max').value : 0;
      view.colour(result?.relevance ?? null, { ...look, full });
      node.toggleAttribute('data-ready', Boolean(result));
      return result;
    });
    setText(
      this.note,
      found.every(Boolean) ? this.text(found, reading, page.labels[target], state) : '',
    );
  }

  text([linear, cnn], reading, label, { struck }) {
    const both = [...linear.slots.keys()].filter(
      (word) => linear.slots[word] >= 0 && cnn.slots[word] >= 0 && !struck.has(word),
    );
    const { correlation, shared, top, opposed } = agreement(linear.relevance, cnn.relevance, both);
    const { text, spans } = reading;
    const name = (word) => `“${text.slice(spans[2 * word], spans[2 * word + 1])}”`;
    const agree = Number.isFinite(correlation)
      ? `For ${label} the two rank ${both.length} words with a rank correlation of ${format(correlation, 2)}; ` +
        `${shared.length} of their first ${top} are the same: ${shared.map(name).join(', ') || 'none'}. `
      : '';
    const differ = opposed.map(
      ({ word, a }) => `${name(word)} (${a > 0 ? 'for' : 'against'} in the linear one)`,
    );
    return (
      agree +
      (differ.length
        ? `They disagree on ${differ.join(', ')}.`
        : 'No weighty word has opposite signs.')
    );
  }
}
