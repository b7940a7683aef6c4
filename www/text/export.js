// The texts page's maps to take away: coloured words as pictures, and the numbers behind them.

import { comments, csvFile } from '../kit/export/csv.js';
import { missingText } from '../kit/export/figure.js';
import { parameterWords } from '../kit/export/json.js';
import { saveButtons } from '../kit/export/take.js';
import { nonfiniteText, vmaxOf } from '../kit/color/scale.js';
import { palette } from '../kit/color/colors.js';
import { percent } from '../kit/page/numbers.js';
import { remarks } from '../kit/page/remarks.js';
import { fullName, plainName } from './class-names.js';
import { PANELS } from './explanations.js';
import { MODELS, other } from './networks.js';
import { pieces } from '../kit/elements/text.js';

const FAINT = 0.05; // share of full colour below which a word stays plain

/**
 * A map of the page: whose it is and what it answers.
 * @typedef {{ name: string, title: string, model: string, target: number, against: number | null,
 *   result: import('./panel.js').Result | null }} TextMap `result` null: it is still being worked on
 */

/** The maps that the page shows or waits for. @param {import('./main.js').Page} page @returns {TextMap[]} */
function maps({ explanations, labels, reading, results, state }) {
  if (!reading) return [];
  const classes = explanations.classesNow(reading);
  const [a, b] = explanations.pairNow(reading);
  const plain = (index) => plainName(labels[index]);
  /** @param {string} name @param {string} title @param {string} model @param {number} target @param {number | null} [against] */
  const map = (name, title, model, target, against = null) => {
    const result = results.get(name) ?? null;
    return { name, title, model, target, against, result };
  };
  const { model } = state;
  return [
    ...classes.map((target, k) => map(PANELS[k], `For ${plain(target)}`, model, target)),
    map('pair', `For ${plain(a)}, against ${plain(b)}`, model, a, b),
    map(
      'other',
      `For ${plain(classes[0])}, ${MODELS[other(model)].title}`,
      other(model),
      classes[0],
    ),
  ];
}

/** The words of a text in the colours of a map, in those of paper. @returns {import('../kit/export/figure.js').Panel} */
function panelOf(page, { name, title, target, against, result }) {
  const { labels, reading, state } = page;
  const { relevance, signed, parameters, tokenFeatures = reading.tokenFeatures } = result;
  const colours = palette(state.palette, 'light').of(signed);
  // As on the page: the classes on one scale.
  const { vmax, rule } = PANELS.includes(name) ? page.style(PANELS) : vmaxOf(relevance, 'max');
  const label = (index) => plainName(labels[index]);
  /** @returns {import('../kit/export/panels.js').Piece} */
  const word = (text, k) => {
    const isStruck = reading.struck.has(k);
    const share = vmax > 0 ? relevance[k] / vmax : 0;
    const plain = isStruck || Math.abs(share) < FAINT;
    const line = isStruck ? 'through' : plain || !signed ? null : share > 0 ? 'solid' : 'dotted';
    return { text, look: plain ? null : colours.lookAt(share), line, faint: tokenFeatures[k] < 0 };
  };
  return {
    kind: 'text',
    title,
    pieces: pieces(reading.text, reading.spans).map(({ text, word: k }) =>
      k < 0 ? { text } : word(text, k),
    ),
    bar: {
      palette: colours,
      isSigned: signed,
      vmax,
      rule,
      ends: [
        against === null ? `against ${label(target)}` : `for ${label(against)}`,
        `for ${label(target)}`,
      ],
    },
    lines: [
      signed
        ? 'A solid line under a word: for; a dotted line: against. In italics: words the network does not know.'
        : '',
      nonfiniteText(relevance),
      parameterWords(parameters).join(', '),
      remarks(result),
    ],
  };
}

/** One row per word of the text, one column per map. */
function table({ reading }, found, above) {
  const { spans, struck, text, tokenFeatures } = reading;
  const heads = ['place', 'word', 'known', 'struck out', ...found.map(({ title }) => title)];
  const rows = Array.from(tokenFeatures, (slot, word) => [
    word + 1,
    text.slice(spans[2 * word], spans[2 * word + 1]),
    slot >= 0 ? 1 : 0,
    struck.has(word) ? 1 : 0,
    ...found.map(({ result }) => result.relevance[word]),
  ]);
  return csvFile(heads, rows, comments(above));
}

function numbers({ address, hashes, labels, reading, state }, found) {
  const { text, spans, struck, shares, tokenFeatures } = reading;
  return {
    text,
    words: { spans, known: Array.from(tokenFeatures, (slot) => slot >= 0), struck },
    model: { title: MODELS[state.model].title, hash: reading.hash },
    classes: labels,
    probabilities: shares,
    explanations: found.map(({ title, model, result }) => ({
      title,
      model: { title: MODELS[model].title, hash: hashes.get(model) ?? null },
      method: state.method,
      ...result,
    })),
    address: address.how.codec.encode(state),
  };
}

/** @param {import('./main.js').Page} page @returns {import('../kit/export/take.js').Take | null} */
export function story(page) {
  const { hashes, isRead, labels, reading, state } = page;
  if (!reading || !isRead || !reading.known) return null;
  const all = maps(page);
  const found = all.filter(({ result }) => result !== null);
  const missing = all.filter(({ result }) => result === null).map(({ title }) => title);
  const best = reading.shares.indexOf(Math.max(...reading.shares));
  const used = [...new Set(found.map(({ model }) => model))];
  const networks = used.map((id) => `${MODELS[id].title} network (${hashes.get(id) ?? '–'})`);
  const caption = `${networks.join(', ')}; method ${page.entry.title}. heatlens`;
  return {
    name: `text-${state.method}`,
    question: `Why ${plainName(labels[all[0].target])}?`,
    answer: `The network reads it as ${fullName(labels[best])}, ${percent(reading.shares[best])} %.`,
    panels: found.map((map) => panelOf(page, map)),
    missing,
    caption,
    csv: () => table(page, found, [caption, missingText(missing)]),
    json: () => numbers(page, found),
  };
}

/** @param {import('./main.js').Page} page */
export const saveText = (page) => saveButtons({ notices: page.notices, take: () => story(page) });
