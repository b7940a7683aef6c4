// When is a text unlike the posts that the networks were tested on? Writes www/text/posts.js and the sentence of the page for texts.
//
//   node scripts/posts.mjs    with the data sets in ../shared/data

import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { ROOT, write } from './figures/common.mjs';
import { figure } from './figures/posts.mjs';
import { MODELS } from './figures/texts.mjs';
import { howText } from '../www/text/unlike.js';

const FILE = 'www/text/posts.js';
const figures = {};
for (const id of Object.keys(MODELS)) figures[id] = await figure(id);
const file = new URL(FILE, ROOT);
const text = await readFile(file, 'utf8');
const block = `export const POSTS = ${JSON.stringify(figures)};`;
await writeFile(file, text.replace(/(\/\/ figures\n)[^]*?(\/\/ end of figures)/, `$1${block}\n$2`));
const page = 'www/text/index.html';
await write(page, { 'evidence: unlike': `<p class="fine">${howText(figures)}</p>` });
execFileSync('npx', ['--no-install', 'prettier', '--write', FILE, page], { cwd: ROOT });
