// <heat-molecule>: relevance of a molecule's atoms or bonds as a coloured field under its drawing.

import { el } from '../page/dom.js';
import { RelevanceElement } from './relevance.js';

/** What reads and draws molecules, which is large: it is fetched with the first molecule. @type {null | (() => Promise<any>)} */
let load = null;

/** @param {() => Promise<any>} loader of the modules of molecules */
export function useMolecules(loader) {
  load ??= loader;
}

const WIDTH = 420;
const HEIGHT = 320;

export class HeatMolecule extends RelevanceElement {
  static tag = 'molecule';
  /** @type {typeof RelevanceElement.attributes} */
  static attributes = { ...RelevanceElement.attributes, smiles: 'text', of: 'text' };
  static properties = [...RelevanceElement.properties, 'structure'];
  static styles = `
    :host { width: var(--heat-molecule-size, ${WIDTH}px); max-width: 100%; }
    .molecule { position: relative; overflow: hidden; }
    .field { width: 100%; height: auto; }
    .lines-over { position: absolute; inset: 0; width: 100%; height: 100%; }
    .lines line { stroke: #1d1c1a; stroke-linecap: round; }
    .lines polygon, .lines circle, .lines text { fill: #1d1c1a; }
    .lines text { font-family: system-ui, sans-serif; }
    .outlines .outline { fill: none; stroke: #1d1c1a; stroke-width: 1.5; stroke-dasharray: 4 4; }
    .gone .veil { fill: rgb(255 255 255 / 0.62); }
    .gone .cross-out { fill: none; stroke: #1d1c1a; stroke-width: 1.5; }
    .gone .group-number { fill: #1d1c1a; font-family: system-ui, sans-serif; font-weight: 700; }
    .cursor circle { fill: none; stroke: #1a5fd0; stroke-width: 2; }
    [part='legend'] { margin-top: 0.35rem; }
  `;

  /** @type {any} the molecule that is drawn */
  drawn = null;
  /** @type {any} */
  plate = null;
  #smiles = '';

  parts() {
    this.place = el('div', { part: 'molecule' });
    return [this.place];
  }

  draw() {
    const { structure, smiles } = this;
    if (structure) {
      this.drawn = structure;
      this.#show();
    } else if (smiles && smiles !== this.#smiles) this.#read(smiles);
    else if (this.drawn) this.#show();
  }

  async #read(smiles) {
    this.#smiles = smiles;
    this.drawn = null;
    try {
      if (!load) throw new Error('the part for molecules is missing');
      const { fromSmiles } = await load();
      const structure = await fromSmiles(smiles);
      if (smiles !== this.#smiles) return;
      this.drawn = structure;
      this.schedule();
    } catch (error) {
      if (smiles === this.#smiles) this.fail(error);
    }
  }

  async #show() {
    if (!this.plate) {
      const { Plate } = await /** @type {() => Promise<any>} */ (load)();
      this.plate ??= new Plate({ width: WIDTH, height: HEIGHT, title: this.label ?? 'Molecule' });
      this.place?.replaceChildren(this.plate.node);
    }
    this.plate.show(this.drawn);
    super.draw();
    if (!this.shown) this.plate.paint(null, 'atoms', { vmax: 0, palette: this.paletteNow });
  }

  /** Sums of what belongs to one atom, or one number per bond. */
  get numbers() {
    const { relevance } = this.shown ?? { relevance: [] };
    if (!this.drawn || this.of === 'bonds') return relevance;
    const { size } = this.drawn;
    const each = relevance.length / size;
    if (!Number.isInteger(each))
      throw new Error(`${relevance.length} numbers are not those of ${size} atoms`);
    return Float32Array.from({ length: size }, (_, atom) => {
      let sum = 0;
      for (let k = 0; k < each; k += 1) sum += relevance[atom * each + k];
      return sum;
    });
  }

  paint(scale, palette) {
    const of = this.of === 'bonds' ? 'bonds' : 'atoms';
    const values = this.numbers;
    this.plate.paint(values, of, { vmax: scale.vmax, palette });
    const { names } = this.drawn;
    let top = 0;
    for (let i = 1; i < values.length; i += 1)
      if (Math.abs(values[i]) > Math.abs(values[top])) top = i;
    const strongest = of === 'atoms' ? ` Strongest: ${names[top]}.` : '';
    this.plate.label(`${this.label ?? 'Molecule'}.${strongest} Colours: ${this.legendNode.text}.`);
  }
}
