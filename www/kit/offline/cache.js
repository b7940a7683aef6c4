// One cache holds what is kept, named by the site's folder. All who add or remove do so one at a time.

/** Lists of what pages load are kept under this name and their version. */
export const KEPT = 'offline.json?';

/** @param {string} root the site's folder, with a slash at the end */
export const nameOf = (root) => `heatlens ${root}`;

/** @param {string} root @param {(cache: Cache, urls: string[]) => any} work @param {LockOptions} [how] */
export const alone = (root, work, how = {}) =>
  navigator.locks.request(nameOf(root), how, async (lock) => {
    const cache = lock && (await caches.open(nameOf(root)));
    return (
      cache &&
      work(
        cache,
        (await cache.keys()).map(({ url }) => url),
      )
    );
  });
