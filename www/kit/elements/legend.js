import { palette as paletteOf } from '../color/colors.js';
import { el, setText } from '../page/dom.js';
import { put } from './cells.js';
import { format } from '../page/numbers.js';
import { paintMap } from '../color/paint.js';
import { nonfiniteText, ruleInWords } from '../color/scale.js';
import { HeatElement } from './element.js';

const WIDTH = 196;
const HEIGHT = 8;

/** What both ends speak for: `against|for`, or a pair. @param {string | string[] | null} ends @returns {[string, string]} */
export function endsOf(ends) {
  const [low, high, more] = typeof ends === 'string' ? ends.split('|') : (ends ?? []);
  return high === undefined || more !== undefined ? ['against', 'for'] : [low, high];
}

/** What both ends say of numbers without a sign. */
export const UNSIGNED_ENDS = ['matters less', 'matters more'];

/** The colours from one end of the scale to the other; a hatch has squares as high as the bar. */
export function paintBar(palette, isSigned, width, height) {
  const row = Array.from({ length: width }, (_, x) => x / (width - 1));
  const values = Array.from({ length: height }, () =>
    isSigned ? row.map((t) => 2 * t - 1) : row,
  ).flat();
  return paintMap(values, width, {
    vmax: 1,
    palette: palette.of(isSigned),
    zoom: 1,
    period: height,
  });
}

/** Colour bar with the value at full colour on both ends, 0, the rule that chose the value, and what lies outside. */
export class HeatLegend extends HeatElement {
  static tag = 'legend';
  /** @type {typeof HeatElement.attributes} */
  static attributes = {
    palette: 'text',
    vmax: 'number',
    ends: 'text',
    unsigned: 'flag',
    theme: 'text',
  };
  static styles = `
    :host { display: block; font-size: 0.75rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
    :host([data-empty]) { visibility: hidden; }
    .legend-bar { width: 100%; height: 6px; border-radius: 1px; }
    .legend-ticks { display: grid; grid-template-columns: 1fr auto 1fr; direction: ltr; }
    .legend-high { text-align: right; }
    .legend-ends { display: flex; justify-content: space-between; gap: 0.5rem; direction: ltr; }
    .legend-rule, .legend-nonfinite { min-height: 1.35em; unicode-bidi: plaintext; text-align: start; }
  `;

  constructor() {
    super();
    this.bar = el('canvas', { class: 'legend-bar', part: 'bar', 'aria-hidden': 'true' });
    this.bar.width = WIDTH;
    this.bar.height = HEIGHT;
    this.low = el('span', { class: 'legend-low' });
    this.zero = el('span', { class: 'legend-zero' });
    this.high = el('span', { class: 'legend-high' });
    this.endNodes = [el('span'), el('span')];
    this.words = el('div', { class: 'legend-ends', part: 'ends', hidden: true }, ...this.endNodes);
    this.rule = el('p', { class: 'legend-rule soft', part: 'rule' });
    this.nonfinite = el('p', { class: 'legend-nonfinite soft', hidden: true });
    this.root.append(
      this.bar,
      el('div', { class: 'legend-ticks', part: 'ticks' }, this.low, this.zero, this.high),
      this.words,
      this.rule,
      this.nonfinite,
    );
    this.drawn = '';
    this.text = '';
  }

  /** The element itself, as other parts of a page have it. */
  get node() {
    return this;
  }

  /** As a tag of its own, from its attributes. */
  draw() {
    if (!(this.vmax > 0)) return;
    this.show({
      vmax: this.vmax,
      rule: '',
      values: [],
      isSigned: !this.unsigned,
      palette: paletteOf(this.palette, this.shade),
      ends: endsOf(this.ends),
    });
  }

  /** Nothing is coloured, so nothing is said of colours. */
  clear() {
    const context = this.bar.getContext('2d');
    context?.clearRect(0, 0, this.bar.width, this.bar.height);
    for (const node of [
      this.low,
      this.zero,
      this.high,
      ...this.endNodes,
      this.rule,
      this.nonfinite,
    ])
      setText(node, '');
    this.nonfinite.hidden = true;
    this.drawn = '';
    this.text = '';
  }

  /**
   * @param {{vmax: number, rule: string, values: ArrayLike<number>, isSigned: boolean, palette: import('../color/colors.js').Palette,
   *   ends?: [string, string], inWords?: boolean}} scale `values` are what the colours show; `ends` say what negative and positive numbers
   *   speak for; `inWords`: the rule without symbols
   */
  show({ vmax, rule: symbols, values, isSigned, palette, ends, inWords = false }) {
    const rule = inWords ? ruleInWords(symbols) : symbols;
    const ratio = Math.min(4, Math.max(1, Math.round(globalThis.devicePixelRatio || 1)));
    const drawn = `${palette.name}/${palette.theme}/${isSigned}/${ratio}`;
    if (drawn !== this.drawn) {
      put(this.bar, paintBar(palette, isSigned, WIDTH * ratio, HEIGHT * ratio));
      this.drawn = drawn;
    }
    const outside = nonfiniteText(values);
    setText(this.low, isSigned ? format(-vmax) : '0');
    setText(this.zero, isSigned ? '0' : '');
    setText(this.high, isSigned && vmax > 0 ? `+${format(vmax)}` : format(vmax));
    const words = isSigned ? ends : ends && UNSIGNED_ENDS;
    this.words.hidden = !words;
    this.endNodes.forEach((node, i) => setText(node, words?.[i] ?? ''));
    setText(this.rule, rule);
    setText(this.nonfinite, outside);
    this.nonfinite.hidden = outside === '';
    const range = `${isSigned ? `−${format(vmax)}` : '0'} to ${isSigned ? '+' : ''}${format(vmax)}`;
    this.text = [range, rule, outside].filter(Boolean).join(', ');
  }
}
