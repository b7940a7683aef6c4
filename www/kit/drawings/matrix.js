// Names beside the rows and above the columns of <heat-matrix>.

import { el } from '../page/dom.js';
import { clip } from '../page/numbers.js';

const LEAST = 11; // px from one name to the next
const LONGEST = 12; // letters

/** Puts as many names beside a matrix as there is room for. @param {any} element */
export function nameSides(element) {
  const { frame, plate, canvas, grid, shown } = element;
  if (!shown) return;
  const sides = ['rows', 'columns'].flatMap((side) => {
    const names = element.namesOf(side);
    if (names.length === 0) return [];
    const isRows = side === 'rows';
    const every = Math.ceil(LEAST / ((canvas.clientWidth || 252) / grid.columns));
    const longest = names.reduce((most, name) => Math.max(most, Math.min(LONGEST, name.length)), 0);
    const box = el('div', { part: side, class: 'soft', 'aria-hidden': 'true' });
    Object.assign(box.style, {
      position: 'relative',
      fontSize: '0.6875rem',
      lineHeight: '1',
      gridArea: isRows ? '2 / 1' : '1 / 2',
      [isRows ? 'width' : 'height']: `${0.65 * longest}em`,
    });
    names.forEach((name, k) => {
      if (k % every !== 0) return;
      const label = el('span', { text: clip(name, LONGEST) });
      const at = `${(100 * (k + 0.5)) / names.length}%`;
      Object.assign(
        label.style,
        { position: 'absolute', whiteSpace: 'nowrap' },
        isRows
          ? { top: at, right: '0', translate: '0 -50%' }
          : {
              left: at,
              bottom: '0',
              writingMode: 'vertical-rl',
              rotate: '180deg',
              translate: '-50% 0',
            },
      );
      box.append(label);
    });
    return [box];
  });
  for (const old of [...frame.children]) if (old !== plate) old.remove();
  frame.prepend(...sides);
}
