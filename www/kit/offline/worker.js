// The site's service worker. A page comes from the network, and where there is none as it was kept; its files, which are
// named by their content, from what is kept. Only pages add to that (keep.js).

import { alone, KEPT, nameOf } from './cache.js';

const PATIENCE = 4000; // ms, after which a page that is kept is not waited for
/** How the build names files by their content, or folders. */
const NAMED = /-[0-9a-f]{10}[./]/;

const scope = /** @type {any} */ (globalThis);
const ROOT = scope.registration.scope;

scope.addEventListener('install', () => scope.skipWaiting());
// Pages that are open when the first version starts; not waited for, since what they ask for waits in turn.
scope.addEventListener('activate', () => void scope.clients.claim());
scope.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  if (method !== 'GET' || !url.startsWith(ROOT)) return;
  if (mode === 'navigate') event.respondWith(page(event));
  else if (NAMED.test(url.slice(ROOT.length))) event.respondWith(file(event.request));
});

const find = (url) => caches.match(url, { cacheName: nameOf(ROOT), ignoreVary: true });

const file = async (request) => (await find(request.url)) ?? fetch(request);

async function page(event) {
  event.waitUntil(tidy());
  const { headers, url } = event.request;
  const at = url.replace(/[?#].*/, '').replace(/\/index\.html$/, '/');
  const kept = (await find(at)) ?? ((await find(`${at}/`)) && Response.redirect(`${at}/`));
  // Not an old copy of the browser's own: what that names may be gone.
  const network = fetch(url, { headers, cache: 'no-cache', redirect: 'manual' });
  if (!kept) return network;
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  const answer = await Promise.race([network, late]).catch(() => null);
  return !answer || answer.status >= 500 ? kept : answer;
}

/** Removes what no page that is kept loads, once no tab may ask for it. A page that is being opened is no client yet. */
async function tidy() {
  const tabs = await scope.clients.matchAll({ includeUncontrolled: true });
  if (tabs.some(({ url }) => url.startsWith(ROOT))) return;
  const remove = async (cache, urls) => {
    const used = new Set(urls.filter((url) => url.startsWith(ROOT + KEPT)));
    for (const list of [...used])
      for (const path of Object.keys((await (await cache.match(list)).json()).files))
        used.add(ROOT + path);
    for (const url of urls) if (!used.has(url)) await cache.delete(url);
  };
  await alone(ROOT, remove, { ifAvailable: true });
}
