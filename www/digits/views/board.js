import { MethodCard } from './card.js';
import { byId, el, setText } from '../../kit/page/dom.js';
import { format } from '../../kit/page/numbers.js';
import { Waiting } from '../../kit/page/waiting.js';
import { sharedVmax } from '../../kit/color/scale.js';
import { labels } from '../lessons/facts.js';
import { CAUTION, GROUPS, INLINE, methodsOf } from '../groups.js';
import { SIDE } from '../../kit/pad/preprocess.js';
import { SisCard } from './sis-card.js';

const FEW = 4;
const SPEAK_AFTER = 500; // ms of rest before a pixel's numbers are spoken

/** @typedef {MethodCard & { group: typeof GROUPS[number], waiting: Waiting }} Card */

/** The panels in their groups: one scale for one unit, one picture per frame, one cursor for all. */
export class Board {
  /** @param {{state: import('../state.js').State, style: () => import('./card.js').Style, ends: (explanation: any) => [string, string], pixels: () => Float32Array, onParam: import('./card.js').How['onParam'], onDetails: (card: any) => void, onStop: (card: Card) => void, drawn: () => void}} how */
  constructor(how) {
    this.how = how;
    this.state = how.state;
    /** @type {Map<string, Card>} */
    this.cards = new Map();
    this.dirty = new Set();
    this.frame = 0;
    this.cursor = null;
    this.speaking = 0;
    // What a finger chose stays until it chooses again.
    this.byTouch = false;
    addEventListener(
      'pointerdown',
      (event) => (this.byTouch = event.pointerType === 'touch'),
      true,
    );
  }

  get(name) {
    return this.cards.get(name);
  }

  names() {
    return [...this.cards.keys()];
  }

  /** Cards for these methods of the catalogue; those there are already stay as they are. */
  build(catalogue, names) {
    for (const name of [...this.cards.keys()]) if (!names.includes(name)) this.cards.delete(name);
    const groups = GROUPS.map((group) => ({
      group,
      cards: methodsOf(group, catalogue)
        .filter((name) => names.includes(name))
        .map((name) => this.cards.get(name) ?? this.buildCard(catalogue.get(name), group)),
    })).filter(({ cards }) => cards.length > 0);
    // In the order in which they stand, whenever they were added.
    this.cards = new Map(
      groups.flatMap(({ cards }) => cards.map((card) => [card.entry.name, card])),
    );
    const sections = groups.map(({ group, cards }) =>
      el(
        'section',
        { class: 'group', 'aria-labelledby': `group-${group.id}` },
        el(
          'div',
          { class: 'group-head' },
          el('h3', { id: `group-${group.id}`, text: group.title }),
          el('p', { text: group.text }),
        ),
        el('div', { class: 'cards' }, ...cards.map((card) => card.node)),
      ),
    );
    // A few maps stand in one row without headings.
    byId('groups').classList.toggle('is-few', names.length <= FEW);
    byId('groups').replaceChildren(...sections);
  }

  buildCard(entry, group) {
    const { name } = entry;
    const Kind = name === 'sis' ? SisCard : MethodCard;
    const card = new Kind(entry, {
      columns: SIDE,
      inline: INLINE[name],
      kind: labels(entry).join(', '),
      caution: CAUTION[name],
      onParam: this.how.onParam,
      onDetails: this.how.onDetails,
      onCursor: (index) => this.point(index),
      cursor: () => this.cursor,
    });
    const waiting = new Waiting(() => this.how.onStop(grouped));
    if (!entry.quick) card.plate.append(waiting.node);
    const grouped = Object.assign(card, { group, waiting });
    this.cards.set(name, grouped);
    return grouped;
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
      const view = this.how.style();
      for (const each of this.dirty) {
        const { entry, explanation } = each;
        const ends = explanation && entry.classSpecific ? this.how.ends(explanation) : undefined;
        each.draw({ ...view, shared: this.scaleOf(each), ends });
      }
      this.dirty.clear();
      this.tell();
      this.how.drawn();
    });
  }

  scaleOf(card) {
    if (!this.state.shared || !card.group.shared) return null;
    const scales = [...this.cards.values()]
      .filter((each) => each.group === card.group && each.explanation)
      .map((each) => each.ownScale(this.state.normalisation));
    return scales.length > 1 ? sharedVmax(scales) : null;
  }

  /** The linked cursor: one pixel in all maps. */
  point(index) {
    if (index === this.cursor || (index === null && this.byTouch)) return;
    this.cursor = index;
    for (const card of this.cards.values()) card.point(index);
    byId('readout').classList.toggle('is-active', index !== null);
    this.tell();
  }

  /** The pixel under the cursor, in words. */
  tell() {
    const index = this.cursor;
    if (index === null) return;
    const readout = byId('readout');
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
