// A file at an address.

import { failure } from './failure.js';

/**
 * The bytes at `address`, which is relative to the page's. Throws with the code E_FETCH and the reason.
 * @param {string | URL} address
 * @returns {Promise<ArrayBuffer>}
 */
export async function fetchBytes(address) {
  const url = new URL(address, document.baseURI);
  const response = await fetch(url).catch((error) => {
    throw failure('E_FETCH', `${url} cannot be fetched: ${error}`);
  });
  if (!response.ok) throw failure('E_FETCH', `${url}: the server answered ${response.status}`);
  return response.arrayBuffer();
}
