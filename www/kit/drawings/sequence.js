// Draws <heat-sequence>: letters as high as their relevance, what is for above a line and what is against below it.

import { failure } from '../engine/failure.js';
import { hex } from '../color/colors.js';
import { svg } from '../page/dom.js';
import { channelsOf, strongest } from './arrays.js';
import { glyph } from './glyphs.js';

/** @import { Drawing } from '../arrays.js' */

const LETTER = 14; // px, as wide as a letter is at least
const WIDEST = 26;
const GUTTER = 34; // px, for the number of a line's first letter
const ARM = 44; // px, the height of full colour
const BASE = 13; // px, for the letters themselves
const GAP = 12; // px between lines
const LEAST = 0.6; // px: lower letters are not drawn

/** Alphabets by their size. @type {Record<number, string>} */
const ALPHABETS = { 4: 'ACGT', 20: 'ACDEFGHIKLMNPQRSTVWY' };

/** The letters that channels stand for. @param {any} element @param {number} channels @returns {string[]} */
function alphabetOf({ alphabet }, channels) {
  const known = typeof alphabet === 'string' ? [...alphabet] : alphabet;
  if (known?.length === channels) return known;
  return [...(ALPHABETS[channels] ?? '')];
}

/** @param {any} element @returns {{ letters: string[], channels: number, length: number, at: (c: number, t: number) => number }} */
function arrayOf(element) {
  const { relevance, shape, letters: own } = element.shown;
  const letters = [...(element.letters ?? own ?? '')].filter((letter) => letter.trim() !== '');
  const array = channelsOf(shape, relevance.length, {
    layout: element.layout,
    length: letters.length || undefined,
    channels:
      letters.length > 0 && relevance.length % letters.length === 0
        ? relevance.length / letters.length
        : undefined,
  });
  if (letters.length === 0 && element.per !== 'letter')
    throw failure('E_SHAPE', 'there are no letters: set the attribute letters');
  return { ...array, letters: letters.length > 0 ? letters : Array(array.length).fill('·') };
}

/** The sum of each position. @param {any} element @param {ReturnType<typeof arrayOf>} array */
function sumsOf(element, { channels, length, at }) {
  const { relevance } = element.shown;
  return Float32Array.from({ length }, (_, t) => {
    let sum = 0;
    for (let c = 0; c < channels; c += 1) sum += relevance[at(c, t)];
    return sum;
  });
}

/** What stands at a position, the smallest first: one letter with the sum, or each with its own number. */
function stackAt(element, { letters, channels, at }, position, values) {
  if (element.per !== 'letter' || channels === 1)
    return [{ letter: letters[position], value: values[position] }];
  const { relevance } = element.shown;
  const alphabet = alphabetOf(element, channels);
  return Array.from({ length: channels }, (_, c) => ({
    letter: alphabet[c] ?? String(c + 1),
    value: relevance[at(c, position)],
  })).sort((a, b) => Math.abs(a.value) - Math.abs(b.value));
}

