// The section's elements.

import { el } from '../../kit/page/dom.js';
import { errorSection, MEASURED } from './errors.js';

const HEADS = [
  'Atom',
  'Share of the energy',
  'Since the start',
  'Force',
  'Kernel ridge: relevance',
];

/**
 * @param {HTMLElement} host
 * @param {{molecules: string[], colours: [string, string][], lines: [string, string][], probes: string[]}} lists
 */
export function build(host, { molecules, colours, lines, probes }) {
  const select = (id, title, entries) =>
    el(
      'label',
      {},
      `${title} `,
      el(
        'select',
        { id },
        ...entries.map(([value, text, selected]) => el('option', { value, text, selected })),
      ),
    );
  const check = (id, text, checked) =>
    el('label', { class: 'check' }, el('input', { type: 'checkbox', id, checked }), ` ${text}`);
  const button = (id, text) => el('button', { type: 'button', id, text });
  host.replaceChildren(
    el('h2', { id: 'space-title', text: 'The energy of a molecule in space' }),
    el('p', {
      class: 'fine',
      text:
        'A deep tensor network (Schütt et al. 2017) predicts the energy of atomisation as a sum over the atoms. Drag ' +
        'an atom: energy, shares and forces follow. It is a toy: small, and trained for this page on relaxed ' +
        'molecules of up to seven heavy atoms. Far from such shapes its numbers mean little.',
    }),
    el(
      'div',
      { class: 'space' },
      el(
        'div',
        { class: 'space-controls' },
        select(
          'space-molecule',
          'Molecule',
          molecules.map((name, i) => [String(i), name, i === 2]),
        ),
        el(
          'p',
          {},
          button('space-choose', 'Open an .xyz'),
          el('input', { type: 'file', id: 'space-file', accept: '.xyz', hidden: true }),
        ),
        select('space-colour', 'Colour:', colours),
        check('space-forces', 'forces', true),
        select('space-lines', 'Pairs', lines),
        el('p', { id: 'space-lines-work' }),
        select('space-probe', 'Probe atom', [
          ['', 'none'],
          ...probes.map((symbol) => [symbol, symbol]),
        ]),
        el('p', { id: 'space-probe-work' }),
        el('p', {}, button('space-reset', 'Back to the start')),
        el('p', { id: 'space-note', class: 'fine is-error', role: 'status' }),
      ),
      el(
        'div',
        { class: 'space-picture' },
        el('p', { class: 'space-energy', id: 'space-energy', text: '…' }),
        el('canvas', {
          id: 'space-view',
          class: 'space-view',
          tabindex: 0,
          role: 'application',
          'aria-label':
            'Molecule in space. N and P choose an atom, arrow keys move it; without one they turn the molecule.',
        }),
        el('div', { id: 'space-legend' }),
        el(
          'div',
          { id: 'space-map', class: 'space-map', hidden: true },
          el('div', { id: 'space-map-legend' }),
          el('p', {
            class: 'fine',
            text:
              'A toy: a stand-in for the local chemical potential of Schütt et al. 2017. One more atom goes about in the ' +
              'plane of the screen through the molecule’s middle; the network learned from whole molecules only.',
          }),
        ),
        el('p', { id: 'space-readout', class: 'readout', role: 'status' }),
        el('p', { id: 'space-sum', class: 'fine' }),
        el('p', { id: 'space-kernel', class: 'fine' }),
        el('p', { id: 'space-lines-note', class: 'fine' }),
      ),
      el(
        'div',
        { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': 'Atoms in space' },
        el(
          'table',
          { id: 'space-table' },
          el(
            'thead',
            {},
            el(
              'tr',
              {},
              ...HEADS.map((text, i) =>
                el('th', { scope: 'col', class: i > 0 ? 'number' : null, text }),
              ),
            ),
          ),
          el('tbody'),
        ),
        el('p', { class: 'tools' }, button('space-save', 'Save as CSV')),
      ),
    ),
    el('div', { id: 'space-more', class: 'space-more' }, errorSection(MEASURED.map(() => null))),
  );
}
