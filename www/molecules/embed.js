// What the page shows, as <heat-lens> shows it.

import { story } from './export.js';
import { options } from './methods.js';
import { MODELS } from './models.js';

/**
 * @param {import('./main.js').Page} page
 * @returns {import('../kit/page/embed.js').Shown | null} null: no map answers the present question
 */
export function embedding(page) {
  const { state, answer, catalogue, address } = page;
  if (!state.structure || !answer || !page.view) return null;
  const take = story(page, page.view.maps());
  if (!take || take.panels.length === 0) return null;
  const { file } = MODELS[answer.model];
  const entry = catalogue.find(({ name }) => name === state.method);
  /** @type {Record<string, any>} */
  const asked = entry && state.of === 'bonds' ? { ...options(entry, 'bonds') } : {};
  delete asked.method;
  delete asked.target;
  const removed = [...state.removed].sort((a, b) => a - b).join(' ');
  return {
    title: `${MODELS[answer.model].title} ${state.structure.title || state.structure.smiles}`.slice(
      0,
      80,
    ),
    file,
    bytes: () => page.models.bytes(file),
    take,
    link: address.link(),
    attributes: {
      method: state.method,
      options: Object.keys(asked).length > 0 ? JSON.stringify({ [state.method]: asked }) : null,
      smiles: state.structure.smiles,
      removed: removed || null,
      controls: true,
      palette: state.palette,
    },
    molecules: true,
  };
}
