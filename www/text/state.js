// The state of the texts page, and which of it the address carries.

import { choice, Codec, indices, number, palette, text, word } from '../kit/page/codec.js';
import { MODELS } from './networks.js';
import { SAMPLES } from './samples.js';

/**
 * @typedef {{ text: string, struck: Set<number>, model: string, method: string, fill: string, threshold: number, palette: string,
 *   chosen: (number | null)[], pair: [number, number] | null }} State
 *   `struck`: words by number; `chosen`: the classes of two or three panels, null: by rank; `pair`: one class against another,
 *   null: the first two panels'
 */

/** @type {State} */
const DEFAULTS = {
  text: SAMPLES[0].text,
  struck: new Set(),
  model: 'linear',
  method: 'lrp',
  fill: '0',
  threshold: 0.6,
  palette: 'red-blue',
  chosen: [null, null],
  pair: null,
};

const classes = indices('t', 'chosen', { most: 3, holes: true });
const struck = indices('k', 'struck');

export const codec = new Codec({
  defaults: DEFAULTS,
  fields: [
    choice('m', 'model', Object.keys(MODELS)),
    word('e', 'method'),
    choice('f', 'fill', ['0', 'mean']),
    number('h', 'threshold', [0.05, 0.99]),
    palette(),
    // A point is between two classes, so that one class alone is not taken for two.
    {
      ...classes,
      read: (pairs) => (classes.read(pairs)?.length > 1 ? classes.read(pairs) : undefined),
    },
    indices('q', 'pair', { count: 2 }),
    {
      ...struck,
      write: (words) =>
        struck.write(
          [...words].sort((a, b) => a - b),
          null,
        ),
      read: (pairs) => {
        const words = struck.read(pairs);
        return words && new Set(words);
      },
    },
    text('w', 'text', true),
  ],
});

/** @param {Partial<State>} part @param {number} count of the classes: what a link says of others counts as not said */
export function usable(part, count) {
  const isClass = (index) => index === null || index < count;
  /** @type {State} */
  const state = codec.complete(part);
  if (!state.chosen.every(isClass)) state.chosen = codec.complete().chosen;
  if (!state.pair?.every(isClass)) state.pair = null;
  return state;
}
