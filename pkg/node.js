/**
 * A module that comes with Node, or undefined elsewhere. Unlike an import it leaves no trace that a
 * bundler for browsers would stumble over.
 * @param {string} name
 * @returns {any}
 */
export function builtin(name) {
  return /** @type {any} */ (globalThis).process?.getBuiltinModule?.(name);
}
