// The normal form of a molecule: what does not depend on the order of its atoms, on Kekulé or aromatic writing, on atom
// maps or on the resonance form in which it was written.

/** @import { Graph } from './kekule.js' */

import { problem } from '../problem.js';
import { bondsOf, ringBonds } from './kekule.js';
import { resonance } from './resonance.js';
import { aromaticBonds, ringSizes } from './rings.js';

/** Kinds of bonds, in the order of the networks' adjacency. */
export const KINDS = ['single', 'double', 'triple', 'aromatic'];

/**
 * Heavy atoms alone: hydrogens that are written as atoms count at their neighbours.
 * @param {Graph} graph @returns {Graph}
 */
export function withoutHydrogens({ atoms, bonds }) {
  const of = bondsOf({ atoms, bonds });
  const place = atoms.map((atom, index) => {
    if (atom.symbol !== 'H') return index;
    const neighbours = of[index].map((bond) =>
      bonds[bond].a === index ? bonds[bond].b : bonds[bond].a,
    );
    if (neighbours.length === 0) return -1;
    if (neighbours.length > 1 || bonds[of[index][0]].order !== 1)
      throw problem('E_VALENCE', `Hydrogen ${atom.at + 1} has more than one bond.`);
    return -1;
  });
  const order = place.filter((index) => index >= 0);
  const rank = atoms.map(() => -1);
  order.forEach((index, k) => (rank[index] = k));
  const heavy = order.map((index) => {
    const extra = of[index].filter(
      (bond) => atoms[bonds[bond].a === index ? bonds[bond].b : bonds[bond].a].symbol === 'H',
    );
    return { ...atoms[index], hydrogens: atoms[index].hydrogens + extra.length };
  });
  const kept = bonds
    .filter(({ a, b }) => rank[a] >= 0 && rank[b] >= 0)
    .map((bond) => ({ ...bond, a: rank[bond.a], b: rank[bond.b] }));
  return { atoms: heavy, bonds: kept };
}

/**
 * @typedef {{ symbol: string, hydrogens: number, positive: boolean, negative: boolean, aromatic: boolean, ring: number,
 *   pi: number, neighbours: number }} NormalAtom
 *   `positive` and `negative` in any of the best forms; `ring`: size of its smallest ring or 0; `pi`: most π bonds
 * @typedef {{ atoms: NormalAtom[], bonds: { a: number, b: number, kind: number }[] }} Normal kinds as indices of KINDS,
 *   aromatic where the order differs between the best forms or Hückel's rule holds
 */

/** @param {Graph} graph heavy atoms with hydrogens, bonds with orders 1 to 3 @returns {Normal} */
export function normalForm(graph) {
  const inRing = ringBonds(graph);
  const found = resonance(graph);
  const hueckel = aromaticBonds(graph, inRing, found);
  const sizes = ringSizes(graph, inRing);
  const of = bondsOf(graph);
  const kinds = graph.bonds.map((_, bond) => {
    const [order, ...others] = found.orders[bond];
    return hueckel[bond] || others.length > 0 ? KINDS.indexOf('aromatic') : order - 1;
  });
  const aromatic = (bond) => inRing[bond] && KINDS[kinds[bond]] === 'aromatic';
  return {
    atoms: graph.atoms.map(({ symbol, hydrogens }, atom) => ({
      symbol,
      hydrogens,
      positive: found.charges[atom].some((charge) => charge > 0),
      negative: found.charges[atom].some((charge) => charge < 0),
      aromatic: of[atom].some(aromatic),
      ring: sizes[atom],
      pi: found.pi[atom],
      neighbours: of[atom].length,
    })),
    bonds: graph.bonds.map(({ a, b }, bond) => ({ a, b, kind: kinds[bond] })),
  };
}
