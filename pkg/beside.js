/**
 * Where a file is that lies beside this script in the package. Development servers copy scripts of packages into a hidden
 * folder of `node_modules` (Vite to 7: `node_modules/.vite/deps/`) or into a cache of their own (`.angular/cache/…/deps/`),
 * but not what they refer to by address: that is looked for in the package itself. Next.js gives an object that is like a
 * URL, with a path alone as its address.
 * @param {URL} url
 */
export function beside({ href }) {
  const url = new URL(href, globalThis.document?.baseURI ?? globalThis.location?.href);
  const { pathname } = url;
  const file = pathname.slice(pathname.lastIndexOf('/') + 1);
  const [, root] = /^(.*\/node_modules\/)\.(?!.*\/node_modules\/).*\//.exec(pathname) ?? [];
  if (root) return new URL(`${root}heatlens/dist/${file}`, url);
  const isCached = /\/\.[^/]+\/(?!.*\/node_modules\/).*\bdeps\//.test(pathname);
  return isCached ? new URL(`/node_modules/heatlens/dist/${file}`, url) : url;
}
