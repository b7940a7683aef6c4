// What the page shows, as <heat-lens> shows it.

import { fetchBytes } from '../kit/engine/fetch.js';
import { story } from './export.js';
import { options } from './methods.js';
import { MODELS } from './networks.js';

/**
 * @param {import('./main.js').Page} page
 * @returns {import('../kit/page/embed.js').Shown | null} null: no map answers the present question
 */
export function embedding(page) {
  const take = story(page);
  const { reading, state, address } = page;
  if (!take || !reading || take.panels.length === 0) return null;
  const { file } = MODELS[state.model];
  const { method, ...asked } = options(
    page.entry,
    state,
    state.model,
    reading.tokenFeatures.length,
  );
  const [target] = page.explanations.classesNow(reading);
  const top = reading.shares.indexOf(Math.max(...reading.shares));
  const removed = [...reading.struck].sort((a, b) => a - b).join(' ');
  return {
    title: take.question ?? 'Why?',
    file: file.split('/').at(-1) ?? '',
    bytes: () => fetchBytes(file),
    take,
    link: address.link(),
    attributes: {
      method,
      target: target === top ? null : String(target),
      options: Object.keys(asked).length > 0 ? JSON.stringify({ [method]: asked }) : null,
      text: reading.text,
      removed: removed || null,
      controls: true,
      palette: state.palette,
    },
  };
}
