// The picture and its numbers to take away: the molecule, the answer, the question, the map with its legend, and all that made it.

import { palette } from '../kit/color/colors.js';
import { isOld } from '../kit/engine/request.js';
import { nameOf } from '../kit/drawings/molecule.js';
import { comments, csvFile } from '../kit/export/csv.js';
import { missingText } from '../kit/export/figure.js';
import { parameterWords } from '../kit/export/json.js';
import { saveButtons } from '../kit/export/take.js';
import { clip } from '../kit/page/numbers.js';
import { remarks } from '../kit/page/remarks.js';
import { MODELS } from './models.js';
import { symbols, verdict } from './words.js';
import { worth } from './worth.js';

const LETTERS = 52; // of a SMILES in one line

/** The colours of paper. */
const onPaper = ({ vmax, palette: { name } }) => ({
  scale: { vmax },
  palette: palette(name, 'light'),
});

/** Who explains what: under every picture. */
function caption({ answer, structure }) {
  const { title, file } = MODELS[answer.model];
  return `${title} Network ${file} (${answer.info.hash}), molecule ${clip(structure.smiles, 120)}. heatlens`;
}

/** The molecule as it was put in. */
function inputOf(page) {
  const { structure, state, answer, view, example, toxicophores } = page;
  const out = [...state.removed].map((atom) => structure.names[atom]);
  const names = [...new Set(toxicophores.map(({ name }) => name))];
  const outlined = MODELS[answer.model].toxicophores && state.outlined && names.length > 0;
  const told = worth(answer, structure, example, state.removed.size).map(({ text, source }) =>
    source ? `${text} (${source.words}).` : text,
  );
  return {
    ...view.plate.figure(onPaper({ vmax: 0, palette: palette(state.palette) }), null),
    title: clip(structure.title || 'The molecule', 48),
    bar: null,
    lines: [
      ...(structure.smiles.match(new RegExp(`.{1,${LETTERS}}`, 'g')) ?? []),
      out.length > 0 ? `Taken out: ${out.join(', ')}.` : '',
      outlined ? `Outlined: ${names.join(', ')}.` : '',
      ...told,
    ],
  };
}

/** A map of the molecule as a panel. */
function panelOf(page, { title, plate, result, look }) {
  const { ends, towards } = MODELS[page.answer.model];
  const { explanation } = result;
  const how = onPaper(look);
  const bar = {
    palette: how.palette,
    isSigned: explanation.signed,
    vmax: look.vmax,
    rule: look.rule,
    ends,
  };
  return {
    ...plate.figure(how),
    title,
    bar,
    lines: [
      symbols(explanation, { ...look, towards }),
      remarks(explanation),
      parameterWords(explanation.parameters).join(', '),
    ],
  };
}

/** One row per atom or bond, one column per map; what made them stands in comment lines. */
function asCsv(page, maps, missing) {
  const { structure, state } = page;
  const [{ of }] = maps;
  const above = [
    caption(page),
    `positive numbers speak for ${MODELS[page.answer.model].towards}`,
    ...maps.map(({ title, result: { explanation } }) =>
      [
        `${title}: score=${explanation.score}`,
        ...parameterWords(explanation.parameters),
        remarks(explanation),
      ].join(' '),
    ),
    missingText(missing),
  ];
  const titles = maps.map(({ title }) => title);
  const numbers = (i) => maps.map(({ result }) => result.values[i]);
  const isOut = (atom) => (state.removed.has(atom) ? 1 : 0);
  if (of === 'bonds')
    return csvFile(
      ['bond', 'name', 'first', 'second', ...titles],
      structure.bonds.map(([a, b], i) => [
        i + 1,
        nameOf(structure, 'bonds', i),
        a + 1,
        b + 1,
        ...numbers(i),
      ]),
      comments(above),
    );
  return csvFile(
    ['atom', 'element', 'removed', ...titles],
    structure.symbols.map((symbol, atom) => [atom + 1, symbol, isOut(atom), ...numbers(atom)]),
    comments(above),
  );
}

/** All numbers, and all that they depend on. */
function asJson(page, maps) {
  const { structure, state, answer, example } = page;
  const { title, file, towards } = MODELS[answer.model];
  const { smiles, symbols: elements, bonds, features, adjacency } = structure;
  return {
    model: { title, file, hash: answer.info.hash },
    molecule: { smiles, name: structure.title, elements, bonds, removed: [...state.removed] },
    input: { features, adjacency },
    logit: answer.logit,
    probability: answer.share,
    towards,
    worth: worth(answer, structure, example, state.removed.size),
    explanations: maps.map(({ title: method, of, result: { explanation, values } }) => ({
      ...explanation,
      title: method,
      of,
      values,
    })),
    address: page.address.link(),
  };
}

/**
 * What maps of the molecule tell; null: nothing yet.
 * @typedef {{ name: string, title: string, plate: import('../kit/elements/molecule.js').HeatMolecule, result: any, of: 'atoms' | 'bonds', look: any }} MoleculeMap
 *   `result`: null where there is none yet
 * @param {import('./main.js').Page} page @param {MoleculeMap[]} all
 * @returns {import('../kit/export/take.js').Take | null}
 */
export function story(page, all) {
  const { answer, state } = page;
  if (!state.structure || !answer) return null;
  const ready = all.filter(({ result, plate }) => result && !isOld(plate));
  const missing = all.filter((map) => !ready.includes(map)).map(({ title }) => title);
  const { towards } = MODELS[answer.model];
  return {
    name: `molecule${ready.length === 1 ? `-${ready[0].name}` : ''}`,
    question: `Which ${all[0].of} speak for “${towards}”?`,
    answer: `The network says: ${verdict(answer)}.`,
    input: inputOf(page),
    panels: ready.map((map) => panelOf(page, map)),
    missing,
    caption: caption(page),
    json: () => asJson(page, ready),
    csv: () => asCsv(page, ready, missing),
  };
}

/** Buttons that save maps of the molecule. @param {import('./main.js').Page} page @param {() => MoleculeMap[]} maps */
export const exportMaps = (page, maps) =>
  saveButtons({ notices: page.notices, take: () => story(page, maps()) });
