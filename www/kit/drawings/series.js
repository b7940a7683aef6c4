// Draws <heat-series>: one line per channel, the relevance of each moment in a band under it or as the line's colour.

import { hex } from '../color/colors.js';
import { svg } from '../page/dom.js';
import { clip, format } from '../page/numbers.js';
import { channelsOf, strongest } from './arrays.js';

/** @import { Drawing } from '../arrays.js' */

const GUTTER = 48; // px, for the values at both ends
const NAME = 16;
const LINE = 56;
const BAND = 12;
const GAP = 14;
const FOOT = 14;
const COLUMNS = 1200; // pieces of a band at most
const STROKE = 3; // px between strokes of a hatch

const arrayOf = ({ shown: { relevance, shape }, layout, names }) =>
  channelsOf(shape, relevance.length, {
    layout,
    channels: names?.length > 1 ? names.length : undefined,
  });

/** The values of the series, in the order of its relevance; null: none are known. */
function valuesOf({ input, fetched, shown }) {
  const own = typeof input === 'string' ? fetched.input?.values : input;
  const values = own ?? shown.input ?? null;
  if (values && values.length !== shown.relevance.length)
    throw Object.assign(
      new Error(
        `the series has ${values.length} values, but there are ${shown.relevance.length} numbers`,
      ),
      { code: 'E_SHAPE' },
    );
  return values;
}

/** The number of one channel that is largest in each column of the picture. */
function columnsOf(channel, array, relevance) {
  const each = Math.ceil(array.length / COLUMNS);
  const out = [];
  for (let from = 0; from < array.length; from += each) {
    let best = 0;
    const to = Math.min(array.length, from + each);
    for (let t = from; t < to; t += 1) {
      const value = relevance[array.at(channel, t)];
      if (!Number.isFinite(value)) best = NaN;
      else if (Math.abs(value) > Math.abs(best)) best = value;
    }
    out.push({ from, to, value: best });
  }
  return out;
}

/** Columns of one look beside each other become one piece. */
function runs(columns, { scale, palette }) {
  const out = [];
  for (const { from, to, value } of columns) {
    const look = palette.lookAt(
      scale.vmax > 0 || !Number.isFinite(value) ? value / (scale.vmax || 1) : 0,
    );
    const fill = hex(look.color);
    const last = out.at(-1);
    if (last?.fill === fill && last.look.hatch === look.hatch) last.to = to;
    else out.push({ from, to, fill, look });
  }
  return out;
}

/** Strokes over a piece of a band, within it. */
function hatch({ x, y, width, height }, kind, stroke) {
  let d = '';
  for (let at = 0; at < width; at += STROKE) {
    const side = Math.min(height, width - at);
    if (kind !== -1)
      d += `M${(x + at).toFixed(2)} ${y + height}l${side.toFixed(2)} ${-side.toFixed(2)}`;
    if (kind !== 1) d += `M${(x + at).toFixed(2)} ${y}l${side.toFixed(2)} ${side.toFixed(2)}`;
  }
  return svg('path', { d, stroke, fill: 'none' });
}

