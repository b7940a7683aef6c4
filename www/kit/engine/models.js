/** @import { Model, Runtime, RuntimeOptions } from '../../pkg/index.js' */

import { createRuntime } from '../../pkg/index.js';

/**
 * A page's models: in a quick worker, which keeps up with the visitor, and in those for slow work. What is loaded under a
 * key is loaded once; a failure is forgotten, so that the next request tries again.
 */
export class Models {
  /** @param {{ quick?: RuntimeOptions, slow?: RuntimeOptions }} [options] */
  constructor({ quick, slow } = {}) {
    /** @type {{ quick: Runtime, slow: Runtime }} */
    this.runtimes = { quick: createRuntime({ workers: 1, ...quick }), slow: createRuntime(slow) };
    /** The key used last is at the end. @type {Map<string, Promise<any>>} */
    this.loaded = new Map();
  }

  catalogue() {
    return this.runtimes.quick.methods();
  }

  /** @template T @param {string} key @param {() => Promise<T>} load @returns {Promise<T>} */
  once(key, load) {
    const loading = this.loaded.get(key) ?? load();
    if (!this.loaded.has(key)) loading.catch(() => this.loaded.delete(key));
    this.loaded.delete(key);
    this.loaded.set(key, loading);
    return loading;
  }

  /** Disposes of models whose key begins so, but for the `most` that were used last. */
  release(prefix, most) {
    const keys = [...this.loaded.keys()].filter((key) => key.startsWith(prefix));
    for (const key of keys.slice(0, -most)) {
      this.loaded.get(key)?.then(
        (model) => model.dispose(),
        () => {},
      );
      this.loaded.delete(key);
    }
  }
}
