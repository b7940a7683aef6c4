// Which atoms to leave out, and what the scores then say.

/** Most fragments that are tried for one molecule. */
export const MAX_FRAGMENTS = 600;
const ROWS = 32; // examples in one request

/**
 * The connected fragments of 1 to `most` bonds, as sorted lists of atoms, each once. Stops below `most`
 * where there would be more than `limit`.
 * @param {[number, number, ...unknown[]][]} bonds
 * @returns {{fragments: number[][], bonds: number}} and up to how many bonds they go
 */
export function fragments(bonds, most = 6, limit = MAX_FRAGMENTS) {
  const touching = (atoms, bond) => atoms.has(bond[0]) || atoms.has(bond[1]);
  const atomsOf = (/** @type {number[]} */ chosen) => [
    ...new Set(chosen.flatMap((i) => [bonds[i][0], bonds[i][1]])),
  ];
  const keyOf = (chosen) => [...chosen].sort((a, b) => a - b).join();
  const found = new Map();
  let layer = new Map(bonds.map((_, i) => [String(i), [i]]));
  let reached = 0;
  for (let size = 1; size <= most && layer.size > 0; size += 1) {
    const fresh = new Map();
    for (const chosen of layer.values()) {
      const atoms = atomsOf(chosen).sort((a, b) => a - b);
      if (!found.has(atoms.join())) fresh.set(atoms.join(), atoms);
    }
    if (found.size + fresh.size > limit) break;
    for (const [key, atoms] of fresh) found.set(key, atoms);
    reached = size;
    const next = new Map();
    for (const chosen of layer.values()) {
      const atoms = new Set(atomsOf(chosen));
      bonds.forEach((bond, i) => {
        if (chosen.includes(i) || !touching(atoms, bond)) return;
        next.set(keyOf([...chosen, i]), [...chosen, i]);
      });
      if (next.size > 4 * limit) break;
    }
    layer = next;
  }
  return { fragments: [...found.values()], bonds: reached };
}

/**
 * Scores (logits) of the molecule without each of the lists of atoms.
 * @param {import('../pkg/index.js').Model} model @param {import('./chemistry.js').Structure} structure
 * @param {Float32Array} present who is there to begin with
 * @param {number[][]} lists
 * @param {{ signal?: AbortSignal, onProgress?: (event: import('../pkg/index.js').Progress) => void }} call
 */
export async function scoresWithout(model, structure, present, lists, call = {}) {
  const scores = [];
  for (let start = 0; start < lists.length; start += ROWS) {
    const rows = lists.slice(start, start + ROWS);
    const repeated = (values) => {
      const all = new Float32Array(values.length * rows.length);
      rows.forEach((_, row) => all.set(values, row * values.length));
      return all;
    };
    const there = repeated(present);
    rows.forEach((atoms, row) => atoms.forEach((atom) => (there[row * structure.size + atom] = 0)));
    const input = [repeated(structure.features), repeated(structure.adjacency), there];
    const { logits } = await model.predict(input, { signal: call.signal, batch: rows.length });
    scores.push(...logits);
    call.onProgress?.({ loaded: scores.length, total: lists.length, stage: 'explain' });
  }
  return scores;
}

/**
 * The molecule without each of its atoms and without each of its fragments.
 * @param {import('../pkg/index.js').Model} model @param {import('./chemistry.js').Structure} structure
 * @param {Set<number>} removed atoms that are out already
 * @returns {Promise<{whole: number, nothing: number, sum: number, shares: Float32Array, count: number, bonds: number}>} scores
 *   of the molecule and of nothing; the sum of what the score loses without each atom; shares by atom from `count`
 *   fragments of up to `bonds` bonds
 */
export async function removal(model, structure, removed, call = {}) {
  const left = structure.names.map((_, atom) => atom).filter((atom) => !removed.has(atom));
  const present = Float32Array.from(structure.names, (_, atom) => (removed.has(atom) ? 0 : 1));
  const bonds = structure.bonds.filter(([a, b]) => !removed.has(a) && !removed.has(b));
  const found = fragments(bonds);
  const lists = [[], left, ...left.map((atom) => [atom]), ...found.fragments];
  const [whole, nothing, ...scores] = await scoresWithout(model, structure, present, lists, call);
  const drops = scores.map((score) => whole - score);
  return {
    whole,
    nothing,
    sum: drops.slice(0, left.length).reduce((sum, drop) => sum + drop, 0),
    shares: fragmentShares(structure.size, found.fragments, drops.slice(left.length)),
    count: found.fragments.length,
    bonds: found.bonds,
  };
}

/**
 * Fragment by fragment: what the score loses without it, shared equally among its atoms, averaged over
 * the fragments that an atom is in (J. Hochuli et al., J. Mol. Graph. Model. 84:96, 2018).
 */
export function fragmentShares(size, lists, drops) {
  const sums = new Float64Array(size);
  const counts = new Float64Array(size);
  lists.forEach((atoms, k) => {
    for (const atom of atoms) {
      sums[atom] += drops[k] / atoms.length;
      counts[atom] += 1;
    }
  });
  return Float32Array.from(sums, (sum, atom) => (counts[atom] > 0 ? sum / counts[atom] : 0));
}
