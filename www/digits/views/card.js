/**
 * @import { Explanation, MethodEntry } from '../../../pkg/index.js'
 * @import { Palette } from '../../kit/color/colors.js'
 * @import { Panel } from '../../kit/export/figure.js'
 * @import { Scale } from '../../kit/color/scale.js'
 */

import { el, setText } from '../../kit/page/dom.js';
import { HeatLegend } from '../../kit/elements/legend.js';
import { HeatMap } from '../../kit/elements/map.js';
import { create } from '../../kit/elements/registry.js';
import { format, signed } from '../../kit/page/numbers.js';
import { codes } from '../../kit/color/paint.js';
import { paramControl } from '../../kit/elements/params.js';
import { remarks } from '../../kit/page/remarks.js';
import { showAnswer } from '../../kit/engine/request.js';
import { nonfiniteText, vmaxOf } from '../../kit/color/scale.js';

/** What biases and the stabiliser took on the way. @param {Shown['layers']} layers */
const takenBy = (layers) => layers.reduce((all, layer) => all + layer.bias + layer.stabilizer, 0);

/**
 * @typedef {Omit<MethodEntry, 'name' | 'contrast'> & { name: string, contrast: string }} Entry of the catalogue, or what has
 *   its shape
 * @typedef {{ palette: Palette, normalisation: string, outline: boolean }} Style how maps are drawn
 * @typedef {Style & { shared: Scale | null, ends?: [string, string] }} View `shared`: the scale of all maps in one unit;
 *   `ends`: what negative and positive numbers speak for
 * @typedef {Omit<Explanation, 'method' | 'parameters'> & { method: string, parameters: {} }} Explained
 * @typedef {Pick<Explained, 'method' | 'parameters' | 'target' | 'against' | 'score' | 'shape' | 'relevance' | 'sum' |
 *   'expected' | 'signed' | 'layers' | 'sis' | 'extra'> & Partial<Explained>} Shown an explanation, or what has its shape
 * @typedef {{ columns: number, inline?: string[], kind?: string, caution?: string,
 *   onParam: (method: string, param: string, value: number | string) => void, onDetails: (card: any) => void,
 *   onCursor: (index: number | null) => void, cursor: () => number | null }} How
 *   `inline`: the parameters with a control on the card
 */

/**
 * One method's panel: title, heatmap, legend, what its numbers are. It is drawn from
 * `show` (a result), `fail` (a reason) or `wait` (work under way), and redrawn by `draw` when the view changes.
 */
export class MethodCard {
  /** @param {Entry} entry @param {How} how */
  constructor(entry, how) {
    this.entry = entry;
    this.how = how;
    this.columns = how.columns;
    /** @type {Shown | null} */
    this.explanation = null;
    /** @type {Float32Array | null} */
    this.ink = null;
    /** @type {View | null} */
    this.view = null;
    this.key = ''; // of the request that is answered
    this.title = el('button', {
      type: 'button',
      class: 'card-title',
      text: entry.title,
      'aria-haspopup': 'dialog',
    });
    this.title.addEventListener('click', () => how.onDetails(this));
    this.value = el('span', { class: 'card-value', 'aria-hidden': 'true' });
    this.map = create(HeatMap, {
      class: 'heat',
      label: entry.title,
      legend: 'none',
      readout: 'none',
    });
    this.map.addEventListener('point', (event) => {
      how.onCursor(/** @type {CustomEvent} */ (event).detail.index);
      // What a finger chose stays, here as on the other maps.
      this.map.cursor = how.cursor();
    });
    this.note = el('p', { class: 'card-note', hidden: true });
    this.plate = el('div', { class: 'frame' }, this.map, this.note);
    this.bar = el('span', { class: 'progress-bar' });
    this.progress = el('div', { class: 'progress', 'aria-hidden': 'true' }, this.bar);
    this.legend = create(HeatLegend, { class: 'legend' });
    this.sum = el('p', { class: 'sum' });
    this.controls = el('div', { class: 'card-controls' });
    this.source = el('button', {
      type: 'button',
      class: 'source',
      text: entry.source,
      'aria-label': `Details of ${entry.title}: ${entry.source}`,
    });
    this.source.addEventListener('click', () => how.onDetails(this));
    this.remarks = el('p', { class: 'caution remarks', hidden: true });
    this.foot = el(
      'div',
      { class: 'card-foot' },
      this.remarks,
      this.source,
      how.kind ? el('p', { class: 'kind', text: how.kind }) : null,
      how.caution ? el('p', { class: 'caution', text: how.caution }) : null,
    );
    this.head = el('div', { class: 'card-head' }, el('h4', {}, this.title), this.value);
    this.summary = el('p', { class: 'summary', text: entry.summary });
    this.node = el('article', { class: 'card', 'data-method': entry.name }, ...this.parts());
  }

  parts() {
    return [
      this.head,
      this.plate,
      this.progress,
      this.legend.node,
      this.sum,
      this.summary,
      this.controls,
      this.foot,
    ];
  }

  rows() {
    return this.columns;
  }

  /** Controls for the parameters shown on the card. */
  setControls(values) {
    const names = this.how.inline ?? [];
    const rows = this.entry.params
      .filter((param) => names.includes(param.name))
      .map((param) =>
        paramControl(
          param,
          values[param.name],
          (value) => this.how.onParam(this.entry.name, param.name, value),
          { title: this.controlTitle(param) },
        ),
      );
    this.controls.replaceChildren(...rows);
  }

