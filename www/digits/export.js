// Heatmaps and numbers to take away: pictures with their legends, tables with all that made the numbers.

import { el } from '../kit/page/dom.js';
import { figure, svgText, toPng } from '../kit/export/figure.js';
import { save } from '../kit/export/save.js';
import { clip } from '../kit/page/numbers.js';
import { isOld } from '../kit/engine/request.js';
import { remarks } from '../kit/page/remarks.js';
import { encodeState } from './state.js';

const TYPES = { svg: 'image/svg+xml', csv: 'text/csv', json: 'application/json' };

/** Who explains what: under every picture. */
export function caption({ subject }) {
  const rival = subject.rival === null ? '' : ` against ${clip(subject.label(subject.rival), 16)}`;
  const title = clip(subject.model.title, 40);
  return `${title} network (${subject.model.info.hash}), class ${clip(subject.label(subject.explained), 16)}${rival}. heatlens`;
}

const plain = (value) =>
  ArrayBuffer.isView(value) ? Array.from(/** @type {Float32Array} */ (value)) : value;

function setsOf({ threshold, initial, rest, complete, sets }) {
  const list = sets.map(({ features, order, values, score }) => ({
    features: plain(features),
    order: plain(order),
    values: plain(values),
    score,
  }));
  return { threshold, initial, rest, complete, sets: list };
}

/** All numbers of the maps, and all that they depend on. */
export function asJson(page, cards) {
  const { subject, state } = page;
  const { info, title, labels, range } = subject.model;
  const explanations = cards.map(({ explanation }) => ({
    ...explanation,
    relevance: plain(explanation.relevance),
    parameters: Object.fromEntries(
      Object.entries(explanation.parameters).map(([name, value]) => [name, plain(value)]),
    ),
    sis: explanation.sis && setsOf(explanation.sis),
  }));
  return {
    model: { title, hash: info.hash, labels, range },
    input: plain(subject.input()),
    probabilities: plain(subject.answer?.probabilities ?? null),
    target: subject.explained,
    against: subject.rival,
    explanations,
    address: encodeState(state),
  };
}

/** One row per pixel, one column per map; what made them stands in comment lines. */
export function asCsv(page, cards) {
  const { subject } = page;
  const maps = cards.filter(({ explanation }) => explanation.relevance.length === 784);
  const comments = maps.map(({ explanation }) => {
    const { method, parameters, score } = explanation;
    const list = Object.entries(parameters).map(([name, value]) =>
      ArrayBuffer.isView(value) ? `${name}=(per pixel)` : `${name}=${value}`,
    );
    return `# ${[method, `score=${score}`, ...list, remarks(explanation)].join(' ').trim()}`;
  });
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

async function make(kind, page, cards) {
  if (kind === 'json') return JSON.stringify(asJson(page, cards));
  if (kind === 'csv') return asCsv(page, cards);
  const picture = figure(
    cards.map((card) => card.figure()),
    caption(page),
  );
  return kind === 'svg' ? svgText(picture) : toPng(picture);
}

/** Buttons that save these cards, those that have a map. */
export function exportMaps(page, cards) {
  const buttons = ['PNG', 'SVG', 'CSV', 'JSON'].map((title) => {
    const kind = title.toLowerCase();
    const button = el('button', { type: 'button', text: title, 'data-take': kind });
    button.addEventListener('click', async () => {
      // Only what answers the present question: the caption says so.
      const all = cards();
      const ready = all.filter((card) => card.isCurrent && card.view);
      const late = all.filter((card) => !card.isCurrent && isOld(card.plate));
      if (late.length > 0 || !page.subject.known)
        page.notices.show('Not every map is computed yet', {
          detail: `Left out: ${late.map(({ entry }) => entry.title).join(', ')}.`,
          kind: 'info',
        });
      if (ready.length === 0 || !page.subject.known) return;
      const name = ready.length === 1 ? ready[0].entry.name : 'maps';
      try {
        const content = await make(kind, page, ready);
        const blob = content instanceof Blob ? content : new Blob([content], { type: TYPES[kind] });
        save(`heatlens-${name}.${kind}`, blob);
      } catch (error) {
        page.notices.error('The file could not be made', error);
      }
    });
    return button;
  });
  return el('span', { class: 'take-buttons', role: 'group', 'aria-label': 'Save' }, ...buttons);
}
