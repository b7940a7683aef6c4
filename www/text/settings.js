// The selects of the page and their effects.

import { palette, PALETTE_NAMES } from '../kit/color/colors.js';
import { byId, el } from '../kit/page/dom.js';
import { MODELS } from './networks.js';

/**
 * @param {import('./main.js').Page} page
 * @param {import('../pkg/index.js').MethodEntry[]} methods
 * @returns {() => void} shows the state in them, where it came from elsewhere
 */
export function buildSettings(page, methods) {
  const selects = new Map();
  const submit = () => page.submit();
  const draw = () => {
    page.address.keep();
    page.draw();
  };
  const build = (name, entries, changed) => {
    const select = byId(name, HTMLSelectElement);
    select.replaceChildren(...entries.map(([value, text]) => el('option', { value, text })));
    selects.set(name, select);
    select.addEventListener('change', () => {
      page.state[name] = select.value;
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
    page.state.struck.clear();
    submit();
  });
  const show = () => selects.forEach((select, name) => (select.value = page.state[name]));
  show();
  return show;
}
