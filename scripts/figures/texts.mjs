// Which words matter? What docs/texts.json, the tables of docs/texts.md and of the page for texts, and the
// curves beside them are made of: the command line on the test documents of 20 Newsgroups.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SAMPLES } from '../../www/text/samples.js';
import { DOCUMENT, paragraph } from './paragraph.mjs';
import { DATA, ROOT, hashOf, heatlens, mean, paired, round, standardError } from './common.mjs';

export const FILE = 'docs/texts.json';
export const COMMAND = 'node scripts/texts.mjs';
const STEPS = 50;
const SAMPLE = 500;
/** Documents of the runs with backward selection, whose cost grows with the square of the words. */
const FEW = 60;
/** Documents whose own areas are kept, so that a test can compute them again: every 25th of the 500. */
export const KEPT = 20;

const RANKINGS = ['lrp', 'gradient-x-input', 'saliency', 'occlusion', 'integrated-gradients'];

export const MODELS = {
  linear: {
    title: 'linear, tf-idf',
    rankings: [...RANKINGS, 'sis:threshold=0:sets=1', 'random'],
  },
  cnn: {
    title: 'convolutional, trained embeddings',
    rankings: [...RANKINGS, 'random'],
  },
};

export const path = (id) => `www/models/text-${id}.onnx`;
const TEST = () => join(DATA, 'newsgroups20/test.jsonl.gz');

/**
 * One run of the command line.
 * @param {string} id
 * @param {{ documents?: string, sample: number, rankings: string[], more?: string[], release?: boolean }} how
 */
export function run(id, { documents = TEST(), sample, rankings, more = [], release = false }) {
  const words = ['evaluate', path(id), '--documents', documents, '--steps', String(STEPS)];
  const how = ['--sample', String(sample), '--deletion', rankings.join(','), ...more];
  return heatlens([...words, ...how], release);
}

/** The project's own texts, each with the group that it might stand in, as a file of documents. */
export function own(id, { release = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'heatlens-'));
  try {
    const documents = join(folder, 'own.jsonl');
    const lines = SAMPLES.map(({ title, group, text }) =>
      JSON.stringify({ id: title, group, text }),
    );
    writeFileSync(documents, lines.join('\n'));
    const { rankings } = MODELS[id];
    return run(id, { documents, sample: SAMPLES.length, rankings, release });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Evenly spread documents, of which the figure's are a part. */
export const few = (id, { release = false } = {}) =>
  run(id, {
    sample: KEPT,
    rankings: MODELS[id].rankings,
    more: ['--limit', String(KEPT)],
    release,
  });

const area = ({ mean, standardError }) => ({
  mean: round(mean),
  standardError: round(standardError),
});
const areas = (list) => list.map((value) => round(value, 6));

/** What is kept of one ranking: areas, some points of the curve, single documents. */
function ranking({ ranking: name, area: { accuracy, probability }, curve, perDocument }, keep) {
  return {
    ranking: name,
    accuracy: area(accuracy),
    probability: area(probability),
    rightAtFirst: round(curve.accuracy[0]),
    rightAfterTen: round(curve.accuracy[10]),
    kept: areas(perDocument.probability.filter((_, k) => keep.has(k))),
  };
}

const every = (result, wanted) =>
  new Set(result.ids.flatMap((name, k) => (wanted.has(name) ? [k] : [])));

/** Writes into the curves what made them. */
async function sign(id, documents, hash) {
  const file = new URL(`docs/words-${id}.svg`, ROOT);
  const made = `<desc>Made by ${COMMAND} with ${path(id)} (${hash}) on ${documents} documents.</desc>`;
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^(<svg[^>]*>\n)/, `$1${made}\n`));
}

/** The share of relevance and of words in lines that name the writer, of the documents both models explain. */
function compared(results) {
  const shares = (result) =>
    new Map(result.ids.map((name, k) => [name, result.traces.perDocument[k]]));
  const [linear, cnn] = [shares(results.linear), shares(results.cnn)];
  const both = [...cnn.keys()].filter((name) => linear.get(name) && cnn.get(name));
  const relevance = (each) => both.map((name) => each.get(name)[0]);
  return { documents: both.length, ...paired(relevance(cnn), relevance(linear)) };
}

export async function figure() {
  const release = true;
  const [results, models] = [{}, {}];
  for (const [id, { title, rankings }] of Object.entries(MODELS)) {
    const more = ['--svg', `docs/words-${id}.svg`];
    const result = run(id, { sample: SAMPLE, rankings, more, release });
    const wanted = new Set(few(id, { release }).ids);
    results[id] = result;
    const { relevance, words, perDocument } = result.traces;
    const hash = await hashOf(path(id));
    await sign(id, result.documents, hash);
    const over = perDocument.filter(Boolean).map((share) => share[0] - share[1]);
    models[id] = {
      title,
      file: path(id),
      hash,
      examples: result.examples,
      correct: result.correct,
      documents: result.documents,
      deletion: result.deletion.map((each) => ranking(each, every(result, wanted))),
      traces: {
        relevance: area(relevance),
        words: area(words),
        over: { mean: round(mean(over)), standardError: round(standardError(over)) },
      },
      own: own(id, { release }).deletion.map(({ ranking: name, perDocument: each }) => ({
        ranking: name,
        kept: areas(each.probability),
      })),
    };
  }
  const told = Object.fromEntries(
    Object.keys(MODELS).map((id) => [id, paragraph(path(id), { release })]),
  );
  const rankings = ['lrp', 'sis:threshold=0:sets=1', 'random'];
  const selection = run('cnn', { sample: FEW, rankings, release });
  return {
    command: COMMAND,
    data: '20 Newsgroups, test documents (bydate), headers removed',
    steps: STEPS,
    sample: SAMPLE,
    models,
    difference: compared(results),
    paragraph: { document: DOCUMENT, ...told },
    selection: {
      documents: selection.documents,
      deletion: selection.deletion.map((each) => ranking(each, new Set())),
    },
  };
}
