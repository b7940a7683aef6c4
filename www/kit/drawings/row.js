// Draws <heat-row>: named features with their values, and how much each speaks for or against.

import { hex } from '../color/colors.js';
import { el, svg } from '../page/dom.js';
import { clip, format } from '../page/numbers.js';
import { strongest } from './arrays.js';

/** @import { Drawing } from '../arrays.js' */

const MOST = 20;
const WIDTH = 100; // of a bar's box, in its own units
const STROKE = 4;

/** What a feature is called. @param {any} element @param {number} index */
export const nameOf = ({ names, shown }, index) =>
  clip(names?.[index] ?? shown.names?.[index] ?? `feature ${index + 1}`, 60);

/** The features' values, as the network got them; null: not known. */
export function valuesOf({ input, fetched, shown }) {
  const own = typeof input === 'string' ? fetched.input?.values : input;
  const values = own ?? shown.input ?? null;
  if (values && values.length !== shown.relevance.length)
    throw Object.assign(
      new Error(
        `there are ${values.length} values, but numbers for ${shown.relevance.length} features`,
      ),
      { code: 'E_SHAPE' },
    );
  return values;
}

/**
 * The features that are shown, in their order, and what the others come to.
 * @param {any} element @returns {{ listed: number[], rest: number, sum: number }}
 */
export function choice(element) {
  const { relevance } = element.shown;
  const most = element.most > 0 ? Math.floor(element.most) : MOST;
  const order = strongest(relevance, relevance.length);
  // What is not finite has no size; it comes first, so that it is seen.
  const odd = [...relevance.keys()].filter((i) => !Number.isFinite(relevance[i]));
  const listed = [...odd, ...order].slice(0, most);
  if (element.order === 'given') listed.sort((a, b) => a - b);
  const rest = [...odd, ...order].slice(most);
  return { listed, rest: rest.length, sum: rest.reduce((sum, i) => sum + relevance[i], 0) };
}

/**
 * One bar, from the middle where there are numbers of both signs.
 * @param {number} value @param {{ scale: any, palette: any, isSigned: boolean, box: { x: number, y: number, width: number, height: number } }} how
 * @returns {Element[]}
 */
export function barOf(value, { scale, palette, isSigned, box }) {
  const { x, y, width, height } = box;
  const zero = isSigned ? x + width / 2 : x;
  const share = scale.vmax > 0 ? value / scale.vmax : 0;
  const { color, ink, hatch } = palette.lookAt(Number.isNaN(value) ? NaN : share);
  const isFinite = Number.isFinite(value);
  const size = (isFinite ? Math.min(1, Math.abs(share)) : 1) * (isSigned ? width / 2 : width);
  const left = value < 0 ? zero - size : zero;
  const outline = {
    stroke: 'currentColor',
    'stroke-opacity': 0.45,
    'stroke-width': 0.75,
    'vector-effect': 'non-scaling-stroke',
  };
  /** @type {Element[]} */
  const parts = [
    svg('rect', {
      x: left,
      y,
      width: size,
      height,
      fill: hex(color),
      ...(size > 0 ? outline : {}),
    }),
  ];
  if (hatch !== 0) {
    let d = '';
    for (let at = 0; at < size; at += STROKE)
      d += `M${(left + at).toFixed(2)} ${y + height}L${Math.min(left + size, left + at + STROKE).toFixed(2)} ${y}`;
    parts.push(
      svg('path', { d, stroke: hex(ink), fill: 'none', 'vector-effect': 'non-scaling-stroke' }),
    );
  }
  parts.push(
    svg('path', {
      d: `M${zero} ${y - 1}v${height + 2}`,
      stroke: 'currentColor',
      'vector-effect': 'non-scaling-stroke',
    }),
  );
  return parts;
}

