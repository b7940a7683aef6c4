// Compares two builds of the package, bit by bit, on the shipped models (of the newer) and every method with its defaults:
//   node scripts/compare-builds.mjs OLD NEW      two checkouts, each with its pkg/dist
// Ends with 1 if any number differs. A method or model that the old build lacks is named and passed over.
import { readdir, readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

const TEXT = 'The shuttle reached its orbit after the goalie saved the puck.';
const [old, fresh] = process.argv.slice(2);
if (!old || !fresh) throw new Error('two checkouts are compared: OLD NEW');

/** Repeatable numbers from 0 to 1. @param {number} length */
const numbers = (length) => Float32Array.from({ length }, (_, i) => ((i * 7919) % 101) / 100);

/** The bits of an answer. @param {import('../pkg/index.js').Explanation} explanation */
function bits({ relevance, score, sum, expected }) {
  const scalars = new Float64Array([score, sum, expected ?? NaN]);
  return [relevance, scalars]
    .map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength).toString('hex'),
    )
    .join(' ');
}

/** What a build says of every model, by what was asked. @param {string} root */
async function answers(root) {
  const { createRuntime } = await import(pathToFileURL(resolve(root, 'pkg/dist/index.js')).href);
  const runtime = createRuntime({ workers: 1 });
  const folder = resolve(fresh, 'www/models');
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.onnx')).sort()) {
    const model = await runtime.load(await readFile(resolve(folder, file)));
    const isText = model.info.vocabulary !== null;
    const inputs = model.info.inputs.map(({ shape }) =>
      numbers(shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1)),
    );
    for (const { name } of await runtime.methods()) {
      const asked = { method: name, target: 0, ...(name === 'sis' ? { sets: 1 } : {}) };
      const call = isText ? model.explainText(TEXT, asked) : model.explain(inputs, asked);
      const said = await call.then(bits, ({ code }) => code);
      found.set(`${file} ${name}`, said);
    }
    model.dispose();
  }
  runtime.dispose();
  return found;
}

const [before, after] = [await answers(old), await answers(fresh)];
let different = 0;
for (const [asked, said] of after) {
  if (!before.has(asked)) console.log(`new        ${asked}`);
  else if (before.get(asked) !== said) {
    different += 1;
    console.log(`different  ${asked}: ${before.get(asked)?.slice(0, 60)} | ${said.slice(0, 60)}`);
  }
}
console.log(`${after.size} answers, ${different} different`);
process.exitCode = different > 0 ? 1 : 0;
