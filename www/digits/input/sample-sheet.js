import { el, svg } from '../../kit/page/dom.js';
import { HAND_COUNT, SAMPLES } from './samples.js';
import { pathData } from '../../kit/pad/strokes.js';

const HANDS = ['first', 'second', 'third', 'fourth'];
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** A sheet of sample digits, one row per handwriting; one stop for Tab, arrows move inside. */
export function sampleSheet(host, choose) {
  const buttons = new Map();
  for (let hand = 0; hand < HAND_COUNT; hand += 1) {
    for (const sample of SAMPLES.filter((each) => each.hand === hand)) {
      const picture = svg(
        'svg',
        { viewBox: '0 0 100 100', 'aria-hidden': 'true' },
        svg('path', { d: pathData(sample.strokes, 100) }),
      );
      const button = el(
        'button',
        {
          type: 'button',
          class: 'sample',
          tabindex: buttons.size === 0 ? 0 : -1,
          'aria-label': `Sample ${sample.digit}, ${HANDS[hand]} hand`,
        },
        picture,
      );
      button.addEventListener('click', () => {
        focus(hand, sample.digit);
        choose(sample);
      });
      button.addEventListener('keydown', (event) => {
        if (!Object.hasOwn(MOVES, event.key)) return;
        event.preventDefault();
        const [down, right] = MOVES[event.key];
        focus((hand + down + HAND_COUNT) % HAND_COUNT, (sample.digit + right + 10) % 10);
      });
      buttons.set(`${hand}/${sample.digit}`, button);
    }
  }
  function focus(hand, digit) {
    for (const button of buttons.values()) button.tabIndex = -1;
    const button = buttons.get(`${hand}/${digit}`);
    button.tabIndex = 0;
    button.focus({ preventScroll: true });
  }
  host.replaceChildren(...buttons.values());
}
