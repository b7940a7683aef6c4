// What the scripts that make figures share: which model, by which command, on what; means and intervals;
// blocks of documents that are written anew.

import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fingerprint } from '../../pkg/hash.js';

export const ROOT = new URL('../../', import.meta.url);
export const DATA = process.env.HEATLENS_DATA ?? new URL('../shared/data', ROOT).pathname;

/** The model file's hash, as pages and saved numbers state it. */
export const hashOf = async (file) => fingerprint(await readFile(new URL(file, ROOT)));

/** What the command line says with `--json`. @param {boolean} release a test takes the build of the tests */
export function heatlens(words, release = true) {
  const build = [
    'run',
    '--quiet',
    '--profile',
    release ? 'release' : 'test',
    '--bin',
    'heatlens',
    '--',
  ];
  const printed = execFileSync('cargo', [...build, ...words, '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(printed);
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation (n − 1) / √n. */
export function standardError(values) {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

export const round = (value, digits = 5) => Number(value.toPrecision(digits));

/** Mean and standard error, rounded. */
export const summary = (values) => ({
  mean: round(mean(values)),
  standardError: round(standardError(values)),
});

/** The mean of the differences a − b, example by example, with its 95 % interval (normal, ± 1.96 errors). */
export function paired(a, b) {
  const differences = a.map((value, i) => value - b[i]);
  const [middle, error] = [mean(differences), standardError(differences)];
  return {
    mean: round(middle),
    low: round(middle - 1.96 * error),
    high: round(middle + 1.96 * error),
  };
}

/** `text` with what stands between `<!-- name -->` and `<!-- end of name -->` replaced. */
export function withBlock(text, name, block) {
  const place = new RegExp(`(<!-- ${name} -->\\n)[^]*?( *<!-- end of ${name} -->)`);
  if (!place.test(text)) throw new Error(`there is no place <!-- ${name} -->`);
  return text.replace(place, (_, before, after) => `${before}${block}\n${after}`);
}

/** Writes the blocks into a document of the project. @param {Record<string, string>} blocks */
export async function write(path, blocks) {
  const file = new URL(path, ROOT);
  let text = await readFile(file, 'utf8');
  for (const [name, block] of Object.entries(blocks)) text = withBlock(text, name, block);
  await writeFile(file, text);
}

export const readJson = async (path) => JSON.parse(await readFile(new URL(path, ROOT), 'utf8'));

export const writeJson = (path, value) =>
  writeFile(new URL(path, ROOT), `${JSON.stringify(value)}\n`);
