// Names and signatures: how much of a decision falls on words that say who wrote, not what about.

import { byId, setText } from '../shared/dom.js';
import { percent } from '../shared/numbers.js';
import { shareOn } from './agreement.js';
import { MODELS, other } from './models.js';

/** The words of a text that a network met in attribution lines and signatures at least as often as elsewhere. */
export function writersWords(metadata, words) {
  const known = new Set(
    (metadata['heatlens.text.traces'] ?? '').split(' ').filter(Boolean).map(Number),
  );
  return new Set([...words.keys()].filter((word) => known.has(words[word])));
}

/** One sentence per network about the text that stands there. */
export function evidenceText(sides, passage) {
  const { text, spans } = passage;
  const name = (word) => `“${text.slice(spans[2 * word], spans[2 * word + 1])}”`;
  const parts = sides.map(({ id, relevance, writers }) => {
    const share = shareOn(relevance, writers);
    const list = [...writers].sort((a, b) => Math.abs(relevance[b]) - Math.abs(relevance[a]));
    const best = list.slice(0, 5).map(name).join(', ');
    return `${MODELS[id].title}: ${Number.isFinite(share) ? percent(share) : '0.0'} %${best ? ` (${best})` : ''}`;
  });
  return `Of this text’s relevance for the first class, on writers’ words: ${parts.join('; ')}.`;
}

export class Evidence {
  /** @param {object} page */
  constructor(page) {
    this.page = page;
    this.writers = null;
  }

  /** Asks for both networks' writers' words in the text. */
  ask() {
    const { queue, models, reading, state } = this.page;
    const mine = state.model;
    this.writers = null;
    const work = async (second) => {
      const first = await models.get(mine, 'quick');
      const { words } = await second.read(reading.text);
      return {
        [mine]: writersWords(first.info.metadata, reading.words),
        [other(mine)]: writersWords(second.info.metadata, words),
      };
    };
    queue.ask('writers', { model: other(mine), work });
  }

  received(writers) {
    this.writers = writers;
    this.draw();
  }

  draw() {
    const { results, reading, state } = this.page;
    const sides = Object.keys(MODELS).map((id) => ({
      id,
      relevance: results.get(id === state.model ? 'first' : 'other')?.relevance,
      writers: this.writers?.[id],
    }));
    const all = sides.every(({ relevance, writers }) => relevance && writers);
    setText(byId('evidence-here'), all ? evidenceText(sides, reading) : '');
  }
}
