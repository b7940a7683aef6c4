// What views are built of.

import { el, setText, uniqueId } from '../kit/page/dom.js';
import { format } from '../kit/page/numbers.js';

/** A view's section with its heading and the one or two sentences that say what to look for. */
export function lesson(id, title, text, ...children) {
  const heading = uniqueId(`view-${id}`);
  return el(
    'section',
    { class: 'view', id: `view-${id}`, 'aria-labelledby': heading },
    el('div', { class: 'view-head' }, el('h3', { id: heading, text: title }), el('p', { text })),
    ...children,
  );
}

export const row = (...children) => el('div', { class: 'panels' }, ...children);

/** A part of a view under a heading of its own. */
export function part(title, text, ...children) {
  const id = uniqueId('part');
  return el(
    'section',
    { class: 'part', 'aria-labelledby': id },
    el('h4', { id, text: title }),
    text ? el('p', { class: 'fine', text }) : null,
    ...children,
  );
}

/**
 * A slider with its value beside it.
 * @param {string} title
 * @param {{min: number, max: number, step?: number, value: number, show?: (value: number) => string, changed: (value: number) => void}} how
 */
export function slider(title, { min, max, step = 1, value, show = format, changed }) {
  const id = uniqueId('slider');
  const output = el('output', { for: id, class: 'param-value', text: show(value) });
  const node = el('input', { type: 'range', id, min, max, step, value });
  node.setAttribute('aria-valuetext', show(value));
  const tell = () => {
    setText(output, show(Number(node.value)));
    node.setAttribute('aria-valuetext', output.textContent);
  };
  node.addEventListener('input', () => {
    tell();
    changed(Number(node.value));
  });
  const set = (next, top = Number(node.max)) => {
    node.max = String(top);
    node.value = String(next);
    tell();
  };
  const label = el('label', { for: id, text: title });
  return { node: el('div', { class: 'param' }, label, node, output), input: node, set };
}

/** A choice among a few words. */
export function choice(title, choices, value, changed) {
  const id = uniqueId('choice');
  const node = el(
    'select',
    { id },
    ...choices.map(([key, text]) => el('option', { value: key, text, selected: key === value })),
  );
  node.addEventListener('change', () => changed(node.value));
  return {
    node: el('div', { class: 'param' }, el('label', { for: id, text: title }), node),
    input: node,
  };
}

export const button = (text, click, more = {}) =>
  el('button', { type: 'button', text, on: { click }, ...more });

/** A table of numbers. @param {string[]} head @param {(string|Node)[][]} rows */
export function table(caption, head, rows) {
  return el(
    'table',
    { class: 'numbers' },
    el('caption', { text: caption }),
    el('thead', {}, el('tr', {}, ...head.map((text) => el('th', { scope: 'col', text })))),
    el(
      'tbody',
      {},
      ...rows.map(([first, ...rest]) =>
        el('tr', {}, el('th', { scope: 'row' }, first), ...rest.map((cell) => el('td', {}, cell))),
      ),
    ),
  );
}
