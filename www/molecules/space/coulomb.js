// The input of kernel ridge regression: the Coulomb matrix (Rupp et al. 2012) in atomic units, atoms
// sorted by falling norm of their rows.

export const SIDE = 23;
export const BOHR = 0.529177210903; // Å
const NEAREST = 1e-9; // Å
const EQUAL = 1e-6; // relative difference up to which two norms count as equal

/**
 * M_ii = ½ Z_i^2.4, M_ij = Z_i Z_j / |r_i − r_j|, zeros beyond the molecule's atoms.
 * @param {{charges: ArrayLike<number>, positions: ArrayLike<number>}} molecule positions [atoms, 3] in Å
 * @returns {{matrix: Float32Array, order: number[], size: number}} matrix [23, 23]; order[row] is the row's atom
 */
export function coulomb({ charges, positions }) {
  const n = charges.length;
  const entry = (i, j) => {
    if (i === j) return 0.5 * charges[i] ** 2.4;
    const d = Math.hypot(...[0, 1, 2].map((k) => positions[3 * i + k] - positions[3 * j + k]));
    return (charges[i] * charges[j] * BOHR) / Math.max(d, NEAREST);
  };
  const atoms = Array.from({ length: n }, (_, i) => i);
  const order = byNorm(atoms.map((i) => Math.hypot(...atoms.map((j) => entry(i, j)))));
  const matrix = new Float32Array(SIDE * SIDE);
  order.forEach((i, row) =>
    order.forEach((j, column) => (matrix[row * SIDE + column] = entry(i, j))),
  );
  return { matrix, order, size: n };
}

/**
 * Falling norms; atoms whose norms are equal but for rounding keep their order, else a rotated molecule with
 * some symmetry would have another matrix.
 */
function byNorm(norms) {
  const order = [...norms.keys()].sort((a, b) => norms[b] - norms[a]);
  let group = 0;
  const groups = [];
  order.forEach((atom, k) => {
    if (k > 0 && norms[order[k - 1]] - norms[atom] > EQUAL * norms[atom]) group += 1;
    groups[atom] = group;
  });
  return order.sort((a, b) => groups[a] - groups[b] || a - b);
}

/** The same atoms infinitely far apart: the diagonal. */
export const freeAtoms = (matrix) =>
  matrix.map((value, k) => (Math.floor(k / SIDE) === k % SIDE ? value : 0));
