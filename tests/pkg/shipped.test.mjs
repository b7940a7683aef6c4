// What is shipped: versions, names, files.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { methods, read, runtime } from './rig.mjs';

const text = async (path) => (await read(path)).toString();

test('one version everywhere', async () => {
  const { version } = JSON.parse(await text('pkg/package.json'));
  const cargo = await text('Cargo.toml');
  assert.equal(/^version = "(.*)"$/m.exec(cargo)[1], version);
  const { ABI } = await import('../../pkg/protocol.js');
  assert.equal(ABI, `heatlens ${version}`);
});

test('every exported file is there and is shipped', async () => {
  const { exports, files, dependencies } = JSON.parse(await text('pkg/package.json'));
  const named = Object.values(exports).flatMap((entry) => Object.values(Object(entry)));
  const plain = Object.values(exports).filter((entry) => typeof entry === 'string');
  for (const file of [...named, ...plain].filter((name) => name.startsWith?.('./'))) {
    assert.ok((await read(`pkg/${file}`)).length > 0, file);
    const first = file.split('/')[1];
    assert.ok(files.includes(first) || first === 'package.json', file);
  }
  assert.equal(dependencies, undefined);
});

test('the types list the methods of the catalogue', async () => {
  const types = await text('pkg/results.d.ts');
  const union = /type MethodName =([^;]*);/.exec(types)[1];
  const listed = [...union.matchAll(/'([^']+)'/g)].map(([, name]) => name);
  assert.deepEqual(
    listed,
    (await methods()).map(({ name }) => name),
  );
  runtime.dispose();
});

test('this version of Node takes the module: nothing newer than SIMD is needed', async () => {
  new WebAssembly.Module(await read('pkg/dist/heatlens_bg.wasm'));
});

test('nothing that is shipped evaluates text or writes HTML', async () => {
  for (const file of ['index.js', 'worker.js', 'heatlens.iife.js']) {
    const code = await text(`pkg/dist/${file}`);
    assert.doesNotMatch(code, /\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write/);
  }
});
