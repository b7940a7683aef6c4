// Arrays from .npy files, at an address or inside the page.

import { failure } from './failure.js';

/** The bytes inside the page at `#id`; null at another address. @param {string} address */
export const inPage = async (address) =>
  address.startsWith('#') ? (await import('./embedded.js')).embedded(address) : null;

/** @param {string} address */
async function fetched(address) {
  const url = new URL(address, document.baseURI);
  const response = await fetch(url).catch((error) => {
    throw failure('E_FETCH', `${url} cannot be fetched: ${error}`);
  });
  if (!response.ok) throw failure('E_FETCH', `${url}: the server answered ${response.status}`);
  return response.arrayBuffer();
}

/** The array in a .npy file. @param {string} address or `#id` of an element that holds the file */
export async function fetchArray(address) {
  const bytes = async () => (await inPage(address)) ?? fetched(address);
  const [buffer, { readNpy }] = await Promise.all([bytes(), import('./npy.js')]);
  return readNpy(buffer);
}

/** Numbers that were given, or that lie at an address. @param {{ input: any }} lens @returns {Promise<ArrayLike<number> | null>} */
export async function numbersOf({ input }) {
  return typeof input === 'string' ? (await fetchArray(input)).values : (input ?? null);
}
