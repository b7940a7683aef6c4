// Which words matter to the models of texts? Writes docs/texts.json, the tables and sentences of
// docs/texts.md and of the page for texts, and the curves docs/words-*.svg.
//
//   node scripts/texts.mjs [--words]    with the data sets in ../shared/data; with --words from the numbers
//                                       that are there

import { execFileSync } from 'node:child_process';
import { ROOT, readJson, write, writeJson } from './figures/common.mjs';
import { FILE, figure } from './figures/texts.mjs';
import * as words from './figures/texts-words.mjs';

if (!process.argv.includes('--words')) await writeJson(FILE, await figure());
const figures = await readJson(FILE);
const block = (text) => `\n${text}\n`;
await write('docs/texts.md', {
  accuracy: block(words.accuracy(figures)),
  linear: block(words.linear(figures)),
  convolutional: block(words.convolutional(figures)),
  selection: block(words.selection(figures)),
  paragraph: block(words.paragraph(figures)),
  traces: block(words.traces(figures)),
  made: block(words.made(figures)),
});
const page = 'www/text/index.html';
await write(page, {
  'evidence: text': words.pageText(figures),
  'evidence: rows': words.pageRows(figures),
  'evidence: note': words.pageNote(figures),
});
execFileSync('npx', ['--no-install', 'prettier', '--write', page], { cwd: ROOT });
