// What the address of the page carries after '#'.

import { choice, Codec, flag, indices, palette, text, word } from '../kit/page/codec.js';
import { EXAMPLES } from './examples.js';
import { MODELS } from './models.js';

export const codec = new Codec({
  defaults: {
    model: 'ames',
    method: 'fragments',
    of: 'atoms',
    palette: 'red-blue',
    outlined: true,
    removed: [],
    molecule: EXAMPLES[0][1],
  },
  fields: [
    choice('m', 'model', Object.keys(MODELS)),
    word('e', 'method'),
    choice('b', 'of', ['atoms', 'bonds']),
    palette('c', 'palette'),
    flag('o', 'outlined'),
    indices('k', 'removed'),
    text('w', 'molecule', true),
  ],
});
