#!/usr/bin/env node
// `npx heatlens page`: what the program's command of this name does, in Node, and molecules, too.

import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { createRuntime } from 'heatlens';
import { fillPage } from '../page-file.js';
import { answer } from './answer.js';
import { refuse } from './refuse.js';
import { settings, settingsJson } from './settings.js';
import { fallback } from './still.js';
import { subject } from './subject.js';

const HELP = `Writes one HTML file that shows why a network decides as it does, and still computes where it is opened.

heatlens page MODEL --method NAME,… --out FILE.html and one of
  --input FILE            .npy, .png, JSON, a text in UTF-8, or a molecule (.smi, .sdf, .mol); '-' is the standard input
  --smiles SMILES         a molecule

  --method NAME,…         how to explain, with commas between for several maps
  --set [METHOD.]KEY=VALUE  a parameter of every method that has it, or of one; may be repeated
  --target LABEL|N        what is explained [default: the class with the largest raw output]; yes or no for a single sigmoid
  --against LABEL|N       against which class
  --index N               which example or molecule, if the file holds several (from 0)
  --range LOW,HIGH        what the bytes 0 to 255 of a picture stand for
  --invert, --transpose   exchange dark and light, rows and columns
  --resize                scale a picture to the model's size
  --background black|white  what transparent parts are laid on
  --output-activation W   how raw outputs become probabilities: softmax, sigmoid or identity
  --palette NAME          red-blue, orange-blue or grey
  --normalisation NAME    which value gets full colour: max, p99 or cubic
  --title TEXT            title of the page
  --template FILE         the page's template [default: the package's]

Other commands (inspect, predict, explain, evaluate …) are those of the native program.`;

/** @type {import('node:util').ParseArgsConfig['options']} */
const OPTIONS = {
  input: { type: 'string', multiple: true },
  smiles: { type: 'string' },
  method: { type: 'string' },
  set: { type: 'string', multiple: true },
  target: { type: 'string', default: 'top' },
  against: { type: 'string' },
  out: { type: 'string' },
  title: { type: 'string' },
  template: { type: 'string' },
  index: { type: 'string' },
  range: { type: 'string' },
  invert: { type: 'boolean' },
  transpose: { type: 'boolean' },
  resize: { type: 'boolean' },
  background: { type: 'string' },
  'output-activation': { type: 'string' },
  palette: { type: 'string', default: 'red-blue' },
  normalisation: { type: 'string', default: 'max' },
  help: { type: 'boolean', short: 'h' },
};

/** What a terminal shows of a text: letters that steer it are spelled out. @param {string} text */
const visible = (text) =>
  text.replace(
    /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`,
  );

/** The template, by default the package's. @param {string | undefined} path @param {string} kind of what is explained */
async function template(path, kind) {
  if (path !== undefined) return readFile(path, 'utf8');
  // What draws molecules is larger than all the rest.
  const file = kind === 'molecule' ? 'page-molecules.html' : 'page.html';
  const places = [file, `../dist/${file}`].map((name) => new URL(name, import.meta.url));
  for (const place of places) {
    const text = await readFile(place, 'utf8').catch(() => null);
    if (text !== null) return text;
  }
  throw refuse(`the package has no ${file}: say where the template is with --template`);
}

/**
 * What the page is asked for. A class that another is held against is named, the most likely one, too.
 * @param {Record<string, any>} asked @param {import('./subject.js').Explained} explained
 */
function targetWords({ target, against }, { maps: [{ explanation }] }) {
  if (target !== 'top') return target;
  return against === undefined ? null : (explanation.label ?? String(explanation.target));
}

async function page(/** @type {string[]} */ words) {
  const { values, positionals } = parseArgs({
    args: words,
    options: OPTIONS,
    allowPositionals: true,
  });
  const asked = /** @type {Record<string, any>} */ (values);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw refuse('page takes one MODEL');
  for (const name of ['method', 'out']) if (!asked[name]) throw refuse(`--${name} is missing`);
  if (Boolean(asked.input) === (asked.smiles !== undefined))
    throw refuse('one of --input and --smiles is needed');
  if (/^(unit|channel):/.test(asked.target))
    throw refuse('a page explains classes: --target takes a label or number');
  const bytes = new Uint8Array(await readFile(path));
  const runtime = createRuntime();
  try {
    const methods = asked.method.split(',');
    const activation = asked['output-activation'];
    const load = (/** @type {object} */ options = {}) =>
      runtime.load(bytes, { ...options, ...(activation ? { outputActivation: activation } : {}) });
    const seen = await subject(await load(), load, asked);
    const frame = await template(asked.template, seen.kind);
    const chosen = await settings(await runtime.methods(), seen.model, methods, asked.set ?? []);
    const explained = await seen.explain(chosen, asked);
    const label = basename(path);
    const said = answer(seen.model, explained.prediction, label);
    const parts = {
      title: asked.title ?? `${label}: ${said.words}`,
      attributes: {
        model: '#heatlens-model',
        ...seen.attributes,
        method: asked.method,
        target: targetWords(asked, explained),
        against: asked.against,
        options: settingsJson(chosen),
        controls: true,
        palette: asked.palette,
        normalisation: asked.normalisation,
        'output-activation': activation,
      },
      fallback: await fallback(runtime, seen, explained, said.sentence, asked),
      data: { 'heatlens-model': bytes, ...seen.data },
    };
    const text = await fillPage(frame, parts);
    if (asked.out === '-') process.stdout.write(text);
    else {
      await writeFile(asked.out, text);
      console.log(
        visible(`${said.sentence}\nwrote '${asked.out}' (${Buffer.byteLength(text)} bytes)`),
      );
    }
  } finally {
    runtime.dispose();
  }
}

async function main() {
  const [command, ...words] = process.argv.slice(2);
  if (command === undefined || command === '--help' || words.includes('--help')) {
    console.log(HELP);
    return;
  }
  if (command !== 'page')
    throw refuse(`'${command}' is no command of the npm package, which has page alone; see --help`);
  await page(words);
}

main().catch((/** @type {any} */ error) => {
  const code = /^(E_|ERR_PARSE)/.test(error.code ?? '') ? error.code : 'E_IO';
  const asked = error.name === 'RequestError' || code.startsWith('ERR_PARSE');
  if (!error.code) throw error;
  console.error(
    visible(`heatlens: ${error.message} (${asked && code.startsWith('ERR') ? 'E_REQUEST' : code})`),
  );
  process.exitCode = asked ? 2 : 1;
});
