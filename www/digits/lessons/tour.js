import { el, setText } from '../../kit/page/dom.js';
import { button } from '../parts.js';
import { sampleOf } from '../input/samples.js';

const drawing = (digit, hand) => sampleOf(digit, hand).strokes;

/** Six stations; each puts the page into a state and says what to see in it, `look` where. */
const STATIONS = [
  {
    title: 'Three questions',
    text: 'Where would a change matter? Who gets which share of the score? What could not be missed? Three methods answer differently, and all may be right.',
    state: { view: 'compare', target: 'top', against: null, methods: [] },
    drawing: drawing(3, 0),
  },
  {
    title: 'For one, against another',
    text: 'What makes it a 4 and not a 9? Move the slider: the pixels that the map names are blanked, and the margin falls faster than by chance.',
    state: { view: 'contrast', target: 4, against: 9 },
    drawing: drawing(4, 1),
    look: '#view-contrast .part input[type="range"]',
  },
  {
    title: 'Layer by layer: follow the relevance',
    text: 'Press Play: forward, then backward, layer by layer. Σ R stays the same but for what biases and ε take; the meter shows it.',
    state: { view: 'layers', target: 'top', against: null },
    drawing: drawing(8, 0),
    look: '#view-layers button',
  },
  {
    title: 'Pixel flipping: prove it',
    text: 'Which map points at what matters? Blank its pixels first. The grey band is chance.',
    state: { view: 'proof', methods: ['saliency', 'lrp', 'occlusion', 'segmentation'] },
    drawing: drawing(5, 0),
  },
  {
    title: 'Sufficient input subsets: what is enough',
    text: 'Mask one pixel after another while the answer holds. A handful is enough for the network, and not for you.',
    state: { view: 'subsets', target: 'top', against: null },
    drawing: drawing(2, 0),
  },
  {
    title: 'Sanity checks: where it fails',
    text: 'One map for every digit; a map that hardly notices when all layers but the first forget what they learnt; a digit made to fool it.',
    state: { view: 'limits', target: 'top', against: null },
    drawing: drawing(7, 0),
  },
];

/** A tour that a lecturer steps through with the arrow keys. */
export class Tour {
  /** @param {import('../main.js').Page} page @param {HTMLElement} host @param {HTMLButtonElement} opener */
  constructor(page, host, opener) {
    this.page = page;
    this.host = host;
    this.opener = opener;
    this.at = -1;
    this.title = el('h2', { class: 'tour-title', id: 'tour-title', tabindex: -1 });
    this.text = el('p', { class: 'tour-text' });
    this.count = el('span', { class: 'fine' });
    this.earlier = button('Earlier', () => this.go(this.at - 1), {
      'aria-keyshortcuts': 'ArrowLeft',
    });
    this.later = button('Next', () => this.go(this.at + 1), { 'aria-keyshortcuts': 'ArrowRight' });
    host.replaceChildren(
      el('div', { class: 'tour-words', 'aria-live': 'polite' }, this.title, this.text),
      el(
        'div',
        { class: 'tour-steps' },
        this.earlier,
        this.count,
        this.later,
        button('End the tour', () => this.end()),
      ),
    );
    opener.addEventListener('click', () => (this.at < 0 ? this.go(0) : this.end()));
    addEventListener('keydown', (event) => this.key(event));
  }

  key(event) {
    if (this.at < 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = event.target instanceof Element ? event.target : document.body;
    if (at.closest('input, select, textarea, dialog, #pad, .samples, .scroll')) return;
    if (event.key === 'ArrowRight') this.go(this.at + 1);
    else if (event.key === 'ArrowLeft') this.go(this.at - 1);
    else if (event.key === 'Escape') this.end();
    else return;
    event.preventDefault();
  }

  go(to) {
    if (to < 0) return;
    if (to >= STATIONS.length) {
      this.end();
      return;
    }
    const opening = this.at < 0;
    this.at = to;
    const station = STATIONS[to];
    this.host.hidden = false;
    this.opener.setAttribute('aria-pressed', 'true');
    setText(this.title, station.title);
    setText(this.text, station.text);
    setText(this.count, `${to + 1} of ${STATIONS.length}`);
    this.earlier.disabled = to === 0;
    setText(this.later, to === STATIONS.length - 1 ? 'Done' : 'Next');
    this.page.visit(station.state, station.drawing).then(() => this.look(to));
    if (opening) this.title.focus({ preventScroll: true });
  }

  /** Brings what a station speaks of into sight: the thing it names, or else its view. */
  look(at) {
    if (at !== this.at) return;
    const { look = '#stations' } = STATIONS[at];
    const node = document.querySelector(look);
    if (!node) return;
    const { top, bottom } = node.getBoundingClientRect();
    const low = this.host.getBoundingClientRect().bottom;
    if (top >= low && bottom <= innerHeight) return;
    node.scrollIntoView({ block: look === '#stations' ? 'nearest' : 'center' });
  }

  end() {
    this.at = -1;
    this.host.hidden = true;
    this.opener.setAttribute('aria-pressed', 'false');
    this.opener.focus({ preventScroll: true });
  }
}
