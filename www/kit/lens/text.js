// Texts in <heat-lens>: what stands in the element, or its attribute `text`.

import { HeatText } from '../elements/text.js';
import { el } from '../page/dom.js';

/** @import { Domain } from './domain.js' */

/** Methods whose maps are of image size, of all coalitions or of sets. */
const ELSEWHERE = ['grad-cam', 'guided-grad-cam', 'shapley', 'sis'];

/**
 * What stands inside an element, but for a still picture of the answer. With its spaces as a page shows them: lines that an
 * editor broke are no lines of the text, an empty one parts paragraphs.
 * @param {HTMLElement} lens
 */
export function textIn(lens) {
  const copy = /** @type {HTMLElement} */ (lens.cloneNode(true));
  for (const still of copy.querySelectorAll('figure, script, style')) still.remove();
  const content = copy.textContent?.trim() ?? '';
  if (/^(pre|break)/.test(getComputedStyle(lens).whiteSpace)) return content;
  const paragraphs = content.split(/\s*\n\s*\n\s*/);
  return paragraphs.map((each) => each.replace(/[ \t\n\r\f]+/g, ' ')).join('\n\n');
}

/** @type {Domain} */
export const text = {
  kind: 'text',
  element: HeatText,
  async read(lens) {
    const words = lens.typed ?? lens.text ?? textIn(lens);
    const removed =
      String(lens.removed ?? '')
        .match(/\d+/g)
        ?.map(Number) ?? [];
    return words === '' ? null : { inputs: words, key: JSON.stringify([words, removed]), removed };
  },
  ask: ({ name }, info, example) => {
    if (ELSEWHERE.includes(name)) return null;
    // Kernel SHAP needs two coalitions per word at least.
    const words = String(example?.inputs ?? '').split(/\s+/).length;
    return ['kernel-shap', 'lime'].includes(name) ? { samples: Math.max(300, 3 * words) } : {};
  },
  predict: (model, { inputs, removed }) =>
    /** @type {any} */ (model).read(inputs, { maskedTokens: [removed] }),
  explain: (model, { inputs, removed }, options, call) =>
    model.explainText(inputs, { ...options, maskedTokens: removed }, call),
  show(element, { inputs, removed }, explanation) {
    element.text = inputs;
    element.explanation = { ...explanation, text: inputs, struck: new Set(removed) };
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
