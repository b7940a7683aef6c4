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
  words,
} from '../kit/page/codec.js';
import { decodeStrokes, encodeStrokes } from '../kit/pad/stroke-code.js';

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
    // A link says that a network was the visitor's own, which it does not hold; whoever follows it is told.
    field('m', 'model', {
      write: (id) => ([...MODEL_IDS, 'own'].includes(id) ? id : null),
      read: (id) => (MODEL_IDS.includes(id) ? id : undefined),
      always: true,
    }),
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
