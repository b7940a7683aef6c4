// Where a script finds what lies beside it, when a development server has moved the script alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beside } from '../../pkg/beside.js';

const CASES = {
  'http://a/node_modules/.vite/deps/worker.js': 'http://a/node_modules/heatlens/dist/worker.js',
  'http://a/_nuxt/node_modules/.cache/vite/client/deps/worker.js':
    'http://a/_nuxt/node_modules/heatlens/dist/worker.js',
  'http://a/@fs/home/x/node_modules/.q-cache/dev/deps/h.wasm':
    'http://a/@fs/home/x/node_modules/heatlens/dist/h.wasm',
  'http://a/@fs/home/.angular/cache/19/vite/deps/worker.js':
    'http://a/node_modules/heatlens/dist/worker.js',
  // Where the script was not moved, what is beside it is there.
  'http://a/node_modules/.pnpm/heatlens@1/node_modules/heatlens/dist/worker.js': null,
  'http://a/node_modules/heatlens/dist/worker.js': null,
  'http://a/assets/worker-Df3.js': null,
  'https://cdn/npm/heatlens@1/dist/worker.js': null,
  'file:///home/.config/deps.d/x/pkg/dist/worker.js': null,
  'http://a/.well-known/dependencies/worker.js': null,
};

for (const [from, to] of Object.entries(CASES))
  test(`${from} ${to ? 'is looked for in the package' : 'stays'}`, () => {
    assert.equal(beside(new URL(from)).href, to ?? from);
  });

test('an address that is only a path, as Next.js has them, is the document’s', () => {
  globalThis.document = { baseURI: 'http://a/some/page' };
  const relative = { href: '/_next/static/media/worker.1x.js', origin: '' };
  assert.equal(beside(relative).href, 'http://a/_next/static/media/worker.1x.js');
  delete globalThis.document;
});
