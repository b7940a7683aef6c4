import { el, setText } from '../../kit/page/dom.js';
import { drawGrey, drawHeatmap } from '../../kit/elements/heatmap.js';
import { HeatLegend } from '../../kit/elements/legend.js';
import { create } from '../../kit/elements/registry.js';
import { format } from '../../kit/page/numbers.js';
import { remarks } from '../../kit/page/remarks.js';
import { vmaxOf } from '../../kit/color/scale.js';
import { describe } from '../../kit/elements/summary.js';
import { SIDE } from '../../kit/drawing/preprocess.js';

/** A heatmap of a view: title, map, legend, a line below. `values` null: not yet there. */
export class MapPanel {
  /** @param {string} id @param {string} title @param {{columns?: number}} how */
  constructor(id, title, { columns = SIDE } = {}) {
    this.columns = columns;
    this.name = title;
    /** @type {ArrayLike<number> | null} */
    this.values = null;
    this.signed = true;
    /** @type {ArrayLike<number> | null} */
    this.ink = null;
    this.title = el('h4', { text: title });
    this.canvas = el('canvas', {
      class: 'map',
      role: 'img',
      'aria-label': `${title}: not yet computed`,
    });
    this.note = el('p', { class: 'card-note', hidden: true });
    this.legend = create(HeatLegend, { class: 'legend' });
    this.legend.node.dataset.empty = 'true';
    this.line = el('p', { class: 'sum' });
    this.node = el(
      'figure',
      { class: 'panel', 'data-panel': id },
      this.title,
      el('div', { class: 'plate' }, this.canvas, this.note),
      this.legend.node,
      this.line,
    );
  }

  rename(title) {
    this.name = title;
    setText(this.title, title);
  }

  /** @param {{values: ArrayLike<number>, signed?: boolean, ink?: ArrayLike<number>|null, line?: string}} what */
  show({ values, signed = true, ink = null, line = '' }) {
    this.values = values;
    this.signed = signed;
    this.ink = ink;
    setText(this.line, line);
    this.note.hidden = true;
    this.node.dataset.state = 'ready';
  }

  /**
   * An explanation, with what its numbers sum to.
   * @param {import('../../pkg/index.js').Explanation} explanation @param {ArrayLike<number>} ink
   */
  explain(explanation, ink) {
    const { relevance, signed, sum, score } = explanation;
    /** @type {import('../../pkg/index.js').Explanation | null} */
    this.explanation = explanation;
    this.show({
      values: relevance,
      signed,
      ink,
      line: `Σ ${format(sum)} beside f(x) ${format(score)} ${remarks(explanation)}`.trim(),
    });
  }

  fail(text) {
    this.values = null;
    this.explanation = null;
    setText(this.note, text);
    setText(this.line, '');
    this.note.hidden = false;
    this.node.dataset.state = 'none';
    this.legend.node.dataset.empty = 'true';
    this.canvas.getContext('2d')?.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.canvas.setAttribute('aria-label', `${this.name}: ${text}`);
  }

  ownScale(normalisation) {
    return vmaxOf(this.values ?? [], normalisation);
  }

  /**
   * @param {import('../../kit/elements/card.js').Style} style of the page
   * @param {import('../../kit/color/scale.js').Scale | null} [shared] scale with other panels
   */
  draw(style, shared = null) {
    if (!this.values) return;
    const scale = shared ?? this.ownScale(style.normalisation);
    drawHeatmap(this.canvas, {
      values: this.values,
      columns: this.columns,
      vmax: scale.vmax,
      palette: style.palette,
      ink: style.outline ? this.ink : null,
    });
    delete this.legend.node.dataset.empty;
    this.legend.show({
      ...scale,
      values: this.values,
      isSigned: this.signed,
      palette: style.palette,
    });
    this.canvas.setAttribute(
      'aria-label',
      `${this.name}. ${describe(Array.from(this.values), this.columns, this.signed)} Colours: ${this.legend.text}.`,
    );
  }
}

/** A grey image of a view. */
export class ImagePanel extends MapPanel {
  constructor(id, title) {
    super(id, title);
    this.legend.node.hidden = true;
  }

  draw() {
    if (!this.values) return;
    drawGrey(this.canvas, this.values, SIDE);
    this.canvas.setAttribute('aria-label', `${this.name}. ${this.line.textContent}`);
  }
}
