/* global PACKAGED */
// openchemlib: in the site from its folder of foreign libraries, in the npm package the peer dependency of that name.

import { problem } from './problem.js';

/** @typedef {typeof import('openchemlib')} Library */

/** @type {Promise<Library> | null} */
let library = null;

async function fetched() {
  // Whoever bundles this leaves the branch out that is not for it.
  if (typeof PACKAGED === 'boolean' && PACKAGED) {
    try {
      return await import('openchemlib');
    } catch (error) {
      throw problem(
        'E_LIBRARY',
        `molecules are drawn by the package openchemlib, which is missing here (npm install openchemlib, or an import map ` +
          `that names it): ${error}`,
      );
    }
  } else return import('../vendor/openchemlib.js');
}

/** openchemlib, fetched when it is first needed. @returns {Promise<Library>} */
export function chemistry() {
  const loading = (library ??= fetched());
  loading.catch(() => (library = null));
  return loading;
}
