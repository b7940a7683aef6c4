// Names of the elements: the first copy of this package that defines one wins, and further ones can take another prefix.

/** @typedef {typeof import('./element.js').HeatElement & { tag: string }} Kind a class with the name of its tag */

const PREFIX = 'heat';

/** `legend` is `heat-legend`; a tag that has a hyphen of its own gets a prefix only where it is another. */
const nameOf = (tag, prefix) => (prefix === PREFIX && tag.includes('-') ? tag : `${prefix}-${tag}`);

/** Classes that are registered, by which name. @type {Map<Function, string>} */
const names = new Map();

/** @param {Kind} kind @param {string} prefix */
function register(kind, prefix) {
  const name = nameOf(kind.tag, prefix);
  const known = customElements.get(name);
  if (known) return known === kind || Object.getPrototypeOf(known) === kind;
  // A class has one name only.
  const own = names.has(kind) ? class extends kind {} : kind;
  names.set(own, name);
  customElements.define(name, own);
  return true;
}

/**
 * Registers elements as `<heat-…>` or with another prefix. Without a document, as on a server, it does nothing.
 * @param {Kind[]} kinds @param {string} prefix small letters and digits, a letter first
 */
export function defineAll(kinds, prefix = PREFIX) {
  if (!globalThis.customElements) return;
  if (!/^[a-z][a-z0-9]*$/.test(prefix))
    throw new RangeError(`a prefix is small letters and digits, not ${prefix}`);
  const lost = kinds
    .filter((kind) => !register(kind, prefix))
    .map(({ tag }) => nameOf(tag, prefix));
  if (lost.length > 0)
    console.warn(
      `heatlens/elements is on this page already: <${lost[0]}> and the others stay as they are. ` +
        `define('hl2') gives those of this copy another prefix.`,
    );
}

/**
 * An element of a class, which is registered if need be: under the prefix of the element that it is made for.
 * @template {Kind} T @param {T} kind @param {Record<string, string>} [attributes] @param {HTMLElement | null} [host]
 * @returns {InstanceType<T>}
 */
export function create(kind, attributes = {}, host = null) {
  if (!names.has(kind)) {
    const prefix = /^([a-z][a-z0-9]*)-/.exec(host?.localName ?? '')?.[1] ?? PREFIX;
    // Another copy may have the name.
    for (let turn = 0; !register(kind, turn === 0 ? prefix : `${prefix}own${turn}`); turn += 1);
  }
  const element = /** @type {InstanceType<T>} */ (new kind());
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
