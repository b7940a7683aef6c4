// Texts in <heat-lens>: what stands in the element, or its attribute `text`.

import { HeatText } from '../elements/text.js';
import { el } from '../page/dom.js';

/** @import { Domain } from './domain.js' */

/** Methods whose maps are of image size, of all coalitions or of sets. */
const ELSEWHERE = ['grad-cam', 'guided-grad-cam', 'shapley', 'sis'];

/** What stands inside an element, but for a still picture of the answer. @param {HTMLElement} lens */
export function textIn(lens) {
  const copy = /** @type {HTMLElement} */ (lens.cloneNode(true));
  for (const still of copy.querySelectorAll('figure, script, style')) still.remove();
  return copy.textContent?.trim() ?? '';
}

/** @type {Domain} */
export const text = {
  kind: 'text',
  element: HeatText,
  async read(lens) {
    const words = lens.typed ?? lens.text ?? textIn(lens);
    return words === '' ? null : { inputs: words, key: words };
  },
  ask: ({ name }, info, example) => {
    if (ELSEWHERE.includes(name)) return null;
    // Kernel SHAP needs two coalitions per word at least.
    const words = String(example?.inputs ?? '').split(/\s+/).length;
    return ['kernel-shap', 'lime'].includes(name) ? { samples: Math.max(300, 3 * words) } : {};
  },
  predict: (model, { inputs }) => /** @type {any} */ (model).read(inputs),
  explain: (model, { inputs }, options, call) => model.explainText(inputs, options, call),
  show(element, { inputs }, explanation) {
    element.text = inputs;
    element.explanation = explanation;
  },
  editor(lens, info, example) {
    void info;
    const field = el('textarea', {
      'aria-label': 'Text',
      part: 'field',
      rows: 3,
      maxlength: 20000,
    });
    field.value = example?.inputs ?? '';
    field.addEventListener('input', () => lens.edit({ typed: field.value }));
    return field;
  },
};
