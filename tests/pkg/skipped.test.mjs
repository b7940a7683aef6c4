// A test that lacks its data is skipped by name, or fails where the data must be there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const helper = new URL('../support/data.mjs', import.meta.url).href;
let folder;
before(async () => (folder = await mkdtemp(join(tmpdir(), 'heatlens-'))));
after(() => rm(folder, { recursive: true }));

async function run(more) {
  const file = join(folder, 'lacking.test.mjs');
  const lines = [
    `import { test } from 'node:test';`,
    `import { data } from ${JSON.stringify(helper)};`,
    `test('of one thing', (t) => { data('things/one', t); });`,
    `test('of another', (t) => { data('things/two', t); });`,
  ];
  await writeFile(file, lines.join('\n'));
  const env = { ...process.env, HEATLENS_DATA: folder, ...more };
  delete env.NODE_TEST_CONTEXT;
  return spawnSync('node', ['--test', file], { encoding: 'utf8', env });
}

test('its name goes into the list that is printed in the end', async () => {
  const list = join(folder, 'skipped');
  const { status, stdout } = await run({ HEATLENS_SKIPPED: list, HEATLENS_REQUIRE_DATA: '' });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /# skipped 2/);
  const names = await readFile(list, 'utf8');
  assert.equal(names, 'of one thing: no things/one\nof another: no things/two\n');
});

test('where the data must be there it fails', async () => {
  const { status, stdout } = await run({ HEATLENS_REQUIRE_DATA: '1' });
  assert.equal(status, 1);
  assert.match(stdout, /# fail 2/);
});
