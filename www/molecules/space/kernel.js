// Kernel ridge regression taken apart: E = b + Σ_m α_m exp(−‖M − M_m‖ / σ), where the centres M_m are means of the
// matrices of molecules that it learned from, and ‖·‖ sums the sizes of the entries on and above the diagonal
// (Laplacian kernel).

import { SIDE } from './coulomb.js';

const CHUNK = 100; // centres M_m between two looks at what else the page has to do
const breath = () => new Promise((go) => setTimeout(go));

/** @type {[number, number][]} */
const ENTRIES = [];
for (let i = 0; i < SIDE; i += 1) for (let j = i; j < SIDE; j += 1) ENTRIES.push([i, j]);

/** @typedef {{alpha: Float32Array, bias: number, decay: number, centres: Float32Array}} Machine
 *   decay = −1/σ; centres [M, 276] holds the M_m */

/**
 * The numbers in the model's file, read off its nodes: how far a matrix of zeros is from M_m, entry by entry, is M_m.
 * @returns {Promise<Machine>}
 */
export async function kernelMachine(model, call) {
  const zeros = new Float32Array(SIDE * SIDE);
  const asked = { method: 'gradient', target: 0 };
  const { nodes } = await model.trace(zeros, asked, call);
  const values = (name) => nodes.find(({ node }) => node === name).values;
  const neuron = { node: 'energy', index: 0 };
  const { bias, inputs, weights } = await model.neuron(zeros, { ...asked, neuron }, call);
  const exponents = values('exponent');
  const centres = values('apart');
  const alpha = new Float32Array(exponents.length);
  inputs.forEach((m, k) => (alpha[m] = weights[k]));
  const sum = (numbers) => numbers.reduce((all, x) => all + x, 0);
  return { alpha, bias, decay: sum(exponents) / sum(centres), centres };
}

/**
 * What each pair of atoms adds to the energy: integrated gradients (Sundararajan et al. 2017) from the same
 * atoms infinitely far apart, t = 0, to the molecule, t = 1,
 *
 *     R_ij = M_ij ∫ ∂E/∂M_ij (D + t (M − D)) dt,  D the diagonal of M,  Σ R_ij = E(M) − E(D).
 *
 * The integrals are exact and no sums over steps: a term α_m exp(…) has a kink where an entry passes that of M_m, and
 * between its kinks it is an exponential function of t. Sums over 2,000 steps would miss up to 0.97 kcal/mol.
 * @param {Machine} machine @param {ReturnType<typeof import('./coulomb.js').coulomb>} molecule
 * @returns {Promise<{energy: number, free: number, pairs: {atoms: number[], relevance: number,
 *   slope: number}[], atoms: Float64Array} | null>} E(M), E(D) and R in kcal/mol, by pairs and by atoms; slope
 *   ∂E/∂M_ij at the molecule in kcal/mol per hartree; null if the call was given up
 */
export async function relevance(machine, { matrix, order, size }, call) {
  const { alpha, bias, decay, centres } = machine;
  const entries = ENTRIES.map(([i, j]) => matrix[i * SIDE + j]);
  const isPair = ([i, j]) => i < j && j < size;
  const path = new Path(
    entries,
    [...ENTRIES.keys()].filter((p) => isPair(ENTRIES[p])),
    decay,
  );
  const pairs = path.moving.map((p) => ({
    atoms: ENTRIES[p].map((row) => order[row]).sort((a, b) => a - b),
    relevance: 0,
    slope: 0,
  }));
  let [energy, free] = [bias, bias];
  for (let m = 0; m < alpha.length; m += 1) {
    if (m % CHUNK === 0) await breath();
    if (call?.signal?.aborted) return null;
    path.follow(centres.subarray(m * ENTRIES.length, (m + 1) * ENTRIES.length));
    energy += alpha[m] * path.end;
    free += alpha[m] * path.start;
    pairs.forEach((pair, k) => {
      pair.relevance += alpha[m] * decay * path.x[k] * path.signed[k];
      pair.slope += alpha[m] * decay * path.end * path.side[k];
    });
  }
  return { energy, free, pairs, atoms: halves(pairs, size) };
}

/** One term's kernel k(t) = exp(−‖D + t (M − D) − M_m‖ / σ) on the way from D to M. */
class Path {
  /** @param {number[]} entries of M @param {number[]} moving which of them grow with t @param {number} decay */
  constructor(entries, moving, decay) {
    this.entries = entries;
    this.moving = moving;
    this.decay = decay;
    this.still = [...entries.keys()].filter((p) => !moving.includes(p));
    this.x = Float64Array.from(moving, (p) => entries[p]);
    this.inTurn = Array.from(moving.keys());
    this.kinks = new Float64Array(moving.length);
    this.side = new Float64Array(moving.length);
    this.signed = new Float64Array(moving.length);
    this.start = NaN;
    this.end = NaN;
  }

  /**
   * Leaves k(0) in `start`, k(1) in `end`, and for each moving entry ∫ k(t) sgn(t x − there) dt in `signed` and the
   * last sign in `side`.
   */
  follow(there) {
    const { entries, moving, x, kinks, inTurn } = this;
    let distance = 0;
    for (const p of this.still) distance += Math.abs(entries[p] - there[p]);
    let growth = 0; // of the distance with t
    for (let k = 0; k < x.length; k += 1) {
      const own = there[moving[k]];
      distance += own;
      growth -= x[k];
      kinks[k] = Math.min(1, own / x[k]);
      this.side[k] = Math.sign(x[k] - own);
    }
    inTurn.sort((a, b) => kinks[a] - kinks[b]);
    this.start = Math.exp(this.decay * distance);
    let [t, kernel, integral] = [0, this.start, 0];
    const goTo = (next) => {
      const rate = this.decay * growth * (next - t);
      integral += (next - t) * kernel * (rate === 0 ? 1 : Math.expm1(rate) / rate);
      kernel *= Math.exp(rate);
      t = next;
    };
    for (const k of inTurn) {
      goTo(kinks[k]);
      this.signed[k] = -2 * integral;
      growth += 2 * x[k];
    }
    goTo(1);
    this.end = kernel;
    for (let k = 0; k < x.length; k += 1) this.signed[k] += integral;
  }
}

/** One number per atom: half of that of every pair it is in. */
export function halves(pairs, size, of = 'relevance') {
  const sums = new Float64Array(size);
  for (const pair of pairs) for (const atom of pair.atoms) sums[atom] += pair[of] / 2;
  return sums;
}
