// One explanation and nothing else, for frames in other people's pages: all that it shows stands in its address.

import '../elements.js';
import { Address } from '../kit/page/address.js';
import { byId, el } from '../kit/page/dom.js';
import { handKeysOn } from '../kit/page/host-keys.js';
import { hasSimd, SIMD_MESSAGE } from '../kit/engine/simd.js';
import { codec } from '../kit/page/lens-codec.js';

const models = new URL('../models/', document.baseURI);

function show() {
  const { model, ...rest } = codec.complete(Address.read(codec));
  const attributes = { ...rest, model: new URL(model, models).href, eager: true };
  byId('lens').replaceChildren(
    hasSimd() ? el(/** @type {any} */ ('heat-lens'), attributes) : el('p', { text: SIMD_MESSAGE }),
  );
}

handKeysOn();
addEventListener('hashchange', show);
show();
