// What the address of the digits page carries after '#': the fields that all pages have, the drawing as strokes, and in its place an
// image's grey values.

import {
  bytes,
  choice,
  Codec,
  field,
  flag,
  index,
  normalisation,
  palette,
  parameters,
  toBytes,
  toText,
  words,
} from '../kit/page/codec.js';
import { GRID, MAX_POINTS } from './input/strokes.js';

/**
 * The page's state.
 * @typedef {{ model: string, target: number | 'top', against: number | null, normalisation: string, palette: string, shared: boolean,
 *   outline: boolean, view: string, methods: string[], params: Map<string, number | string>, strokes: number[][][],
 *   image: Uint8Array | null }} State
 *   `params`: the methods' parameters, and what views keep, by `method.name`; `image`: grey values instead of a drawing
 */

const PIXELS = 784;

export const MODEL_IDS = ['cnn', 'mlp'];
export const VIEW_IDS = [
  'compare',
  'knobs',
  'contrast',
  'layers',
  'proof',
  'subsets',
  'limits',
  'images',
  'networks',
];

// ---- strokes: for each its number of points, the first point, then differences; zigzag varints

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

// ---- the whole state

/** @type {Omit<State, 'strokes' | 'image'>} */
export const DEFAULTS = {
  model: 'cnn',
  target: 'top',
  against: null,
  normalisation: 'max',
  palette: 'red-blue',
  shared: true,
  outline: true,
  view: 'compare',
  methods: [],
  params: new Map(),
};

export const codec = new Codec({
  defaults: DEFAULTS,
  fields: [
    choice('m', 'model', MODEL_IDS, true),
    index('t', 'target'),
    index('a', 'against'),
    normalisation('n', 'normalisation', true),
    palette('c', 'palette', true),
    flag('s', 'shared', true),
    flag('o', 'outline', true),
    choice('x', 'view', VIEW_IDS),
    words('g', 'methods'),
    parameters('p', 'params'),
    bytes('i', 'image', PIXELS),
    field('d', 'strokes', {
      write: (strokes, { image }) => (image ? null : encodeStrokes(strokes)),
      read: decodeStrokes,
      always: true,
    }),
  ],
});

/** @param {State} state @returns {string} the address part, '#' included; of a state that is too long the version alone */
export const encodeState = (state) => codec.encode(state);

/** The part of a state that an address names. @param {unknown} hash @returns {Partial<State>} */
export const decodeState = (hash) => codec.decode(hash);
