// The input of kernel ridge regression: the Coulomb matrix (Rupp et al. 2012) in atomic units, atoms
// sorted by falling norm of their rows.

export const SIDE = 23;
const BOHR = 0.529177210903; // Å

/** @returns {{matrix: Float32Array, order: number[]}} matrix [23, 23]; order[row] is the row's atom */
export function coulomb({ charges, positions }) {
  const n = charges.length;
  const entry = (i, j) => {
    if (i === j) return 0.5 * charges[i] ** 2.4;
    const d = Math.hypot(...[0, 1, 2].map((k) => positions[3 * i + k] - positions[3 * j + k]));
    return (charges[i] * charges[j] * BOHR) / d;
  };
  const atoms = charges.map((_, i) => i);
  const norms = atoms.map((i) => Math.hypot(...atoms.map((j) => entry(i, j))));
  const order = [...atoms].sort((a, b) => norms[b] - norms[a] || a - b);
  const matrix = new Float32Array(SIDE * SIDE);
  order.forEach((i, row) =>
    order.forEach((j, column) => (matrix[row * SIDE + column] = entry(i, j))),
  );
  return { matrix, order, size: n };
}

/** One number per atom of numbers for the matrix: half of each entry to either of its atoms. */
export function byAtom(relevance, { order, size }) {
  const sums = new Float32Array(size);
  order.forEach((atom, row) => {
    order.forEach((other, column) => {
      const half = relevance[row * SIDE + column] / 2;
      sums[atom] += half;
      sums[other] += half;
    });
  });
  return sums;
}
