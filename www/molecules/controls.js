// The page's selects, boxes and buttons, and what they change.

import { colorMap, MAP_NAMES } from '../shared/colors.js';
import { byId, el } from '../shared/dom.js';
import { notOffered, offered } from './methods.js';
import { MODELS } from './models.js';
import { savePng, saveSvg } from './save.js';

/** Fills a select and follows it. */
function choose(page, name, entries, changed) {
  const node = byId(name);
  node.replaceChildren(...entries.map(([value, text]) => el('option', { value, text })));
  node.value = page.state[name];
  node.onchange = () => {
    page.state[name] = node.value;
    changed();
  };
}

/** The methods that can explain atoms, or bonds. */
function chooseMethod(page) {
  const { state } = page;
  const entries = offered(page.catalogue, state.of);
  if (!entries.some(({ name }) => name === state.method)) state.method = entries[0].name;
  byId('not-offered')
    .querySelector('ul')
    .replaceChildren(
      ...notOffered(page.catalogue, state.of).map((text) => el('li', { text: `${text}.` })),
    );
  const titles = entries.map(({ name, title }) => [name, title]);
  choose(page, 'method', titles, () => page.explain());
}

/** @param {object} page whose state they change: `submit` for another question, `explain`, `draw` */
export function buildControls(page) {
  const { state } = page;
  const titles = Object.entries(MODELS).map(([id, { title }]) => [id, title]);
  choose(page, 'model', titles, () => page.submit());
  const of = ['atoms', 'bonds'].map((name) => [name, name]);
  choose(page, 'of', of, () => {
    chooseMethod(page);
    page.explain();
  });
  const maps = MAP_NAMES.map((name) => [name, colorMap(name).title]);
  choose(page, 'map', maps, () => page.draw());
  chooseMethod(page);
  byId('outlined').addEventListener('change', (event) => {
    state.outlined = event.target.checked;
    page.draw();
  });
  byId('restore').addEventListener('click', () => {
    state.removed.clear();
    page.submit();
  });
  for (const [id, save] of [
    ['save-png', savePng],
    ['save-svg', saveSvg],
  ]) {
    byId(id).addEventListener('click', async () => {
      if (!page.result) return;
      const isSigned = page.result.explanation.signed;
      const words = { title: page.caption(), rule: page.legend.text, isSigned, ends: page.ends() };
      try {
        await save(page.plate, words, 'molecule');
      } catch (error) {
        page.notices.error('The picture could not be saved', error);
      }
    });
  }
}
