// All pairs of atoms with what two models make of them.

import { csvFile } from '../../kit/export/csv.js';
import { save } from '../../kit/export/save.js';
import { el, setText } from '../../kit/page/dom.js';
import { format } from '../../kit/page/numbers.js';
import { SIDE } from './coulomb.js';
import { bondsOf } from './view.js';

const SHOWN = 8; // lines in the picture
const WIDTHS = [1, 6]; // of the lines, in pixels

/**
 * What can be drawn between atoms: its name, and its number of a row of the table.
 * @type {[string, string][]}
 */
export const LINES = [
  ['', 'none'],
  ['kernel', 'kernel ridge: relevance'],
  ['cut', 'tensor network: cut'],
];

/** Two decimals, so that sums can be checked by eye. */
export const cents = (value) => value.toFixed(2).replace('-', '−');

/**
 * One row per pair, the largest relevance first.
 * @param {{symbols: string[], positions: Float32Array}} molecule
 * @param {{pairs: {atoms: number[], relevance: number, slope: number}[]} | null} kernel as `relevance` has it
 * @param {[number, number, number][] | null} cut what the tensor network loses when a pair is cut
 * @returns {{atoms: [number, number], name: string, bonded: boolean, distance: number, kernel: number|null,
 *   slope: number|null, cut: number|null}[]}
 */
export function pairRows({ symbols, positions }, kernel, cut) {
  const bonds = new Set(bondsOf({ symbols, positions }).map(String));
  const key = (/** @type {number[]} */ [i, j]) => `${i},${j}`;
  const relevances = new Map(kernel?.pairs.map((pair) => [key(pair.atoms), pair]));
  const cuts = new Map(cut?.map(([i, j, lost]) => [key([i, j]), lost]));
  const rows = [];
  for (let i = 0; i < symbols.length; i += 1) {
    for (let j = i + 1; j < symbols.length; j += 1) {
      const atoms = [i, j];
      const found = relevances.get(key(atoms));
      rows.push({
        atoms,
        name: `${symbols[i]}${i + 1}–${symbols[j]}${j + 1}`,
        bonded: bonds.has(key(atoms)),
        distance: Math.hypot(...[0, 1, 2].map((k) => positions[3 * i + k] - positions[3 * j + k])),
        kernel: found?.relevance ?? null,
        slope: found?.slope ?? null,
        cut: cuts.get(key(atoms)) ?? null,
      });
    }
  }
  const by = kernel ? 'kernel' : 'cut';
  return rows.sort((a, b) => Math.abs(b[by] ?? 0) - Math.abs(a[by] ?? 0));
}

/** How signs are told apart in lines, in words: positive, negative. */
export const lineWords = ({ words, hatched }) => (hatched ? ['plain', 'dashed'] : words);

/** The strongest pairs as lines [i, j, colour, width, whether dashed], and what the thickest stands for. */
export function lines(rows, by, palette) {
  const strongest = rows
    .filter((row) => row[by] !== null)
    .sort((a, b) => Math.abs(b[by]) - Math.abs(a[by]))
    .slice(0, SHOWN);
  const most = Math.abs(strongest[0]?.[by] ?? 0);
  const [least, range] = [WIDTHS[0], WIDTHS[1] - WIDTHS[0]];
  return {
    most,
    lines: strongest.map((row) => [
      ...row.atoms,
      `rgb(${palette.at(Math.sign(row[by])).join(' ')} / 0.65)`,
      least + (most > 0 ? range * Math.abs(row[by] / most) : 0),
      palette.hatched && row[by] < 0,
    ]),
  };
}

const COLUMNS = [
  ['distance', 'Distance, Å'],
  ['kernel', 'Relevance'],
  ['slope', 'Slope, per hartree'],
  ['cut', 'Lost when cut'],
];

/** The pairs as a part of the page. */
export class PairTable {
  constructor() {
    this.rows = [];
    this.head = el('thead');
    this.body = el('tbody');
    this.sum = el('p', { id: 'pairs-sum', role: 'status' });
    const save = el('button', { type: 'button', id: 'pairs-save', text: 'Save as CSV' });
    save.addEventListener('click', () => this.save());
    this.scroll = el(
      'div',
      { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': 'Pairs of atoms' },
      el('table', { id: 'pairs-table' }, this.head, this.body),
    );
    this.node = el(
      'section',
      { 'aria-labelledby': 'pairs-title' },
      el('h3', { id: 'pairs-title', text: 'Which pairs make the energy' }),
      el('p', {
        class: 'fine',
        text:
          'Kernel ridge regression sees pairs of atoms, as the entries Z Z′/r of the Coulomb matrix. The relevance of ' +
          'a pair is what it adds to the energy on the way from the same atoms infinitely far apart to this ' +
          'molecule (integrated gradients); the pairs sum to the difference of the two energies, and an atom gets ' +
          'half of each of its pairs. The energy of free atoms is 0 in truth, but not for a model that never saw ' +
          'any. The slope is the sensitivity: what the energy would gain per hartree of that entry. Equal atoms ' +
          'may get unequal shares, for the matrix gives each a row of its own.',
      }),
      this.sum,
      this.scroll,
      el('p', { class: 'tools' }, save),
    );
  }

  /** What is shown belongs to where the atoms were. */
  wait() {
    this.scroll.dataset.stale = '';
    delete this.scroll.dataset.ready;
  }

  /** @param {ReturnType<typeof pairRows>} rows @param {object|null} kernel @param {number} size atoms */
  show(rows, kernel, size) {
    this.rows = rows;
    const columns = COLUMNS.filter(
      ([name]) => name === 'distance' || rows.some((row) => row[name] !== null),
    );
    this.head.replaceChildren(
      el(
        'tr',
        {},
        el('th', { scope: 'col', text: 'Pair' }),
        ...columns.map(([, text]) => el('th', { scope: 'col', class: 'number', text })),
      ),
    );
    this.body.replaceChildren(
      ...rows.map((row) =>
        el(
          'tr',
          { 'data-pair': row.atoms.join('-') },
          el('th', { scope: 'row', text: row.bonded ? `${row.name}, bond` : row.name }),
          ...columns.map(([name]) => el('td', { class: 'number', text: format(row[name]) })),
        ),
      ),
    );
    delete this.scroll.dataset.stale;
    if (kernel) this.scroll.dataset.ready = '';
    setText(
      this.sum,
      size > SIDE
        ? `Kernel ridge regression takes up to ${SIDE} atoms, and these are ${size}.`
        : sentence(kernel),
    );
  }

  save() {
    const heads = [
      'pair',
      'bond',
      'distance A',
      'relevance kcal/mol',
      'slope kcal/mol/hartree',
      'cut kcal/mol',
    ];
    const rows = this.rows.map((row) => [
      row.name,
      row.bonded ? 1 : 0,
      row.distance,
      ...['kernel', 'slope', 'cut'].map((name) => row[name] ?? ''),
    ]);
    save('pairs.csv', csvFile(heads, rows));
  }
}

/** Σ shares + bias = E. */
export function sentence(kernel) {
  if (!kernel) return 'Kernel ridge regression: …';
  const { pairs, free, energy } = kernel;
  const sum = pairs.reduce((all, pair) => all + pair.relevance, 0);
  return (
    `Σ of the pairs ${cents(sum)} + free atoms ${cents(free)} (the bias) = ${cents(sum + free)}; ` +
    `E of kernel ridge regression ${cents(energy)} kcal/mol.`
  );
}
