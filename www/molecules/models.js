// The networks of the page. Each molecule is run at its own size: a file is fetched once and read anew
// for each number of atoms; the sizes used last stay loaded.

import { fetchBytes } from '../kit/engine/fetch.js';
import { Models as KitModels } from '../kit/engine/models.js';

/**
 * `towards`: what a higher score speaks for, whatever the answer is; `ends`: what both ends of a legend speak for;
 * `toxicophores`: substructures known to go with it are outlined.
 * @type {Record<'ames' | 'esol', { title: string, file: string, towards: string, ends: [string, string], toxicophores: boolean }>}
 */
export const MODELS = {
  ames: {
    title: 'Mutagenic in the Ames test?',
    file: 'ames.onnx',
    towards: 'mutagenic',
    ends: ['against mutagenic', 'for mutagenic'],
    toxicophores: true,
  },
  esol: {
    title: 'Soluble in water?',
    file: 'esol.onnx',
    towards: 'more soluble',
    ends: ['less soluble', 'more soluble'],
    toxicophores: false,
  },
};

const KEPT = 4; // loaded sizes per file

/** @type {Models | undefined} */
let shared;

/** The page's networks, for all of its sections: each set would start workers of its own. */
export const models = () => (shared ??= new Models());

export class Models extends KitModels {
  constructor(base = new URL('../models/', import.meta.url)) {
    super();
    this.base = base;
  }

  /**
   * The network of this file for this many atoms.
   * @param {string} file @param {number | null} atoms @param {'quick' | 'slow'} [lane]
   * @returns {Promise<import('../pkg/index.js').Model>}
   */
  get(file, atoms, lane = 'quick') {
    /** @type {Record<string, number>} */
    const axes = atoms === null ? {} : { atoms };
    const loading = this.once(`${lane}/${file}/${atoms}`, async () =>
      this.runtimes[lane].load(await this.bytes(file), { axes }),
    );
    this.release(`${lane}/${file}/`, KEPT);
    return loading;
  }

  /** @returns {Promise<ArrayBuffer>} */
  bytes(file) {
    return this.once(`bytes of ${file}`, () => fetchBytes(new URL(file, this.base)));
  }
}