  controlTitle(param) {
    return param.name;
  }

  // ---- states

  /** Where the answer is shown. */
  get shows() {
    return [this.plate, this.legend.node, this.sum, this.value, this.remarks];
  }

  /** Whether there is a map, and it answers the request that is wanted. */
  get isCurrent() {
    return this.explanation !== null && this.key === this.plate.dataset.wanted;
  }

  /**
   * @param {Shown} explanation @param {Float32Array} ink
   * @param {string} key of the request that this answers; `draw` shows it
   */
  show(explanation, ink, key = '') {
    this.explanation = explanation;
    this.ink = ink;
    this.key = key;
    this.wait(null);
    this.note.hidden = true;
    this.node.dataset.state = 'ready';
    this.plate.setAttribute('aria-busy', 'false');
  }

  /** No map, and why. */
  fail(text, code = '', key = '') {
    this.explanation = null;
    this.key = key;
    this.wait(null);
    this.note.hidden = false;
    setText(this.note, code ? `${text} (${code})` : text);
    this.node.dataset.state = 'none';
    this.blank();
    showAnswer(this.shows, key);
  }

  blank() {
    Object.assign(this.map, { explanation: null, cells: null });
    setText(this.sum, '');
    setText(this.value, '');
    this.remark('');
    this.legend.node.dataset.empty = 'true';
  }

  /** Work under way: a share 0..1, 0 before the first report, null when done. */
  wait(share) {
    if (share === null) {
      delete this.node.dataset.waiting;
      this.bar.style.setProperty('--share', '0');
    } else {
      this.node.dataset.waiting = 'true';
      this.plate.setAttribute('aria-busy', 'true');
      this.bar.style.setProperty('--share', String(Math.min(1, Math.max(0, share))));
    }
  }

  // ---- picture

  values() {
    return this.explanation?.relevance ?? new Float32Array(0);
  }

  /** @param {string} normalisation @returns {Scale} */
  ownScale(normalisation) {
    return vmaxOf(this.values(), normalisation);
  }

  /** @param {View} view */
  draw(view) {
    this.view = view;
    if (!this.explanation) return;
    const scale = view.shared ?? this.ownScale(view.normalisation);
    this.paint(this.map, view, scale);
    delete this.legend.node.dataset.empty;
    this.legend.show({
      ...scale,
      values: this.values(),
      isSigned: this.explanation.signed,
      palette: view.palette,
      ends: view.ends,
      inWords: true,
    });
    setText(this.sum, this.sumText(this.explanation));
    this.remark(remarks(this.explanation));
    this.point(this.how.cursor());
    showAnswer(this.shows, this.key);
  }

  remark(text) {
    setText(this.remarks, text);
    this.remarks.hidden = text === '';
  }

  /** Gives a map what it shows. @param {HeatMap} map @param {View} view @param {Scale} scale */
  paint(map, view, scale) {
    const relevance = this.values();
    Object.assign(map, {
      explanation: {
        relevance,
        shape: [relevance.length / this.columns, this.columns],
        signed: this.explanation?.signed,
      },
      scale,
      colors: view.palette,
      ink: view.outline ? this.ink : null,
    });
  }

  /** The card as a panel of a picture to take away. @returns {Panel} */
  figure() {
    const { view, explanation } = this;
    if (!view || !explanation) throw new Error('no map is drawn yet');
    const scale = view.shared ?? this.ownScale(view.normalisation);
    const palette = view.palette.of(explanation.signed);
    const shown = codes(this.values(), scale.vmax);
    return {
      title: this.entry.title,
      columns: this.columns,
      rows: this.rows(),
      look: (i) => palette.look(shown[i]),
      ink: view.outline ? this.ink : null,
      bar: { palette, isSigned: explanation.signed, ...scale },
      lines: [nonfiniteText(this.values()), this.sum.textContent, this.remarks.textContent],
    };
  }

  /** What the numbers add up to, in words, where the method promises something. @param {Shown} explanation */
  sumText({ sum, expected, layers }) {
    if (expected === null || !Number.isFinite(expected)) return '';
    const taken = takenBy(layers);
    const rest = taken === 0 ? '' : `; biases and stabiliser took ${format(taken)}`;
    return `Adds up to ${format(sum)} of ${format(expected)}${rest}`;
  }

  /** The same in symbols, for every method. @param {Shown} explanation */
  sumFormula({ sum, expected, score, layers }) {
    const taken = takenBy(layers);
    if (taken !== 0 && expected !== null) {
      return `Σ ${format(sum)}; bias and ε took ${format(taken)} of ${format(expected)}`;
    }
    if (expected !== null && Number.isFinite(expected))
      return `Σ ${format(sum)}, promised ${format(expected)}`;
    return `Σ ${format(sum)} beside f(x) ${format(score)}`;
  }

  /** Marks one pixel and shows its number; null ends it. */
  point(index) {
    this.map.cursor = index;
    setText(this.value, index !== null && this.explanation ? this.valueText(index) : '');
  }

  valueText(index) {
    const value = this.values()[index];
    return this.explanation?.signed ? signed(value) : format(value);
  }
}
