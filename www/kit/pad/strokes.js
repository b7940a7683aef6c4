// A drawing is a list of strokes; a stroke is a list of [x, y] in the unit square, y downwards.
// Coordinates lie on a grid of 1/GRID, so that a drawing restored from the address is the same drawing.

export const GRID = 1023;
export const MAX_POINTS = 2400;
export const PEN = 0.042; // radius of the pen, in widths of the pad

export function snap(value) {
  return Math.round(Math.min(1, Math.max(0, value)) * GRID) / GRID;
}

export function countPoints(strokes) {
  return strokes.reduce((n, stroke) => n + stroke.length, 0);
}

/** Distance of p from the segment a-b. */
function distance(p, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length2 = dx * dx + dy * dy;
  const along = length2 > 0 ? ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2 : 0;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(p[0] - a[0] - share * dx, p[1] - a[1] - share * dy);
}

/** The Ramer-Douglas-Peucker algorithm: the points without which the line would move by more than `tolerance`. */
function simplified(line, tolerance) {
  const kept = new Set([0, line.length - 1]);
  const parts = [[0, line.length - 1]];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [from, to] = part;
    let [far, most] = [-1, tolerance];
    for (let i = from + 1; i < to; i += 1) {
      const off = distance(line[i], line[from], line[to]);
      if (off > most) [far, most] = [i, off];
    }
    if (far < 0) continue;
    kept.add(far);
    parts.push([from, far], [far, to]);
  }
  return line.filter((_, i) => kept.has(i));
}

/**
 * A drawing of at most `count` points, or of as few as its strokes need: each stroke is simplified by the smallest
 * tolerance that is enough, of 1/GRID, 2/GRID, 4/GRID and so on. A repeated point stays a corner.
 */
export function thinned(strokes, count) {
  let out = strokes;
  for (let tolerance = 1 / GRID; tolerance < 1 && countPoints(out) > count; tolerance *= 2)
    out = strokes.map((stroke) =>
      splitAtCorners(stroke).flatMap((run) => simplified(run, tolerance)),
    );
  return out;
}

const same = (a, b) => a[0] === b[0] && a[1] === b[1];

/** Splits a stroke where a point is repeated: a repeated point is a corner. */
function splitAtCorners(stroke) {
  /** @type {number[][][]} */
  const runs = [[]];
  for (const point of stroke) {
    const run = runs[runs.length - 1];
    if (run.length > 0 && same(run[run.length - 1], point)) runs.push([point]);
    else run.push(point);
  }
  return runs;
}

/** One span p1 to p2 of the centripetal Catmull-Rom curve through p0, p1, p2, p3. */
function span(p0, p1, p2, p3, out, step) {
  const knot = (a, b) => Math.max(1e-6, Math.sqrt(Math.hypot(b[0] - a[0], b[1] - a[1])));
  const t1 = knot(p0, p1);
  const t2 = t1 + knot(p1, p2);
  const t3 = t2 + knot(p2, p3);
  const mix = (a, b, ta, tb, t) => {
    const w = (t - ta) / (tb - ta);
    return [a[0] + (b[0] - a[0]) * w, a[1] + (b[1] - a[1]) * w];
  };
  const pieces = Math.max(1, Math.ceil(Math.hypot(p2[0] - p1[0], p2[1] - p1[1]) / step));
  for (let i = 1; i <= pieces; i += 1) {
    const t = t1 + ((t2 - t1) * i) / pieces;
    const a = mix(p0, p1, 0, t1, t);
    const b = mix(p1, p2, t1, t2, t);
    const c = mix(p2, p3, t2, t3, t);
    out.push(mix(mix(a, b, 0, t2, t), mix(b, c, t1, t3, t), t1, t2, t));
  }
}

/** The polyline of a stroke: a smooth curve through its points, sharp where a point is repeated. */
export function smooth(stroke, step = 0.015) {
  const out = [];
  for (const run of splitAtCorners(stroke)) {
    if (out.length === 0) out.push(run[0]);
    const last = run.length - 1;
    for (let i = 0; i < last; i += 1) {
      const [p1, p2] = [run[i], run[i + 1]];
      const before = i > 0 ? run[i - 1] : [2 * p1[0] - p2[0], 2 * p1[1] - p2[1]];
      const after = i + 2 <= last ? run[i + 2] : [2 * p2[0] - p1[0], 2 * p2[1] - p1[1]];
      span(before, p1, p2, after, out, step);
    }
  }
  return out;
}

/** SVG path data of a drawing, in units of `size`. */
export function pathData(strokes, size) {
  const n = (v) => (v * size).toFixed(1);
  return strokes
    .map(
      (stroke) =>
        smooth(stroke, 0.04)
          .map(([x, y], i) => `${i ? 'L' : 'M'}${n(x)} ${n(y)}`)
          .join('') + (stroke.length === 1 ? 'h0' : ''),
    )
    .join('');
}
