// What all elements share that draw relevance: where the numbers come from, their scale and colours, legend, export.

import { palette as paletteOf } from '../color/colors.js';
import { NORMALISATIONS } from '../color/palettes.js';
import { vmaxOf } from '../color/scale.js';
import { readNpy } from '../engine/npy.js';
import { HeatElement } from './element.js';
import { HeatLegend, endsOf } from './legend.js';
import { create } from './registry.js';

/** @import { Explanation } from '../../pkg/index.js' */
/** @typedef {Partial<Explanation> & { relevance: ArrayLike<number>, shape?: readonly number[] }} Drawn */

/** Where a file from an address is read, by that address. @param {string} address */
async function fetchNpy(address) {
  const url = new URL(address, document.baseURI);
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw Object.assign(new Error(`${url} cannot be fetched: ${error}`), { code: 'E_FETCH' });
  }
  if (!response.ok)
    throw Object.assign(new Error(`${url}: the server answered ${response.status}`), {
      code: 'E_FETCH',
    });
  return readNpy(await response.arrayBuffer());
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

  /** @type {Drawn | null} what `src` holds */
  #fetched = null;
  #turn = 0;
  #isDrawn = false;

  build() {
    /** @type {HeatLegend} */
    this.legendNode = create(HeatLegend, { part: 'legend' }, this);
    this.legendNode.hidden = this.isBare;
    this.root.append(...this.parts(), this.legendNode);
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
    return this.explanation ?? this.#fetched;
  }

  changed(name) {
    if (name === 'src') this.#fetch();
    super.changed(name);
  }

  async #fetch() {
    this.#turn += 1;
    const turn = this.#turn;
    this.#fetched = null;
    if (!this.src) return;
    try {
      const { shape, values } = await fetchNpy(this.src);
      if (turn !== this.#turn) return;
      this.#fetched = { relevance: values, shape };
      this.schedule();
    } catch (error) {
      if (turn === this.#turn) this.fail(error);
    }
  }

  /** Whether the numbers are for (+) and against (−): as the explanation says, else whether one is below 0. */
  get isSigned() {
    const { signed, relevance } = /** @type {Drawn} */ (this.shown);
    return signed ?? Array.prototype.some.call(relevance, (value) => value < 0);
  }

  /** The numbers of the drawing's own features; elements sum what theirs consist of. @returns {ArrayLike<number>} */
  get numbers() {
    return this.shown?.relevance ?? [];
  }

  /** @returns {import('../color/colors.js').Palette} */
  get paletteNow() {
    const dark = /** @type {typeof RelevanceElement} */ (this.constructor).dark;
    return this.colors ?? paletteOf(this.palette, this.shade === 'dark' ? dark : 'light');
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
    if (!this.shown) {
      if (this.#isDrawn) this.clear();
      this.#isDrawn = false;
      return;
    }
    this.#isDrawn = true;
    const scale = this.scaleNow;
    const palette = this.paletteNow;
    this.legendNode.show({
      ...scale,
      values: this.numbers,
      isSigned: this.isSigned,
      palette,
      ends: this.endsNow,
    });
    this.legendNode.hidden = this.isBare;
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

  fail(error) {
    this.clear();
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