/** @type {Drawing} */
export const sequence = {
  name: 'Sequence',
  styles: '.face svg { overflow: visible; }',

  numbers: (element) =>
    element.per === 'letter' ? element.shown.relevance : sumsOf(element, arrayOf(element)),

  draw(element, { scale, palette, width }) {
    const array = arrayOf(element);
    const values = sumsOf(element, array);
    const { letters, length } = array;
    const most = Math.max(1, Math.floor((width - GUTTER) / LETTER));
    const perLine = Math.min(
      length,
      element.line > 0 ? Math.floor(element.line) : most > 10 ? most - (most % 10) : most,
    );
    const cell = Math.min(WIDEST, (width - GUTTER) / perLine);
    const stacks = Array.from({ length }, (_, t) => stackAt(element, array, t, values));
    const sizes = (stack, sign) =>
      stack.reduce(
        (sum, { value }) => sum + Math.max(0, Math.min(scale.vmax, sign * value) || 0),
        0,
      );
    const full = Math.max(
      scale.vmax,
      ...stacks.flatMap((stack) => [sizes(stack, 1), sizes(stack, -1)]),
    );
    const isSigned = element.isSigned;
    const line = ARM + (isSigned ? ARM : 0) + BASE + GAP;
    const lines = Math.ceil(length / perLine);
    const height = lines * line;
    const node = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, fill: 'none' });

    const boxAt = (t) => [GUTTER + (t % perLine) * cell, Math.floor(t / perLine) * line];
    const shapes = svg('g', { 'stroke-width': 2, 'stroke-linejoin': 'bevel' });
    stacks.forEach((stack, t) => {
      const [x, y] = boxAt(t);
      const reach = { up: y + ARM, down: y + ARM + BASE };
      for (const { letter, value } of stack) {
        const isFinite = Number.isFinite(value);
        const share = scale.vmax > 0 ? value / scale.vmax : 0;
        const size = isFinite ? (Math.min(Math.abs(value), scale.vmax) / (full || 1)) * ARM : ARM;
        if (size < LEAST) continue;
        const { color, ink } = palette.lookAt(share);
        const isUp = !isFinite || value > 0;
        const top = isUp ? (reach.up -= size) : reach.down;
        if (!isUp) reach.down += size;
        const box = /** @type {[number, number, number, number]} */ ([
          x + 0.5,
          top,
          cell - 1,
          size,
        ]);
        if (!isFinite)
          shapes.append(
            svg('rect', { x: x + 0.5, y: top, width: cell - 1, height: size, fill: hex(color) }),
          );
        shapes.append(svg('path', { ...glyph(letter, box), stroke: hex(isFinite ? color : ink) }));
      }
    });

    const words = svg('g', {
      fill: 'currentColor',
      'font-size': 10,
      'font-family': 'ui-monospace, monospace',
      'text-anchor': 'middle',
    });
    for (let first = 0; first < length; first += perLine) {
      const last = Math.min(length, first + perLine);
      const y = boxAt(first)[1] + ARM + BASE - 3;
      const places = Array.from({ length: last - first }, (_, k) =>
        (GUTTER + (k + 0.5) * cell).toFixed(2),
      );
      words.append(
        svg('text', {
          x: places.join(' '),
          y,
          text: letters
            .slice(first, last)
            .map((letter) => letter[0])
            .join(''),
        }),
        svg('text', { x: GUTTER - 6, y, 'text-anchor': 'end', text: String(first + 1) }),
      );
    }
    node.append(words, shapes);
    return {
      node,
      height,
      indexAt(x, y) {
        const [row, column] = [
          Math.floor((y * height) / line),
          Math.floor((x * width - GUTTER) / cell),
        ];
        const at = row * perLine + column;
        return column >= 0 && column < perLine && at < length ? at : null;
      },
      boxOf(index) {
        const [x, y] = boxAt(index);
        return [x / width, y / height, cell / width, (line - GAP) / height];
      },
      beside(index, [down, right]) {
        if (index === null) return 0;
        const next = index + right + down * perLine;
        return next >= 0 && next < length ? next : index;
      },
    };
  },

  describe(element) {
    const array = arrayOf(element);
    const { letters } = array;
    const values = sumsOf(element, array);
    const named = strongest(values, 3).map(
      (t) => `${letters[t]} at ${t + 1} (${element.amount(values[t])})`,
    );
    return `${letters.length} letters. Strongest: ${named.join(', ')}.`;
  },

  readingAt(element, index) {
    const array = arrayOf(element);
    return {
      letter: array.letters[index],
      position: index + 1,
      value: sumsOf(element, array)[index],
    };
  },

  wordsAt(element, index) {
    const array = arrayOf(element);
    const stack = stackAt(element, array, index, sumsOf(element, array)).reverse();
    if (stack.length === 1)
      return `${stack[0].letter} at ${index + 1}: ${element.amount(stack[0].value)}`;
    const parts = stack
      .filter(({ value }) => value !== 0)
      .map(({ letter, value }) => `${letter} ${element.amount(value)}`);
    return `${array.letters[index]} at ${index + 1}: ${parts.slice(0, 6).join(', ') || '0'}`;
  },
};
