// What the pages keep for times without a network. Files that are named by their content stand beside each other for all
// versions, a page stands for one: it is put last, when all that it loads is there.

import { alone, KEPT, nameOf } from './cache.js';

/**
 * What the build says of the site: each page's files, and of each file, pages included, its size and hash.
 * @typedef {{ version: string, pages: Record<string, string[]>,
 *   files: Record<string, { bytes: number, integrity: string }> }} List
 *
 * `rest`: the bytes that are missing for all pages; 0 when every page opens without a network.
 * @typedef {{ rest: number }} State
 */

const LIST = 'offline.json';
const PATIENCE = 120_000; // ms for one file
/** Types without which browsers refuse a file, from the cache as from a server. */
const TYPES = { css: /css/, html: /html/, js: /javascript/ };

async function answer(url, options) {
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(url, { ...options, redirect: 'error', signal });
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
  return response;
}

/** @returns {Promise<List | null>} as the server has it; null where nothing is to be kept */
const latest = async (root) => (await answer(root + LIST, { cache: 'no-cache' })).json();

/** A file as the list has it: what else a server sends in its place, the browser refuses by its hash. */
async function take(path, { root, list }) {
  const url = root + path;
  const isPage = path in list.pages;
  const { integrity } = list.files[path];
  const response = await answer(url, { integrity, cache: isPage ? 'no-cache' : 'default' });
  const type = response.headers.get('content-type') ?? '';
  const wanted = TYPES[isPage ? 'html' : path.slice(path.lastIndexOf('.') + 1)];
  if (wanted && !wanted.test(type)) throw new Error(`${url} was sent as ${type || 'no type'}`);
  return response;
}

const isCurrent = (have, { root, list }) => {
  const lists = [...have].filter((url) => url.startsWith(root + KEPT));
  return lists.length === 1 && lists[0] === root + KEPT + list.version;
};

/** @returns {State} */
function stateOf(have, site) {
  const current = isCurrent(have, site);
  const missing = Object.entries(site.list.files).filter(
    ([path]) => !have.has(site.root + path) || (!current && path in site.list.pages),
  );
  return { rest: missing.reduce((sum, [, { bytes }]) => sum + bytes, 0) };
}

const kept = async (cache) => new Set((await cache.keys()).map(({ url }) => url));

/**
 * What is missing of the version that the server has or, without a network, of the one that is kept.
 * @param {string} root @returns {Promise<State | null>} null where nothing is to be kept
 */
export async function look(root) {
  const current = await latest(root).catch(() => undefined);
  if (current === null) return null;
  const cache = await caches.open(nameOf(root));
  const have = await kept(cache);
  const own = [...have].find((url) => url.startsWith(root + KEPT));
  const list = current ?? (own && (await (await cache.match(own))?.json()));
  return list ? stateOf(have, { root, list }) : null;
}

/**
 * Keeps pages with all that they load, in the version that the server has, and brings those that were kept before up to it.
 * @param {string} root
 * @param {(page: string) => boolean} wanted
 * @param {(bytes: number) => void} [taken] told after each file
 * @returns {Promise<State | null>} null where nothing is to be kept
 */
export const keep = (root, wanted, taken) =>
  alone(root, async (cache, urls) => {
    const list = await latest(root);
    if (!list) return null;
    const site = { root, list };
    const have = new Set(urls);
    const pages = Object.keys(list.pages).filter((page) => wanted(page) || have.has(root + page));
    for (const file of new Set(pages.flatMap((page) => list.pages[page]))) {
      if (have.has(root + file)) continue;
      await cache.put(root + file, await take(file, site));
      taken?.(list.files[file].bytes);
    }
    const current = isCurrent(have, site);
    const stale = pages.filter((page) => !current || !have.has(root + page));
    const texts = await Promise.all(stale.map((page) => take(page, site)));
    // Two lists while pages change: what either names is not removed.
    await cache.put(root + KEPT + list.version, new Response(JSON.stringify(list)));
    await Promise.all(stale.map((page, i) => cache.put(root + page, texts[i])));
    for (const url of urls)
      if (url.startsWith(root + KEPT) && url !== root + KEPT + list.version)
        await cache.delete(url);
    return stateOf(await kept(cache), site);
  });
