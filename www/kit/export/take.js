// Buttons that save what a page shows: as picture, as drawing, as table, as numbers.

import { el } from '../page/dom.js';
import { figure, svgText, toPng } from './figure.js';
import { plain } from './json.js';
import { save } from './save.js';

const TYPES = { svg: 'image/svg+xml', json: 'application/json' };

/**
 * A figure, and the numbers behind it.
 * @typedef {import('./figure.js').Story & { name: string, json: () => Record<string, any>, csv: () => Blob | string }} Take
 *   `name` of the files; `csv` and `json` hold what `panels` show
 */

/** @param {'png' | 'svg' | 'csv' | 'json'} kind @param {Take} take @returns {Promise<Blob>} */
export async function fileOf(kind, take) {
  if (kind === 'png') return toPng(figure(take));
  if (kind === 'svg') return new Blob([svgText(figure(take))], { type: TYPES.svg });
  if (kind === 'csv') {
    const table = take.csv();
    return table instanceof Blob ? table : new Blob([table], { type: 'text/csv' });
  }
  const { question = '', answer = '', missing = [] } = take;
  const text = JSON.stringify(plain({ question, answer, ...take.json(), missing }));
  return new Blob([text], { type: TYPES.json });
}

/**
 * @param {{ take: () => Take | null, notices: import('../page/notice.js').Notices }} how `take`: what is there to be saved, now;
 *   null: nothing is
 */
export function saveButtons({ take, notices }) {
  const buttons = ['PNG', 'SVG', 'CSV', 'JSON'].map((title) => {
    const kind = /** @type {'png' | 'svg' | 'csv' | 'json'} */ (title.toLowerCase());
    const button = el('button', { type: 'button', text: title, 'data-take': kind });
    button.addEventListener('click', async () => {
      try {
        const found = take();
        const missing = found?.missing ?? [];
        const detail =
          missing.length > 0 ? `Left out: ${missing.join(', ')}. The file names them.` : '';
        if (!found || found.panels.length === 0)
          notices.show('There is no map to save yet', {
            detail: found ? detail : '',
            kind: 'info',
          });
        else {
          if (detail) notices.show('Not every map is computed yet', { detail, kind: 'info' });
          save(`heatlens-${found.name}.${kind}`, await fileOf(kind, found));
        }
      } catch (error) {
        notices.error('The file could not be made', error);
      }
    });
    return button;
  });
  return el('span', { class: 'take-buttons', role: 'group', 'aria-label': 'Save' }, ...buttons);
}
