import { MethodCard } from '../shared/card.js';
import { css } from '../shared/colors.js';
import { el, setText } from '../shared/dom.js';
import { drawOutline, hatchCell, paintCells } from '../shared/heatmap.js';
import { format } from '../shared/numbers.js';
import { showAnswer } from '../shared/request.js';

// How the subsets are told apart: shade and hatch, in the order in which they were found.
const LOOKS = [
  { shade: 0.88, hatch: 0 },
  { shade: 0.5, hatch: 1 },
  { shade: 0.28, hatch: -1 },
  { shade: 0.62, hatch: 2 },
];
const look = (set) => LOOKS[set % LOOKS.length];

function hatch(context, x, y, cell, kind) {
  context.strokeStyle = 'rgb(20 20 20 / 0.62)';
  context.lineWidth = Math.max(1, cell / 9);
  if (kind !== -1) hatchCell(context, x, y, cell, 1);
  if (kind === -1 || kind === 2) hatchCell(context, x, y, cell, -1);
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
    return { value: 1, rule: '' };
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
    this.paint(this.canvas, view);
    this.list(view);
    const { sets, threshold, initial } = this.explanation.sis;
    const sizes = sets.map((set) => set.features.length).join(', ');
    const text =
      sets.length > 0
        ? `${sets.length} disjoint subsets of ${sizes} pixels, each enough for f ≥ ${format(threshold)}`
        : noneText(this.explanation.sis);
    this.canvas.setAttribute('aria-label', `${this.entry.title}. ${text}.`);
    setText(
      this.sum,
      sets.length > 0
        ? `f(x) = ${format(initial)}, τ = ${format(threshold)}`
        : `${noneText(this.explanation.sis)}.`,
    );
    this.point(this.how.cursor());
    showAnswer(this.shows, this.key);
  }

  /** The colour of a pixel: its subset's, or faint ink. */
  color(view, index) {
    const set = this.member[index];
    if (set >= 0) return view.map.at(look(set).shade);
    return view.map.at(0).map((v) => Math.round(v * (1 - 0.16 * (this.ink?.[index] ?? 0))));
  }

  figure() {
    const { view, member } = this;
    return {
      ...super.figure(),
      color: (i) => this.color(view, i),
      hatch: (i) => (member[i] >= 0 ? look(member[i]).hatch : 0),
      bar: null,
      lines: [
        this.sum.textContent,
        ...[...this.sets.children].map((row, k) => `${k + 1}. ${row.textContent}`),
      ],
    };
  }

  paint(canvas, view, _scale, cssWidth) {
    const { member, ink } = this;
    const drawn = paintCells(
      canvas,
      this.columns,
      this.columns,
      (i) => this.color(view, i),
      cssWidth,
    );
    if (!drawn) return;
    const { context, cell } = drawn;
    member.forEach((set, i) => {
      if (set >= 0 && look(set).hatch !== 0) {
        hatch(
          context,
          (i % this.columns) * cell,
          Math.floor(i / this.columns) * cell,
          cell,
          look(set).hatch,
        );
      }
    });
    if (view.outline && ink) drawOutline(context, ink, this.columns, this.columns, cell);
  }

  swatch(view, set) {
    const canvas = el('canvas', { class: 'swatch', width: 28, height: 28, 'aria-hidden': 'true' });
    const context = canvas.getContext('2d');
    if (context) {
      context.fillStyle = css(view.map.at(look(set).shade));
      context.fillRect(0, 0, 28, 28);
      if (look(set).hatch !== 0)
        for (const [x, y] of [
          [0, 0],
          [14, 0],
          [0, 14],
          [14, 14],
        ])
          hatch(context, x, y, 14, look(set).hatch);
    }
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

  blank(text) {
    super.blank(text);
    this.sets.replaceChildren();
  }

  valueText(index) {
    const set = this.member?.[index] ?? -1;
    return set >= 0 ? `subset ${set + 1}` : '';
  }
}
