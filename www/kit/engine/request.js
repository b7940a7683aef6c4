// What a page shows answers a request: an example, a network, a class, a method and its parameters. Each place that shows
// an answer carries two keys, of the request it answers (`data-request`) and of the one that is wanted (`data-wanted`);
// while they differ it is old, which style sheets show (`data-old`) and screen readers are told (`aria-busy`).

const PRIME = 0x01000193;

/** Fowler-Noll-Vo hashes of two seeds, for equality alone: equal values have equal digests. */
export function digest(value) {
  const text = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new TextEncoder().encode(JSON.stringify(value, (_, each) => plain(each)));
  let [a, b] = [0x811c9dc5, 0x050c5d1f];
  for (const byte of text) {
    a = Math.imul(a ^ byte, PRIME);
    b = Math.imul(b ^ byte, PRIME) + a;
  }
  return [a, b].map((word) => (word >>> 0).toString(36)).join('');
}

function plain(value) {
  if (ArrayBuffer.isView(value)) return Array.from(/** @type {Float32Array} */ (value));
  if (value instanceof Map) return [...value];
  return value === undefined ? null : value;
}

const isWord = (value) => /^[\w.,:+-]{1,40}$/.test(String(value));

/**
 * The key of a request: `name=value` of each part, a digest where the value is no short word.
 * @param {Record<string, any>} parts numbers, words, arrays, maps, plain objects; what is undefined does not matter to it
 */
export function requestKey(parts) {
  return Object.entries(parts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const isShort = value === null || ['number', 'string', 'boolean'].includes(typeof value);
      return `${name}=${isShort && isWord(value) ? value : digest(value)}`;
    })
    .join(' ');
}

/** @param {Place} node */
function mark(node) {
  const isOld = node.dataset.request !== node.dataset.wanted;
  node.toggleAttribute('data-old', isOld);
  if (isOld) node.setAttribute('aria-busy', 'true');
  else node.removeAttribute('aria-busy');
}

/** @typedef {HTMLElement | SVGElement} Place where an answer is shown */

/**
 * Another answer is wanted in these places: what they show is old, unless it answers this very request.
 * @param {Place[]} nodes @param {string} [key]
 */
export function expectAnswer(nodes, key) {
  for (const node of nodes) {
    node.dataset.wanted = key;
    mark(node);
  }
}

/**
 * These places show the answer to this request now, be it the one that is wanted or an earlier one.
 * @param {Place[]} nodes @param {string} [key]
 */
export function showAnswer(nodes, key) {
  for (const node of nodes) {
    node.dataset.request = key;
    mark(node);
  }
}

/** These places were emptied, and answer no request until `showAnswer`. @param {Place[]} nodes */
export function clearAnswer(nodes) {
  for (const node of nodes) {
    delete node.dataset.request;
    mark(node);
  }
}

/**
 * The answer to this request needs no asking, and these places show it already.
 * @param {Place[]} nodes @param {string} [key]
 */
export function settle(nodes, key) {
  expectAnswer(nodes, key);
  showAnswer(nodes, key);
}

/** Whether what a place shows answers another request than the one that is wanted. */
export const isOld = (node) => node.hasAttribute('data-old');
