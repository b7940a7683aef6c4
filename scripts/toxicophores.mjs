// Do the methods point at known toxicophores? For held-out Ames molecules with exactly one of them: the
// area under the ROC curve of "the atom belongs to it" per method, and deletion curves by atoms. Writes
// the table into docs/toxicophores.md and the curves into docs/toxicophores.svg.
//
//   node scripts/toxicophores.mjs        after ./build.sh pkg, with the data sets in ../shared/data

import { readFile, writeFile } from 'node:fs/promises';
import { chemistry, fromSmiles } from '../dist/site/molecules/chemistry.js';
import { fragments, fragmentShares, scoresWithout } from '../dist/site/molecules/masks.js';
import { byAtom, options } from '../dist/site/molecules/methods.js';
import { toxicophoreSearch } from '../dist/site/molecules/toxicophores.js';
import { auc, done, heldOut, network } from '../tests/www/molecules-rig.mjs';

const POINTS = 21; // of a deletion curve, from 0 to all atoms
const DRAWN = ['Removal, atom by atom', 'LRP-γ', 'Gradient × input', 'SmoothGrad', 'Random'];
const SIZE = { width: 640, height: 380, left: 52, bottom: 44, top: 16, right: 190 };
const COLOURS = ['#a81c2b', '#1c4f96', '#8a4b00', '#2c6e49', '#655f56'];

/** Seeded, uniform in [0, 1): mulberry32. */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ask =
  (name, more = {}) =>
  async ({ model, structure, input }) =>
    byAtom(await model.explain(input, { ...options(name, 'atoms'), ...more }), structure);

const draw = random(1);
const METHODS = [
  ['Removal, atom by atom', ask('occlusion')],
  ['Removal, by fragments', byFragments],
  ['Gradient', ask('gradient')],
  ['Saliency', ask('saliency')],
  ['SmoothGrad', ask('smooth-grad')],
  ['Gradient × input', ask('gradient-x-input')],
  ['Integrated gradients', ask('integrated-gradients')],
  ['DeepLIFT', ask('deeplift')],
  ['Guided backprop', ask('guided-backprop')],
  ['LRP-ε', ask('lrp', { composite: 'epsilon' })],
  ['LRP-γ', ask('lrp')],
  ['LRP-α1β0', ask('lrp', { composite: 'alpha1-beta0' })],
  ['Random', async ({ structure }) => Float32Array.from(structure.names, draw)],
];

async function byFragments({ model, structure, present }) {
  const lists = fragments(structure.bonds, 6, 200).fragments;
  const [whole, ...scores] = await scoresWithout(model, structure, present, [[], ...lists]);
  return fragmentShares(
    structure.size,
    lists,
    scores.map((score) => whole - score),
  );
}

/** The probability while atoms go, largest value first, at POINTS shares of the atoms. */
async function deletion({ model, structure, present }, values) {
  const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b);
  const lists = order.map((_, k) => order.slice(0, k)).concat([order]);
  const scores = await scoresWithout(model, structure, present, lists);
  const shares = scores.map((score) => 1 / (1 + Math.exp(-score)));
  return Array.from({ length: POINTS }, (_, k) => {
    const at = (k / (POINTS - 1)) * order.length;
    const low = Math.min(order.length - 1, Math.floor(at));
    return shares[low] + (shares[low + 1] - shares[low]) * (at - low);
  });
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const error = (values) =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)) / (values.length - 1));

