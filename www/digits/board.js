import { MethodCard } from '../shared/card.js';
import { colorMap } from '../shared/colors.js';
import { byId, el, setText } from '../shared/dom.js';
import { format } from '../shared/numbers.js';
import { sharedColour } from '../shared/scale.js';
import { currentTheme } from '../shared/theme.js';
import { CAUTION, GROUPS, INLINE } from './groups.js';
import { SIDE } from './preprocess.js';
import { SisCard } from './sis-card.js';

const SPEAK_AFTER = 500; // ms of rest before a pixel's numbers are spoken

/** The panels in their groups: one scale per row, one picture per frame, one cursor for all. */
export class Board {
  /** @param {{state: object, pixels: () => Float32Array, onParam, onDetails, drawn: () => void}} how */
  constructor(how) {
    this.how = how;
    this.state = how.state;
    this.cards = new Map();
    this.dirty = new Set();
    this.frame = 0;
    this.cursor = null;
    this.speaking = 0;
  }

  get(name) {
    return this.cards.get(name);
  }

  names() {
    return [...this.cards.keys()];
  }

  /** @param {Map<string, object>} catalogue the methods there are, by name */
  build(catalogue) {
    const sections = GROUPS.map((group) => {
      const cards = group.methods
        .filter((name) => catalogue.has(name))
        .map((name) => this.buildCard(catalogue.get(name), group));
      return el(
        'section',
        { class: 'group', 'aria-labelledby': `group-${group.id}` },
        el(
          'div',
          { class: 'group-head' },
          el('h3', { id: `group-${group.id}`, text: group.title }),
          el('p', { text: group.text }),
        ),
        el('div', { class: 'cards' }, ...cards.map((card) => card.node)),
      );
    });
    byId('groups').replaceChildren(...sections);
    const papers = new Set(
      [...this.cards.values()].map((card) => `${card.entry.title}: ${card.entry.source}`),
    );
    byId('papers').replaceChildren(...[...papers].map((text) => el('li', { text })));
  }

  buildCard(entry, group) {
    const { name } = entry;
    const Kind = name === 'sis' ? SisCard : MethodCard;
    const card = new Kind(entry, {
      columns: SIDE,
      inline: INLINE[name],
      caution: CAUTION[name],
      onParam: this.how.onParam,
      onDetails: this.how.onDetails,
      onCursor: (index) => this.point(index),
      cursor: () => this.cursor,
    });
    card.group = group;
    this.cards.set(name, card);
    return card;
  }

  redraw() {
    for (const card of this.cards.values()) this.draw(card);
  }

  /** Draws a card, and with it the cards of its row when they share a scale, once per frame. */
  draw(card) {
    const together = this.state.shared && card.group.shared;
    for (const each of this.cards.values())
      if (each === card || (together && each.group === card.group)) this.dirty.add(each);
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const theme = currentTheme();
      const map = colorMap(this.state.map, theme);
      const view = {
        map,
        mapKey: `${this.state.map}/${theme}`,
        norm: this.state.norm,
        outline: this.state.outline,
      };
      for (const each of this.dirty) each.draw({ ...view, shared: this.scaleOf(each) });
      this.dirty.clear();
      this.how.drawn();
    });
  }

  scaleOf(card) {
    if (!this.state.shared || !card.group.shared) return null;
    const scales = [...this.cards.values()]
      .filter((each) => each.group === card.group && each.explanation)
      .map((each) => each.ownScale(this.state.norm));
    return scales.length > 1 ? sharedColour(scales) : null;
  }

  /** The linked cursor: one pixel in all maps. */
  point(index) {
    if (index === this.cursor) return;
    this.cursor = index;
    for (const card of this.cards.values()) card.point(index);
    const readout = byId('readout');
    readout.classList.toggle('is-active', index !== null);
    if (index === null) return;
    const place = `Row ${Math.floor(index / SIDE) + 1}, column ${(index % SIDE) + 1}: input ${format(this.how.pixels()[index])}`;
    setText(readout, place);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      const numbers = [...this.cards.values()]
        .filter((card) => card.value.textContent)
        .map((card) => `${card.entry.title} ${card.value.textContent}`);
      setText(byId('readout-spoken'), `${place}; ${numbers.join('; ')}`);
    }, SPEAK_AFTER);
  }
}
