// The networks, each in a quick worker that keeps up with typing, and in those for slow work.

import { createRuntime } from '../pkg/index.js';
import { MODELS } from './networks.js';

export class Models {
  constructor() {
    this.runtimes = { quick: createRuntime({ workers: 1 }), slow: createRuntime() };
    this.cache = new Map();
  }

  catalogue() {
    return this.runtimes.quick.methods();
  }

  /** Where the words of a text begin and end. */
  spans(text) {
    return this.runtimes.quick.tokenize(text);
  }

  /** @param {string} id @param {'quick'|'slow'} lane */
  get(id, lane) {
    const key = `${id}/${lane}`;
    if (!this.cache.has(key)) {
      const url = new URL(MODELS[id].file, document.baseURI);
      const loading = this.runtimes[lane].load(url).then((model) => {
        if (model.info.vocabulary !== null) return model;
        model.dispose();
        throw Object.assign(new Error(`${url.pathname} takes no texts`), { code: 'E_INPUT' });
      });
      this.cache.set(key, loading);
      loading.catch(() => this.cache.delete(key));
    }
    return this.cache.get(key);
  }
}
