import { el, setText } from '../../kit/page/dom.js';
import { GREYS, grey } from '../../kit/elements/cells.js';
import { HeatLegend } from '../../kit/elements/legend.js';
import { HeatMap } from '../../kit/elements/map.js';
import { create } from '../../kit/elements/registry.js';
import { format } from '../../kit/page/numbers.js';
import { remarks } from '../../kit/page/remarks.js';
import { vmaxOf } from '../../kit/color/scale.js';
import { SIDE } from '../../kit/pad/preprocess.js';

/** A heatmap of a view: title, map, legend, a line below. `values` null: not yet there. */
export class MapPanel {
  /** @param {string} id @param {string} title @param {{columns?: number}} how */
  constructor(id, title, { columns = SIDE } = {}) {
    this.columns = columns;
    /** @type {ArrayLike<number> | null} */
    this.values = null;
    this.signed = true;
    /** @type {ArrayLike<number> | null} */
    this.ink = null;
    this.title = el('h4', { text: title });
    this.map = create(HeatMap, { class: 'heat', label: title, legend: 'none' });
    this.note = el('p', { class: 'card-note', hidden: true });
    this.legend = create(HeatLegend, { class: 'legend' });
    this.legend.node.dataset.empty = 'true';
    this.line = el('p', { class: 'sum' });
    this.node = el(
      'figure',
      { class: 'panel', 'data-panel': id },
      this.title,
      el('div', { class: 'frame' }, this.map, this.note),
      this.legend.node,
      this.line,
    );
  }

  rename(title) {
    this.map.label = title;
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
    Object.assign(this.map, { explanation: null, cells: null });
  }

  /** @returns {[number, number]} rows and columns */
  get shape() {
    return [(this.values?.length ?? 0) / this.columns, this.columns];
  }

  ownScale(normalisation) {
    return vmaxOf(this.values ?? [], normalisation);
  }

  /**
   * @param {import('./card.js').Style} style of the page
   * @param {import('../../kit/color/scale.js').Scale | null} [shared] scale with other panels
   */
  draw(style, shared = null) {
    if (!this.values) return;
    const scale = shared ?? this.ownScale(style.normalisation);
    Object.assign(this.map, {
      explanation: { relevance: this.values, shape: this.shape, signed: this.signed },
      scale,
      colors: style.palette,
      ink: style.outline ? this.ink : null,
    });
    delete this.legend.node.dataset.empty;
    this.legend.show({
      ...scale,
      values: this.values,
      isSigned: this.signed,
      palette: style.palette,
    });
  }
}

/** A grey image of a view. */
export class ImagePanel extends MapPanel {
  constructor(id, title) {
    super(id, title);
    this.legend.node.hidden = true;
  }

  draw() {
    const { values } = this;
    if (!values) return;
    this.map.cells = {
      codes: Uint16Array.from(values, grey),
      shape: this.shape,
      looks: GREYS,
      text: this.line.textContent,
      words: (index) => format(values[index]),
    };
  }
}
