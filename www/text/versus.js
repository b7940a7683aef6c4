// The two networks side by side: the same text, class and method.

import { el, setText } from '../kit/page/dom.js';
import { format } from '../kit/page/numbers.js';
import { clearAnswer, settle } from '../kit/engine/request.js';
import { vmaxOf } from '../kit/color/scale.js';
import { agreement } from './agreement.js';
import { MODELS } from './networks.js';
import { added, occurrences, quoted } from './named.js';
import { create } from '../kit/elements/registry.js';
import { HeatText } from '../kit/elements/text.js';

export class Versus {
  /** @param {{host: HTMLElement, note: HTMLElement}} parts */
  constructor({ host, note }) {
    this.note = note;
    this.sides = ['linear', 'cnn'].map((id) => {
      const body = create(HeatText, { class: 'reading', legend: 'none' });
      const node = el('article', { class: 'panel' }, el('h3', { text: MODELS[id].title }), body);
      return { id, node, body, view: body };
    });
    host.replaceChildren(...this.sides.map(({ node }) => node));
  }

  /** Where a network's side is shown. @param {string} model */
  shows(model) {
    return this.sides.filter(({ id }) => id === model).map(({ body }) => body);
  }

  /**
   * @param {import('./main.js').Page} page @param {import('./main.js').ReadText} reading
   * @param {number} target @param {string} otherModel
   */
  draw(page, reading, target, otherModel) {
    const { results } = page;
    const style = page.style([]);
    const found = this.sides.map(({ id, view, node, body }) => {
      const result = results.get(id === otherModel ? 'other' : 'first') ?? null;
      view.show({ ...reading, tokenFeatures: result?.tokenFeatures ?? reading.tokenFeatures });
      const { vmax } = vmaxOf(result?.relevance ?? [], 'max');
      view.colour(result?.relevance ?? null, { ...style, vmax });
      if (!result) clearAnswer([body]);
      node.toggleAttribute('data-ready', Boolean(result));
      return result;
    });
    // It waits for both in silence.
    const [linear, cnn] = found;
    const label = page.labels[target];
    setText(this.note, linear && cnn ? this.text(linear, cnn, reading, label) : '');
    settle([this.note], page.key('both', { target }));
  }

  text(linear, cnn, reading, label) {
    const { tokenFeatures, struck, words } = reading;
    const known = (word) =>
      linear.tokenFeatures[word] >= 0 && cnn.tokenFeatures[word] >= 0 && !struck.has(word);
    const groups = occurrences([...tokenFeatures.keys()].filter(known), words);
    return versusText(groups, linear.relevance, cnn.relevance, reading, label);
  }
}

/** What the two networks' numbers say of the words that both know, every word once. */
export function versusText(groups, first, second, passage, label) {
  const { correlation, top, shared, opposed } = agreement(
    added(groups, first),
    added(groups, second),
  );
  const name = (k) => quoted(passage, groups[k]);
  const sentences = [];
  if (Number.isFinite(correlation))
    sentences.push(
      `For ${label} the two rank ${groups.length} words with a rank correlation of ${format(correlation, 2)}.`,
    );
  if (top > 0)
    sentences.push(
      `${shared.length} of their first ${top} are the same${shared.length > 0 ? `: ${shared.map(name).join(', ')}` : ''}.`,
    );
  const sign = (k) => (added([groups[k]], first)[0] > 0 ? 'for' : 'against');
  if (opposed.length > 0) {
    const words = opposed.map((k) => `${name(k)} (${sign(k)} in the linear one)`);
    sentences.push(`They disagree on ${words.join(', ')}.`);
  } else if (groups.length > 0) sentences.push('No weighty word has opposite signs.');
  else sentences.push('There is no word that both know.');
  return sentences.join(' ');
}
