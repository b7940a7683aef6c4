// Kernel ridge regression small enough to follow: three molecules, a Gaussian kernel, solved in the page.

import { el, setText } from '../../kit/page/dom.js';
import { format } from '../../kit/page/numbers.js';
import { paramControl } from '../../kit/elements/params.js';

/** The molecules that it learns from. */
export const TAUGHT = ['Methane', 'Acetic acid', 'Benzene'];
const START = { sigma: 50, lambda: 0.01 };
const KNOBS = [
  { name: 'sigma', title: 'σ', min: 5, max: 500 },
  { name: 'lambda', title: 'λ', min: 1e-6, max: 10 },
];

/** d(M, M′) = ‖M − M′‖, the root of the sum of squares (Frobenius). */
export const distance = (a, b) => Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0));

/** k(M, M′) = exp(−d² / 2σ²). */
export const gaussian = (d, sigma) => Math.exp((-d * d) / (2 * sigma * sigma));

/**
 * α = (K + λI)⁻¹ (E − b) with b the mean of E.
 * @param {number[][]} kernel K @param {number[]} energies E @param {number} lambda λ > 0
 * @returns {{alpha: number[], bias: number}}
 */
export function ridge(kernel, energies, lambda) {
  const bias = energies.reduce((sum, e) => sum + e, 0) / energies.length;
  const system = kernel.map((row, i) => row.map((k, j) => (i === j ? k + lambda : k)));
  const centred = energies.map((e) => e - bias);
  return { alpha: solveLinear(system, centred), bias };
}

/** x with A x = y: elimination, the largest pivot of each column first. */
export function solveLinear(matrix, right) {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const n = rows.length;
  for (let k = 0; k < n; k += 1) {
    let top = k;
    for (let i = k + 1; i < n; i += 1) if (Math.abs(rows[i][k]) > Math.abs(rows[top][k])) top = i;
    [rows[k], rows[top]] = [rows[top], rows[k]];
    for (let i = k + 1; i < n; i += 1) {
      const share = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j += 1) rows[i][j] -= share * rows[k][j];
    }
  }
  const x = new Array(n);
  for (let k = n - 1; k >= 0; k -= 1) {
    x[k] = rows[k][n];
    for (let j = k + 1; j < n; j += 1) x[k] -= rows[k][j] * x[j];
    x[k] /= rows[k][k];
  }
  return x;
}

/**
 * All numbers of the example.
 * @param {Float32Array[]} matrices of the three @param {number[]} energies of the three
 * @param {Float32Array} asked the molecule whose energy is asked for
 */
export function example(matrices, energies, asked, { sigma, lambda }) {
  const distances = [...matrices, asked].map((a) => matrices.map((b) => distance(a, b)));
  const kernels = distances.map((row) => row.map((d) => gaussian(d, sigma)));
  const { alpha, bias } = ridge(kernels.slice(0, -1), energies, lambda);
  const last = kernels[kernels.length - 1];
  const energy = alpha.reduce((sum, a, i) => sum + a * last[i], bias);
  return { distances, kernels, alpha, bias, energy };
}

const HEADS = ['Molecule', 'E', ...TAUGHT.map((name) => `k with ${name}`), 'α'];

/** The example as a part of the page. */
export class ByHand {
  constructor() {
    this.values = { ...START };
    this.taught = null; // {matrices, energies}
    this.asked = null;
    const control = ({ name, title, min, max }) =>
      paramControl(
        { name, kind: 'number', min, max, log: true },
        this.values[name],
        (value) => {
          this.values[name] = value;
          this.draw();
        },
        { title },
      );
    this.body = el('tbody');
    this.sum = el('p', { id: 'by-hand-sum', role: 'status' });
    this.node = el(
      'section',
      { 'aria-labelledby': 'by-hand-title' },
      el('h3', { id: 'by-hand-title', text: 'Kernel ridge regression by hand' }),
      el('p', {
        class: 'fine',
        text:
          'Three molecules, with the energies that the tensor network has for them, are all that this model learns ' +
          'from: d = ‖M − M′‖, the root of the sum of squares over their Coulomb matrices, k = exp(−d²/2σ²), ' +
          'α = (K + λI)⁻¹(E − b), b the mean of the three energies, and E = Σ α k + b. It is a toy; the file on this ' +
          'page has 1,744 centres in place of the three, each the mean of three molecules’ matrices, so that it holds ' +
          'no molecule, and a Laplacian kernel, k = exp(−Σ|M − M′|/σ).',
      }),
      el('div', { class: 'knobs' }, ...KNOBS.map(control)),
      el(
        'div',
        { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': 'Worked example' },
        el(
          'table',
          { id: 'by-hand-table' },
          el(
            'thead',
            {},
            el(
              'tr',
              {},
              ...HEADS.map((text, i) =>
                el('th', { scope: 'col', class: i > 0 ? 'number' : null, text }),
              ),
            ),
          ),
          this.body,
        ),
      ),
      this.sum,
    );
  }

  /** @param {{matrices: Float32Array[], energies: number[]}} taught of the molecules in TAUGHT */
  teach(taught) {
    this.taught = taught;
    this.draw();
  }

  /** @param {Float32Array|null} matrix of the molecule in the view, null if it is too large for one */
  ask(matrix) {
    this.asked = matrix;
    this.draw();
  }

  draw() {
    const { taught, asked, values } = this;
    if (!taught) return;
    const { matrices, energies } = taught;
    const found = example(matrices, energies, asked ?? matrices[0], values);
    const cell = (text, under) =>
      el('td', { class: 'number' }, text, under && el('small', { text: under }));
    const row = (name, i, energy, alpha) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row', text: name }),
        cell(energy),
        ...found.kernels[i].map((k, j) => cell(format(k), `d ${format(found.distances[i][j])}`)),
        cell(alpha),
      );
    const rows = TAUGHT.map((name, i) =>
      row(name, i, format(energies[i], 4), format(found.alpha[i], 4)),
    );
    if (asked) rows.push(row('The one above', TAUGHT.length, format(found.energy, 4), ''));
    this.body.replaceChildren(...rows);
    const terms = found.alpha.map(
      (a, i) => `${format(a, 4)} · ${format(found.kernels[TAUGHT.length][i])}`,
    );
    setText(
      this.sum,
      asked
        ? `E = ${terms.join(' + ')} + b = ${format(found.energy, 4)} kcal/mol, b = ${format(found.bias, 4)}.`
        : 'The molecule above has too many atoms for a Coulomb matrix of 23 rows.',
    );
  }
}
