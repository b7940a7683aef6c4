// Atom-centred fragments of the first order: an atom's features, its bonds, and the elements at their other ends
// (R. Kühne, R.-U. Ebert, G. Schüürmann, J. Chem. Inf. Model. 49:2660, 2009). Those of all training molecules fit in two
// kilobytes as hashes, and the molecules, whose licence is not stated, cannot be read out of them.

import { fnv } from './chemistry/identity.js';
import { FEATURES } from './graph.js';

/** Bytes of a hash: of 16.7 million values, an environment that is new is taken for one of a thousand by chance of 1 in 16,700. */
const BYTES = 3;

const ELEMENTS = [...FEATURES.keys()].slice(1, FEATURES.indexOf('other element') + 1);

/**
 * The environment of each atom, as a number.
 * @param {{ atoms: number[][], bonds: [number, number, number][] }} graph as the networks see it
 */
export function environments({ atoms, bonds }) {
  const element = atoms.map((columns) => columns.find((column) => ELEMENTS.includes(column)));
  /** @type {string[][]} */
  const near = atoms.map(() => []);
  for (const [a, b, kind] of bonds) {
    near[a].push(`${kind} ${element[b]}`);
    near[b].push(`${kind} ${element[a]}`);
  }
  return atoms.map((columns, atom) => fnv(`${columns}|${near[atom].sort()}`) >>> (32 - 8 * BYTES));
}

/** Numbers as a text, each once, in rising order. @param {Iterable<number>} numbers */
export function pack(numbers) {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  return btoa(
    sorted
      .map((number) => String.fromCharCode(number >>> 16, (number >>> 8) & 255, number & 255))
      .join(''),
  );
}

/** The numbers of a packed text. @param {string} text */
export function unpack(text) {
  const bytes = atob(text);
  const at = (i) => bytes.charCodeAt(i);
  return new Set(
    Array.from(
      { length: bytes.length / BYTES },
      (_, k) => (at(BYTES * k) << 16) | (at(BYTES * k + 1) << 8) | at(BYTES * k + 2),
    ),
  );
}