/** @type {Drawing} */
export const series = {
  name: 'Series',
  styles: '.face svg { overflow: visible; }',

  numbers: (element) => element.shown.relevance,

  draw(element, how) {
    const { width } = how;
    const { relevance } = element.shown;
    const array = arrayOf(element);
    const values = valuesOf(element);
    const { channels, length } = array;
    const isColoured = element.mode === 'line' && values !== null;
    const names = element.names ?? [];
    const over = values ? LINE : 0;
    const lane =
      (channels > 1 || names.length > 0 ? NAME : 0) + over + (isColoured ? 0 : BAND + 2) + GAP;
    const height = channels * lane + FOOT;
    const wide = width - GUTTER - 4;
    const x = (t) => GUTTER + ((t + 0.5) / length) * wide;
    const edge = (t) => GUTTER + (t / length) * wide;
    const node = svg('svg', {
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-size': 11,
      'font-family': 'system-ui, sans-serif',
    });
    const label = (at, y, text, more = {}) =>
      svg('text', { x: at, y, fill: 'currentColor', text, ...more });

    for (let c = 0; c < channels; c += 1) {
      let top = c * lane;
      if (lane > over + BAND + 2 + GAP || isColoured) {
        if (channels > 1 || names.length > 0)
          node.append(label(GUTTER, top + 11, clip(names[c] ?? `channel ${c + 1}`, 40)));
      }
      if (channels > 1 || names.length > 0) top += NAME;
      const pieces = runs(columnsOf(c, array, relevance), how);
      if (values) {
        const own = Array.from({ length }, (_, t) => values[array.at(c, t)]);
        const finite = own.filter(Number.isFinite);
        const [low, high] = [
          finite.reduce((a, b) => Math.min(a, b), Infinity),
          finite.reduce((a, b) => Math.max(a, b), -Infinity),
        ];
        const y = (value) =>
          top + 3 + (LINE - 6) * (high > low ? (high - value) / (high - low) : 0.5);
        // A moment without a value leaves a gap.
        const path = (from, to) => {
          let d = '';
          let isOpen = false;
          for (let t = from; t < to; t += 1) {
            if (Number.isFinite(own[t]))
              d += `${isOpen ? 'L' : 'M'}${x(t).toFixed(2)} ${y(own[t]).toFixed(2)}`;
            isOpen = Number.isFinite(own[t]);
          }
          return d;
        };
        const line = { fill: 'none', 'stroke-linejoin': 'round', 'stroke-linecap': 'round' };
        // The line itself lies over its colours, of which weak ones are those of the page.
        if (isColoured)
          for (const { from, to, fill, look } of pieces)
            node.append(
              svg('path', {
                ...line,
                d: path(Math.max(0, from - 1), to),
                stroke: fill,
                'stroke-width': 5,
                'stroke-dasharray': look.hatch === 0 ? null : '2 8',
              }),
            );
        node.append(
          svg('path', {
            ...line,
            d: path(0, length),
            stroke: 'currentColor',
            'stroke-width': isColoured ? 0.75 : 1.25,
          }),
        );
        if (finite.length > 0)
          node.append(
            label(GUTTER - 6, top + 11, format(high), { 'text-anchor': 'end' }),
            label(GUTTER - 6, top + LINE, format(low), { 'text-anchor': 'end' }),
          );
      }
      if (isColoured) continue;
      const y = top + over + 2;
      const band = svg('g', { 'shape-rendering': 'crispEdges' });
      const strokes = [];
      for (const { from, to, fill, look } of pieces) {
        const box = { x: edge(from), y, width: edge(to) - edge(from), height: BAND };
        band.append(svg('rect', { ...box, fill }));
        if (look.hatch !== 0) strokes.push(hatch(box, look.hatch, hex(look.ink)));
      }
      const frame = {
        x: GUTTER,
        y,
        width: wide,
        height: BAND,
        fill: 'none',
        stroke: 'currentColor',
        'stroke-opacity': 0.3,
      };
      node.append(band, ...strokes, svg('rect', frame));
    }
    node.append(
      label(GUTTER, height - 3, '1'),
      label(GUTTER + wide, height - 3, String(length), { 'text-anchor': 'end' }),
    );
    const clamp = (value, most) => Math.min(most, Math.max(0, value));
    const place = (index) =>
      array.at(0, 1) === channels && channels > 1
        ? [index % channels, Math.floor(index / channels)]
        : [Math.floor(index / length), index % length];
    return {
      node,
      height,
      indexAt(across, down) {
        const t = clamp(Math.floor(((across * width - GUTTER) / wide) * length), length - 1);
        return array.at(clamp(Math.floor((down * height) / lane), channels - 1), t);
      },
      boxOf(index) {
        const [c, t] = place(index);
        const thin = Math.max(edge(t + 1) - edge(t), 2);
        return [edge(t) / width, (c * lane) / height, thin / width, (lane - GAP) / height];
      },
      beside(index, [down, right]) {
        if (index === null) return array.at(0, 0);
        const [c, t] = place(index);
        return array.at(clamp(c + down, channels - 1), clamp(t + right, length - 1));
      },
    };
  },

  describe(element) {
    const { relevance } = element.shown;
    const { channels, length } = arrayOf(element);
    const named = strongest(relevance, 3).map(
      (i) => `${placeOf(element, i)} (${element.amount(relevance[i])})`,
    );
    const size = channels > 1 ? `${channels} channels of ${length} values` : `${length} values`;
    return `${size}. Strongest: ${named.join(', ')}.`;
  },

  readingAt(element, index) {
    const [channel, position] = coordinates(element, index);
    const value = element.shown.relevance[index];
    return { channel, position: position + 1, value, input: valuesOf(element)?.[index] ?? null };
  },

  wordsAt(element, index) {
    const { value, input } = series.readingAt(element, index);
    const own = input === null ? '' : `, value ${format(input)}`;
    return `${placeOf(element, index)}: ${element.amount(value)}${own}`;
  },
};

/** Channel and position of a number. */
function coordinates(element, index) {
  const { channels, length, at } = arrayOf(element);
  const isLast = channels > 1 && at(1, 0) === 1;
  return isLast
    ? [index % channels, Math.floor(index / channels)]
    : [Math.floor(index / length), index % length];
}

function placeOf(element, index) {
  const [channel, position] = coordinates(element, index);
  const name =
    element.names?.[channel] ?? (arrayOf(element).channels > 1 ? `channel ${channel + 1}` : '');
  return `${name ? `${clip(name, 40)} ` : ''}at ${position + 1}`;
}
