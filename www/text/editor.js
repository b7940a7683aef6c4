// The text field, with the colours of the first panel behind the letters while one types.

import { byId, el, setText } from '../kit/page/dom.js';
import { grouped } from '../kit/page/numbers.js';
import { clearAnswer } from '../kit/engine/request.js';
import { untouched } from '../kit/elements/carry.js';
import { SAMPLES } from './samples.js';
import { create } from '../kit/elements/registry.js';
import { HeatText } from '../kit/elements/text.js';

export const LIMIT = 20_000; // characters; longer texts are cut, with a notice
const TINT = 0.4;

/** The first characters of a text, never half of a surrogate pair. */
export function cut(text, limit = LIMIT) {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit);
}

/** How many words stand there, and what becomes of them. */
export function countText({ tokenFeatures, struck }) {
  const unknown = tokenFeatures.filter((slot) => slot < 0).length;
  const parts = [`${tokenFeatures.length} ${tokenFeatures.length === 1 ? 'word' : 'words'}`];
  if (unknown > 0) parts.push(`${unknown} not in the vocabulary (grey italics below)`);
  if (struck.size > 0) parts.push(`${struck.size} struck out`);
  return parts.join(', ');
}

/** Why there is nothing to explain, where no word is left that the network knows. */
export function silentText({ tokenFeatures, struck }) {
  if (tokenFeatures.length === 0)
    return 'There is no word here yet. Type a text, paste one, or take one of the samples.';
  if (tokenFeatures.every((slot) => slot < 0))
    return 'The network knows none of these words, so it has nothing to go by, and there is nothing to explain.';
  const all =
    tokenFeatures.length === struck.size ? 'All words' : 'All words that the network knows';
  return `${all} are struck out, so it has nothing to go by. Restore a word, and there is something to explain.`;
}

export class Editor {
  /**
   * @param {{text: string, changed: (text: string) => void, taken: () => void}} how
   */
  constructor({ text, changed, taken }) {
    this.changed = changed;
    this.taken = taken;
    this.field = byId('text', HTMLTextAreaElement);
    this.behind = byId('behind');
    this.note = byId('cut');
    this.view = create(HeatText, { overlay: '', legend: 'none' });
    this.behind.append(this.view);
    this.put(text);
    this.field.addEventListener('input', () => this.typed());
    this.field.addEventListener('scroll', () => this.follow());
    byId('samples').replaceChildren(
      ...SAMPLES.map(({ title, text }) =>
        el('button', { type: 'button', text: title, on: { click: () => this.take(text) } }),
      ),
    );
    byId('clear').addEventListener('click', () => {
      this.take('');
      this.field.focus();
    });
  }

  /** Another text, of which nothing goes back to the one before. */
  take(text) {
    this.taken();
    this.field.value = text;
    this.typed();
  }

  /** A text from elsewhere, such as a link. */
  put(text) {
    this.field.value = cut(text);
    this.sayCut(0);
  }

  /** How much of a text was left out, as long as no more would fit; the end is marked in the field. */
  sayCut(left) {
    const { value } = this.field;
    if (left === 0 && value.length >= LIMIT - 1 && !this.note.hidden) return;
    this.note.hidden = left === 0;
    this.field.closest('.editor')?.toggleAttribute('data-cut', left > 0);
    const end = value.slice(-60).replace(/^\S*\s+/, '');
    setText(
      this.note,
      left === 0
        ? ''
        : `The text was cut: this page reads the first ${grouped(LIMIT)} characters, and ${grouped(left)} more were left out. It ends with “${end}”.`,
    );
  }

  typed() {
    const text = cut(this.field.value);
    const left = this.field.value.length - text.length;
    if (left > 0) this.field.value = text;
    this.sayCut(left);
    // A text field turns CR LF into LF: what was read is what stands there.
    this.carry();
    this.changed(this.field.value);
  }

  /** Until the text is read, the words that the edit left alone keep their colours, and lie where they stand now. */
  carry() {
    const { reading } = this;
    if (!reading) return;
    const text = this.field.value;
    const { spans, from } = untouched(reading, text);
    const struck = new Set([...from.keys()].filter((k) => reading.struck.has(from[k])));
    this.view.show({
      text,
      spans,
      tokenFeatures: from.map((word) => reading.tokenFeatures[word]),
      struck,
    });
    this.follow();
  }

  /** Says how much of the text the network knows. */
  said(reading) {
    this.reading = reading;
    setText(byId('count'), countText(reading));
    setText(byId('silent'), silentText(reading));
  }

  /** @param {ArrayLike<number>|null} values none: they are being worked on @param {string|null} question as in a panel; none: there is nothing to explain */
  colour(values, style, question) {
    if (!this.reading || this.reading.text !== this.field.value) return;
    this.view.show(this.reading);
    if (!values && question !== this.question) {
      this.view.plain();
      clearAnswer([this.behind]);
    }
    if (values) this.view.colour(values, { ...style, alpha: TINT });
    this.question = question;
    this.follow();
  }

  follow() {
    this.behind.scrollTop = this.field.scrollTop;
    this.behind.scrollLeft = this.field.scrollLeft;
  }
}
