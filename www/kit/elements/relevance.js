// What all elements share that draw relevance: where the numbers come from, their scale and colours, legend, export.

import { palette as paletteOf } from '../color/colors.js';
import { NORMALISATIONS } from '../color/palettes.js';
import { vmaxOf } from '../color/scale.js';
import { fetchArray } from '../engine/array.js';
import { failure } from '../engine/failure.js';
import { el } from '../page/dom.js';
import { HeatElement } from './element.js';
import { HeatLegend, endsOf } from './legend.js';
import { create } from './registry.js';

/** @import { Explanation } from '../../pkg/index.js' */
/** @import { Palette } from '../color/colors.js' */
/** @typedef {Partial<Explanation> & { relevance: ArrayLike<number>, shape?: readonly number[] }} Drawn */

/** Refuses numbers that do not fit their shape. @param {Drawn} drawn */
function check({ relevance, shape }) {
  if (!(relevance?.length > 0)) throw failure('E_SHAPE', 'there are no numbers to draw');
  const count = shape?.reduce((all, extent) => all * extent, 1) ?? relevance.length;
  if (count !== relevance.length)
    throw failure('E_SHAPE', `${relevance.length} numbers are not those of ${shape?.join(' × ')}`);
}

export class RelevanceElement extends HeatElement {
  /** @type {typeof HeatElement.attributes} */
  static attributes = {
    src: 'text',
    palette: 'text',
    normalisation: 'text',
    vmax: 'number',
    legend: 'text',
    ends: 'text',
    label: 'text',
    theme: 'text',
  };
  static properties = ['explanation', 'scale', 'colors'];

  /** The theme of the palette on a dark page. @type {'dark' | 'night'} */
  static dark = 'dark';

  /** Attributes with the address of a .npy file. */
  static files = ['src'];

  /** What lies at these addresses. @type {Record<string, { shape: number[], values: Float32Array } | null>} */
  fetched = {};
  /** Which of them could not be read. @type {Set<string>} */
  #missing = new Set();
  #isDrawn = false;
  #fault = '';

  build() {
    /** @type {HeatLegend} */
    this.legendNode = create(HeatLegend, { part: 'legend' }, this);
    this.problem = el('p', { part: 'error', role: 'status', hidden: true });
    this.root.append(this.problem, ...this.parts());
    this.#placeLegend();
  }

  /** A legend that nobody wants to see has words for screen readers all the same. */
  #placeLegend() {
    this.legendNode.hidden = this.isBare;
    if (!this.isBare && !this.legendNode.parentNode) this.root.append(this.legendNode);
  }

  /** Whether it has no legend. */
  get isBare() {
    return this.legend === 'none' || this.legend === 'false';
  }

  /** What stands above the legend. @returns {Node[]} */
  parts() {
    return [];
  }

  /** The numbers that are drawn: the property `explanation`, else what lies at `src`. @returns {Drawn | null} */
  get shown() {
    const { src } = this.fetched;
    return this.explanation ?? (src ? { relevance: src.values, shape: src.shape } : null);
  }

  changed(name) {
    const { files } = /** @type {typeof RelevanceElement} */ (this.constructor);
    if (files.includes(name)) this.#fetch(name, this[name]);
    super.changed(name);
  }

  /** @param {string} name @param {any} address numbers of their own are no address */
  async #fetch(name, address) {
    this.fetched[name] = null;
    this.#missing.delete(name);
    if (typeof address !== 'string' || address === '') return;
    try {
      const file = await fetchArray(address);
      if (address !== this[name]) return;
      this.fetched[name] = file;
      this.schedule();
    } catch (error) {
      if (address !== this[name]) return;
      this.#missing.add(name);
      this.fail(error);
    }
  }

  /** Whether the numbers are for (+) and against (−): as the explanation says, or since one is below 0. */
  get isSigned() {
    const { signed, relevance } = /** @type {Drawn} */ (this.shown);
    return signed || Array.prototype.some.call(relevance, (value) => value < 0);
  }

  /** The numbers of the drawing's own features; elements sum what theirs consist of. @returns {ArrayLike<number>} */
  get numbers() {
    return this.shown?.relevance ?? [];
  }

  /** @returns {Palette} */
  get paletteNow() {
    const dark = /** @type {typeof RelevanceElement} */ (this.constructor).dark;
    return this.colorsOf(this.shade === 'dark' ? dark : 'light');
  }

  /** The colours of what is shown. @param {'light' | 'dark' | 'night'} theme @returns {Palette} */
  colorsOf(theme) {
    return (this.colors ?? paletteOf(this.palette, theme)).of(!this.shown || this.isSigned);
  }

  /** @returns {import('../color/scale.js').Scale} the value at full colour */
  get scaleNow() {
    if (this.scale) return this.scale;
    if (this.vmax > 0) return { vmax: this.vmax, rule: `full colour = ${this.vmax}` };
    const named = Object.hasOwn(NORMALISATIONS, this.normalisation ?? '');
    return vmaxOf(this.numbers, named ? this.normalisation : 'max');
  }

  /** What negative and positive numbers speak for. @returns {[string, string]} */
  get endsNow() {
    return endsOf(this.ends);
  }

  draw() {
    const { shown } = this;
    this.#fault = '';
    this.#render(shown);
    if (this.problem && !this.#fault && (shown || this.#missing.size === 0))
      this.problem.hidden = true;
  }

  /** @param {Drawn | null} shown */
  #render(shown) {
    if (!shown) {
      if (this.#isDrawn) this.clear();
      this.#isDrawn = false;
      return;
    }
    this.#isDrawn = true;
    check(shown);
    const scale = this.scaleNow;
    const palette = this.paletteNow;
    this.legendNode.show({
      ...scale,
      values: this.numbers,
      isSigned: this.isSigned,
      palette,
      ends: this.endsNow,
      inWords: true,
    });
    this.#placeLegend();
    this.legendNode.toggleAttribute('data-empty', false);
    this.paint(scale, palette);
  }

  /**
   * @param {import('../color/scale.js').Scale} scale @param {import('../color/colors.js').Palette} palette
   */
  paint(scale, palette) {
    void [scale, palette];
  }

  /** Nothing to draw. */
  clear() {
    this.legendNode.clear();
  }

  /** Words in the drawing's place; told once, however often it is drawn. @param {any} error */
  fail(error) {
    this.begin();
    this.clear();
    this.#fault = `${this.label ?? 'Heatmap'}: ${error?.message ?? error}`;
    const { problem } = this;
    if (!problem || (!problem.hidden && problem.textContent === this.#fault)) return;
    problem.textContent = this.#fault;
    problem.hidden = false;
    super.fail(error);
  }

  /** What is drawn, as JSON: every number and what made it. @returns {object} */
  toJSON() {
    const plain = (value) =>
      ArrayBuffer.isView(value) ? Array.from(/** @type {any} */ (value)) : value;
    const all = Object.entries(this.shown ?? {});
    return Object.fromEntries(all.map(([name, value]) => [name, plain(value)]));
  }
}
