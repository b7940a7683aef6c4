// <heat-molecule>: relevance of a molecule's atoms or bonds as a coloured field under its drawing.

import { el, svg } from '../page/dom.js';
import { ReadElement } from './reading.js';

/** @import { Layout } from '../drawings/molecule.js' */
/** @typedef {typeof import('../drawings/molecule.js') & { fromSmiles?: (smiles: string) => Promise<any> }} Parts */

/** What draws molecules, and reads them. @type {Parts | null} */
let parts = null;
/** @type {() => Promise<any>} */
let load = () => Promise.reject(new Error('the part for molecules is missing'));

/**
 * What draws molecules is large: it comes as a function, which is called with the first molecule. A page of molecules has it
 * at once. @param {Parts | (() => Promise<any>)} given
 */
export function useMolecules(given) {
  if (typeof given === 'function') load = given;
  else parts = given;
}

const CURSOR = 0.45; // radius, in lengths of a bond
const REACH = 0.6; // from an atom to a pointer that points at it
const REMOVE = ['Enter', 'Delete'];

export class HeatMolecule extends ReadElement {
  static tag = 'molecule';
  /** @type {typeof ReadElement.attributes} */
  static attributes = {
    ...ReadElement.attributes,
    smiles: 'text',
    of: 'text',
    removed: 'text',
    strikable: 'flag',
    width: 'number',
    height: 'number',
  };
  static properties = [...ReadElement.properties, 'structure', 'outlined', 'groups'];
  static styles = `
    ${ReadElement.styles}
    :host { width: var(--heat-molecule-size, 420px); max-width: 100%; }
    .plate { overflow: hidden; }
    .strikable { cursor: crosshair; }
    .field { width: 100%; height: auto; }
    .lines-over { position: absolute; inset: 0; width: 100%; height: 100%; }
    .cross { border-radius: 50%; outline: 2px solid #1a5fd0; box-shadow: none; }
  `;

  /** The molecule that is drawn. @type {any} */
  drawn = null;
  /** Where its atoms and bonds lie. @type {Layout | null} */
  layout = null;
  /** The numbers of its colours. @type {ArrayLike<number> | null} */
  values = null;
  #smiles = '';
  /** What the layout is of. */
  #laid = { drawn: null, size: '' };

  parts() {
    this.canvas = el('canvas', { class: 'field', part: 'field', 'aria-hidden': 'true' });
    this.svg = svg('svg', { class: 'lines-over', role: 'img' });
    const plate = this.plateOf(/** @type {any} */ (this.svg), this.canvas);
    plate.addEventListener('click', (event) => this.strike(this.cellAt(event)));
    this.svg.setAttribute('aria-label', 'No molecule yet');
    return [plate];
  }

  /** Width and height of the drawing, in CSS pixels. @returns {[number, number]} */
  get size() {
    return [this.width ?? 420, this.height ?? 320];
  }

  /** What the numbers are of. @returns {'atoms' | 'bonds'} */
  get places() {
    return this.of === 'bonds' ? 'bonds' : 'atoms';
  }

  /** The atoms that are taken out. @returns {Set<number>} */
  get out() {
    const { removed } = this;
    const atoms = typeof removed === 'string' ? removed.match(/\d+/g) : removed;
    return new Set([...(atoms ?? [])].map(Number).filter((atom) => atom < (this.drawn?.size ?? 0)));
  }

  /** Sums of what belongs to one atom, or one number per bond. */
  get numbers() {
    const { relevance } = this.shown ?? { relevance: [] };
    if (!this.drawn) return relevance;
    const count = this.drawn[this.places === 'bonds' ? 'bonds' : 'names'].length;
    const each = this.places === 'bonds' ? 1 : relevance.length / count;
    if (!Number.isInteger(each) || each * count !== relevance.length)
      throw new Error(`${relevance.length} numbers are not those of ${count} ${this.places}`);
    return Float32Array.from({ length: count }, (_, place) => {
      let sum = 0;
      for (let k = 0; k < each; k += 1) sum += relevance[place * each + k];
      return sum;
    });
  }

  // ---- reading, atom by atom

  get isReadable() {
    return this.layout !== null;
  }

  get count() {
    return this.drawn.size;
  }

  indexAt(x, y) {
    const { atoms, unit } = /** @type {Layout} */ (this.layout);
    const [width, height] = this.size;
    /** @type {number | null} */
    let best = null;
    let least = REACH * unit;
    atoms.forEach((place, atom) => {
      const distance = Math.hypot(place[0] - x * width, place[1] - y * height);
      if (distance < least) [best, least] = [atom, distance];
    });
    return best;
  }

