// On a server: every entry of the package is read where there is no document, and elements write nothing of their own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { read } from './rig.mjs';

const ENTRIES = ['index.js', 'elements.js'];
const address = (file) => new URL(`../../pkg/dist/${file}`, import.meta.url).href;

function run(script) {
  const { status, stdout, stderr } = spawnSync('node', ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

for (const file of ENTRIES)
  test(`${file} is read where there is no document, and nothing is started`, () => {
    const script = `
      const names = Object.keys(await import(${JSON.stringify(address(file))}));
      console.log(names.includes(${JSON.stringify(file === 'index.js' ? 'load' : 'HeatLens')}));`;
    assert.equal(run(script), 'true');
  });

test('all exports of the package that are scripts are read so', async () => {
  const { exports } = JSON.parse(await read('pkg/package.json'));
  const scripts = Object.values(exports)
    .map((entry) => (typeof entry === 'string' ? entry : entry.default))
    .filter((path) => /\.m?js$/.test(path) && !path.includes('iife'));
  assert.ok(scripts.length >= 3);
  for (const path of scripts) {
    const url = new URL(`../../pkg/${path.slice(2)}`, import.meta.url).href;
    assert.equal(run(`await import(${JSON.stringify(url)}); console.log('read')`), 'read');
  }
});

test('define() does nothing there, and a half document does not mislead it', () => {
  const script = `
    globalThis.window = globalThis;
    globalThis.self = globalThis;
    const { define, HeatLens } = await import(${JSON.stringify(address('elements.js'))});
    define();
    define('hl2');
    console.log(typeof HeatLens);`;
  assert.equal(run(script), 'function');
});

test('no element writes an attribute of its own, or into what stands inside it', async () => {
  // What frameworks render on a server is compared with what they find: it must be as they left it.
  const folder = new URL('../../www/kit/', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter((name) =>
    /^(elements|lens)\/.*\.js$/.test(name),
  );
  assert.ok(files.length > 10);
  for (const name of files) {
    const text = await readFile(new URL(name, folder), 'utf8');
    const own = text.match(
      /\bthis\.(setAttribute|toggleAttribute|removeAttribute|append|prepend|replaceChildren|appendChild|insertAdjacent\w+|innerHTML|textContent *=|dataset|classList|className|id *=|slot *=|style)\b.*/g,
    );
    assert.equal(own, null, `${name}: ${own}`);
  }
});
