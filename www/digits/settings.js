import { palette as paletteOf, PALETTE_NAMES } from '../kit/color/colors.js';
import { byId, el } from '../kit/page/dom.js';
import { clip } from '../kit/page/numbers.js';
import { NORMALISATIONS } from '../kit/color/palettes.js';

const MAX_CLASSES = 1000;

const option = (value, text) => el('option', { value, text });

/** The controls above the maps: class, rival, full colour, colours, scale, outline. */
export class Settings {
  /** @param {import('./state.js').State} state @param {{request: () => void, view: () => void}} changed */
  constructor(state, changed) {
    this.state = state;
    this.nodes = Object.fromEntries(
      ['target', 'against', 'normalisation', 'palette', 'shared', 'outline'].map((id) => [
        id,
        byId(id),
      ]),
    );
    const { target, against, normalisation, palette, shared, outline } = this.nodes;
    normalisation.replaceChildren(
      ...Object.entries(NORMALISATIONS).map(([name, { title }]) => option(name, title)),
    );
    palette.replaceChildren(...PALETTE_NAMES.map((name) => option(name, paletteOf(name).title)));
    target.addEventListener('change', () =>
      this.choose(target.value === 'top' ? 'top' : Number(target.value), changed.request),
    );
    against.addEventListener('change', () => {
      state.against = against.value === '' ? null : Number(against.value);
      changed.request();
    });
    const view = (node, name, read) =>
      node.addEventListener('change', () => {
        state[name] = read();
        changed.view();
      });
    view(normalisation, 'normalisation', () => normalisation.value);
    view(palette, 'palette', () => palette.value);
    view(shared, 'shared', () => shared.checked);
    view(outline, 'outline', () => outline.checked);
  }

  choose(target, done) {
    this.state.target = target;
    if (this.state.against === target) this.state.against = null;
    done();
  }

  /** @param {string[]} labels of the classes */
  setLabels(labels) {
    const classes = labels.slice(0, MAX_CLASSES).map((label, i) => [String(i), clip(label, 24)]);
    this.nodes.target.replaceChildren(
      option('top', 'the answer'),
      ...classes.map(([value, text]) => option(value, text)),
    );
    this.nodes.against.replaceChildren(
      option('', 'and not …'),
      ...classes.map(([value, text]) => option(value, `and not ${text}`)),
    );
    const known = (index) => Number.isInteger(index) && index < labels.length;
    if (this.state.target !== 'top' && !known(this.state.target)) this.state.target = 'top';
    if (!known(this.state.against)) this.state.against = null;
  }

  /** Shows the state; `top` is the label of the present answer. */
  show(top) {
    const { target, against, normalisation, palette, shared, outline } = this.nodes;
    if (target.options.length > 0)
      target.options[0].text = top === null ? 'the answer' : `${clip(top, 12)}, the answer`;
    target.value = String(this.state.target);
    against.value = this.state.against === null ? '' : String(this.state.against);
    normalisation.value = this.state.normalisation;
    palette.value = this.state.palette;
    shared.checked = this.state.shared;
    outline.checked = this.state.outline;
  }
}
