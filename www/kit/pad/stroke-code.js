// Strokes as text: for each its number of points, the first point, then differences; zigzag varints.

import { toBytes, toText } from '../page/codec.js';
import { GRID, MAX_POINTS } from './strokes.js';

function pushNumber(bytes, value) {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>= 7;
  }
  bytes.push(rest);
}

function bytesOf(strokes) {
  const bytes = [];
  for (const stroke of strokes) {
    pushNumber(bytes, stroke.length);
    let [px, py] = [0, 0];
    for (const point of stroke) {
      const [x, y] = [Math.round(point[0] * GRID), Math.round(point[1] * GRID)];
      pushNumber(bytes, x - px);
      pushNumber(bytes, y - py);
      [px, py] = [x, y];
    }
  }
  return bytes;
}

export const encodeStrokes = (strokes) => toText(bytesOf(strokes));

/** Letters of that text. */
export const encodedLength = (strokes) => Math.ceil((4 * bytesOf(strokes).length) / 3);

/** The strokes of a text, or null when it is not one of ours. */
export function decodeStrokes(text) {
  const bytes = toBytes(text);
  if (bytes === null) return null;
  let at = 0;
  const next = () => {
    let [value, shift] = [0, 0];
    for (;;) {
      if (at >= bytes.length || shift > 14) return NaN;
      const byte = bytes[at];
      at += 1;
      value |= (byte & 127) << shift;
      if (byte < 128) break;
      shift += 7;
    }
    return value & 1 ? -(value + 1) / 2 : value / 2;
  };
  const strokes = [];
  let total = 0;
  while (at < bytes.length) {
    const count = next();
    total += count;
    if (!(count > 0) || !(total <= MAX_POINTS)) return null;
    const stroke = [];
    let [x, y] = [0, 0];
    for (let i = 0; i < count; i += 1) {
      x += next();
      y += next();
      if (!(x >= 0 && x <= GRID && y >= 0 && y <= GRID)) return null;
      stroke.push([x / GRID, y / GRID]);
    }
    strokes.push(stroke);
  }
  return strokes;
}
