// The service worker of a site that has none any more: it removes what was kept, and itself (`dist/kill/`).

import { nameOf } from './cache.js';

const scope = /** @type {any} */ (globalThis);

scope.addEventListener('install', () => scope.skipWaiting());
scope.addEventListener('activate', (event) =>
  event.waitUntil(
    Promise.all([caches.delete(nameOf(scope.registration.scope)), scope.registration.unregister()]),
  ),
);
