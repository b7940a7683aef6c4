// Names and signatures: how much of a decision falls on words that say who wrote, not what about.

import { byId, setText } from '../kit/page/dom.js';
import { percent } from '../kit/page/numbers.js';
import { shareOn } from './agreement.js';
import { MODELS, other } from './networks.js';
import { added, occurrences, quoted } from './named.js';

/** The words of a text that a network met in attribution lines and signatures at least as often as elsewhere. */
export function writersWords(metadata, words) {
  const known = new Set(
    (metadata['heatlens.text.traces'] ?? '').split(' ').filter(Boolean).map(Number),
  );
  return new Set([...words.keys()].filter((word) => known.has(words[word])));
}

/** One sentence about the text that stands there; every word once. */
export function evidenceText(sides, passage) {
  const parts = sides.map(({ id, relevance, writers, words }) => {
    const share = shareOn(relevance, writers);
    const groups = occurrences([...writers], words);
    const sums = added(groups, relevance);
    const order = [...groups.keys()].sort((a, b) => Math.abs(sums[b]) - Math.abs(sums[a]));
    const best = order.slice(0, 5).map((k) => quoted(passage, groups[k]));
    const said = Number.isFinite(share) ? `${percent(share)} %` : 'no relevance at all';
    return `${MODELS[id].title}: ${said}${best.length > 0 ? ` (${best.join(', ')})` : ''}`;
  });
  return `Of this text’s relevance for the first class, on writers’ words: ${parts.join('; ')}.`;
}

export class Evidence {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.sides = null;
  }

  /** Asks for both networks' writers' words in the text. */
  ask() {
    const { queue, models, reading, state } = this.page;
    if (!reading || this.reading === reading) return;
    const mine = state.model;
    this.reading = reading;
    this.sides = null;
    const work = async (second) => {
      const first = await models.get(mine, 'quick');
      const { words } = await second.read(reading.text);
      const side = (model, known) => ({
        writers: writersWords(model.info.metadata, known),
        words: known,
      });
      return { [mine]: side(first, reading.words), [other(mine)]: side(second, words) };
    };
    queue.ask('writers', { model: other(mine), work });
  }

  received(sides) {
    this.sides = sides;
    this.draw();
  }

  draw() {
    const { results, reading, state } = this.page;
    const sides = Object.keys(MODELS).map((id) => ({
      id,
      relevance: results.get(id === state.model ? 'first' : 'other')?.relevance,
      ...this.sides?.[id],
    }));
    const all = sides.every(({ relevance, writers }) => relevance && writers);
    setText(byId('evidence-here'), all ? evidenceText(sides, reading) : '');
  }
}
