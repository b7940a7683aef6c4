// The atoms of the molecule in space with their numbers.

import { csvFile } from '../../kit/export/csv.js';
import { save } from '../../kit/export/save.js';
import { el } from '../../kit/page/dom.js';
import { format, signed } from '../../kit/page/numbers.js';

export class AtomTable {
  /** @param {HTMLTableElement} table @param {HTMLButtonElement} save */
  constructor(table, save) {
    this.table = table;
    this.rows = [];
    save.addEventListener('click', () => this.save());
  }

  /**
   * @param {{symbols: string[]}} molecule
   * @param {{shares: Float32Array, forces: Float32Array}} answer kcal/mol and kcal/mol/Å
   * @param {{shares: Float32Array}} first before anything was dragged
   * @param {Float64Array} [kernel] relevance of kernel ridge regression, kcal/mol
   */
  show({ symbols }, answer, first, kernel) {
    this.rows = symbols.map((symbol, atom) => [
      `${symbol}${atom + 1}`,
      answer.shares[atom],
      answer.shares[atom] - first.shares[atom],
      Math.hypot(...answer.forces.subarray(3 * atom, 3 * atom + 3)),
      kernel?.[atom] ?? NaN,
    ]);
    this.table.tBodies[0].replaceChildren(
      ...this.rows.map(([name, ...numbers]) =>
        el(
          'tr',
          {},
          el('th', { scope: 'row', text: name }),
          ...numbers.map((x) =>
            el('td', { class: 'number', text: Number.isNaN(x) ? '–' : format(x) }),
          ),
        ),
      ),
    );
  }

  /** One atom's numbers in words; nothing where there are none yet. */
  sentence(atom) {
    const row = this.rows[atom];
    if (!row) return '';
    const [name, share, change, force] = row;
    return `${name}: share ${format(share, 4)}, since the start ${signed(change)}, force ${format(force)} kcal/mol/Å`;
  }

  save() {
    const heads = [
      'atom',
      'share kcal/mol',
      'change kcal/mol',
      'force kcal/mol/A',
      'kernel relevance kcal/mol',
    ];
    const rows = this.rows.map((row) => row.map((x) => (Number.isNaN(x) ? '' : x)));
    save('energies.csv', csvFile(heads, rows));
  }
}