  boxOf(atom) {
    const { atoms, unit } = /** @type {Layout} */ (this.layout);
    const [width, height] = this.size;
    const [x, y, r] = [...atoms[atom], CURSOR * unit];
    return [(x - r) / width, (y - r) / height, (2 * r) / width, (2 * r) / height];
  }

  beside(atom, [down, right]) {
    return atom === null ? 0 : (atom + down + right + this.count) % this.count;
  }

  readingAt(atom) {
    const value = this.places === 'atoms' ? this.values?.[atom] : undefined;
    return { atom, name: this.drawn.names[atom], value };
  }

  wordsAt(atom) {
    return parts?.wordsAt(this, atom) ?? '';
  }

  press(event) {
    super.press(event);
    if (!REMOVE.includes(event.key) || !this.strikable || this.cursor === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.strike(this.cursor);
  }

  /** Asks for an atom to be taken out, or put back. @param {number | null} atom */
  strike(atom) {
    if (this.strikable && atom !== null) this.emit('strike', { atom });
  }

  // ---- picture

  draw() {
    const { structure, smiles } = this;
    if (structure) this.drawn = structure;
    else if (smiles && smiles !== this.#smiles) this.#read(smiles);
    if (!this.drawn) return;
    if (parts) this.#show(parts);
    else
      load().then(
        (found) => {
          parts ??= found;
          this.schedule();
        },
        (error) => this.fail(error),
      );
  }

  async #read(smiles) {
    this.#smiles = smiles;
    this.drawn = null;
    this.layout = null;
    try {
      const { fromSmiles } = await load();
      const structure = await fromSmiles(smiles);
      if (smiles !== this.#smiles) return;
      this.drawn = structure;
      this.schedule();
    } catch (error) {
      if (smiles === this.#smiles) this.fail(error);
    }
  }

  /** @param {Parts} how */
  #show({ drawing, layers }) {
    const { drawn, size } = this;
    if (this.#laid.drawn !== drawn || this.#laid.size !== size.join(' ')) {
      this.#laid = { drawn, size: size.join(' ') };
      this.layout = drawing(drawn, ...size);
      this.cursor = null;
    }
    this.svg?.setAttribute('viewBox', `0 0 ${size.join(' ')}`);
    this.svg?.replaceChildren(...layers(this));
    this.plate?.classList.toggle('strikable', this.strikable);
    this.values = null;
    super.draw();
    if (!this.shown) this.#drawn({ vmax: 0 }, this.paletteNow, ', not explained yet.');
  }

  paint(scale, palette) {
    this.values = this.numbers;
    const colours = this.isBare ? '' : ` Colours: ${this.legendNode.text.replace(/\.$/, '')}.`;
    this.#drawn(scale, palette, `: ${this.name}. ${parts?.describe(this)}${colours}`.trimEnd());
  }

  get name() {
    return this.label ?? this.shown?.method ?? 'Molecule';
  }

  #drawn(scale, palette, words) {
    this.#field(this.canvas, this.values, scale, palette);
    this.svg?.setAttribute('aria-label', this.drawn.smiles + words);
    const keys = `read with the arrow keys${this.strikable ? ', take out with Enter' : ''}`;
    this.plate?.setAttribute('aria-label', `${this.name}, atoms: ${keys}`);
    this.mark();
  }

  #field(canvas, values, { vmax }, palette) {
    const { size, places } = this;
    const layout = /** @type {Layout} */ (this.layout);
    const what = { places: values ? layout[places] : [], values: values ?? [], unit: layout.unit };
    parts?.paintField(canvas, { ...what, vmax, palette, width: size[0], height: size[1] });
  }

  /**
   * The picture as a panel of a figure. @param {{ scale: { vmax: number }, palette: import('../color/colors.js').Palette }} how
   * @param {ArrayLike<number> | null} values null: no colours
   */
  figure({ scale, palette }, values = this.values) {
    const canvas = el('canvas');
    this.#field(canvas, values, scale, palette.of(!this.shown || this.isSigned));
    const nodes = [...(this.svg?.children ?? [])].map((node) => node.cloneNode(true));
    return { kind: 'drawing', node: svg('g', {}, ...nodes), size: this.size, canvas };
  }
}
