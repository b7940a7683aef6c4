// The page's selects, boxes and buttons, and what they change.

/** @import { Page } from './main.js' */

import { palette, PALETTE_NAMES } from '../kit/color/colors.js';
import { byId, el, one, setText } from '../kit/page/dom.js';
import { notOffered, offered } from './methods.js';
import { MODELS } from './models.js';

/** Fills a select and follows it. @param {Page} page @param {string} name */
function choose(page, name, entries, changed) {
  const node = byId(name, HTMLSelectElement);
  node.replaceChildren(...entries.map(([value, text]) => el('option', { value, text })));
  node.value = page.state[name];
  node.onchange = () => {
    page.state[name] = node.value;
    changed();
  };
}

/**
 * The methods that can explain atoms, or bonds. Where that of the atoms cannot explain bonds, another takes its place until
 * atoms are explained again.
 * @param {Page} page
 */
function chooseMethod(page) {
  const { state } = page;
  const entries = offered(page.catalogue, state.of);
  const titleOf = (wanted, of) => page.described(wanted, of).title;
  const { before, instead } = page.swapped;
  let said = '';
  if (state.of === 'atoms') {
    if (state.method === instead) {
      state.method = before;
      said = `The method is ${titleOf(before, 'atoms')} again.`;
    }
    page.swapped = { before: '', instead: '' };
  } else if (!entries.some(({ name }) => name === state.method)) {
    page.swapped = { before: state.method, instead: entries[0].name };
    said = `${titleOf(state.method, 'atoms')} explains no bonds: the method is ${entries[0].title} until atoms are explained again.`;
    state.method = entries[0].name;
  }
  setText(byId('changed'), said);
  one('#not-offered ul').replaceChildren(
    ...notOffered(page.catalogue, state.of).map((text) => el('li', { text: `${text}.` })),
  );
  const titles = entries.map(({ name, title }) => [name, title]);
  choose(page, 'method', titles, () => {
    setText(byId('changed'), '');
    page.explain();
  });
}

/** @param {Page} page whose state they change: `submit` for another question, `explain`, `draw` */
export function buildControls(page) {
  const { state } = page;
  const titles = Object.entries(MODELS).map(([id, { title }]) => [id, title]);
  choose(page, 'model', titles, () => page.submit());
  const of = ['atoms', 'bonds'].map((name) => [name, name]);
  choose(page, 'of', of, () => {
    chooseMethod(page);
    page.explain();
  });
  const palettes = PALETTE_NAMES.map((name) => [name, palette(name).title]);
  choose(page, 'palette', palettes, () => page.draw());
  chooseMethod(page);
  const outlined = byId('outlined', HTMLInputElement);
  outlined.checked = state.outlined;
  outlined.onchange = () => {
    state.outlined = outlined.checked;
    page.draw();
  };
  byId('restore').onclick = () => {
    state.removed.clear();
    page.submit();
  };
}
