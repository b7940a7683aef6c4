// The page of what stands behind the others: history, quotes, links.

import { byId, el } from '../kit/page/dom.js';
import { startTheme } from '../kit/page/theme.js';
import { GROUPS } from './history.js';
import { VOC, means, remarks } from './voc.js';

const entry = ({ name, source, href }) =>
  el(
    'li',
    { 'data-runs': href ? 'here' : 'not' },
    el('span', { class: 'name', text: name }),
    el('span', { class: 'fine', text: source }),
    href
      ? el('a', { href, text: 'runs here', 'aria-label': `${name} runs here` })
      : el('span', { class: 'absent', text: 'not implemented' }),
  );

byId('history').replaceChildren(
  ...GROUPS.map(({ title, text, entries }) =>
    el(
      'section',
      {},
      el('h3', { text: title }),
      el('p', { class: 'fine', text }),
      el('ul', {}, ...entries.map(entry)),
    ),
  ),
);

const number = (value) => el('td', { class: 'number', text: value.toFixed(2) });
/** @param {[string, ...number[]]} row */
const line = ([name, ...values]) =>
  el('tr', {}, el('th', { scope: 'row', text: name }), ...values.map(number));
byId('voc', HTMLTableElement).tBodies[0].replaceChildren(
  ...VOC.map(line),
  line(['mean, computed', ...means()]),
);
byId('voc-text').textContent = remarks();

startTheme(byId('theme'), () => {});
