// The energy network's inputs and answers.

/** (100 Å)²: what counts as infinitely far. */
export const FAR = 1e4;
const PROBES = 64; // examples in one request

/** 'apart': on the diagonal, and for the pairs that are cut, FAR. */
export function apart(size, cut = []) {
  const values = new Float32Array(size * size);
  for (let i = 0; i < size; i += 1) values[i * size + i] = FAR;
  for (const [i, j] of cut) values[i * size + j] = values[j * size + i] = FAR;
  return values;
}

/** Energy and the atoms' energies in kcal/mol, and the forces [atoms, 3] in kcal/mol/Å. */
export async function solve(model, { charges, positions }, call = {}) {
  const input = [charges, positions, apart(charges.length)];
  const { outputs } = await model.predict(input, call);
  const asked = { method: 'gradient', target: 0, at: 'positions' };
  const gradient = await model.explain(input, asked, call);
  return {
    energy: outputs[0].logits[0],
    shares: outputs[1].logits,
    forces: gradient.relevance.map((slope) => -slope),
  };
}

/** What the energy loses when a pair of atoms no longer sees each other: [i, j, kcal/mol], all pairs. */
export async function pairs(model, { charges, positions }, energy, call) {
  const n = charges.length;
  const all = [];
  for (let i = 0; i < n; i += 1) for (let j = i + 1; j < n; j += 1) all.push([i, j]);
  const example = (k) => [charges, positions, apart(n, [all[k]])];
  const energies = await batched(model, all.length, example, call);
  return all.map(([i, j], k) => [i, j, energy - energies[k]]);
}

/** Energies of molecule plus a probe atom at each of the places, `model` bound to one atom more. */
export function probe(model, { charges, positions }, charge, places, call) {
  const distances = apart(charges.length + 1);
  const example = (k) => [[...charges, charge], [...positions, ...places[k]], distances];
  return batched(model, places.length, example, call);
}

/** @param {{ signal?: AbortSignal, onProgress?: (event: import('../../pkg/index.js').Progress) => void }} call */
async function batched(model, count, example, call = {}) {
  const energies = [];
  for (let start = 0; start < count; start += PROBES) {
    const rows = Math.min(PROBES, count - start);
    const examples = Array.from({ length: rows }, (_, k) => example(start + k));
    const input = [0, 1, 2].map((i) => Float32Array.from(examples.flatMap((one) => [...one[i]])));
    const { outputs } = await model.predict(input, { signal: call.signal, batch: rows });
    energies.push(...outputs[0].logits);
    call.onProgress?.({ loaded: energies.length, total: count, stage: 'explain' });
  }
  return energies;
}
