// The text field, with the colours of the first panel behind the letters while one types.

import { byId, el, setText } from '../shared/dom.js';
import { grouped } from '../shared/numbers.js';
import { SAMPLES } from './samples.js';
import { WordView } from './words.js';

export const LIMIT = 20_000; // characters; longer texts are cut, with a notice
const TINT = 0.4;

/** The first characters of a text, never half of a surrogate pair. */
export function cut(text, limit = LIMIT) {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit);
}

export class Editor {
  /** @param {{state: object, notices: object, changed: (text: string) => void}} how */
  constructor({ state, notices, changed }) {
    Object.assign(this, { notices, changed });
    this.field = byId('text');
    this.behind = byId('behind');
    this.view = new WordView(this.behind);
    this.field.value = state.text;
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

  take(text) {
    this.field.value = text;
    this.typed();
  }

  typed() {
    const text = cut(this.field.value);
    if (text.length < this.field.value.length) {
      this.notices.show('The text was cut', {
        detail: `This page reads the first ${grouped(LIMIT)} characters.`,
        kind: 'info',
      });
      this.field.value = text;
    }
    // A text field turns CR LF into LF: what was read is what stands there.
    this.changed(this.field.value);
  }

  /** Says how much of the text the network knows. */
  said(reading) {
    this.reading = reading;
    const words = reading.slots.length;
    const unknown = reading.slots.filter((slot) => slot < 0).length;
    const struck = reading.struck.size;
    const parts = [`${words} ${words === 1 ? 'word' : 'words'}`];
    if (unknown > 0) parts.push(`${unknown} not in the vocabulary (dotted)`);
    if (struck > 0) parts.push(`${struck} struck out`);
    setText(byId('count'), parts.join(', '));
    const why =
      words === 0
        ? 'There is no word here yet. Type a text, paste one, or take one of the samples.'
        : 'The network knows none of these words, so it has nothing to go by, and there is nothing to explain.';
    setText(byId('silent'), why);
  }

  colour(values, look) {
    if (!this.reading || this.reading.text !== this.field.value) return;
    this.view.show(this.reading);
    this.view.colour(values, { ...look, alpha: TINT });
    this.follow();
  }

  follow() {
    this.behind.scrollTop = this.field.scrollTop;
  }
}
