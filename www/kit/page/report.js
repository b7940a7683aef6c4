import { el } from './dom.js';
import { clip } from './numbers.js';

const ROWS = 400;
const WORDS = {
  recognised: 'runs',
  folded: 'folded in',
  constant: 'constant',
  skipped: 'skipped',
  'output-activation': 'output activation',
  refused: 'refused',
};

/** The support report as a table: refused nodes first, long reports cut. */
export function reportTable(rows) {
  const sorted = [...rows].sort(
    (a, b) => Number(b.status === 'refused') - Number(a.status === 'refused'),
  );
  const body = sorted.slice(0, ROWS).map((row) =>
    el(
      'tr',
      { class: `status-${Object.hasOwn(WORDS, row.status) ? row.status : 'other'}` },
      el('td', { text: clip(row.node, 48) }),
      el('td', { text: clip(row.operator, 32) }),
      el('td', {
        class: 'status',
        text: Object.hasOwn(WORDS, row.status) ? WORDS[row.status] : clip(row.status, 20),
      }),
      el('td', { text: clip(row.detail, 240) }),
      el('td', { text: clip(row.rule ?? '', 48) }),
      el('td', { text: clip(row.approximated ?? '', 120) }),
    ),
  );
  const head = el(
    'tr',
    {},
    ...['Node', 'Operator', 'Status', 'Why', 'LRP’s rule', 'Approximated'].map((text) =>
      el('th', { scope: 'col', text }),
    ),
  );
  const refused = rows.filter((row) => row.status === 'refused').length;
  const words =
    refused > 0
      ? `${refused} of ${rows.length} nodes refused`
      : `all ${rows.length} nodes are supported`;
  const cut = rows.length > ROWS ? `, the first ${ROWS} shown` : '';
  return el(
    'table',
    { class: 'report' },
    el('caption', {
      text: `Support report: ${words}${cut}. LRP’s rules are those of the composite epsilon-plus-flat; others can be chosen.`,
    }),
    el('thead', {}, head),
    el('tbody', {}, ...body),
  );
}
