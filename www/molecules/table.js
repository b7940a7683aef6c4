// All atoms (or bonds) with their numbers; atoms can be taken out here, too.

import { csvFile } from '../kit/export/csv.js';
import { save } from '../kit/export/save.js';
import { el } from '../kit/page/dom.js';
import { format } from '../kit/page/numbers.js';

export class AtomTable {
  /** @param {{table: HTMLTableElement, save: HTMLButtonElement, toggle: (atom: number) => void}} how */
  constructor({ table, save, toggle }) {
    this.table = table;
    this.toggle = toggle;
    save.addEventListener('click', () => this.save());
  }

  /**
   * @param {{structure: import('./chemistry.js').Structure, removed: Set<number>, towards: string,
   *   columns: {title: string, values: ArrayLike<number>|null}[]}} what a method has one column
   */
  show(what) {
    this.what = what;
    const { structure, removed, columns } = what;
    const heads = ['Atom', ...columns.map(({ title }) => title)];
    this.table.tHead?.replaceChildren(
      el(
        'tr',
        {},
        ...heads.map((text, i) => el('th', { scope: 'col', class: i > 0 ? 'number' : null, text })),
        el('th', { scope: 'col' }, el('span', { class: 'hidden', text: 'Take out' })),
      ),
    );
    const rows = structure.names.map((name, atom) => {
      const gone = removed.has(atom);
      const cells = columns.map(({ values }) =>
        el('td', { class: 'number', text: values && !gone ? format(values[atom]) : '–' }),
      );
      const button = el('button', {
        type: 'button',
        class: 'link',
        text: gone ? 'put back' : 'take out',
        'aria-label': `${gone ? 'put back' : 'take out'} ${name}`,
        on: { click: () => this.toggleHere(atom) },
      });
      return el(
        'tr',
        { 'data-atom': atom, class: gone ? 'struck' : null },
        el('th', { scope: 'row', text: name }),
        ...cells,
        el('td', {}, button),
      );
    });
    this.table.tBodies[0].replaceChildren(...rows);
  }

  /** Takes an atom out and keeps the focus where it was. */
  toggleHere(atom) {
    this.toggle(atom);
    const button = this.table.querySelector(`[data-atom="${atom}"] button`);
    if (button instanceof HTMLElement) button.focus();
  }

  save() {
    if (!this.what) return;
    const { structure, columns, removed, towards } = this.what;
    const heads = [
      'atom',
      'element',
      'removed',
      ...columns.map(({ title }) => title),
      'positive numbers speak for',
    ];
    const rows = structure.names.map((_, atom) => [
      atom + 1,
      structure.symbols[atom],
      removed.has(atom) ? 1 : 0,
      ...columns.map(({ values }) => values?.[atom] ?? ''),
      towards,
    ]);
    save('atoms.csv', csvFile(heads, rows));
  }
}
