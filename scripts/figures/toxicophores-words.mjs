// The table, the sentences and the picture that docs/toxicophores.json gives: nothing in them is typed by hand.

import { POINTS } from './toxicophores.mjs';

const ONE_PASS = [
  'Gradient',
  'Saliency',
  'Gradient × input',
  'DeepLIFT',
  'Guided backprop',
  'LRP-ε',
  'LRP-γ',
  'LRP-α1β0',
];
const DRAWN = ['Removal, atom by atom', 'LRP-γ', 'Gradient × input', 'SmoothGrad', 'Random'];
const SIZE = { width: 640, height: 380, left: 52, bottom: 44, top: 16, right: 190 };
const COLOURS = ['#a81c2b', '#1c4f96', '#8a4b00', '#2c6e49', '#655f56'];

const cell = ({ mean, standardError }) => `${mean.toFixed(3)} ± ${standardError.toFixed(3)}`;
const signed = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const difference = ({ mean, low, high }) =>
  `${signed(mean)}, 95 % interval ${signed(low)} to ${signed(high)}`;
const by = (key) => (a, b) => b[key].mean - a[key].mean;
const listed = (words) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
const place = (list, key, name) => [...list].sort(by(key)).findIndex((m) => m.name === name) + 1;

/** The table under its sentence. */
export function table({ examples, judged, kinds, methods }) {
  const groups = Object.entries(kinds).map(([name, count]) => `${name} ${count}`);
  const rows = methods.map(({ name, area, drop }) => `| ${name} | ${cell(area)} | ${cell(drop)} |`);
  return [
    `${examples} held-out molecules with exactly one known toxicophore (${groups.join(', ')}); deletion curves on the ${judged} of them that the network calls mutagenic. Means with their standard errors.`,
    '',
    '| method | AUROC of “belongs to the toxicophore” | mean drop of the probability under deletion |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}

/** How it was made. */
export function made({ command, model, data, examples }) {
  return `Made by \`${command}\` with \`${model.file}\` (${model.hash}) on ${examples} molecules (${data}); the numbers are in [toxicophores.json](toxicophores.json).`;
}

/** What the numbers say, one point a line. */
export function findings({ methods }) {
  const named = (name) => methods.find((each) => each.name === name);
  const told = methods.filter(({ name }) => name !== 'Random');
  const [best] = [...told].sort(by('area'));
  const least = [...told].sort(by('area')).at(-1);
  const errors = (least.area.mean - 0.5) / least.area.standardError;
  const chance =
    errors > 2
      ? `All ${told.length} methods find the toxicophores better than chance (0.5), the least of them, ${least.name}, by ${Math.floor(errors)} standard errors`
      : `Not every method finds the toxicophores better than chance (0.5): ${least.name} is within ${errors.toFixed(1)} standard errors of it`;
  const points = [
    `${chance}. None finds all of their atoms: the best mean is ${best.area.mean.toFixed(3)}.`,
  ];

  const [first, second] = [...told].sort(by('drop'));
  const why =
    best.name === 'Removal, by fragments'
      ? ' A toxicophore goes as a whole there, and an atom that does nothing alone shares what its group does.'
      : '';
  points.push(
    `${best.name} points best (${cell(best.area)}).${why} Deletion, which takes out atom by atom, ranks it ${place(told, 'drop', best.name)} of ${told.length}; ahead there are ${first.name} (${first.drop.mean.toFixed(3)}) and ${second.name} (${second.drop.mean.toFixed(3)}).`,
  );

  const passes = ONE_PASS.map(named);
  const [area] = [...passes].sort(by('area'));
  const [drop] = [...passes].sort(by('drop'));
  const others = (key) => passes.filter(({ name }) => name !== 'LRP-γ').sort(by(key))[0];
  const [areaRival, dropRival] = [others('area'), others('drop')];
  points.push(
    `Of the methods of one backward pass, ${area.name} has the largest AUROC (${cell(area.area)}) and ${drop === area ? 'the largest drop, too' : `${drop.name} the largest drop`} (${cell(drop.drop)}). Molecule by molecule against LRP-γ: ${areaRival.name} in AUROC ${difference(areaRival.areaLess)}; ${dropRival.name} in the drop ${difference(dropRival.dropLess)}. An interval that holds 0 tells the two not apart.`,
  );

  const [epsilon, product] = [named('LRP-ε'), named('Gradient × input')];
  const apart = Math.max(
    Math.abs(epsilon.area.mean - product.area.mean),
    Math.abs(epsilon.drop.mean - product.drop.mean),
  );
  points.push(
    apart < 5e-4
      ? 'LRP-ε and gradient × input agree in every digit shown, as they must in a network of ReLUs whose layers on atoms have no bias.'
      : `LRP-ε and gradient × input differ by up to ${apart.toFixed(3)}.`,
  );
  const saliency = named('Saliency');
  points.push(
    `Saliency is ${place(told, 'area', 'Saliency')} of ${told.length} by AUROC (${saliency.area.mean.toFixed(3)}) and ${place(told, 'drop', 'Saliency')} of ${told.length} by deletion (${saliency.drop.mean.toFixed(3)}): it has no sign, so atoms that speak against the answer go early, too.`,
  );
  const last = (key) =>
    listed(
      [...told]
        .sort(by(key))
        .slice(-2)
        .map(({ name }) => name),
    );
  points.push(`Last by AUROC are ${last('area')}, last by deletion ${last('drop')}.`);
  return points.map((point) => `- ${point}`).join('\n');
}

/** The mean deletion curves as an SVG text. */
export function picture(figure) {
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
    const path = figure.methods
      .find((each) => each.name === name)
      .curve.map((p, k) => `${k ? 'L' : 'M'}${x(k / (POINTS - 1)).toFixed(1)} ${y(p).toFixed(1)}`);
    const key = `<path d="M${width - right + 12} ${30 + 22 * i}h22" stroke="${COLOURS[i]}"/>`;
    return `<path d="${path.join('')}" stroke="${COLOURS[i]}"/>${key}${words(width - right + 40, 34 + 22 * i, name)}`;
  });
  const { command, model, judged } = figure;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<desc>Made by ${command} with ${model.file} (${model.hash}) on ${judged} molecules.</desc>
<style>path{fill:none;stroke-width:2}.grid{stroke:#ddd;stroke-width:1}</style>
<rect width="${width}" height="${height}" fill="#fff"/>
${[...lines, ...shares, ...paths].join('\n')}
${words((x(0) + x(1)) / 2, height - 8, 'atoms taken out, %', 'text-anchor="middle"')}
${words(12, top + 4, 'P')}
</svg>
`;
}
