// Kekulé forms: single and double bonds for what is written as aromatic, and the hydrogens that SMILES leaves out.

import { problem } from '../problem.js';
import { valences } from './elements.js';
import { Matching } from './matching.js';

/**
 * @typedef {{ symbol: string, charge: number, hydrogens: number, at: number, aromatic?: boolean, isotope?: number,
 *   isotopic?: boolean, chiral?: string, radical?: number }} Atom
 * @typedef {{ a: number, b: number, order: number, directed?: boolean }} Bond between two atoms, which are counted from 0
 * @typedef {{ atoms: Atom[], bonds: Bond[], tokens?: any[], stereo?: boolean }} Graph a molecule; of a SMILES with its
 *   `tokens`, of a molfile with `stereo`: whether places in space or in the plane tell mirror images or cis and trans apart
 */

/** Bonds of each atom, as indices. @param {Pick<Graph, 'atoms' | 'bonds'>} graph */
export function bondsOf({ atoms, bonds }) {
  /** @type {number[][]} */
  const found = atoms.map(() => []);
  bonds.forEach(({ a, b }, index) => {
    found[a].push(index);
    found[b].push(index);
  });
  return found;
}

/** Which bonds lie in a ring: those whose loss leaves their ends connected (Tarjan 1974, bridges). */
export function ringBonds({ atoms, bonds }) {
  const of = bondsOf({ atoms, bonds });
  const order = atoms.map(() => -1);
  const low = atoms.map(() => 0);
  const inRing = bonds.map(() => true);
  let count = 0;
  for (let root = 0; root < atoms.length; root += 1) {
    if (order[root] >= 0) continue;
    // A stack and no recursion: a chain may be long.
    const stack = [{ at: root, by: -1, next: 0 }];
    order[root] = low[root] = count++;
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next < of[top.at].length) {
        const bond = of[top.at][top.next++];
        if (bond === top.by) continue;
        const to = bonds[bond].a === top.at ? bonds[bond].b : bonds[bond].a;
        if (order[to] >= 0) low[top.at] = Math.min(low[top.at], order[to]);
        else {
          order[to] = low[to] = count++;
          stack.push({ at: to, by: bond, next: 0 });
        }
        continue;
      }
      stack.pop();
      if (stack.length === 0) continue;
      const parent = stack[stack.length - 1].at;
      low[parent] = Math.min(low[parent], low[top.at]);
      if (low[top.at] > order[parent]) inRing[top.by] = false;
    }
  }
  return inRing;
}

const name = ({ symbol, at }) => `${symbol}${at + 1}`;

/** Bonds that an aromatic atom still has to have, at most one: a double bond in a ring. */
function lacks(atom, used) {
  const allowed = valences(atom.symbol, atom.charge);
  if (allowed.length === 0) return 0;
  const sum = used + (atom.hydrogens ?? 0);
  const fits = allowed.find((bonds) => bonds >= sum);
  return fits !== undefined && fits > sum ? 1 : 0;
}

/**
 * The graph with bonds of the orders 1, 2 and 3 and the hydrogens of every atom, in place. Which of several Kekulé forms
 * it is has no meaning: see `resonance.js`. Atoms get their unpaired electrons, `radical`.
 * @returns {Graph}
 * @throws where an aromatic ring has no Kekulé form or an atom more bonds than it can have
 */
