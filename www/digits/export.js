// Heatmaps and numbers to take away: the drawing, the answer, the maps with their legends, and all that made the numbers.

import { grey } from '../kit/elements/cells.js';
import { isOld } from '../kit/engine/request.js';
import { missingText } from '../kit/export/figure.js';
import { parameterWords } from '../kit/export/json.js';
import { saveButtons } from '../kit/export/take.js';
import { clip } from '../kit/page/numbers.js';
import { remarks } from '../kit/page/remarks.js';
import { amount } from './prediction.js';
import { encodeState } from './state.js';

/** Who explains what: under every picture. */
export function caption({ subject }) {
  const rival = subject.rival === null ? '' : ` against ${clip(subject.label(subject.rival), 16)}`;
  const title = clip(subject.model.title, 40);
  return `${title} network (${subject.model.info.hash}), class ${clip(subject.label(subject.explained), 16)}${rival}. heatlens`;
}

const setsOf = ({ threshold, initial, rest, complete, sets }) => ({
  ...{ threshold, initial, rest, complete },
  sets: sets.map(({ features, order, values, score }) => ({ features, order, values, score })),
});

/** All numbers of the maps, and all that they depend on. */
export function asJson(page, cards) {
  const { subject, state } = page;
  const { info, title, labels, range } = subject.model;
  const explanations = cards.map(({ explanation }) => ({
    ...explanation,
    sis: explanation.sis && setsOf(explanation.sis),
  }));
  return {
    model: { title, hash: info.hash, labels, range },
    input: subject.input(),
    probabilities: subject.answer?.probabilities ?? null,
    target: subject.explained,
    against: subject.rival,
    explanations,
    address: encodeState(state),
  };
}

const madeBy = ({ method, score, parameters }) =>
  [method, `score=${score}`, ...parameterWords(parameters)].join(' ');

/** One row per pixel, one column per map; what made them stands in comment lines. */
export function asCsv(page, cards, missing) {
  const { subject } = page;
  const maps = cards.filter(({ explanation }) => explanation.relevance.length === 784);
  const comments = maps.map(({ explanation }) =>
    `# ${madeBy(explanation)} ${remarks(explanation)}`.trim(),
  );
  if (missing.length > 0) comments.push(`# ${missingText(missing)}`);
  const input = subject.input();
  const rows = Array.from(input, (value, i) =>
    [
      Math.floor(i / subject.side),
      i % subject.side,
      value,
      ...maps.map(({ explanation }) => explanation.relevance[i]),
    ].join(','),
  );
  return [
    `# ${caption(page)}`,
    ...comments,
    ['row', 'column', 'input', ...maps.map((card) => card.entry.name)].join(','),
    ...rows,
    '',
  ].join('\n');
}

/** The question that the maps answer. */
function questionOf({ subject }) {
  const label = clip(subject.label(subject.explained), 16);
  return subject.rival === null
    ? `Why ${label}?`
    : `Why ${label} and not ${clip(subject.label(subject.rival), 16)}?`;
}

/** What both ends of a signed map speak for. @returns {[string, string]} */
function endsOf({ subject }) {
  const label = clip(subject.label(subject.explained), 16);
  const rival = subject.rival === null ? null : clip(subject.label(subject.rival), 16);
  return [rival === null ? `against ${label}` : `for ${rival}`, `for ${label}`];
}

/** What the network was shown. @returns {import('../kit/export/figure.js').Panel} */
function inputOf({ subject, state }) {
  const { pixels, side } = subject;
  const look = (i) => ({ color: Array(3).fill(grey(pixels[i])), ink: [0, 0, 0], hatch: 0 });
  const lines = [`${side} × ${side} pixels, as the network sees them`];
  const title = state.image ? 'The image' : 'The drawing';
  return { title, columns: side, rows: side, look, ink: null, bar: null, lines };
}

/** @param {import('./main.js').Page} page @returns {import('../kit/export/take.js').Take} */
export function story(page, cards, missing) {
  const { subject } = page;
  const { answer } = subject;
  return {
    name: cards.length === 1 ? cards[0].entry.name : 'maps',
    question: questionOf(page),
    answer: answer
      ? `The network reads ${clip(subject.label(answer.top), 16)}, ${amount(answer, answer.top)}.`
      : '',
    input: inputOf(page),
    panels: cards.map((card) => {
      const panel = card.figure();
      const made = parameterWords(card.explanation.parameters).join(', ');
      const bar = panel.bar && { ...panel.bar, ends: endsOf(page) };
      return { ...panel, bar, lines: [...panel.lines, made] };
    }),
    missing,
    caption: caption(page),
    json: () => asJson(page, cards),
    csv: () => asCsv(page, cards, missing),
  };
}

/** Buttons that save these cards, those that have a map. */
export const exportMaps = (page, cards) =>
  saveButtons({
    notices: page.notices,
    take: () => {
      const { subject } = page;
      if (!subject.known) return null;
      // Only what answers the present question: the caption says so.
      const all = cards();
      const ready = all.filter((card) => card.isCurrent && card.view);
      const late = all.filter((card) => !card.isCurrent && isOld(card.plate));
      return story(
        page,
        ready,
        late.map(({ entry }) => entry.title),
      );
    },
  });
