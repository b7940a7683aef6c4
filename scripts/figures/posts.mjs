// What test posts of 20 Newsgroups have in common, for the networks that read texts: the numbers that www/text/posts.js holds.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { measured } from '../../www/text/unlike.js';
import { DATA, ROOT, hashOf, mean, round } from './common.mjs';
import { path } from './texts.mjs';

export const COMMAND = 'node scripts/posts.mjs';
/** Of the test posts every fifth is read. */
export const EVERY = 5;
const REACHED = 0.95;
/** What the page reads of a text. */
const LIMIT = 20_000;

/** Every so many posts: the group and the text without its headers. @param {number} every */
export function posts(every) {
  const lines = gunzipSync(readFileSync(join(DATA, 'newsgroups20/test.jsonl.gz'))).toString();
  return lines
    .trim()
    .split('\n')
    .filter((_, k) => k % every === 0)
    .map((line) => {
      const { group, text } = JSON.parse(line);
      const cut = text.indexOf('\n\n');
      return { group, text: text.slice(cut < 0 ? 0 : cut + 2).slice(0, LIMIT) };
    });
}

/** What is measured of each text. @param {string} id @param {{ group?: string, text: string }[]} texts */
export async function read(id, texts) {
  const { createRuntime } = await import(new URL('pkg/dist/index.js', ROOT).href);
  const runtime = createRuntime();
  try {
    const model = await runtime.load(readFileSync(new URL(path(id), ROOT)));
    const { labels } = model.info;
    const out = [];
    for (const { group, text } of texts) {
      const { tokenFeatures, logits, probabilities } = await model.read(text);
      const best = Math.max(...probabilities);
      const isRight = labels[probabilities.indexOf(best)] === group;
      out.push({
        ...measured({ tokenFeatures, struck: new Set(), logits }, labels.length),
        best,
        isRight,
      });
    }
    return out;
  } finally {
    await runtime.dispose();
  }
}

/** The largest value that so many of the values reach. */
export function reached(values, share = REACHED) {
  const up = [...values].sort((a, b) => a - b);
  return up[Math.floor((1 - share) * up.length + 1e-9)];
}

/** Whether a post falls short of one of the three. */
export const misses = (usual) => (post) =>
  post.words < usual.words || post.share < usual.share || post.logit < usual.logit;

/** The numbers of one network. */
export async function figure(id, every = EVERY) {
  const found = await read(id, posts(every));
  const of = (name) => reached(found.map((post) => post[name]));
  const usual = { words: of('words'), share: round(of('share'), 4), logit: round(of('logit'), 4) };
  const unsure = found.filter(({ best }) => best < 0.5);
  return {
    hash: await hashOf(path(id)),
    posts: found.length,
    ...usual,
    missed: round(mean(found.map((post) => Number(misses(usual)(post)))), 4),
    unsure: round(mean(unsure.map(({ isRight }) => Number(isRight))), 4),
  };
}
