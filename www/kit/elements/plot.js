// A small chart of curves over steps: a band for what chance does, dashes and names so that colour alone
// tells nothing, a mark where the visitor stands.

import { svg } from '../page/dom.js';
import { format } from '../page/numbers.js';

const [WIDTH, HEIGHT] = [560, 230];
const [LEFT, RIGHT, TOP, BOTTOM] = [60, 12, 10, 36];
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '4 4', '12 4', '1 5'];

function range(rows) {
  let [low, high] = [Infinity, -Infinity];
  for (const row of rows)
    for (const value of row) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (!(low < high)) return [low - 1, low + 1];
  return [low, high];
}

/** About four round numbers that span low to high. */
export function ticks(low, high) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5].map((k) => k * power).find((size) => size >= rough) ?? 10 * power;
  const out = [];
  for (let k = Math.ceil(low / step); k * step <= high + step * 1e-9; k += 1) out.push(k * step);
  return out;
}

/**
 * @param {SVGElement} host
 * @param {{series: {name: string, values: ArrayLike<number>, faint?: boolean}[], band?: {low: ArrayLike<number>, high: ArrayLike<number>}|null,
 *   level?: {at: number, name: string}|null, cursor?: number|null, under: string, beside: string,
 *   bounds?: [number, number], label: string}} what `bounds` of the vertical axis; else what the curves need
 */
export function drawPlot(host, what) {
  const { series, band = null, level = null, cursor = null, under, beside, bounds, label } = what;
  const rows = series.map(({ values }) => values);
  const [low, high] =
    bounds ?? range([...rows, ...(band ? [band.low, band.high] : []), level ? [level.at] : []]);
  const steps = Math.max(1, ...rows.map((row) => row.length - 1));
  const x = (k) => LEFT + ((WIDTH - LEFT - RIGHT) * k) / steps;
  const y = (value) => TOP + ((HEIGHT - TOP - BOTTOM) * (high - value)) / (high - low);
  const point = (value, k) => `${x(k).toFixed(1)} ${y(value).toFixed(1)}`;
  const path = (values) =>
    Array.from(values, (value, k) => `${k ? 'L' : 'M'}${point(value, k)}`).join('');
  const parts = ticks(low, high).flatMap((value) => [
    svg('path', { class: 'plot-grid', d: `M${LEFT} ${y(value)}H${WIDTH - RIGHT}` }),
    svg('text', { x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end', text: format(value) }),
  ]);
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const k = Math.round(share * steps);
    parts.push(svg('text', { x: x(k), y: HEIGHT - BOTTOM + 15, 'text-anchor': 'middle', text: k }));
  }
  if (band) {
    const back = Array.from(band.low, (value, k) => `L${point(value, k)}`).reverse();
    parts.push(svg('path', { class: 'plot-band', d: `${path(band.high)}${back.join('')}Z` }));
  }
  if (level) {
    parts.push(
      svg('path', { class: 'plot-level', d: `M${LEFT} ${y(level.at)}H${WIDTH - RIGHT}` }),
      svg('text', {
        x: WIDTH - RIGHT,
        y: y(level.at) - 4,
        'text-anchor': 'end',
        text: level.name,
      }),
    );
  }
  series.forEach(({ values, faint }, i) => {
    const dash = faint ? '' : DASHES[i % DASHES.length];
    parts.push(
      svg('path', {
        class: faint ? 'plot-faint' : `plot-line plot-${i % DASHES.length}`,
        'stroke-dasharray': dash,
        d: path(values),
      }),
    );
  });
  if (cursor !== null) {
    parts.push(svg('path', { class: 'plot-cursor', d: `M${x(cursor)} ${TOP}V${HEIGHT - BOTTOM}` }));
  }
  parts.push(
    svg('text', {
      x: (LEFT + WIDTH - RIGHT) / 2,
      y: HEIGHT - 4,
      'text-anchor': 'middle',
      text: under,
    }),
    svg('text', {
      x: 11,
      y: (TOP + HEIGHT - BOTTOM) / 2,
      'text-anchor': 'middle',
      transform: `rotate(-90 11 ${(TOP + HEIGHT - BOTTOM) / 2})`,
      text: beside,
    }),
  );
  host.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  host.setAttribute('role', 'img');
  host.setAttribute('aria-label', label);
  host.replaceChildren(...parts);
}

/** The names of the curves, each with its dash. */
export function plotKey(series) {
  return series
    .filter(({ faint }) => !faint)
    .map(({ name }, i) => {
      const line = svg(
        'svg',
        { class: 'plot-dash', viewBox: '0 0 28 6', 'aria-hidden': 'true' },
        svg('path', {
          class: `plot-line plot-${i % DASHES.length}`,
          'stroke-dasharray': DASHES[i % DASHES.length],
          d: 'M0 3H28',
        }),
      );
      return { line, name };
    });
}
