import { MethodCard } from './card.js';
import { table } from '../../kit/color/colors.js';
import { el, setText } from '../../kit/page/dom.js';
import { grey, put } from '../../kit/elements/cells.js';
import { format } from '../../kit/page/numbers.js';
import { paint } from '../../kit/color/paint.js';
import { SETS } from '../../kit/color/palettes.js';
import { showAnswer } from '../../kit/engine/request.js';

/** Looks of cells: of the subsets, told apart by shade and hatch in the order in which they were found, then of ink. */
function looksOf(palette) {
  const sets = SETS.map((_, k) => palette.set(k));
  const zero = palette.at(0);
  const inks = Array.from({ length: 256 }, (_, ink) => ({
    color: zero.map((v) => Math.round(v * (1 - (0.16 * ink) / 255))),
    ink: zero,
    hatch: 0,
  }));
  return [...sets, ...inks];
}

const words = (count) =>
  count === 0 ? 'no pixel at all' : `${count} ${count === 1 ? 'pixel' : 'pixels'} alone`;

function noneText({ initial, threshold }) {
  return initial < threshold
    ? `No sufficient subset: f(x) = ${format(initial)} is below τ = ${format(threshold)}`
    : 'No sufficient subset was found';
}

/** Sufficient input subsets: disjoint sets of pixels instead of one number per pixel. */
export class SisCard extends MethodCard {
  constructor(entry, how) {
    super(entry, how);
    this.node.classList.add('card-wide');
  }

  parts() {
    /** @type {HTMLOListElement} */
    this.sets = el('ol', { class: 'sets' });
    const left = el('div', { class: 'card-map' }, this.plate, this.progress);
    const right = el(
      'div',
      { class: 'card-side' },
      this.controls,
      this.sum,
      this.sets,
      this.summary,
      this.foot,
    );
    return [this.head, left, right];
  }

  get shows() {
    return [...super.shows, this.sets];
  }

  controlTitle() {
    return 'Threshold τ';
  }

  ownScale() {
    return { vmax: 1, rule: '' };
  }

  /** Which subset a pixel is in, or -1. */
  membership() {
    const member = new Int16Array(this.columns * this.columns).fill(-1);
    this.explanation?.sis?.sets.forEach((set, k) => {
      for (const index of set.features) if (index < member.length) member[index] = k;
    });
    return member;
  }

  draw(view) {
    this.view = view;
    if (!this.explanation?.sis) return;
    /** @type {Int16Array} */
    this.member = this.membership();
    this.paint(this.map, view);
    this.list(view);
    const { sets, threshold, initial } = this.explanation.sis;
    setText(
      this.sum,
      sets.length > 0
        ? `f(x) = ${format(initial)}, τ = ${format(threshold)}`
        : `${noneText(this.explanation.sis)}.`,
    );
    this.point(this.how.cursor());
    showAnswer(this.shows, this.key);
  }

  /** What a pixel looks like: its subset, or faint ink. */
  codes() {
    const { ink } = this;
    return Uint16Array.from(this.member, (set, i) =>
      set >= 0 ? set % SETS.length : SETS.length + grey(ink?.[i]),
    );
  }

  figure() {
    const { view } = this;
    if (!view) throw new Error('no map is drawn yet');
    const { looks, codes } = this.map.cells;
    return {
      ...super.figure(),
      look: (i) => looks[codes[i]],
      bar: null,
      lines: [
        this.sum.textContent,
        ...[...this.sets.children].map((row, k) => `${k + 1}. ${row.textContent}`),
      ],
    };
  }

  paint(map, view) {
    if (!this.explanation?.sis) return;
    const { sets, threshold } = this.explanation.sis;
    const sizes = sets.map((set) => set.features.length).join(', ');
    const text =
      sets.length > 0
        ? `${sets.length} disjoint subsets of ${sizes} pixels, each enough for f ≥ ${format(threshold)}`
        : noneText(this.explanation.sis);
    map.ink = view.outline ? this.ink : null;
    map.cells = {
      codes: this.codes(),
      shape: [this.columns, this.columns],
      looks: looksOf(view.palette),
      text: `${text}.`,
      words: (index) => this.valueText(index),
    };
  }

  swatch(view, set) {
    const canvas = el('canvas', { class: 'swatch', 'aria-hidden': 'true' });
    put(canvas, paint(new Uint16Array(4), 2, 14, table([view.palette.set(set)])));
    return canvas;
  }

  list(view) {
    this.sets.replaceChildren(...this.rowsOf(view));
  }

  /** The legend: one row per subset, as drawn in `view`. */
  rowsOf(view) {
    const sis = this.explanation?.sis;
    if (!sis) return [];
    const { sets, threshold, rest } = sis;
    const rows = sets.map((set, k) => {
      const holds = set.score >= threshold;
      return el(
        'li',
        {},
        this.swatch(view, k),
        el('span', {
          text: `${words(set.features.length)}: f = ${format(set.score)} ${holds ? '≥' : '<'} τ`,
        }),
      );
    });
    if (sets.length > 0)
      rows.push(
        el('li', { class: 'rest' }, el('span', { text: `all the others: f = ${format(rest)}` })),
      );
    return rows;
  }

  blank() {
    super.blank();
    this.sets.replaceChildren();
  }

  valueText(index) {
    const set = this.member?.[index] ?? -1;
    return set >= 0 ? `subset ${set + 1}` : '';
  }
}
