// What stands in <heat-lens>: its parts, the answer in words and bars, a figure per method.

import { HeatBars } from '../elements/bars.js';
import { MethodPicker } from '../elements/method-picker.js';
import { create } from '../elements/registry.js';
import { el, setText } from '../page/dom.js';
import { clip, format, percent } from '../page/numbers.js';
import { remarks } from '../page/remarks.js';
import { endsOf } from './answer.js';

export const STYLES = `
  :host { display: block; contain: layout style; overflow-wrap: anywhere; }
  .lens { display: flex; flex-wrap: wrap; gap: 1rem 1.75rem; align-items: flex-start; }
  .input { max-width: 100%; }
  ::slotted(img), ::slotted(canvas), ::slotted(video) { max-width: min(100%, var(--heat-size, 252px)); height: auto; }
  .lens[data-kind='text'] .maps, .lens[data-kind='text'] .input { flex: 1 1 100%; }
  .maps { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; min-width: 0; }
  figure { min-width: 0; max-width: 100%; }
  .lens[data-kind='text'] figure { flex: 1 1 18rem; }
  figcaption { font-size: 0.875rem; font-weight: 600; margin-bottom: 0.25rem; }
  .answer { flex: 0 1 16rem; min-width: 12rem; }
  .verdict { font-size: 1.125rem; margin-bottom: 0.35rem; }
  .note, .status { font-size: 0.8125rem; line-height: 1.4; }
  .status:empty, .note:empty { display: none; }
  .status { flex-basis: 100%; }
  .failed .status { border-inline-start: 3px solid currentColor; padding-inline-start: 0.6rem; }
  textarea, .field { width: 100%; font: inherit; color: inherit; background: transparent; padding: 0.4rem 0.5rem;
    border: 1px solid color-mix(in srgb, currentColor 45%, transparent); border-radius: 3px; }
  .old .maps, .old .answer { opacity: 0.4; transition: opacity 150ms linear 150ms; }
  @media print { .controls, .status { display: none; } .old .maps, .old .answer { opacity: 1; } }
`;

/** The parts, for the element's shadow root. @param {any} lens */
export function layOut(lens) {
  const part = (tag, name, attributes, ...children) =>
    el(tag, { class: name, part: name, ...attributes }, ...children);
  const bars = create(HeatBars, { part: 'bars' }, lens);
  const picker = create(MethodPicker, {}, lens);
  bars.addEventListener('choose', (/** @type {any} */ event) => {
    event.stopPropagation();
    lens.target = event.detail.target;
  });
  picker.addEventListener('choose', (/** @type {any} */ event) => {
    event.stopPropagation();
    lens.method = event.detail.method;
  });
  const inputNode = part('div', 'input', {}, el('slot'));
  const maps = part('div', 'maps');
  const verdict = part('p', 'verdict');
  const controlsNode = part('div', 'controls', { hidden: true }, picker);
  const note = el('p', { class: 'note soft', part: 'note' });
  const answer = part('div', 'answer', { hidden: true }, verdict, bars, controlsNode, note);
  const status = el('p', { class: 'status soft', part: 'status', role: 'status' });
  const whole = part('div', 'lens', {}, inputNode, maps, answer, status);
  return {
    lens: whole,
    inputNode,
    maps,
    verdict,
    bars,
    picker,
    controlsNode,
    note,
    answer,
    status,
  };
}

/** The answer in words and bars, and the question where it is not the usual one. @param {any} lens */
export function showAnswer(lens, { labels }) {
  const { prediction, explanation } = lens;
  const { probabilities, logits } = prediction;
  const values = probabilities ?? logits;
  const top = values.indexOf(Math.max(...values));
  const name = (index) => clip(labels[index] || `class ${index}`, 40);
  const amount = probabilities ? `${percent(values[top])} %` : format(values[top]);
  setText(lens.verdict, values.length === 1 ? `${name(0)}: ${amount}` : `${name(top)}, ${amount}`);
  lens.answer.hidden = false;
  lens.bars.hidden = !lens.controls || values.length === 1;
  Object.assign(lens.bars, { labels, prediction, target: explanation.target });
  const rival = explanation.against === null ? '' : ` rather than ${name(explanation.against)}`;
  // The ends of the legend name the class; here it is named where it is not the answer.
  const isAnswer = explanation.target === top && rival === '';
  const why = values.length === 1 || isAnswer ? '' : `Why ${name(explanation.target)}${rival}. `;
  setText(lens.note, `${why}${remarks(explanation)}`.trim());
}

/**
 * A figure per method; drawings of methods that were there stay.
 * @param {any} lens @param {import('./domain.js').Domain} domain @param {Map<string, any>} before drawings by method
 * @returns {Map<string, any>} those that are there now
 */
export function showMaps(lens, domain, before) {
  const { explanations, example, info, palette, normalisation, legend, theme } = lens;
  const drawings = new Map();
  const figures = explanations.map((explanation) => {
    const { method, entry } = explanation;
    const label = entry?.title ?? method;
    /** @type {any} */
    const drawing =
      before.get(method) ?? create(domain.element, { part: 'map', 'data-method': method }, lens);
    drawings.set(method, drawing);
    const ends = endsOf(explanation, info);
    Object.assign(drawing, { palette, normalisation, legend, theme, label, ends });
    if (domain.show) domain.show(drawing, example, explanation);
    else drawing.explanation = explanation;
    const figure =
      drawing.closest('figure') ??
      el('figure', { part: 'figure' }, el('figcaption', { part: 'caption' }), drawing);
    const caption = figure.querySelector('figcaption');
    setText(caption, label);
    caption.hidden = explanations.length === 1 && lens.controls;
    return figure;
  });
  lens.maps.replaceChildren(...figures);
  return drawings;
}

const plain = (_, value) =>
  ArrayBuffer.isView(value) ? Array.from(/** @type {any} */ (value)) : value;

/** Question, answer and every number. @param {any} lens @returns {object} */
export function asJson({ info, prediction, explanations, example }) {
  const model = info && {
    hash: info.hash,
    labels: info.labels,
    title: info.metadata['heatlens.title'] ?? null,
  };
  const maps = explanations.map(({ entry, ...rest }) => ({ title: entry?.title, ...rest }));
  const all = { model, input: example?.inputs ?? null, prediction, explanations: maps };
  return JSON.parse(JSON.stringify(all, plain));
}
