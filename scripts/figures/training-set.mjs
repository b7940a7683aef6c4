// What www/molecules/training-set.js is made of.

import { fromSmiles } from '#site/molecules/chemistry.js';
import { environments, pack } from '#site/molecules/environments.js';
import { auc, heldOut, molecules, network } from '../../tests/www/molecules-rig.mjs';
import { hashOf, mean, round } from './common.mjs';

export const COMMAND = 'node scripts/training-set.mjs';
export const FILE = 'www/molecules/training-set.js';
/** Of the training molecules that are not larger than `usual`. */
const USUAL = 0.99;
/** Probabilities from which on answers are as sure as each other. */
const SURE = [0.5, 0.6, 0.7, 0.8, 0.9];

/** The structures of rows, those that are no SMILES left out. */
async function read(rows) {
  const found = [];
  for (const { smiles, label } of rows) {
    const structure = await fromSmiles(smiles, Infinity).catch((error) => {
      if (!error.code) throw error;
    });
    if (structure) found.push({ structure, label });
  }
  return found;
}

async function score(name, { features, adjacency, size }) {
  const model = await network(`${name}.onnx`, size);
  return (await model.predict([features, adjacency, new Float32Array(size).fill(1)])).logits[0];
}

const isRight = ({ score, label }) => score > 0 === (label === 1);

/** How good the answers on these molecules are. */
function quality(name, judged) {
  if (name === 'esol')
    return {
      molecules: judged.length,
      rmse: round(Math.sqrt(mean(judged.map(({ score, label }) => (score - label) ** 2))), 4),
    };
  const area = auc(
    judged.map(({ score }) => score),
    judged.map(({ label }) => label === 1),
  );
  return {
    molecules: judged.length,
    right: round(mean(judged.map((one) => Number(isRight(one)))), 4),
    auc: round(area, 4),
  };
}

/** @param {'ames' | 'esol'} name */
export async function figure(name) {
  const all = await molecules(name);
  const out = await heldOut(name);
  const rows = new Set(out.map(({ row }) => row));
  const trained = await read(all.filter((_, row) => !rows.has(row)));
  const sizes = trained.map(({ structure }) => structure.size).sort((a, b) => a - b);
  const seen = new Set(trained.flatMap(({ structure }) => environments(structure.graph)));
  const judged = await read(out);
  for (const one of judged) Object.assign(one, { score: await score(name, one.structure) });
  const isKnown = ({ structure }) => environments(structure.graph).every((each) => seen.has(each));
  const sure = SURE.map((from, k) => {
    const to = SURE[k + 1] ?? 1.1;
    const own = judged.filter(({ score: f }) => {
      const share = 1 / (1 + Math.exp(-Math.abs(f)));
      return share >= from && share < to;
    });
    return { from, ...quality(name, own) };
  });
  return {
    hash: await hashOf(`www/models/${name}.onnx`),
    molecules: trained.length,
    usual: sizes[Math.floor(USUAL * (sizes.length - 1))],
    most: sizes[sizes.length - 1],
    charges: [...new Set(trained.map(({ structure }) => structure.written.charge))].sort(
      (a, b) => a - b,
    ),
    heldOut: quality(name, judged),
    ...(name === 'ames' && { sure }),
    known: quality(name, judged.filter(isKnown)),
    unknown: quality(
      name,
      judged.filter((one) => !isKnown(one)),
    ),
    environments: pack(seen),
  };
}

/** The module as it is kept. */
export const written = (
  figures,
) => `// Made by \`${COMMAND}\`: of the networks' training molecules their number, the heavy atoms that 99 % of them do not exceed and
// their most, net charges and environments (environments.js); how good the networks' answers are on the molecules held out: on all of
// them, by how sure the answer is, and on those whose environments are all in training, or not.

/** @typedef {{ molecules: number, right?: number, auc?: number, rmse?: number }} Quality */
/**
 * @type {Record<'ames' | 'esol', { hash: string, molecules: number, usual: number, most: number, charges: number[],
 *   heldOut: Quality, sure?: (Quality & { from: number })[], known: Quality, unknown: Quality, environments: string }>}
 */
export const TRAINING = ${JSON.stringify(figures)};
`;
