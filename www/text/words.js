// A text whose words are coloured. Words and what lies between them are put in as text, unchanged.

import { css } from '../kit/color/colors.js';
import { el } from '../kit/page/dom.js';
import { signed } from '../kit/page/numbers.js';
import { carried } from './carry.js';

const LONG = 500; // words from which on what is out of sight is not laid out
const FAINT = 0.05; // share of full colour below which a word stays plain

/** Black or white, whichever reads better on a colour. @param {number[]} color */
function onto([r, g, b]) {
  const linear = (v) => (v / 255) ** 2.2;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) > 0.18 ? '#111' : '#fff';
}

/** @param {number[]} color @param {number} alpha */
const tint = ([r, g, b], alpha) => (alpha < 1 ? `rgb(${r} ${g} ${b} / ${alpha})` : css([r, g, b]));

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

/** Whether the words of two passages stand at the same places of the same text. */
const same = (before, { text, spans }) =>
  before?.text === text &&
  before.spans.length === spans.length &&
  spans.every((at, k) => at === before.spans[k]);

/**
 * @typedef {{ text: string, spans: ArrayLike<number>, tokenFeatures: ArrayLike<number>, struck: Set<number> }} Passage
 *   a text, begin and end of each word, what a model can tell apart (−1: unknown), the words that are struck out
 */

export class WordView {
  /** @param {HTMLElement} host @param {((word: number) => void)|null} strike what a click on a word does */
  constructor(host, strike = null) {
    this.host = host;
    this.passage = null;
    this.nodes = [];
    if (!strike) return;
    host.classList.add('strikable');
    host.addEventListener('click', (event) => {
      const at = event.target instanceof Element && event.target.closest('[data-word]');
      const word = at instanceof HTMLElement ? at.dataset.word : undefined;
      if (word !== undefined && String(getSelection()) === '') strike(Number(word));
    });
  }

  /** Puts the words in; those that were there before an edit keep their colours. @param {Passage} passage */
  show(passage) {
    const { text, spans, tokenFeatures, struck } = passage;
    if (!same(this.passage, passage)) {
      const from = carried(this.passage, passage);
      const before = this.nodes;
      this.nodes = [];
      const parts = pieces(text, spans).map((piece) => {
        if (piece.word < 0) return piece.text;
        const node = before[from[piece.word]] ?? el('span', { class: 'word', text: piece.text });
        node.dataset.word = String(piece.word);
        this.nodes.push(node);
        return node;
      });
      this.host.replaceChildren(...parts);
      this.host.classList.toggle('long', this.nodes.length > LONG);
    }
    this.passage = passage;
    this.nodes.forEach((node, word) => {
      node.classList.toggle('unknown', tokenFeatures[word] < 0);
      node.classList.toggle('struck', struck.has(word));
    });
  }

  /**
   * Colours by one number per word; `vmax` is the value at full colour, `alpha` below 1 for a tint.
   * @param {ArrayLike<number>|null} values
   * @param {{ vmax: number, palette: import('../kit/color/colors.js').Palette|null, alpha?: number }} how
   */
  colour(values, { vmax, palette, alpha = 1 }) {
    this.nodes.forEach((node, word) => {
      const value = values?.[word] ?? 0;
      const finite = Number.isFinite(value);
      const share = finite ? (vmax > 0 ? value / vmax : 0) : NaN;
      const plain = Math.abs(share) < FAINT;
      node.classList.toggle('positive', !plain && share > 0);
      node.classList.toggle('negative', !plain && share < 0);
      const look = plain ? null : palette?.lookAt(share);
      const colour = look?.color ?? null;
      node.classList.toggle('nonfinite', !finite);
      node.style.setProperty('--ink', look ? css(look.ink) : null);
      node.style.backgroundColor = colour ? tint(colour, alpha) : '';
      node.style.color = colour && alpha === 1 ? onto(colour) : '';
      node.title = colour ? signed(value) : '';
    });
  }

  /** Takes all colours off. */
  plain() {
    this.colour(null, { vmax: 0, palette: null });
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
