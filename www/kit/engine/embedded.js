// Files that stand in the document itself, as a page that was saved as one file has them.

import { failure } from './failure.js';

/** @param {string} text */
function fromBase64(text) {
  const binary = atob(text.replace(/\s+/g, ''));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

/** @param {Uint8Array<ArrayBuffer>} bytes deflated, without a header @returns {Promise<ArrayBuffer>} */
function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(stream).arrayBuffer();
}

/** @type {Map<string, Promise<ArrayBuffer>>} */
const read = new Map();

/**
 * The bytes of `<script type="text/plain" id="…">`, which holds them deflated and as base 64; null if `address` is none of
 * `#id`. @param {string | null} address @returns {Promise<ArrayBuffer> | null}
 */
export function embedded(address) {
  if (!address?.startsWith('#')) return null;
  const known = read.get(address);
  if (known) return known;
  const node = document.getElementById(address.slice(1));
  if (!node) return Promise.reject(failure('E_FETCH', `this page has no element ${address}`));
  const bytes = inflated(fromBase64(node.textContent ?? ''));
  read.set(address, bytes);
  return bytes;
}
