// Which part of the drawing carries most of a map: the stroke, the gaps within it or the paper around it, by place.

import { format } from '../kit/page/numbers.js';

const INK = 0.5;
const DOWN = ['at the top', 'in the middle', 'at the bottom'];
const ACROSS = ['left', '', 'right'];

/** @param {number} row @param {number} column each 0, 1 or 2 */
function place(row, column) {
  if (row === 1 && column !== 1) return `on the ${ACROSS[column]}`;
  return column === 1 ? DOWN[row] : `${DOWN[row]} ${ACROSS[column]}`;
}

/** The box round the drawing: its first and last row and column, or null of an empty one. */
function boxOf(ink, side) {
  const box = { top: side, left: side, bottom: -1, right: -1 };
  for (let i = 0; i < ink.length; i += 1) {
    if (!(ink[i] >= INK)) continue;
    const [row, column] = [Math.floor(i / side), i % side];
    box.top = Math.min(box.top, row);
    box.bottom = Math.max(box.bottom, row);
    box.left = Math.min(box.left, column);
    box.right = Math.max(box.right, column);
  }
  return box.bottom < 0 ? null : box;
}

/**
 * The part with the largest share of one sign's total, and this share; null if there is nothing of that sign.
 * @param {ArrayLike<number>} values @param {ArrayLike<number>} ink 0 to 1 @param {number} side @param {1 | -1} sign
 */
export function largestPart(values, ink, side, sign) {
  const box = boxOf(ink, side);
  const third = (at, first, last) => Math.floor((3 * (at - first)) / (last - first + 1));
  const sums = new Map();
  let total = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = sign * values[i];
    if (!(value > 0) || value === Infinity) continue;
    const [row, column] = [Math.floor(i / side), i % side];
    const isInside =
      box && row >= box.top && row <= box.bottom && column >= box.left && column <= box.right;
    const name = isInside
      ? `the ${ink[i] >= INK ? 'stroke' : 'gap'} ${place(third(row, box.top, box.bottom), third(column, box.left, box.right))}`
      : 'the paper around';
    sums.set(name, (sums.get(name) ?? 0) + value);
    total += value;
  }
  const [best] = [...sums].sort(([, a], [, b]) => b - a);
  return best ? { name: String(best[0]), share: best[1] / total } : null;
}

/** A map in one sentence. @param {{ for: string, against: string }} words */
export function sayParts(values, ink, side, words) {
  const said = [1, -1].flatMap((sign) => {
    const part = largestPart(values, ink, side, /** @type {1 | -1} */ (sign));
    const who = sign > 0 ? words.for : words.against;
    return part ? [`${who} is ${part.name} (${format(100 * part.share, 2)} %)`] : [];
  });
  return said.length > 0 ? `${said.join('; ')}.` : '';
}
