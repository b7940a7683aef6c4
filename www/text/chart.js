// A small chart of curves from 0 to 1, with a band; dashes tell lines apart, not colour alone.

import { svg } from '../kit/page/dom.js';

const [WIDTH, HEIGHT] = [560, 220];
const [LEFT, RIGHT, TOP, BOTTOM] = [40, 8, 8, 34];

/**
 * @param {SVGElement} host
 * @param {{lines: {values: number[], className: string}[], band: {low: number[], high: number[]}|null, steps: number, under: string}} what
 */
export function drawChart(host, { lines, band, steps, under }) {
  const x = (k) => LEFT + ((WIDTH - LEFT - RIGHT) * k) / Math.max(1, steps);
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value);
  const path = (values) =>
    values.map((value, k) => `${k ? 'L' : 'M'}${x(k).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((value) => [
    svg('path', { class: 'grid', d: `M${LEFT} ${y(value)}H${WIDTH - RIGHT}` }),
    svg('text', { x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end', text: `${100 * value} %` }),
  ]);
  const marks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const k = Math.round(share * steps);
    return svg('text', { x: x(k), y: HEIGHT - BOTTOM + 15, 'text-anchor': 'middle', text: k });
  });
  const area = band
    ? [
        svg('path', {
          class: 'band',
          d: `${path(band.high)}${[...band.low]
            .map((value, k) => `L${x(k).toFixed(1)} ${y(value).toFixed(1)}`)
            .reverse()
            .join('')}Z`,
        }),
      ]
    : [];
  host.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  host.replaceChildren(
    ...grid,
    ...marks,
    ...area,
    ...lines.map(({ values, className }) => svg('path', { class: className, d: path(values) })),
    svg('text', { x: (LEFT + WIDTH) / 2, y: HEIGHT - 4, 'text-anchor': 'middle', text: under }),
  );
}
