// The networks of the page. Each molecule is run at its own size: a file is fetched once and read anew
// for each number of atoms; the sizes used last stay loaded.

import { createRuntime } from '../pkg/index.js';

/**
 * `towards`: what a higher score speaks for, whatever the answer is; `ends`: what both ends of a legend speak for.
 * @type {Record<'ames' | 'esol', { title: string, file: string, towards: string, ends: [string, string] }>}
 */
export const MODELS = {
  ames: {
    title: 'Mutagenic in the Ames test?',
    file: 'ames.onnx',
    towards: 'mutagenic',
    ends: ['against mutagenic', 'for mutagenic'],
  },
  esol: {
    title: 'Soluble in water?',
    file: 'esol.onnx',
    towards: 'more soluble',
    ends: ['less soluble', 'more soluble'],
  },
};

const KEPT = 4; // loaded sizes per file

/** @type {Models | undefined} */
let shared;

/** The page's networks, for all of its sections: each set would start workers of its own. */
export const models = () => (shared ??= new Models());

export class Models {
  constructor(base = new URL('../models/', import.meta.url)) {
    this.base = base;
    this.runtimes = { quick: createRuntime({ workers: 1 }), slow: createRuntime() };
    this.files = new Map();
    this.loaded = new Map();
  }

  catalogue() {
    return this.runtimes.quick.methods();
  }

  /**
   * The network of this file for this many atoms.
   * @param {string} file @param {number | null} atoms @param {'quick' | 'slow'} [lane]
   * @returns {Promise<import('../pkg/index.js').Model>}
   */
  get(file, atoms, lane = 'quick') {
    const key = `${lane}/${file}/${atoms}`;
    const found = this.loaded.get(key);
    if (found) {
      this.loaded.delete(key); // to the end: used last
      this.loaded.set(key, found);
      return found;
    }
    const loading = this.bytes(file).then((bytes) =>
      this.runtimes[lane].load(bytes, { axes: atoms === null ? {} : { atoms } }),
    );
    loading.catch(() => this.loaded.delete(key));
    this.loaded.set(key, loading);
    this.release(`${lane}/${file}/`);
    return loading;
  }

  release(prefix) {
    const keys = [...this.loaded.keys()].filter((key) => key.startsWith(prefix));
    for (const key of keys.slice(0, -KEPT)) {
      this.loaded.get(key).then(
        (model) => model.dispose(),
        () => {},
      );
      this.loaded.delete(key);
    }
  }

  bytes(file) {
    if (!this.files.has(file)) {
      const loading = fetch(new URL(file, this.base)).then((response) => {
        if (!response.ok) throw new Error(`${file}: the server answered ${response.status}`);
        return response.arrayBuffer();
      });
      loading.catch(() => this.files.delete(file));
      this.files.set(file, loading);
    }
    return this.files.get(file);
  }
}
