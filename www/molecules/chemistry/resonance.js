// Resonance: one molecule may be written with its charges and double bonds in several places. What all of the best
// forms have in common does not depend on which of them was written.
//
// Atoms are joined by σ bonds, which never move. What moves are π bonds and charges: an atom of an element with a
// given charge has a given number of π bonds, and a form is a set of charges together with a perfect matching of the
// atoms by their π bonds (an atom with two of them counts twice).

import { valences } from './elements.js';
import { bondsOf } from './kekule.js';
import { Matching } from './matching.js';

/** What a unit of charge costs on an element: forms with the least cost are the best. */
const NEGATIVE = { O: 0, S: 2, Se: 3, Te: 3, N: 4, P: 8, C: 10 };
const POSITIVE = { N: 0, P: 0, S: 2, Se: 3, Te: 3, O: 6, C: 8 };
const CHARGED = 1000;
const cost = (symbol, charge) =>
  Math.abs(charge) * (CHARGED + ((charge < 0 ? NEGATIVE : POSITIVE)[symbol] ?? 5));

/** Elements that neighbours of opposite charge may be joined to by one more bond. */
const ANIONIC = new Set(['C', 'N', 'O', 'S', 'Se', 'Te']);
const CATIONIC = new Set(['C', 'N', 'P', 'As', 'Sb', 'S', 'Se', 'Te', 'Cl', 'Br', 'I']);

/** [N+]–[O−] becomes N=O, in place: neighbours of opposite charge have one more bond and none. */
function neutralise({ atoms, bonds }) {
  const of = bondsOf({ atoms, bonds });
  const sum = (atom) => of[atom].reduce((n, bond) => n + bonds[bond].order, atoms[atom].hydrogens);
  for (let changed = true; changed;) {
    changed = false;
    for (const bond of bonds) {
      if (bond.order > 2) continue;
      for (const [plus, minus] of [
        [bond.a, bond.b],
        [bond.b, bond.a],
      ]) {
        const [p, m] = [atoms[plus], atoms[minus]];
        if (!(p.charge > 0 && m.charge < 0 && CATIONIC.has(p.symbol) && ANIONIC.has(m.symbol)))
          continue;
        const octet = valences(m.symbol, 0)[0] + (m.charge + 1);
        if (sum(plus) + 1 > room(p.symbol, p.charge) || sum(minus) + 1 > octet) continue;
        bond.order += 1;
        p.charge -= 1;
        m.charge += 1;
        changed = true;
      }
    }
  }
}

/** Bonds that a cation may have with one charge less, as neighbours of opposite charge are joined. */
const room = (symbol, charge) => Math.max(...valences(symbol, 0)) - (charge - 1);

/** How an atom's π bonds and charge may change together: [π bonds, charge]. */
function steps({ symbol }, sigma, pi, charge) {
  const found = [];
  const sum = sigma + pi;
  if (charge > 0 && symbol !== 'C' && CATIONIC.has(symbol) && sum < room(symbol, charge))
    found.push([1, -1]);
  const gives = (most) => pi < most && found.push([1, 1]);
  const takes = () => pi > 0 && found.push([-1, -1]);
  if (symbol === 'C') {
    if (charge === -1 && sum === 3) gives(sigma === 1 ? 2 : 1);
    if (charge === 0 && sum === 4) takes();
    if (charge === 0 && sum === 4 && pi > 0) found.push([-1, 1]);
    if (charge === 1 && sum === 3 && pi === 0) found.push([1, -1]);
  } else if (symbol === 'N') {
    if (sum === 3 + charge && charge < 1) gives(sigma === 1 ? 2 : 1);
    if (sum === 3 + charge && charge > -1) takes();
  } else if (['O', 'S', 'Se', 'Te'].includes(symbol)) {
    if (sum === 2 + charge && charge < 1) gives(1);
    if (sum === 2 + charge && charge > -1) takes();
  }
  return found;
}

/** One group of conjugated atoms. */
class Group {
  constructor({ atoms, bonds }, sigma, members) {
    this.atoms = atoms;
    this.sigma = sigma;
    this.members = members;
    this.inside = new Set(members);
    this.bonds = bonds
      .map(({ a, b }, index) => ({ a, b, index }))
      .filter(({ a, b }) => this.inside.has(a) && this.inside.has(b));
  }

  /** The matching of a form, or null where its π bonds cannot be placed. */
  matching(pi) {
    const copies = new Map();
    const owner = [];
    for (const atom of this.members) {
      copies.set(
        atom,
        Array.from({ length: pi[atom] }, () => owner.push(atom) - 1),
      );
    }
    const edges = this.bonds.flatMap(({ a, b }) =>
      copies.get(a).flatMap((x) => copies.get(b).map((y) => [x, y])),
    );
    const matching = new Matching(owner.length, edges);
    return matching.complete() ? { matching, copies, owner } : null;
  }

  cost(charges) {
    return this.members.reduce(
      (sum, atom) => sum + cost(this.atoms[atom].symbol, charges[atom]),
      0,
    );
  }

