// <heat-matrix>: relevance of pairs, such as attention, contacts or what changes together.

import { failure } from '../engine/failure.js';
import { el } from '../page/dom.js';
import { clip } from '../page/numbers.js';
import { HeatMap } from './map.js';

export class HeatMatrix extends HeatMap {
  static tag = 'matrix';
  /** @type {typeof HeatMap.attributes} */
  static attributes = { ...HeatMap.attributes, rows: 'json', columns: 'json', names: 'json' };
  static styles = `
    ${HeatMap.styles}
    .frame { display: grid; grid-template: auto 1fr / auto minmax(0, 1fr); gap: 3px; direction: ltr; }
    .plate { grid-area: 2 / 2; }
  `;

  parts() {
    const [plate] = super.parts();
    this.frame = el('div', { class: 'frame', part: 'frame' }, plate);
    return [this.frame];
  }

  /** Names of one side. @param {'rows' | 'columns'} side @returns {readonly string[]} */
  namesOf(side) {
    return this[side] ?? this.names ?? /** @type {any} */ (this.shown)?.tokens ?? [];
  }

  wordsAt(index) {
    const { row, column, value } = this.readingAt(index);
    const name = (side, at) => clip(this.namesOf(side)[at] ?? String(at + 1), 30);
    return `${name('rows', row)}, ${name('columns', column)}: ${this.amount(value)}`;
  }

  paint(scale, palette) {
    const { grid } = this;
    for (const side of /** @type {const} */ (['rows', 'columns'])) {
      const count = this.namesOf(side).length;
      if (count > 0 && count !== grid[side])
        throw failure('E_SHAPE', `there are ${count} names for ${grid[side]} ${side}`);
    }
    super.paint(scale, palette);
    import('../arrays.js').then(
      ({ nameSides }) => nameSides(this),
      (error) => this.fail(error),
    );
  }

  clear() {
    super.clear();
    for (const node of [...(this.frame?.children ?? [])]) if (node !== this.plate) node.remove();
  }
}
