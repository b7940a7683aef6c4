// One test document, three classes, two models: the words that speak for each class. The document is about
// motion sickness; it is read from the data set and not kept, only single words are.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DATA, heatlens, round } from './common.mjs';

export const DOCUMENT = 'sci.space/61393';
export const CLASSES = ['sci.space', 'rec.motorcycles', 'sci.med'];
const SHOWN = 8; // words a class

/** The document without headers, the line that says who wrote what, and the signature: no names of people. */
function body() {
  const lines = gunzipSync(readFileSync(join(DATA, 'newsgroups20/test.jsonl.gz')))
    .toString()
    .split('\n');
  const line = lines.find((each) => each.includes(`"${DOCUMENT}"`));
  if (!line) throw new Error(`the test documents lack ${DOCUMENT}`);
  const { text } = JSON.parse(line);
  const own = text
    .slice(text.indexOf('\n\n') + 2)
    .split('\n')
    .filter((line) => !line.includes('@'));
  const signature = own.findIndex((line) => /^[ _]*___[ _]*$/.test(line));
  return own.slice(0, signature < 0 ? own.length : signature).join('\n');
}

/** The words with the most relevance for a class, equal words added up. */
function strongest({ tokens, relevance }) {
  const sums = new Map();
  for (const [i, { text, known }] of tokens.entries()) {
    if (!known) continue;
    const word = text.toLowerCase();
    sums.set(word, (sums.get(word) ?? 0) + relevance[i]);
  }
  return [...sums]
    .filter(([, sum]) => sum > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, SHOWN)
    .map(([word, sum]) => [word, round(sum, 4)]);
}

/** For each class what a model says of the paragraph. */
export function paragraph(file, { release = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'heatlens-'));
  try {
    const text = join(folder, 'text.txt');
    writeFileSync(text, body());
    return CLASSES.map((target) => {
      const explained = heatlens(['read', file, text, '--target', target], release);
      return { target, words: strongest(explained) };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