  /**
   * The best forms that moves of one charge or pair of electrons lead to, from the one that is written: of those with the
   * least cost each that charges an atom as none before it. All of them would be a power of the number of acid groups.
   */
  forms(start) {
    let best = this.cost(start.charges);
    const part = ({ charges, pi }, atom) => `${charges[atom]} ${pi[atom]}`;
    const key = (form) => this.members.map((atom) => part(form, atom)).join();
    const seen = new Set([key(start)]);
    let found = [{ ...start, cost: best }];
    if (best === 0) return found;
    const facts = new Set();
    const isNew = (form) => {
      const before = facts.size;
      for (const atom of this.members) facts.add(`${atom} ${part(form, atom)}`);
      return facts.size > before;
    };
    isNew(start);
    const queue = [...found];
    while (queue.length > 0) {
      const form = queue.shift();
      if (form.cost > best) continue;
      for (const next of this.moves(form, best)) {
        const id = key(next);
        if (seen.has(id)) continue;
        seen.add(id);
        if (!this.matching(next.pi)) continue;
        if (next.cost < best) {
          best = next.cost;
          found = [];
          facts.clear();
        }
        if (next.cost > best || !isNew(next)) continue;
        found.push(next);
        queue.push(next);
      }
    }
    return found;
  }

  /** Forms that differ from one by a charge of one atom and one of another, and cost no more than `most`. */
  *moves({ charges, pi, cost: now }, most) {
    const all = this.members.flatMap((atom) =>
      steps(this.atoms[atom], this.sigma[atom], pi[atom], charges[atom]).map(([bonds, charge]) => {
        const { symbol } = this.atoms[atom];
        const change = cost(symbol, charges[atom] + charge) - cost(symbol, charges[atom]);
        // A bond more and a charge less: only an anion gives that.
        const joins = symbol !== 'C' && bonds > 0 && charge < 0;
        return { atom, bonds, charge, change, joins };
      }),
    );
    for (const up of all) {
      if (up.charge < 0) continue;
      for (const down of all) {
        if (down.charge > 0 || down.atom === up.atom || now + up.change + down.change > most)
          continue;
        if (down.joins && charges[up.atom] >= 0) continue;
        const next = {
          charges: charges.slice(),
          pi: pi.slice(),
          cost: now + up.change + down.change,
        };
        for (const { atom, bonds, charge } of [up, down]) {
          next.charges[atom] += charge;
          next.pi[atom] += bonds;
        }
        yield next;
      }
    }
  }

  /** Which orders every bond of the group has in the Kekulé forms of a form, by its index. */
  orders({ pi }) {
    const placed = this.matching(pi);
    if (!placed) throw new Error('the π bonds of a form have no place');
    const { matching, copies, owner } = placed;
    const found = new Map();
    for (const { a, b, index } of this.bonds) {
      const [as, bs] = [copies.get(a), copies.get(b)];
      const times = as.filter((x) => owner[matching.mate[x]] === b).length;
      const orders = new Set([1 + times]);
      if (times === 0 && as.some((x) => bs.some((y) => matching.canJoin(x, y)))) orders.add(2);
      if (times > 0 && Math.max(pi[a], pi[b]) === 1 && matching.canPart(as[0], bs[0]))
        orders.add(1);
      if (times === 1 && Math.max(pi[a], pi[b]) > 1) {
        const x = as.find((copy) => owner[matching.mate[copy]] === b);
        if (matching.canPart(x, matching.mate[x], [as, bs])) orders.add(1);
      }
      found.set(index, orders);
    }
    return found;
  }
}

/** Groups of atoms that π bonds or lone pairs may connect. */
function groups({ atoms, bonds }, sigma, pi) {
  const joins = atoms.map(
    ({ symbol, charge }, atom) =>
      pi[atom] > 0 ||
      steps({ symbol }, sigma[atom], 0, charge).length > 0 ||
      (charge < 0 && ANIONIC.has(symbol)),
  );
  const of = bondsOf({ atoms, bonds });
  const seen = atoms.map(() => false);
  const found = [];
  atoms.forEach((_, root) => {
    if (!joins[root] || seen[root]) return;
    const members = [root];
    seen[root] = true;
    for (const atom of members) {
      for (const bond of of[atom]) {
        const to = bonds[bond].a === atom ? bonds[bond].b : bonds[bond].a;
        if (!joins[to] || seen[to]) continue;
        seen[to] = true;
        members.push(to);
      }
    }
    found.push(members);
  });
  return found;
}

/**
 * What the best forms of a molecule have in common.
 * @param {import('./kekule.js').Graph} graph heavy atoms with `hydrogens` and bonds with orders; neighbours of
 *   opposite charge are joined in it
 * @returns {{forms: {charges: number[], pi: number[], orders: Map<number, Set<number>>, members: number[]}[][],
 *   orders: Set<number>[], sigma: number[], charges: number[][], pi: number[]}} forms by group of conjugated atoms; by bond
 *   the orders that it has in any of them; by atom its σ bonds, its charges in any of them and its most π bonds
 */
export function resonance(graph) {
  neutralise(graph);
  const { atoms, bonds } = graph;
  const of = bondsOf(graph);
  const sigma = atoms.map(({ hydrogens }, atom) => of[atom].length + hydrogens);
  const written = {
    pi: atoms.map((_, atom) => of[atom].reduce((sum, bond) => sum + bonds[bond].order - 1, 0)),
    charges: atoms.map(({ charge }) => charge),
  };
  const orders = bonds.map(({ order }) => new Set([order]));
  const charges = written.charges.map((charge) => [charge]);
  const pi = written.pi.slice();
  const forms = groups(graph, sigma, written.pi).map((members) => {
    const group = new Group(graph, sigma, members);
    const best = group
      .forms(written)
      .map((form) => ({ ...form, members, orders: group.orders(form) }));
    for (const { index } of group.bonds)
      orders[index] = new Set(best.flatMap((form) => [...form.orders.get(index)]));
    for (const atom of members) {
      charges[atom] = [...new Set(best.map((form) => form.charges[atom]))];
      pi[atom] = Math.max(...best.map((form) => form.pi[atom]));
    }
    return best;
  });
  return { forms, orders, sigma, charges, pi };
}
