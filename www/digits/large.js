// The large view of digits: the drawing, the answer, one of the maps.

import { byId, el, one } from '../kit/page/dom.js';
import { LargeView } from '../kit/page/large-view.js';

/** @param {import('./main.js').Page} page */
export function largeView(page) {
  let shown = '';
  const choice = el('select');
  const node = el('label', { class: 'large-choice' }, 'Map ', choice);
  const cards = () => [...page.compare.board.cards.values()];
  const card = () => page.compare.board.get(shown) ?? cards()[0];
  const view = new LargeView({
    title: 'Large view: drawing, answer, one map',
    opener: byId('large-open'),
    parts: () => {
      choice.replaceChildren(
        ...cards().map(({ entry: { name, title } }) =>
          el('option', { value: name, text: title, selected: name === card().entry.name }),
        ),
      );
      return [one('.bench-pad'), one('.answer'), node, card().node];
    },
    resized: () => page.redraw(),
  });
  choice.addEventListener('change', () => {
    shown = choice.value;
    view.renew();
    choice.focus();
  });
  return view;
}
