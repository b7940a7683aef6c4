// What figures are drawn of: words, colours, hatches, bars.

import { hex } from '../color/colors.js';
import { svg } from '../page/dom.js';

export { hex };

export const INK = '#1d1c1a';
export const SERIF = "'Iowan Old Style', Palatino, Georgia, 'Liberation Serif', serif";
export const SANS = "system-ui, 'Liberation Sans', sans-serif";
const LETTER = 6.2; // width of a letter at 11 px: the mean, in a wide font
const STEPS = 64; // of a colour bar
export const BAR = 8; // its height

/** Lines of words at 11 px. @param {string} text @param {number} width */
export function wrap(text, width) {
  const letters = Math.floor(width / LETTER);
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim();
    if (longer.length <= letters) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

export const label = (x, y, text, more = {}) =>
  svg('text', { x, y, 'font-family': SANS, 'font-size': 11, fill: INK, text, ...more });

/**
 * Strokes over cells, one path for each ink.
 * @param {{ columns: number, rows: number, look: (i: number) => import('./panels.js').Look }} cells
 * @param {number} size @param {number} x @param {number} y @param {number} high of a cell that is no square
 */
export function hatching({ columns, rows, look }, size, x, y, high = size) {
  const lines = new Map();
  const period = Math.min(size, high);
  for (let i = 0; i < rows * columns; i += 1) {
    const { ink, hatch } = look(i);
    if (hatch === 0) continue;
    const [left, top] = [x + (i % columns) * size, y + Math.floor(i / columns) * high];
    let path = '';
    for (let at = 0; at + period <= size + 0.01; at += period) {
      if (hatch !== -1) path += `M${left + at} ${top + period}l${period} ${-period}`;
      if (hatch !== 1) path += `M${left + at} ${top}l${period} ${period}`;
    }
    lines.set(hex(ink), (lines.get(hex(ink)) ?? '') + path);
  }
  return [...lines].map(([stroke, d]) => svg('path', { d, stroke }));
}

/** The colours of a scale, with their hatch. @param {import('../color/colors.js').Palette} palette @param {boolean} isSigned @returns {SVGElement[]} */
export function scaleBar(palette, isSigned, { x, y, width: whole }) {
  const width = whole / STEPS;
  const colors = palette.of(isSigned);
  const lookAt = (t) => colors.lookAt(isSigned ? 2 * t - 1 : t);
  const steps = Array.from({ length: STEPS }, (_, k) => {
    const fill = hex(lookAt(k / (STEPS - 1)).color);
    return svg('rect', { x: x + k * width, y, width: width + 0.1, height: BAR, fill });
  });
  const squares = Math.floor(whole / BAR);
  const look = (k) => lookAt(k / (squares - 1));
  return [...steps, ...hatching({ columns: squares, rows: 1, look }, BAR, x, y)];
}
