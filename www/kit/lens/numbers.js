// Numbers as an input: the property `input`, or a .npy file at the address of that name or inside the page.

import { embedded } from '../engine/embedded.js';
import { readNpy } from '../engine/npy.js';

const failure = (code, message) => Object.assign(new Error(message), { code });

async function fetched(address) {
  const url = new URL(address, document.baseURI);
  const response = await fetch(url).catch((error) => {
    throw failure('E_FETCH', `${url} cannot be fetched: ${error}`);
  });
  if (!response.ok) throw failure('E_FETCH', `${url}: the server answered ${response.status}`);
  return response.arrayBuffer();
}

/** @param {any} lens @returns {Promise<ArrayLike<number> | null>} */
export async function numbersOf({ input }) {
  if (typeof input !== 'string') return input ?? null;
  const buffer = await (embedded(input) ?? fetched(input));
  return readNpy(buffer).values;
}
