// Arrays from .npy files, at an address or inside the page.

import { fetchBytes } from './fetch.js';

/** The bytes inside the page at `#id`; null at another address. @param {string} address */
export const inPage = async (address) =>
  address.startsWith('#') ? (await import('./embedded.js')).embedded(address) : null;

/** The array in a .npy file. @param {string} address or `#id` of an element that holds the file */
export async function fetchArray(address) {
  const bytes = async () => (await inPage(address)) ?? fetchBytes(address);
  const [buffer, { readNpy }] = await Promise.all([bytes(), import('./npy.js')]);
  return readNpy(buffer);
}

/** Numbers that were given, or that lie at an address. @param {{ input: any }} lens @returns {Promise<ArrayLike<number> | null>} */
export async function numbersOf({ input }) {
  return typeof input === 'string' ? (await fetchArray(input)).values : (input ?? null);
}
