// Sufficient input subsets over words: sets each enough for the decision, shown in the text and evaluated anew.

import { el, setText } from '../kit/page/dom.js';
import { percent } from '../kit/page/numbers.js';
import { counted, occurrences } from './named.js';
import { create } from '../kit/elements/registry.js';
import { HeatText } from '../kit/elements/text.js';

const SHOWN = 4; // sets that get a look of their own

/** The word numbers of each set; a slot may stand for several equal words. */
export function wordsOf(sis, tokenFeatures) {
  const words = new Map();
  tokenFeatures.forEach((slot, word) => words.set(slot, [...(words.get(slot) ?? []), word]));
  return sis.sets.map((set) => Array.from(set.features).flatMap((slot) => words.get(slot) ?? []));
}

export class SisView {
  /** @param {{body: HTMLElement, list: HTMLElement, state: HTMLElement}} parts */
  constructor({ body, list, state }) {
    this.list = list;
    this.state = state;
    this.view = create(HeatText, { legend: 'none' });
    body.append(this.view);
  }

  wait(text) {
    setText(this.state, text);
  }

  clear(passage, why) {
    this.view.show(passage);
    this.view.mark([], []);
    this.list.replaceChildren();
    this.wait(why);
  }

  /**
   * @param {import('./main.js').ReadText} passage
   * @param {import('../pkg/index.js').TextExplanation} result with `sis`
   * @param {number[]|null} checks the probability of each set alone, evaluated anew
   */
  draw(passage, result, checks) {
    const { sis } = result;
    if (!sis) throw new Error('this explanation has no sets');
    const sets = wordsOf(sis, Array.from(result.tokenFeatures));
    // The empty set is enough: there is nothing to mark.
    const found = sets.filter((words) => words.length > 0);
    const names = found.map((_, k) => `set ${k + 1}`);
    this.view.show(passage);
    this.view.mark(found.slice(0, SHOWN), names);
    const rows = found.slice(0, SHOWN).map((words, k) => {
      const text = occurrences(words, passage.words)
        .map((group) => counted(passage, group))
        .join(' · ');
      const check = checks ? `; all other words struck out: ${percent(checks[k])} %` : '';
      return el(
        'li',
        { class: `set-row set-${k}` },
        el('span', { class: 'set-key', 'aria-hidden': 'true' }),
        el('span', {}, `Set ${k + 1} (${words.length}): `, el('bdi', { text })),
        el('span', {
          class: 'fine',
          text: ` alone, evaluated anew: ${percent(sis.sets[k].score)} %${check}`,
        }),
      );
    });
    this.list.replaceChildren(...rows);
    this.wait(summary(sis, sets));
  }
}

/** What the search found, in words. `sets` are lists of words. */
export function summary(sis, sets) {
  const threshold = `τ = ${percent(sis.threshold)} %`;
  if (sets.length === 0)
    return `No set: the whole text gives ${percent(sis.initial)} %, less than ${threshold}.`;
  if (sets[0].length === 0)
    return `No word is needed at this τ: without any word the class has ${percent(sis.sets[0].score)} %, and ${threshold}.`;
  const more = sets.length > SHOWN ? `, the first ${SHOWN} are shown` : '';
  const count = sets.length === 1 ? '1 set' : `${sets.length} disjoint sets`;
  return `${count}${more}; ${threshold}; what is left without ${sets.length === 1 ? 'it' : 'them'}: ${percent(sis.rest)} %.`;
}
