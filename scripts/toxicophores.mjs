// Do the methods point at known toxicophores? For held-out Ames molecules with exactly one of them: the
// area under the ROC curve of "the atom belongs to it" per method, and deletion curves by atoms. Writes
// docs/toxicophores.json, the tables and sentences of docs/toxicophores.md, and docs/toxicophores.svg.
//
//   node scripts/toxicophores.mjs [--words]    after ./build.sh pkg, with the data sets in ../shared/data;
//                                              with --words from the numbers that are there

import { writeFile } from 'node:fs/promises';
import { done, heldOut } from '../tests/www/molecules-rig.mjs';
import { ROOT, readJson, write, writeJson } from './figures/common.mjs';
import { figure } from './figures/toxicophores.mjs';
import { findings, made, picture, table } from './figures/toxicophores-words.mjs';

const FILE = 'docs/toxicophores.json';

if (!process.argv.includes('--words')) {
  const list = await heldOut('ames');
  await writeJson(FILE, await figure(list.map(({ smiles }) => smiles)));
}
done();
const figures = await readJson(FILE);
console.log(table(figures));
await write('docs/toxicophores.md', {
  table: `\n${table(figures)}\n\n${made(figures)}\n`,
  findings: `\n${findings(figures)}\n`,
});
await writeFile(new URL('docs/toxicophores.svg', ROOT), picture(figures));
