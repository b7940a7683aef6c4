// A heatmap in words, for its label: where the strongest part lies and how large it is.

import { format } from '../page/numbers.js';
import { maximum, nonfiniteText } from '../color/scale.js';

const VERTICAL = ['upper', 'middle', 'lower'];
const HORIZONTAL = ['left', 'centre', 'right'];

function region(row, column, height, width) {
  const v = Math.min(2, Math.floor((3 * row) / height));
  const h = Math.min(2, Math.floor((3 * column) / width));
  if (v === 1 && h === 1) return 'the centre';
  return h === 1 ? `${VERTICAL[v]} part` : `${VERTICAL[v]} ${HORIZONTAL[h]}`;
}

/** The cells that hold the strongest half of one sign's total. */
function strongest(values, width, sign) {
  const cells = [];
  let total = 0;
  values.forEach((value, i) => {
    if (sign * value > 0 && Number.isFinite(value)) {
      cells.push([sign * value, i]);
      total += sign * value;
    }
  });
  if (total === 0) return null;
  cells.sort((a, b) => b[0] - a[0]);
  let [sum, row, column, first, last] = [0, 0, 0, Infinity, -1];
  for (const [value, i] of cells) {
    const [r, c] = [Math.floor(i / width), i % width];
    row += value * r;
    column += value * c;
    [first, last] = [Math.min(first, r), Math.max(last, r)];
    sum += value;
    if (sum >= total / 2) break;
  }
  return { row: row / sum, column: column / sum, first, last };
}

export function describe(values, width, isSigned) {
  const height = values.length / width;
  const part = (sign, name) => {
    const found = strongest(values, width, sign);
    if (!found) return null;
    return `${name}: ${region(found.row, found.column, height, width)}, rows ${found.first + 1} to ${found.last + 1}`;
  };
  const parts = [
    part(1, isSigned ? 'Most for' : 'Strongest'),
    isSigned ? part(-1, 'most against') : null,
  ].filter(Boolean);
  const outside = nonfiniteText(values);
  const found =
    parts.length > 0
      ? `${parts.join('; ')}. Largest value ${format(maximum(values))}.`
      : `All ${outside ? 'others' : 'values'} are 0.`;
  return outside ? `${found} ${outside}.` : found;
}