export function settled(graph) {
  const { atoms, bonds } = graph;
  const inRing = ringBonds(graph);
  const of = bondsOf(graph);
  bonds.forEach((bond, index) => {
    const both = atoms[bond.a].aromatic && atoms[bond.b].aromatic;
    if (bond.order === 'aromatic' && !both) {
      throw problem(
        'E_SMILES',
        `Character ${bond.at + 1} (:): this bond joins aromatic atoms only, which are written in small letters.`,
      );
    }
    bond.open = both && (bond.order === 'aromatic' || (bond.order === null && inRing[index]));
    if (bond.open || bond.order === null || bond.order === 'aromatic') bond.order = 1;
  });
  atoms.forEach((atom, index) => {
    if (atom.aromatic && !of[index].some((bond) => inRing[bond])) {
      throw problem(
        'E_AROMATIC',
        `${name(atom)} is written as aromatic (a small letter) but is in no ring.`,
      );
    }
  });
  const used = atoms.map((_, atom) => of[atom].reduce((sum, bond) => sum + bonds[bond].order, 0));
  const needs = atoms.map((atom, index) => (atom.aromatic ? lacks(atom, used[index]) : 0));
  const partners = match(graph, needs);
  if (!partners) throw withoutKekule(graph, needs);
  for (const bond of bonds) if (bond.open && partners[bond.a] === bond.b) bond.order = 2;
  atoms.forEach((atom, index) => {
    const sum = of[index].reduce((total, bond) => total + bonds[bond].order, 0);
    if (atom.valence !== undefined) atom.hydrogens = stated(atom, sum);
    if (atom.hydrogens === null)
      atom.hydrogens = Math.max(0, implicit(atom, sum) - (atom.radical ?? 0));
    check(atom, sum + atom.hydrogens);
    atom.radical ??= Math.max(
      0,
      (valences(atom.symbol, atom.charge)[0] ?? 0) - sum - atom.hydrogens,
    );
  });
  return graph;
}

/**
 * An atom may have fewer bonds than usual, as a radical that is written as one, but not more; nitrogen with four has lost
 * its charge.
 */
function check({ symbol, charge, at }, has) {
  const allowed = valences(symbol, charge);
  if (allowed.length === 0 || has <= allowed[0] || allowed.includes(has)) return;
  if (has < allowed[allowed.length - 1] && symbol !== 'N') return;
  const sign = charge === 0 ? '' : ` with charge ${charge > 0 ? '+' : '−'}${Math.abs(charge)}`;
  const atom = `Atom ${at + 1} (${symbol}${sign})`;
  throw problem('E_VALENCE', `${atom} has ${has} bonds; it can have ${allowed.join(' or ')}.`);
}

/** Hydrogens of an atom whose number of bonds is stated. */
function stated({ symbol, valence, at }, sum) {
  if (valence >= sum) return valence - sum;
  const atom = `Atom ${at + 1} (${symbol})`;
  throw problem('E_VALENCE', `${atom} has ${sum} bonds; ${valence} are stated.`);
}

/** Hydrogens of an atom without brackets: up to the next of its usual numbers of bonds. */
function implicit({ symbol, charge, aromatic }, sum) {
  const allowed = valences(symbol, charge);
  // A small letter has no hydrogen beyond carbon's: c1cccn1 lacks one, and that is said.
  if (aromatic && symbol !== 'C') return 0;
  return Math.max(0, (allowed.find((bonds) => bonds >= sum) ?? sum) - sum);
}

/** Partners by atom, or null. */
function match({ atoms, bonds }, needs) {
  const index = new Map();
  needs.forEach((need, atom) => need && index.set(atom, index.size));
  const edges = bonds
    .filter(({ a, b, open }) => open && needs[a] && needs[b])
    .map(({ a, b }) => [index.get(a), index.get(b)]);
  const matching = new Matching(index.size, edges);
  if (!matching.complete()) return null;
  const back = [...index.keys()];
  const partners = atoms.map(() => -1);
  back.forEach((atom, at) => (partners[atom] = back[matching.mate[at]]));
  return partners;
}

function withoutKekule(graph, needs) {
  const { atoms } = graph;
  const why = 'An aromatic ring has no Kekulé form: its double bonds cannot be placed.';
  const of = bondsOf(graph);
  const able = atoms.findIndex((atom, index) => {
    if (!needs[index] || !['N', 'P'].includes(atom.symbol) || atom.charge !== 0 || atom.hydrogens)
      return false;
    if (of[index].length > 2) return false;
    const without = needs.slice();
    without[index] = 0;
    return match(graph, without) !== null;
  });
  if (able < 0) {
    const as = graph.tokens ? ', as [nH] or [n+]' : '';
    return problem('E_AROMATIC', `${why} A hydrogen or a charge is missing${as}.`);
  }
  const letter = atoms[able].symbol.toLowerCase();
  // A molfile has no small letters.
  const how = graph.tokens
    ? `write [${letter}H] for it.`
    : 'save the molecule with single and double bonds.';
  return problem('E_AROMATIC', `${why} If ${name(atoms[able])} carries a hydrogen, ${how}`);
}
