// Pixel flipping over many digits, by the command line: what www/digits/aopc.json is made of.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preprocess } from '../../www/kit/pad/preprocess.js';
import { SAMPLES } from '../../www/digits/input/samples.js';
import { DATA, hashOf, heatlens, paired, round, summary } from './common.mjs';

export const FILE = 'www/digits/aopc.json';
/** Examples whose own areas the figure keeps, so that a test can compute them again. */
export const KEPT = 20;
const STEPS = 100;
const MODELS = [
  { model: 'cnn', title: 'Convolutional', lrp: 'lrp:composite=gamma' },
  { model: 'mlp', title: 'Fully connected', lrp: 'lrp:composite=epsilon' },
];
const OTHERS = [
  'saliency',
  'deconvnet',
  'gradient-x-input',
  'integrated-gradients',
  'segmentation',
  'random',
];

const path = (model) => `www/models/digits-${model}.onnx`;

/** The areas over the curves of the rankings, and the mean curves. */
function flip(model, images, labels, rankings, limit, release) {
  const words = ['evaluate', path(model), '--images', images, '--labels', labels];
  const how = ['--limit', String(limit), '--steps', String(STEPS), '--aopc', rankings.join(',')];
  return heatlens([...words, ...how], release).aopc;
}

/** The model of this name. */
function named(model) {
  const found = MODELS.find((each) => each.model === model);
  if (!found) throw new Error(`no model is named ${model}`);
  return found;
}

/** All rankings of the figure, or those of these methods. */
const rankings = (lrp, only) =>
  [lrp, ...OTHERS].filter((name) => !only || only.includes(name.split(':')[0]));

/** The first test digits of the MNIST database. */
export function digits(
  model,
  limit,
  { folder = join(DATA, 'mnist'), only = null, release = false } = {},
) {
  const { lrp } = named(model);
  const file = (name) => join(folder, name);
  const images = file('t10k-images-idx3-ubyte.gz');
  return flip(
    model,
    images,
    file('t10k-labels-idx1-ubyte.gz'),
    rankings(lrp, only),
    limit,
    release,
  );
}

/** An idx file of bytes. */
function idx(shape, bytes) {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.writeUInt32BE(0x800 + shape.length, 0);
  shape.forEach((size, axis) => head.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([head, Buffer.from(bytes)]);
}

/** The project's own drawings. */
export function drawings(model, limit = SAMPLES.length, { release = false } = {}) {
  const { lrp } = named(model);
  const folder = mkdtempSync(join(tmpdir(), 'heatlens-'));
  try {
    const [images, labels] = [join(folder, 'images.idx'), join(folder, 'labels.idx')];
    const grey = SAMPLES.flatMap(({ strokes }) =>
      Array.from(preprocess(strokes).pixels, (value) => Math.round(255 * value)),
    );
    const digit = SAMPLES.map((sample) => sample.digit);
    writeFileSync(images, idx([SAMPLES.length, 28, 28], grey));
    writeFileSync(labels, idx([SAMPLES.length], digit));
    return flip(model, images, labels, rankings(lrp), limit, release);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const kept = (values) => values.slice(0, KEPT).map((value) => round(value, 6));

/** The whole figure. */
export async function figure(folder, examples) {
  const models = [];
  for (const { model, title } of MODELS) {
    const measured = digits(model, examples, { folder, release: true });
    const own = drawings(model, undefined, { release: true });
    const each = (name) =>
      measured.find(({ ranking }) => ranking.split(':')[0] === name).perExample.logit;
    const curves = measured.map(({ ranking, perExample: { logit }, curve }, k) => ({
      method: ranking.split(':')[0],
      ranking,
      aopc: summary(logit),
      minusRandom: paired(logit, each('random')),
      lrpMinus: paired(each('lrp'), logit),
      curve: curve.logit.map((value) => round(value)),
      first: kept(logit),
      drawings: kept(own[k].perExample.logit),
    }));
    models.push({ model, title, file: path(model), hash: await hashOf(path(model)), curves });
  }
  return {
    command: `node scripts/aopc.mjs ${examples}`,
    data: 'MNIST test images, from the first on',
    examples,
    steps: STEPS,
    block: 1,
    fill: 0,
    score: 'logit',
    order: 'most relevant first',
    models,
  };
}
