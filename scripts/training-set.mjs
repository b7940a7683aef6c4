// What the training molecules of the graph networks were like, and how often the networks are right on those held out:
// www/molecules/training-set.js, for what the page says beside an answer.
//
//   node scripts/training-set.mjs    after ./build.sh pkg, with the data sets in ../shared/data

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { done } from '../tests/www/molecules-rig.mjs';
import { ROOT } from './figures/common.mjs';
import { FILE, figure, written } from './figures/training-set.mjs';

const figures = { ames: await figure('ames'), esol: await figure('esol') };
done();
const path = fileURLToPath(new URL(FILE, ROOT));
const text = await format(written(figures), { ...(await resolveConfig(path)), filepath: path });
await writeFile(path, text);
console.log(text);
