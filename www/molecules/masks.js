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
  const keyOf = (chosen) => [...chosen].sort((a, b) => a - b).join();
  const found = new Map();
  let layer = new Map(bonds.map((_, i) => [String(i), [i]]));
  let reached = 0;
  for (let size = 1; size <= most && layer.size > 0; size += 1) {
    const fresh = new Map();
    for (const chosen of layer.values()) {
      const atoms = [...new Set(chosen.flatMap((i) => bonds[i].slice(0, 2)))].sort((a, b) => a - b);
      if (!found.has(atoms.join())) fresh.set(atoms.join(), atoms);
    }
    if (found.size + fresh.size > limit) break;
    for (const [key, atoms] of fresh) found.set(key, atoms);
    reached = size;
    const next = new Map();
    for (const chosen of layer.values()) {
      const atoms = new Set(chosen.flatMap((i) => bonds[i].slice(0, 2)));
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
 * @param {object} model @param {object} structure @param {Float32Array} present who is there to begin with
 * @param {number[][]} lists
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
    const { logits } = await model.predict(input, { ...call, batch: rows.length });
    scores.push(...logits);
  }
  return scores;
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
