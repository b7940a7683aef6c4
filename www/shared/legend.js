import { el, setText } from './dom.js';
import { hatchCell } from './heatmap.js';
import { format } from './numbers.js';

const WIDTH = 196;
const HEIGHT = 8;

export function drawBar(canvas, map, isSigned, width = WIDTH, height = HEIGHT) {
  const ratio = Math.min(4, Math.max(1, Math.round(globalThis.devicePixelRatio || 1)));
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext('2d');
  if (!context) return;
  for (let x = 0; x < canvas.width; x += 1) {
    const t = x / (canvas.width - 1);
    const [r, g, b] = map.at(isSigned ? 2 * t - 1 : t);
    context.fillStyle = `rgb(${r} ${g} ${b})`;
    context.fillRect(x, 0, 1, canvas.height);
  }
  if (map.hatched && isSigned) {
    context.strokeStyle = 'rgb(255 255 255 / 0.8)';
    for (let x = 0; x < canvas.width / 2 - canvas.height; x += canvas.height)
      hatchCell(context, x, 0, canvas.height);
  }
}

/** Colour bar with the value at full colour on both ends, 0, and the rule that chose the value. */
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
    this.node = el(
      'div',
      { class: 'legend' },
      this.bar,
      el('div', { class: 'legend-ticks' }, this.low, this.zero, this.high),
      this.words,
      this.rule,
    );
    this.drawn = '';
    this.text = '';
  }

  /** Nothing is coloured, so nothing is said of colours. */
  clear() {
    const context = this.bar.getContext('2d');
    context?.clearRect(0, 0, this.bar.width, this.bar.height);
    for (const node of [this.low, this.zero, this.high, ...this.ends, this.rule]) setText(node, '');
    this.drawn = '';
    this.text = '';
  }

  /**
   * @param {{full: number, rule: string, isSigned: boolean, map: import('./colors.js').ColorMap, key: string, ends?: [string, string]}} scale
   *   `key` names map and theme, `ends` say what negative and positive numbers speak for
   */
  show({ full, rule, isSigned, map, key, ends }) {
    const drawn = `${key}/${isSigned}`;
    if (drawn !== this.drawn) {
      drawBar(this.bar, map, isSigned);
      this.drawn = drawn;
    }
    setText(this.low, isSigned ? format(-full) : '0');
    setText(this.zero, isSigned ? '0' : '');
    setText(this.high, isSigned && full > 0 ? `+${format(full)}` : format(full));
    this.words.hidden = !ends || !isSigned;
    this.ends.forEach((node, i) => setText(node, ends?.[i] ?? ''));
    setText(this.rule, rule);
    this.text = isSigned
      ? `−${format(full)} to +${format(full)}, ${rule}`
      : `0 to ${format(full)}, ${rule}`;
  }
}
