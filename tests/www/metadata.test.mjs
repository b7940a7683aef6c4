// docs/metadata.md against the code: every key that is read or written stands in its table, and no other.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const FOLDERS = ['src', 'training', 'www', 'pkg'];
/** Names in the same writing that are no keys of a file: settings of pages, a symbol, functions in Python, file names. */
const OTHER = /^heatlens\.(theme|reload|policy|explain|methods|page|d|js|iife|npy|onnx|html|py)\b/;
const CALLED = /^(?!.*\b(dist|generated|node_modules|vendor|target|build)\/).*\.(rs|js|py)$/;

function keysInCode() {
  const keys = new Map();
  for (const folder of FOLDERS)
    for (const name of readdirSync(folder, { recursive: true })) {
      const path = `${folder}/${name}`;
      if (!CALLED.test(path)) continue;
      const text = readFileSync(path, 'utf8');
      for (const [, key] of text.matchAll(/["'`](heatlens\.[a-z][a-z.-]*)/g))
        if (!OTHER.test(key)) keys.set(key, path);
      // Those of images are put together.
      if (path === 'pkg/from-image.js')
        for (const [, , end] of text.matchAll(/\b(key|list)\('([a-z]+)'\)/g))
          keys.set(`heatlens.input.${end}`, path);
    }
  keys.delete('heatlens.input.');
  // An axis has the name that the file gives it.
  for (const key of [...keys.keys()].filter((key) => key.startsWith('heatlens.axis.')))
    keys.delete(key);
  return keys.set('heatlens.axis.NAME', 'src/onnx/options.rs');
}

const rows = readFileSync('docs/metadata.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `heatlens.'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test('the table of metadata names what the code reads and writes', () => {
  const keys = keysInCode();
  const listed = rows.map(([key]) => key.replaceAll('`', ''));
  assert.ok(keys.size > 25, `only ${keys.size} keys were found`);
  assert.deepEqual([...new Set(listed)], listed);
  const missing = [...keys]
    .filter(([key]) => !listed.includes(key))
    .map(([key, path]) => `${key} (${path})`);
  assert.deepEqual(missing, [], 'keys of the code that the table lacks');
  // Values for exporters of others: read by the elements and by fromImage, written by no script here.
  assert.deepEqual(
    listed.filter((key) => !keys.has(key)),
    [],
    'keys of the table that no code has',
  );
});

test('each row says meaning, values, default and writer', () => {
  for (const row of rows) {
    assert.equal(row.length, 5, row[0]);
    assert.ok(
      row.every((cell) => cell.length > 0),
      row[0],
    );
  }
});

test('who writes a key is what the scripts say', () => {
  const scripts = {
    digits: ['training/digits.py'],
    texts: [
      'training/newsgroups.py',
      'training/newsgroups_cnn.py',
      'training/newsgroups_linear.py',
    ],
    molecules: ['ames', 'esol', 'energy', 'kernel_ridge'].map(
      (name) => `training/molecules/${name}.py`,
    ),
  };
  for (const [cell, , , , writer] of rows) {
    const key = cell.replaceAll('`', '').replace('NAME', '');
    const writes = Object.keys(scripts).filter((kind) =>
      scripts[kind].some((path) => readFileSync(path, 'utf8').includes(`"${key}`)),
    );
    const words = writer.replaceAll(/\s*\([^)]*\)/g, '').split(', ');
    const said = words.includes('all')
      ? Object.keys(scripts)
      : words.filter((word) => Object.hasOwn(scripts, word));
    assert.deepEqual(said.sort(), writes.sort(), key);
  }
});