/** The curves as an SVG text. */
function picture(curves) {
  const { width, height, left, bottom, top, right } = SIZE;
  const x = (share) => left + share * (width - left - right);
  const y = (probability) => height - bottom - probability * (height - bottom - top);
  const words = (px, py, text, more = '') => `<text x="${px}" y="${py}" ${more}>${text}</text>`;
  const lines = [0, 0.25, 0.5, 0.75, 1].map(
    (p) =>
      `<path class="grid" d="M${x(0)} ${y(p)}H${x(1)}"/>${words(left - 8, y(p) + 4, p, 'text-anchor="end"')}`,
  );
  const shares = [0, 0.25, 0.5, 0.75, 1].map((s) =>
    words(x(s), height - bottom + 18, s * 100, 'text-anchor="middle"'),
  );
  const paths = DRAWN.map((name, i) => {
    const path = curves
      .get(name)
      .map((p, k) => `${k ? 'L' : 'M'}${x(k / (POINTS - 1)).toFixed(1)} ${y(p).toFixed(1)}`);
    const key = `<path d="M${width - right + 12} ${30 + 22 * i}h22" stroke="${COLOURS[i]}"/>`;
    return `<path d="${path.join('')}" stroke="${COLOURS[i]}"/>${key}${words(width - right + 40, 34 + 22 * i, name)}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<style>path{fill:none;stroke-width:2}.grid{stroke:#ddd;stroke-width:1}</style>
<rect width="${width}" height="${height}" fill="#fff"/>
${[...lines, ...shares, ...paths].join('\n')}
${words((x(0) + x(1)) / 2, height - 8, 'atoms taken out, %', 'text-anchor="middle"')}
${words(12, top + 4, 'P')}
</svg>
`;
}

const search = toxicophoreSearch(await chemistry());
const areas = new Map(METHODS.map(([name]) => [name, []]));
const drops = new Map(METHODS.map(([name]) => [name, []]));
const sums = new Map(METHODS.map(([name]) => [name, new Array(POINTS).fill(0)]));
const kinds = new Map();
let judged = 0;
for (const { smiles } of await heldOut('ames')) {
  const structure = await fromSmiles(smiles, Infinity);
  const found = search(structure.molecule);
  if (found.length !== 1 || found[0].atoms.length >= structure.size) continue;
  kinds.set(found[0].name, (kinds.get(found[0].name) ?? 0) + 1);
  const present = new Float32Array(structure.size).fill(1);
  const input = [structure.features, structure.adjacency, present];
  const model = await network('ames.onnx', structure.size);
  const job = { model, structure, present, input };
  const belongs = structure.names.map((_, atom) => found[0].atoms.includes(atom));
  const mutagenic = (await model.predict(input)).probabilities[0] >= 0.5;
  judged += mutagenic ? 1 : 0;
  for (const [name, method] of METHODS) {
    const values = await method(job);
    areas.get(name).push(auc([...values], belongs));
    if (!mutagenic) continue;
    const curve = await deletion(job, values);
    curve.forEach((p, k) => (sums.get(name)[k] += p));
    drops.get(name).push(curve[0] - mean(curve));
  }
}
done();

const curves = new Map([...sums].map(([name, sum]) => [name, sum.map((p) => p / judged)]));
const rows = METHODS.map(([name]) => {
  const cell = (values) => `${mean(values).toFixed(3)} ± ${error(values).toFixed(3)}`;
  return `| ${name} | ${cell(areas.get(name))} | ${cell(drops.get(name))} |`;
});
const count = areas.get('Random').length;
const groups = [...kinds].sort((a, b) => b[1] - a[1]).map(([name, n]) => `${name} ${n}`);
const table = [
  `${count} held-out molecules with exactly one known toxicophore (${groups.join(', ')}); deletion curves on the ${judged} of them that the network calls mutagenic. Means with their standard errors.`,
  '',
  '| method | AUROC of “belongs to the toxicophore” | mean drop of the probability under deletion |',
  '|---|---|---|',
  ...rows,
].join('\n');
console.log(table);
const page = new URL('../docs/toxicophores.md', import.meta.url);
const text = await readFile(page, 'utf8');
await writeFile(page, text.replace(/(<!-- table -->\n)[^]*(<!-- end -->)/, `$1\n${table}\n\n$2`));
await writeFile(new URL('../docs/toxicophores.svg', import.meta.url), picture(curves));
