// Do the methods point at known toxicophores? What docs/toxicophores.json, .md and .svg are made of.

/**
 * @import { Structure } from '#site/molecules/chemistry.js'
 * @import { Model } from '#site/pkg/index.js'
 */

import { random } from '#site/kit/engine/random.js';
import { chemistry, fromSmiles } from '#site/molecules/chemistry.js';
import { fragments, fragmentShares, scoresWithout } from '#site/molecules/masks.js';
import { byAtom, entryOf, options } from '#site/molecules/methods.js';
import { toxicophoreSearch } from '#site/molecules/toxicophores.js';
import { auc, catalogue, network } from '../../tests/www/molecules-rig.mjs';
import { hashOf, mean, paired, round, summary } from './common.mjs';

export const COMMAND = 'node scripts/toxicophores.mjs';
export const MODEL = 'www/models/ames.onnx';
/** Molecules whose own numbers the figure keeps, so that a test can compute them again. */
export const KEPT = 20;
export const POINTS = 21; // of a deletion curve, from 0 to all atoms

/** Molecules to compute again where the data set is not there: each has one toxicophore. */
export const OWN = [
  'O=[N+]([O-])c1ccccc1',
  'Nc1ccc(cc1)-c1ccccc1',
  'C1OC1c1ccccc1',
  'CN(C)N=O',
  'c1ccccc1N=Nc1ccccc1',
  'ClCc1ccccc1',
];

const ask =
  (name, more = {}) =>
  async ({ model, structure, input }) => {
    const asked = { ...options(entryOf(await catalogue(), name), 'atoms'), ...more };
    return byAtom(await model.explain(input, asked), structure);
  };

/**
 * @typedef {{ model: Model, structure: Structure, present: Float32Array, input: Float32Array[], seed: number }} Job
 * @type {[string, (job: Job) => Promise<Float32Array>][]}
 */
const METHODS = [
  ['Removal, atom by atom', ask('occlusion')],
  ['Removal, by fragments', byFragments],
  ['Gradient', ask('gradient')],
  ['Saliency', ask('saliency')],
  ['SmoothGrad', ask('smooth-grad')],
  ['Gradient × input', ask('gradient-x-input')],
  ['Integrated gradients', ask('integrated-gradients')],
  ['DeepLIFT', ask('deeplift')],
  ['Guided backprop', ask('guided-backprop')],
  ['LRP-ε', ask('lrp', { composite: 'epsilon' })],
  ['LRP-γ', ask('lrp')],
  ['LRP-α1β0', ask('lrp', { composite: 'alpha1-beta0' })],
  [
    'Random',
    async ({ structure, seed }) => {
      const draw = random(seed);
      return Float32Array.from(structure.names, () => draw());
    },
  ],
];

async function byFragments({ model, structure, present }) {
  const lists = fragments(structure.bonds, 6, 200).fragments;
  const [whole, ...scores] = await scoresWithout(model, structure, present, [[], ...lists]);
  return fragmentShares(
    structure.size,
    lists,
    scores.map((score) => whole - score),
  );
}

/** The probability while atoms go, largest value first, at POINTS shares of the atoms. */
async function deletion({ model, structure, present }, values) {
  const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b);
  const lists = order.map((_, k) => order.slice(0, k)).concat([order]);
  const scores = await scoresWithout(model, structure, present, lists);
  const shares = scores.map((score) => 1 / (1 + Math.exp(-score)));
  return Array.from({ length: POINTS }, (_, k) => {
    const at = (k / (POINTS - 1)) * order.length;
    const low = Math.min(order.length - 1, Math.floor(at));
    return shares[low] + (shares[low + 1] - shares[low]) * (at - low);
  });
}

/**
 * Measures molecules with exactly one toxicophore; the others are passed over.
 * @param {string[]} list SMILES @param {number} most of those measured
 * @returns {Promise<{kind: string, areas: number[], curves: number[][]|null}[]>} numbers per method; no curves
 *   where the network does not say mutagenic
 */
export async function measure(list, most = Infinity) {
  const search = toxicophoreSearch(await chemistry());
  const measured = [];
  for (const smiles of list) {
    if (measured.length === most) break;
    const structure = await fromSmiles(smiles, Infinity);
    const found = search(structure.pattern);
    if (found.length !== 1 || found[0].atoms.length >= structure.size) continue;
    const present = new Float32Array(structure.size).fill(1);
    const input = [structure.features, structure.adjacency, present];
    const model = await network('ames.onnx', structure.size);
    const job = { model, structure, present, input, seed: measured.length + 1 };
    const belongs = structure.names.map((_, atom) => found[0].atoms.includes(atom));
    const { probabilities } = await model.predict(input);
    /** @type {number[]} */
    const areas = [];
    /** @type {number[][] | null} */
    const curves = probabilities && probabilities[0] >= 0.5 ? [] : null;
    for (const [, method] of METHODS) {
      const values = await method(job);
      areas.push(auc([...values], belongs));
      curves?.push(await deletion(job, values));
    }
    measured.push({ kind: found[0].name, areas, curves });
  }
  return measured;
}

const drop = (curve) => curve[0] - mean(curve);

/** What the figure keeps of one molecule: its areas, and its drops where it has curves. */
export const kept = ({ areas, curves }) => ({
  areas: areas.map((value) => round(value)),
  drops: curves?.map((curve) => round(drop(curve))) ?? null,
});

/** The whole figure. @param {string[]} list SMILES of the held-out molecules */
export async function figure(list) {
  const measured = await measure(list);
  const own = await measure(OWN);
  const judged = measured.flatMap(({ curves }) => (curves ? [curves] : []));
  const kinds = new Map();
  for (const { kind } of measured) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const gamma = METHODS.findIndex(([name]) => name === 'LRP-γ');
  const methods = METHODS.map(([name], k) => {
    const areas = measured.map((each) => each.areas[k]);
    const drops = judged.map((curves) => drop(curves[k]));
    return {
      name,
      area: summary(areas),
      drop: summary(drops),
      // Against LRP-γ, molecule by molecule.
      areaLess: paired(
        areas,
        measured.map((each) => each.areas[gamma]),
      ),
      dropLess: paired(
        drops,
        judged.map((curves) => drop(curves[gamma])),
      ),
      curve: Array.from({ length: POINTS }, (_, i) =>
        round(mean(judged.map((curves) => curves[k][i]))),
      ),
    };
  });
  return {
    command: COMMAND,
    model: { file: MODEL, hash: await hashOf(MODEL) },
    data: 'Hansen et al. 2009, molecules that were held out',
    examples: measured.length,
    judged: judged.length,
    kinds: Object.fromEntries([...kinds].sort((a, b) => b[1] - a[1])),
    methods,
    first: measured.slice(0, KEPT).map(kept),
    own: own.map(kept),
  };
}
