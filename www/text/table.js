// All words with their numbers: sortable, to strike out by keyboard, to save as CSV.

import { csvFile } from '../kit/export/csv.js';
import { save } from '../kit/export/save.js';
import { el, setText } from '../kit/page/dom.js';
import { format } from '../kit/page/numbers.js';

const FIRST_ROWS = 40;

const number = (value, known) => (value === null ? '…' : known ? format(value) : '–');

/** What is sorted by: numbers that are not finite or not there come last where the largest come first. */
function compare(x, y) {
  const [a, b] = [x, y].map((value) => (Number.isFinite(value) ? value : -Infinity));
  return a === b ? 0 : a - b;
}

export class WordTable {
  /** @param {{table: HTMLTableElement, more: HTMLButtonElement, save: HTMLButtonElement, strike: (word: number) => void}} how */
  constructor({ table, more, save, strike }) {
    this.table = table;
    this.more = more;
    this.save = save;
    this.strike = strike;
    this.sort = { column: 2, down: true };
    this.all = false;
    more.addEventListener('click', () => {
      this.all = !this.all;
      this.draw();
    });
    save.addEventListener('click', () => this.saveAll());
  }

  /**
   * @param {What} what
   * @typedef {{passage: import('../kit/elements/text.js').Passage, made: string,
   *   columns: {title: string, values: ArrayLike<number>|null}[]}} What
   */
  show(what) {
    /** @type {What} */
    this.what = what;
    this.draw();
  }

  /** @returns {{ word: number, cells: [number, string, ...(number | null)[]], known: boolean, struck: boolean }[]} */
  rows() {
    const { passage, columns } = this.what;
    const { spans, tokenFeatures, text, struck } = passage;
    return Array.from(tokenFeatures, (slot, word) => ({
      word,
      cells: [
        word + 1,
        text.slice(spans[2 * word], spans[2 * word + 1]),
        ...columns.map(({ values }) => values?.[word] ?? null), // null: not there yet
      ],
      known: slot >= 0,
      struck: struck.has(word),
    }));
  }

  sorted() {
    const { column, down } = this.sort;
    const order = (a, b) => {
      const [x, y] = [a.cells[column], b.cells[column]];
      return (
        (typeof x === 'string' ? x.localeCompare(y) : compare(x, y)) * (down ? -1 : 1) ||
        a.word - b.word
      );
    };
    return this.rows().sort(order);
  }

  draw() {
    if (!this.what) return;
    this.save.disabled = this.what.columns.some(({ values }) => !values);
    const rows = this.sorted();
    const shown = this.all ? rows : rows.slice(0, FIRST_ROWS);
    this.more.hidden = rows.length <= FIRST_ROWS;
    setText(this.more, this.all ? `Show the first ${FIRST_ROWS} only` : `Show all ${rows.length}`);
    const body = shown.map(({ word, cells, known, struck }) => {
      const [place, name, ...values] = cells;
      const numbers = values.map((value) =>
        el('td', {
          class: value !== null && value < 0 ? 'number negative' : 'number',
          text: number(value, known),
        }),
      );
      const button = el('button', {
        type: 'button',
        class: 'link',
        text: struck ? 'restore' : 'strike out',
        'aria-label': `${struck ? 'restore' : 'strike out'} ${name}, word ${place}`,
        on: { click: () => this.strikeHere(word) },
      });
      return el(
        'tr',
        { 'data-word': word, class: struck ? 'struck' : null },
        el('td', { class: 'number', text: place }),
        el('th', { scope: 'row', dir: 'auto' }, el('bdi', { text: name })),
        ...numbers,
        el('td', {}, button),
      );
    });
    this.table.tHead?.replaceChildren(el('tr', {}, ...this.heads()));
    this.table.tBodies[0].replaceChildren(...body);
  }

  heads() {
    const titles = ['Place', 'Word', ...this.what.columns.map(({ title }) => title)];
    const heads = titles.map((title, column) => {
      const own = this.sort.column === column;
      const direction = this.sort.down ? 'descending' : 'ascending';
      const mark = own ? (this.sort.down ? ' ▾' : ' ▴') : '';
      return el(
        'th',
        {
          scope: 'col',
          class: column === 1 ? null : 'number',
          'aria-sort': own ? direction : null,
        },
        el('button', {
          type: 'button',
          class: 'sort',
          text: title + mark,
          on: { click: () => this.sortBy(column) },
        }),
      );
    });
    return [
      ...heads,
      el('th', { scope: 'col' }, el('span', { class: 'hidden', text: 'Strike out' })),
    ];
  }

  sortBy(column) {
    const same = this.sort.column === column;
    this.sort = { column, down: same ? !this.sort.down : column !== 1 && column !== 0 };
    this.draw();
    this.table.tHead?.querySelectorAll('button')[column]?.focus();
  }

  /** Strikes a word out and keeps the focus where it was. */
  strikeHere(word) {
    this.strike(word);
    const button = this.table.querySelector(`[data-word="${word}"] button`);
    if (button instanceof HTMLElement) button.focus();
  }

  saveAll() {
    const heads = ['place', 'word', ...this.what.columns.map(({ title }) => title)];
    const rows = this.sorted().map(({ cells }) => cells.map((cell) => cell ?? ''));
    save('words.csv', csvFile(heads, rows, `# ${this.what.made}\r\n`));
  }
}
