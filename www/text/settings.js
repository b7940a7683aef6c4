// The selects of the page and their effects.

import { palette, PALETTE_NAMES } from '../kit/color/colors.js';
import { byId, el } from '../kit/page/dom.js';
import { MODELS } from './networks.js';

/**
 * @param {import('./main.js').Page['state']} state
 * @param {import('../pkg/index.js').MethodEntry[]} methods
 * @param {{draw: () => void, submit: () => void}} page
 */
export function buildSettings(state, methods, { draw, submit }) {
  const build = (name, entries, changed) => {
    const select = byId(name, HTMLSelectElement);
    select.replaceChildren(...entries.map(([value, text]) => el('option', { value, text })));
    select.value = state[name];
    select.addEventListener('change', () => {
      state[name] = select.value;
      changed();
    });
  };
  build(
    'model',
    Object.entries(MODELS).map(([id, { title }]) => [id, title]),
    submit,
  );
  build(
    'method',
    methods.map(({ name, title }) => [name, title]),
    submit,
  );
  build(
    'fill',
    [
      ['0', 'nothing (zero)'],
      ['mean', 'the mean word'],
    ],
    submit,
  );
  build(
    'palette',
    PALETTE_NAMES.map((name) => [name, palette(name).title]),
    draw,
  );
  byId('restore').addEventListener('click', () => {
    state.struck.clear();
    submit();
  });
}
