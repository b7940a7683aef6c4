// From strokes to what the network was trained on (the rule of the MNIST set): white on black, the longer
// side of the digit 20 px, its centre of mass on the middle of pixel (14, 14) of 28 x 28, grey 0 to 1.

import { PEN, smooth } from './strokes.js';

export const SIDE = 28;
const BOX = 20;
const FINE = 8; // sub-samples per pixel and axis; grey is their mean
const RADIUS = [1.05, 1.6]; // bounds for the pen's radius after scaling, px: a small digit must not become a blob
const MAX_SCALE = 200; // px per pad width: a dot stays a dot

/** Grey bytes 0 to 255 as numbers 0 to 1. Not by their own `map`, which yields bytes again. */
export const greys = (bytes) => Float32Array.from(bytes, (grey) => grey / 255);

function bounds(lines) {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const line of lines) {
    for (const [x, y] of line) {
      x0 = Math.min(x0, x);
      y0 = Math.min(y0, y);
      x1 = Math.max(x1, x);
      y1 = Math.max(y1, y);
    }
  }
  return { x0, y0, width: x1 - x0, height: y1 - y0 };
}

/** Marks the sub-samples within `radius` of the segment a-b: in each row all from the first to the last. */
function stamp(mask, size, a, b, radius) {
  const r = radius * FINE;
  const [ax, ay, bx, by] = [a[0] * FINE, a[1] * FINE, b[0] * FINE, b[1] * FINE];
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const from = (p, q) => Math.max(0, Math.floor(Math.min(p, q) - r));
  const to = (p, q) => Math.min(size - 1, Math.ceil(Math.max(p, q) + r));
  const inside = (row, column) => {
    const px = column + 0.5 - ax;
    const py = row + 0.5 - ay;
    const share = length2 > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / length2)) : 0;
    const ex = px - share * dx;
    const ey = py - share * dy;
    return ex * ex + ey * ey <= r * r;
  };
  const last = to(ay, by);
  for (let row = from(ay, by); row <= last; row += 1) {
    let left = from(ax, bx);
    let right = to(ax, bx);
    while (left <= right && !inside(row, left)) left += 1;
    while (left < right && !inside(row, right)) right -= 1;
    mask.fill(1, row * size + left, row * size + right + 1);
  }
}

/** What is marked, as runs inside the rows: `from` up to but not including `to`. */
function runs(mask, size) {
  const found = [];
  for (let row = 0; row < size; row += 1) {
    const line = mask.subarray(row * size, (row + 1) * size);
    for (let from = line.indexOf(1); from >= 0;) {
      const gap = line.indexOf(0, from);
      const to = gap < 0 ? size : gap;
      found.push({ row, from, to });
      from = line.indexOf(1, to);
    }
  }
  return found;
}

function centreOfMass(ink) {
  let [mass, sx, sy] = [0, 0, 0];
  for (const { row, from, to } of ink) {
    mass += to - from;
    sx += ((to - from) * (from + to)) / 2;
    sy += (to - from) * (row + 0.5);
  }
  return { mass, x: sx / mass, y: sy / mass };
}

/**
 * Where the ink's box goes: by centre of mass, but never over the edge.
 * @param {number} centre of mass, from the box's edge @param {number} extent of the box @param {number} fine units per pixel
 */
export function place(centre, extent, fine = 1) {
  const room = SIDE * fine - extent;
  return Math.round(Math.min(room, Math.max(0, (SIDE / 2 + 0.5) * fine - centre)));
}

/**
 * The network's input for a drawing.
 * @returns {{pixels: Float32Array, empty: boolean}} 784 grey values, row by row; all zero when nothing is drawn
 */
export function preprocess(strokes) {
  const pixels = new Float32Array(SIDE * SIDE);
  const lines = strokes.filter((stroke) => stroke.length > 0).map((stroke) => smooth(stroke));
  if (lines.length === 0) return { pixels, empty: true };

  const box = bounds(lines);
  const longer = Math.max(box.width, box.height);
  const wanted = PEN * (BOX / (longer + 2 * PEN));
  const radius = Math.min(RADIUS[1], Math.max(RADIUS[0], wanted));
  const scale = longer > 0 ? Math.min(MAX_SCALE, (BOX - 2 * radius) / longer) : 0;

  const size = BOX * FINE;
  const mask = new Uint8Array(size * size);
  const scaled = ([x, y]) => [(x - box.x0) * scale + radius, (y - box.y0) * scale + radius];
  for (const line of lines) {
    const placed = line.map(scaled);
    stamp(mask, size, placed[0], placed[0], radius);
    for (let i = 1; i < placed.length; i += 1) stamp(mask, size, placed[i - 1], placed[i], radius);
  }

  const ink = runs(mask, size);
  const centre = centreOfMass(ink);
  const extent = (side) => Math.ceil((side * scale + 2 * radius) * FINE);
  const left = place(centre.x, Math.min(size, extent(box.width)), FINE);
  const top = place(centre.y, Math.min(size, extent(box.height)), FINE);
  for (const { row, from, to } of ink) {
    const line = Math.floor((row + top) / FINE);
    if (line >= SIDE) continue;
    const end = Math.min(to + left, SIDE * FINE);
    for (let at = from + left; at < end;) {
      const column = Math.floor(at / FINE);
      const next = Math.min(end, (column + 1) * FINE);
      pixels[line * SIDE + column] += (next - at) / (FINE * FINE);
      at = next;
    }
  }
  return { pixels, empty: centre.mass === 0 };
}