/** @type {Drawing} */
export const row = {
  name: 'Features',
  isTable: true,
  styles: `
    .plate { direction: inherit; }
    table { border-collapse: collapse; width: 100%; font-size: 0.875rem; line-height: 1.35; }
    th { text-align: start; font-weight: 400; padding: 0.1rem 0; padding-inline-end: 0.6rem; overflow-wrap: break-word; }
    thead th { font-size: 0.75rem; }
    thead th ~ th { text-align: end; }
    td { padding: 0.1rem 0; padding-inline-end: 0.6rem; font-variant-numeric: tabular-nums; white-space: nowrap;
      direction: ltr; text-align: right; }
    .bar { width: 40%; min-width: 4rem; padding-inline: 0.2rem; }
    .bar svg { width: 100%; height: 0.85em; overflow: visible; }
    .rest { font-size: 0.8125rem; }
  `,

  numbers: (element) => element.shown.relevance,

  draw(element, { scale, palette }) {
    const { relevance } = element.shown;
    const values = valuesOf(element);
    const { listed, rest, sum } = choice(element);
    const isSigned = element.isSigned;
    const rows = listed.map((i) => {
      const box = { x: 0, y: 1, width: WIDTH, height: 8 };
      const bar = svg('svg', {
        viewBox: `0 0 ${WIDTH} 10`,
        preserveAspectRatio: 'none',
        'aria-hidden': 'true',
      });
      bar.append(...barOf(relevance[i], { scale, palette, isSigned, box }));
      return el(
        'tr',
        {},
        el('th', { scope: 'row', text: nameOf(element, i) }),
        values ? el('td', { text: format(values[i]) }) : null,
        el('td', { class: 'bar' }, bar),
        el('td', { text: element.amount(relevance[i]) }),
      );
    });
    const head = (text) => el('th', { scope: 'col', text, class: 'soft' });
    const table = el(
      'table',
      { part: 'table' },
      el(
        'thead',
        {},
        el('tr', {}, head('feature'), values ? head('value') : null, el('td'), head('relevance')),
      ),
      el('tbody', {}, ...rows),
    );
    const node = el('div', {}, table);
    if (rest > 0)
      node.append(
        el('p', {
          class: 'rest soft',
          part: 'rest',
          text: `${rest} more, together ${element.amount(sum)}`,
        }),
      );
    const boxIn = (tr) => {
      const [own, all] = [tr.getBoundingClientRect(), node.getBoundingClientRect()];
      return [
        (own.left - all.left) / all.width,
        (own.top - all.top) / all.height,
        own.width / all.width,
        own.height / all.height,
      ];
    };
    return {
      node,
      height: 0,
      indexAt(_, y) {
        const k = rows.findIndex((tr) => {
          const [, top, , height] = boxIn(tr);
          return y >= top && y < top + height;
        });
        return k < 0 ? null : listed[k];
      },
      boxOf: (index) =>
        listed.includes(index) ? boxIn(rows[listed.indexOf(index)]) : [0, 0, 0, 0],
      beside(index, [down, right]) {
        const k = index === null ? 0 : listed.indexOf(index) + down + right;
        return listed[Math.min(listed.length - 1, Math.max(0, k))];
      },
    };
  },

  /** The same as SVG, for a file. */
  picture(element, { scale, palette }) {
    const values = valuesOf(element);
    const { listed, rest, sum } = choice(element);
    const isSigned = element.isSigned;
    const [line, width] = [18, 476];
    const text = (x, y, words, more = {}) =>
      svg('text', { x, y, 'font-size': 11, text: words, ...more });
    const end = { 'text-anchor': 'end' };
    const rows = listed.map((i, k) => {
      const y = line * k + 12;
      const box = { x: 250, y: y - 9, width: 160, height: 11 };
      return svg(
        'g',
        {},
        text(0, y, clip(nameOf(element, i), 30)),
        values ? text(236, y, format(values[i]), end) : null,
        ...barOf(element.shown.relevance[i], { scale, palette, isSigned, box }),
        text(width, y, element.amount(element.shown.relevance[i]), end),
      );
    });
    if (rest > 0)
      rows.push(
        svg(
          'g',
          {},
          text(0, line * listed.length + 12, `${rest} more, together ${element.amount(sum)}`),
        ),
      );
    return { node: svg('g', {}, ...rows), width, height: line * rows.length + 4 };
  },

  describe: (element) =>
    `${element.shown.relevance.length} features, ${element.order === 'given' ? 'in their order' : 'the largest first'}.`,

  readingAt(element, index) {
    return {
      name: nameOf(element, index),
      value: element.shown.relevance[index],
      input: valuesOf(element)?.[index] ?? null,
    };
  },

  wordsAt(element, index) {
    const { name, value } = row.readingAt(element, index);
    return `${name}: ${element.amount(value)}`;
  },
};
