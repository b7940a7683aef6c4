// Geometries as text: the .xyz format (number of atoms, a comment, then symbol and place in Ångström).

import { problem } from '../problem.js';

/** Nuclear charges of the elements that the network was trained on. */
export const CHARGES = { H: 1, C: 6, N: 7, O: 8, S: 16 };
/** Most atoms that this part of the page takes; training molecules have up to 23. */
export const MAX_ATOMS = 40;
const MIN_DISTANCE = 0.3; // Å

/**
 * @returns {{symbols: string[], charges: number[], positions: Float32Array}} positions [atoms, 3] in Å
 * @throws with the line that is wrong
 */
export function fromXyz(text) {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const count = Number(lines[0].trim());
  if (!/^\d+$/.test(lines[0].trim()) || count < 1) {
    throw problem('E_XYZ', 'Line 1 of an .xyz file must be the number of atoms.');
  }
  if (count > MAX_ATOMS)
    throw problem('E_LIMIT', `The file has ${count} atoms; this part takes up to ${MAX_ATOMS}.`);
  const atoms = lines.slice(2, 2 + count).map((line, i) => {
    const [symbol, ...numbers] = line.trim().split(/\s+/);
    const place = numbers.slice(0, 3).map(Number);
    if (place.length < 3 || !place.every(Number.isFinite)) {
      throw problem('E_XYZ', `Line ${i + 3}: a symbol and three finite numbers are wanted.`);
    }
    return [symbol, ...place];
  });
  if (atoms.length < count)
    throw problem('E_XYZ', `The file says ${count} atoms and has ${atoms.length}.`);
  return geometry(atoms);
}

/** Checks atoms [symbol, x, y, z] and puts them into arrays. */
export function geometry(atoms) {
  const symbols = atoms.map(
    ([symbol]) => symbol.slice(0, 1).toUpperCase() + symbol.slice(1).toLowerCase(),
  );
  symbols.forEach((symbol, i) => {
    if (Object.hasOwn(CHARGES, symbol)) return;
    const known = Object.keys(CHARGES).join(', ');
    throw problem(
      'E_ELEMENT',
      `Atom ${i + 1} is “${symbol.slice(0, 8)}”; the network knows ${known} only.`,
    );
  });
  const positions = Float32Array.from(atoms.flatMap(([, ...place]) => place));
  for (let i = 0; i < atoms.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const d = Math.hypot(...[0, 1, 2].map((k) => positions[3 * i + k] - positions[3 * j + k]));
      if (d < MIN_DISTANCE) {
        throw problem(
          'E_XYZ',
          `Atoms ${j + 1} and ${i + 1} are ${d.toFixed(2)} Å apart, nearer than any bond.`,
        );
      }
    }
  }
  return { symbols, charges: symbols.map((symbol) => CHARGES[symbol]), positions };
}
