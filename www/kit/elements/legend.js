import { el, setText } from '../page/dom.js';
import { put } from './heatmap.js';
import { format } from '../page/numbers.js';
import { paintMap } from '../color/paint.js';
import { nonfiniteText, ruleInWords } from '../color/scale.js';

const WIDTH = 196;
const HEIGHT = 8;

/** The colours from one end of the scale to the other; a hatch has squares as high as the bar. */
export function paintBar(palette, isSigned, width, height) {
  const row = Array.from({ length: width }, (_, x) => x / (width - 1));
  const values = Array.from({ length: height }, () =>
    isSigned ? row.map((t) => 2 * t - 1) : row,
  ).flat();
  return paintMap(values, width, { vmax: 1, palette, zoom: 1, period: height });
}

/** Colour bar with the value at full colour on both ends, 0, the rule that chose the value, and what lies outside. */
export class Legend {
  constructor() {
    this.bar = el('canvas', {
      class: 'legend-bar',
      'aria-hidden': 'true',
      width: WIDTH,
      height: HEIGHT,
    });
    this.low = el('span', { class: 'legend-low' });
    this.zero = el('span', { class: 'legend-zero' });
    this.high = el('span', { class: 'legend-high' });
    this.ends = [el('span'), el('span')];
    this.words = el('div', { class: 'legend-ends', hidden: true }, ...this.ends);
    this.rule = el('p', { class: 'legend-rule' });
    this.nonfinite = el('p', { class: 'legend-nonfinite', hidden: true });
    this.node = el(
      'div',
      { class: 'legend' },
      this.bar,
      el('div', { class: 'legend-ticks' }, this.low, this.zero, this.high),
      this.words,
      this.rule,
      this.nonfinite,
    );
    this.drawn = '';
    this.text = '';
  }

  /** Nothing is coloured, so nothing is said of colours. */
  clear() {
    const context = this.bar.getContext('2d');
    context?.clearRect(0, 0, this.bar.width, this.bar.height);
    for (const node of [this.low, this.zero, this.high, ...this.ends, this.rule, this.nonfinite])
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
    const drawn = `${palette.name}/${palette.theme}/${isSigned}`;
    if (drawn !== this.drawn) {
      const ratio = Math.min(4, Math.max(1, Math.round(globalThis.devicePixelRatio || 1)));
      put(this.bar, paintBar(palette, isSigned, WIDTH * ratio, HEIGHT * ratio));
      this.drawn = drawn;
    }
    const outside = nonfiniteText(values);
    setText(this.low, isSigned ? format(-vmax) : '0');
    setText(this.zero, isSigned ? '0' : '');
    setText(this.high, isSigned && vmax > 0 ? `+${format(vmax)}` : format(vmax));
    this.words.hidden = !ends || !isSigned;
    this.ends.forEach((node, i) => setText(node, ends?.[i] ?? ''));
    setText(this.rule, rule);
    setText(this.nonfinite, outside);
    this.nonfinite.hidden = outside === '';
    const range = `${isSigned ? `−${format(vmax)}` : '0'} to ${isSigned ? '+' : ''}${format(vmax)}`;
    this.text = [range, rule, outside].filter(Boolean).join(', ');
  }
}
