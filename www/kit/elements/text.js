// <heat-text>: a text whose words are coloured. Words and what lies between them are put in as text, unchanged.

import { css } from '../color/colors.js';
import { el } from '../page/dom.js';
import { signed } from '../page/numbers.js';
import { carried } from './carry.js';
import { RelevanceElement } from './relevance.js';

const LONG = 500; // words from which on what is out of sight is not laid out
export const FAINT = 0.05; // share of full colour below which a word stays plain

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

/** Words between blanks: what a text is cut into where nothing says what its words are. @param {string} text */
function blanks(text) {
  return [...text.matchAll(/\S+/gu)].flatMap(({ index, 0: word }) => [index, index + word.length]);
}

/**
 * The passage that an explanation is of: by its text and the places of its words, or by a list of tokens, which are put
 * one after another with blanks between.
 * @param {any} explanation @param {string} own the text of the element
 * @returns {Passage}
 */
function passageOf(explanation, own) {
  const { tokens, relevance, struck } = explanation;
  const text = tokens ? tokens.join(' ') : (explanation.text ?? own);
  let at = 0;
  const listed = tokens?.flatMap((token) => {
    const start = at;
    at += token.length + 1;
    return [start, at - 1];
  });
  const spans = listed ?? explanation.spans ?? blanks(text);
  if (spans.length !== 2 * relevance.length)
    throw new Error(`there are ${spans.length / 2} words but ${relevance.length} numbers`);
  const tokenFeatures = explanation.tokenFeatures ?? Array.from(relevance, (_, k) => k);
  return { text, spans, tokenFeatures, struck: struck ?? new Set() };
}

export class HeatText extends RelevanceElement {
  static tag = 'text';
  /** @type {typeof RelevanceElement.attributes} */
  static attributes = {
    ...RelevanceElement.attributes,
    text: 'text',
    strikable: 'flag',
    overlay: 'flag',
  };
  static properties = [...RelevanceElement.properties, 'alpha'];
  // Weak words fade into the page, not out of it.
  static dark = /** @type {const} */ ('night');
  static styles = `
    :host { display: block; overflow-wrap: anywhere; }
    .words { white-space: pre-wrap; unicode-bidi: plaintext; }
    .words.long { content-visibility: auto; contain-intrinsic-size: auto 26rem; }
    .word { border-radius: 2px; padding-block: 0.08em; text-decoration-thickness: 2px; text-underline-offset: 0.22em;
      text-decoration-skip-ink: none; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    .positive { text-decoration-line: underline; text-decoration-style: solid; }
    .negative { text-decoration-line: underline; text-decoration-style: dotted; }
    .nonfinite { background-image: repeating-linear-gradient(135deg, var(--ink) 0 1px, transparent 1px 5px),
      repeating-linear-gradient(45deg, var(--ink) 0 1px, transparent 1px 5px); }
    .unknown { opacity: 0.74; font-style: italic; }
    .struck { text-decoration-line: line-through; opacity: 0.74; }
    .strikable .word:not(.unknown) { cursor: pointer; }
    .strikable .word:not(.unknown):hover { outline: 1px solid currentColor; }
    .set-0 { background: #f6c95c; color: #111; border-bottom: 3px solid #7a5200; }
    .set-1 { background: #9cd0ee; color: #111; border-bottom: 3px dashed #0a4a73; }
    .set-2 { background: #a9dfb4; color: #111; border-bottom: 3px double #0d5a26; }
    .set-3 { background: #e3b7dc; color: #111; border-block: 2px solid #6a1f61; }
    :host([overlay]) .words { pointer-events: none; }
    :host([overlay]) .word { color: transparent !important; font-style: normal; padding-block: 0; opacity: 1; }
    :host([overlay]) [part~='legend'] { display: none; }
    [part~='legend'] { max-width: 20rem; margin-top: 0.5rem; }
    @media (forced-colors: active) { .word { forced-color-adjust: none; } }
  `;

  /** @type {Passage | null} */
  passage = null;
  /** @type {HTMLElement[]} */
  nodes = [];

  parts() {
    this.body = el('div', { class: 'words', part: 'text', dir: 'auto' });
    this.body.addEventListener('click', (event) => {
      const at = event.target instanceof Element && event.target.closest('[data-word]');
      if (!this.strikable || !(at instanceof HTMLElement) || String(getSelection()) !== '') return;
      this.emit('strike', { word: Number(at.dataset.word) });
    });
    return [this.body];
  }

  paint(scale, palette) {
    const { shown } = this;
    this.show(passageOf(shown, this.text ?? this.textContent?.trim() ?? ''));
    this.colour(shown?.relevance ?? null, { vmax: scale.vmax, palette, alpha: this.alpha ?? 1 });
    this.body?.setAttribute('aria-description', `Colours show ${this.legendNode.text}`);
  }

  clear() {
    super.clear();
    this.plain();
    this.body?.removeAttribute('aria-description');
  }

  /** Puts the words in; those that were there before an edit keep their colours. @param {Passage} passage */
  show(passage) {
    this.begin();
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
      this.body?.replaceChildren(...parts);
      this.body?.classList.toggle('long', this.nodes.length > LONG);
    }
    this.passage = passage;
    this.body?.classList.toggle('strikable', this.strikable);
    this.nodes.forEach((node, word) => {
      node.classList.toggle('unknown', tokenFeatures[word] < 0);
      node.classList.toggle('struck', struck.has(word));
    });
  }

  /**
   * Colours by one number per word; `vmax` is the value at full colour, `alpha` below 1 for a tint.
   * @param {ArrayLike<number>|null} values
   * @param {{ vmax: number, palette: import('../color/colors.js').Palette|null, alpha?: number }} how
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
