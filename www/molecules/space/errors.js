// How far models of the energy are off on QM7: published figures, quoted, and those of the files on this page.

import { el } from '../../kit/page/dom.js';

/** As a lecture of K.-R. Müller has them, dates too: mean absolute errors in kcal/mol. */
export const QUOTED = [
  ['March 2012', 'Rupp et al., kernels on eigenspectra of Coulomb matrices', 9.99],
  ['December 2012', 'Montavon et al., networks on sets of Coulomb matrices', 3.51],
  ['2015', 'Hansen et al., “10 million times faster”', 1.3],
  ['', 'Chemical accuracy', 1],
];

/** The page's own models: what, and the file whose metadata has its error. */
export const MEASURED = [
  ['Kernel ridge regression on sorted Coulomb matrices', 'qm7-krr.onnx'],
  ['Deep tensor network', 'qm7-dtnn.onnx'],
];

/** @param {(number|null)[]} errors of MEASURED, null where not yet read */
export function errorTable(errors) {
  const row = (...cells) =>
    el('tr', {}, ...cells.map((text, i) => el('td', { class: i === 2 ? 'number' : null, text })));
  const heads = ['When', 'Who and how', 'Error, kcal/mol', 'Origin'];
  return el(
    'table',
    { id: 'energy-errors' },
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        ...heads.map((text, i) =>
          el('th', { scope: 'col', class: i === 2 ? 'number' : null, text }),
        ),
      ),
    ),
    el(
      'tbody',
      {},
      ...QUOTED.map(([when, what, error]) => row(when, what, String(error), 'quoted')),
      ...MEASURED.map(([what], i) =>
        row('this page', what, errors[i]?.toFixed(2) ?? '…', 'measured'),
      ),
    ),
  );
}

export function errorSection(errors) {
  return el(
    'section',
    { 'aria-labelledby': 'errors-title' },
    el('h3', { id: 'errors-title', text: 'How far off they are' }),
    el('p', {
      class: 'fine',
      text:
        'Mean absolute errors on QM7, 7,165 small organic molecules. Quoted figures and dates are those of a lecture ' +
        'of K.-R. Müller; the papers are M. Rupp et al., Phys. Rev. Lett. 108:058301, 2012; G. Montavon et al., NIPS ' +
        '2012; K. Hansen et al., J. Phys. Chem. Lett., 2015. Measured: the files of this page on the one fold ' +
        'of five that was held out, so the digits are not strictly comparable. Kernel ridge regression compares ' +
        'molecules with means of three here, not with molecules as in 2012.',
    }),
    errorTable(errors),
  );
}
