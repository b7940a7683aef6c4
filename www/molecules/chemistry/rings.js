// Rings and aromaticity, by the ring system and not by an order of search.

import { bondsOf } from './kekule.js';

/** Largest ring that can be aromatic alone. */
const LARGEST = 7;

/** Size of the smallest ring of each atom; 0 outside rings. */
export function ringSizes(graph, inRing) {
  const { atoms, bonds } = graph;
  const of = bondsOf(graph);
  const sizes = atoms.map(() => 0);
  bonds.forEach((bond, index) => {
    if (!inRing[index]) return;
    // The smallest ring through a bond: the shortest other way between its ends.
    const far = atoms.map(() => -1);
    far[bond.a] = 0;
    const queue = [bond.a];
    for (const atom of queue) {
      if (atom === bond.b) break;
      for (const other of of[atom]) {
        if (other === index || !inRing[other]) continue;
        const to = bonds[other].a === atom ? bonds[other].b : bonds[other].a;
        if (far[to] >= 0) continue;
        far[to] = far[atom] + 1;
        queue.push(to);
      }
    }
    const size = far[bond.b] + 1;
    for (const atom of [bond.a, bond.b])
      if (sizes[atom] === 0 || size < sizes[atom]) sizes[atom] = size;
  });
  return sizes;
}

/** All rings of up to seven atoms in which no bond is a short cut, as lists of bonds and atoms. */
export function smallRings(graph, inRing) {
  const { atoms, bonds } = graph;
  const of = bondsOf(graph).map((all) => all.filter((bond) => inRing[bond]));
  const found = [];
  const isJoined = (a, b) => of[a].some((bond) => bonds[bond].a === b || bonds[bond].b === b);
  const walk = (path, way) => {
    const [first, last] = [path[0], path.at(-1)];
    const closing = of[last].find((bond) => bonds[bond].a === first || bonds[bond].b === first);
    if (closing !== undefined && path.length > 2) {
      // Each ring is met in both directions. Going on past a neighbour of the first atom would leave a short cut.
      if (path[1] < last) found.push({ atoms: path.slice(), bonds: [...way, closing] });
      return;
    }
    if (path.length === LARGEST) return;
    for (const bond of of[last]) {
      const to = bonds[bond].a === last ? bonds[bond].b : bonds[bond].a;
      if (to < first || path.includes(to)) continue;
      if (path.slice(1, -1).some((atom) => isJoined(atom, to))) continue;
      walk([...path, to], [...way, bond]);
    }
  };
  atoms.forEach((_, root) => walk([root], []));
  return found;
}

/** Electrons that an atom gives to a ring's π system, or null where it has no part in one. */
function electrons(atom, { graph, of, inRing, sigma }, form) {
  const { symbol } = graph.atoms[atom];
  const [pi, charge] = [form.pi[atom], form.charges[atom]];
  if (sigma[atom] > 3) return null;
  if (pi === 0) {
    const pair =
      (symbol === 'N' && sigma[atom] === 3 + charge) ||
      (['O', 'S', 'Se', 'Te'].includes(symbol) && sigma[atom] === 2 + charge) ||
      (symbol === 'P' && sigma[atom] === 3) ||
      (symbol === 'C' && charge === -1 && sigma[atom] === 3);
    if (pair) return 2;
    const gap =
      ['B', 'C'].includes(symbol) && sigma[atom] === 3 && (symbol === 'B' || charge === 1);
    return gap ? 0 : null;
  }
  if (pi > 1 && symbol !== 'N') return null;
  if (['S', 'Se', 'Te'].includes(symbol) && sigma[atom] === 3 && charge === 0) return null;
  const double = (bond) => [...(form.orders.get(bond) ?? [])].some((order) => order > 1);
  if (of[atom].some((bond) => inRing[bond] && double(bond))) return 1;
  const outside = of[atom].find((bond) => !inRing[bond] && double(bond));
  if (outside === undefined) return null;
  const { a, b } = graph.bonds[outside];
  const other = graph.atoms[a === atom ? b : a].symbol;
  return ['O', 'N', 'S', 'Se'].includes(other) && symbol === 'C' ? 0 : null;
}

/**
 * Aromatic bonds: those of rings of five to seven atoms, and of two such rings with a common bond, whose atoms give 4n + 2
 * electrons to one π system (Hückel's rule) in any of the best forms.
 * @param {import('./kekule.js').Graph} graph @param {boolean[]} inRing by bond
 * @param {ReturnType<typeof import('./resonance.js').resonance>} resonance of the graph
 * @returns {boolean[]} by bond
 */
export function aromaticBonds(graph, inRing, { forms, sigma }) {
  const of = bondsOf(graph);
  const rings = smallRings(graph, inRing).filter(({ atoms }) => atoms.length > 4);
  const aromatic = graph.bonds.map(() => false);
  const known = { graph, of, inRing, sigma };
  const owner = new Map(forms.flatMap((group, k) => group[0].members.map((atom) => [atom, k])));
  const counts = forms.map((group) =>
    group.map((form) => new Map(form.members.map((atom) => [atom, electrons(atom, known, form)]))),
  );
  const fits = (atoms) => {
    const group = owner.get(atoms[0]);
    if (group === undefined || atoms.some((atom) => owner.get(atom) !== group)) return false;
    return counts[group].some((count) => {
      const each = atoms.map((atom) => count.get(atom));
      return !each.includes(null) && each.reduce((sum, n) => sum + n, 0) % 4 === 2;
    });
  };
  const tell = (bonds) => bonds.forEach((bond) => (aromatic[bond] = true));
  for (const ring of rings) if (fits(ring.atoms)) tell(ring.bonds);
  rings.forEach((one, i) => {
    for (const other of rings.slice(i + 1)) {
      const common = other.bonds.filter((bond) => one.bonds.includes(bond));
      if (common.length !== 1) continue;
      const both = [...one.bonds, ...other.bonds];
      if (both.every((bond) => aromatic[bond])) continue;
      if (fits([...new Set([...one.atoms, ...other.atoms])])) tell(both);
    }
  });
  return aromatic;
}
