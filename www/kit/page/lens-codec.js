// The attributes of <heat-lens> as an address: of the page for frames.

import { Codec, field, flag, normalisation, palette, text } from './codec.js';

const MODEL = /^[a-z0-9][a-z0-9-]{0,63}\.onnx$/;

/** A network of the site by its file's name: no other address is ever fetched because of a link. */
const model = field('m', 'model', {
  always: true,
  write: (value) => (MODEL.test(value) ? value : null),
  read: (value) => (MODEL.test(value) ? value : undefined),
});

/** Attributes that are written as they are, by their key. */
const PLAIN = {
  e: 'method',
  t: 'target',
  a: 'against',
  o: 'options',
  d: 'strokes',
  w: 'text',
  q: 'smiles',
  r: 'removed',
};

/** @type {Record<string, any>} */
const DEFAULTS = {
  model: 'digits-cnn.onnx',
  pad: false,
  controls: true,
  palette: 'red-blue',
  normalisation: 'max',
};
for (const name of Object.values(PLAIN)) DEFAULTS[name] = null;

export const codec = new Codec({
  defaults: DEFAULTS,
  fields: [
    model,
    ...Object.entries(PLAIN).map(([key, name]) => text(key, name)),
    flag('k', 'controls'),
    flag('p', 'pad'),
    palette(),
    normalisation(),
  ],
});
