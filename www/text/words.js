// A text whose words are coloured. Words and what lies between them are put in as text, unchanged.

import { css } from '../shared/colors.js';
import { el } from '../shared/dom.js';
import { signed } from '../shared/numbers.js';

const LONG = 500; // words from which on what is out of sight is not laid out
const FAINT = 0.05; // share of full colour below which a word stays plain

/** Black or white, whichever reads better on a colour. */
function onto([r, g, b]) {
  const linear = (v) => (v / 255) ** 2.2;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) > 0.18 ? '#111' : '#fff';
}

/**
 * The pieces of a text, words and gaps in turn; put together they are the text.
 * @param {string} text
 * @param {ArrayLike<number>} spans begin and end of each word
 */
export function pieces(text, spans) {
  const out = [];
  let at = 0;
  for (let word = 0; 2 * word < spans.length; word += 1) {
    const [start, end] = [spans[2 * word], spans[2 * word + 1]];
    if (start > at) out.push({ text: text.slice(at, start), word: -1 });
    out.push({ text: text.slice(start, end), word });
    at = end;
  }
  if (at < text.length) out.push({ text: text.slice(at), word: -1 });
  return out;
}

export class WordView {
  /** @param {HTMLElement} host @param {((word: number) => void)|null} strike what a click on a word does */
  constructor(host, strike = null) {
    this.host = host;
    this.text = null;
    this.nodes = [];
    if (!strike) return;
    host.classList.add('strikable');
    host.addEventListener('click', (event) => {
      const word = event.target.closest?.('[data-word]')?.dataset.word;
      if (word !== undefined && String(getSelection()) === '') strike(Number(word));
    });
  }

  /** Puts the words in, if they are others than before. */
  show({ text, spans, slots, struck }) {
    if (text !== this.text) {
      this.text = text;
      this.nodes = [];
      const parts = pieces(text, spans).map((piece) => {
        if (piece.word < 0) return piece.text;
        const node = el('span', { class: 'word', 'data-word': piece.word, text: piece.text });
        this.nodes.push(node);
        return node;
      });
      this.host.replaceChildren(...parts);
      this.host.classList.toggle('long', this.nodes.length > LONG);
    }
    this.nodes.forEach((node, word) => {
      node.classList.toggle('unknown', slots[word] < 0);
      node.classList.toggle('struck', struck.has(word));
    });
  }

  /** Colours by one number per word; `full` is the value at full colour, `alpha` below 1 for a tint. */
  colour(values, { full, map, alpha = 1 }) {
    this.nodes.forEach((node, word) => {
      const value = values?.[word] ?? 0;
      const share = full > 0 ? value / full : 0;
      const plain = Math.abs(share) < FAINT;
      node.classList.toggle('positive', !plain && share > 0);
      node.classList.toggle('negative', !plain && share < 0);
      const colour = map.at(share);
      const [r, g, b] = colour;
      node.style.backgroundColor = plain
        ? ''
        : alpha < 1
          ? `rgb(${r} ${g} ${b} / ${alpha})`
          : css(colour);
      node.style.color = plain || alpha < 1 ? '' : onto(colour);
      node.title = values && !plain ? signed(value) : '';
    });
  }

  /** Marks the words of numbered sets: `sets[k]` holds word numbers. */
  mark(sets, names) {
    const member = new Map();
    sets.forEach((words, k) => words.forEach((word) => member.set(word, k)));
    this.nodes.forEach((node, word) => {
      const set = member.get(word);
      for (let k = 0; k < 4; k += 1)
        node.classList.toggle(`set-${k}`, set !== undefined && set % 4 === k);
      node.title = set === undefined ? '' : names[set];
    });
  }
}
