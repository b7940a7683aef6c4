// From strokes to what the network was trained on (the rule of the MNIST set): white on black, the longer
// side of the digit 20 px, its centre of mass on the middle of pixel (14, 14) of 28 x 28, grey 0 to 1.

import { PEN, smooth } from './strokes.js';

export const SIDE = 28;
const BOX = 20;
const FINE = 8; // sub-samples per pixel and axis; grey is their mean
const RADIUS = [1.05, 1.6]; // bounds for the pen's radius after scaling, px: a small digit must not become a blob
const MAX_SCALE = 200; // px per pad width: a dot stays a dot

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

/** Marks the sub-samples within `radius` of the segment a-b. */
function stamp(mask, size, a, b, radius) {
  const r = radius * FINE;
  const [ax, ay, bx, by] = [a[0] * FINE, a[1] * FINE, b[0] * FINE, b[1] * FINE];
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const from = (p, q) => Math.max(0, Math.floor(Math.min(p, q) - r));
  const to = (p, q) => Math.min(size - 1, Math.ceil(Math.max(p, q) + r));
  const [left, right] = [from(ax, bx), to(ax, bx)];
  for (let row = from(ay, by); row <= to(ay, by); row += 1) {
    for (let column = left; column <= right; column += 1) {
      const [px, py] = [column + 0.5 - ax, row + 0.5 - ay];
      const share = length2 > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / length2)) : 0;
      const [ex, ey] = [px - share * dx, py - share * dy];
      if (ex * ex + ey * ey <= r * r) mask[row * size + column] = 1;
    }
  }
}

function centreOfMass(mask, size) {
  let [mass, sx, sy] = [0, 0, 0];
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i] === 0) continue;
    mass += 1;
    sx += (i % size) + 0.5;
    sy += Math.floor(i / size) + 0.5;
  }
  return { mass, x: sx / mass, y: sy / mass };
}

/** Where the ink's box goes, in sub-samples: by centre of mass, but never over the edge. */
function offset(centre, extent) {
  const room = SIDE * FINE - extent;
  return Math.round(Math.min(room, Math.max(0, (SIDE / 2 + 0.5) * FINE - centre)));
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
  const place = ([x, y]) => [(x - box.x0) * scale + radius, (y - box.y0) * scale + radius];
  for (const line of lines) {
    const placed = line.map(place);
    stamp(mask, size, placed[0], placed[0], radius);
    for (let i = 1; i < placed.length; i += 1) stamp(mask, size, placed[i - 1], placed[i], radius);
  }

  const centre = centreOfMass(mask, size);
  const extent = (side) => Math.ceil((side * scale + 2 * radius) * FINE);
  const left = offset(centre.x, Math.min(size, extent(box.width)));
  const top = offset(centre.y, Math.min(size, extent(box.height)));
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i] === 0) continue;
    const row = Math.floor((Math.floor(i / size) + top) / FINE);
    const column = Math.floor(((i % size) + left) / FINE);
    if (row < SIDE && column < SIDE) pixels[row * SIDE + column] += 1 / (FINE * FINE);
  }
  return { pixels, empty: centre.mass === 0 };
}
