import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createRuntime } from '../pkg/rig.mjs';
import { CONTROLS, noise } from '../../www/digits/controls.js';
import { FACTS } from '../../www/digits/lessons/facts.js';
import { GROUPS, methodsOf, shown, suited } from '../../www/digits/groups.js';
import { readIdx } from '../../www/digits/input/image-file.js';
import { cut } from '../../www/digits/views/kept-panel.js';
import { layerRules } from '../../www/digits/views/parameters-view.js';
import { cosineSimilarity } from '../../www/digits/views/cosine-similarity.js';
import { VIEWS } from '../../www/digits/views/view-switcher.js';
import { VIEW_IDS } from '../../www/digits/state.js';
import { planes } from '../../www/digits/views/tiles.js';
import { ticks } from '../../www/kit/elements/plot.js';

test('the cut of backward selection is the smallest end of the order that reaches τ', () => {
  // Masked in this order; the scores after each.
  const set = { order: [7, 5, 3, 1], values: [0.9, 0.8, 0.6, 0.1] };
  assert.equal(cut(set, 0.95, 0.05), 0);
  assert.equal(cut(set, 0.95, 0.5), 1);
  assert.equal(cut(set, 0.95, 0.6), 1);
  assert.equal(cut(set, 0.95, 0.7), 2);
  assert.equal(cut(set, 0.95, 0.85), 3);
  assert.equal(cut(set, 0.95, 0.93), 4);
  assert.equal(cut(set, 0.95, 0.99), null);
});

test('idx files are read as they are or gzipped, and whatever else is refused', async () => {
  const images = Buffer.alloc(16 + 2 * 784, 9);
  [0x803, 2, 28, 28].forEach((word, k) => images.writeUInt32BE(word, 4 * k));
  for (const bytes of [images, gzipSync(images)]) {
    const { images: read } = await readIdx(new Blob([bytes]));
    assert.equal(read.length, 2);
    assert.deepEqual([...new Set(read[1])], [9]);
  }
  const changed = (at, word) => {
    const copy = Buffer.from(images);
    copy.writeUInt32BE(word, at);
    return copy;
  };
  for (const bad of [
    Buffer.alloc(0),
    Buffer.alloc(3),
    images.subarray(0, 100),
    changed(0, 0x802),
    changed(4, 3),
    changed(4, 2 ** 32 - 1),
    changed(8, 29),
    gzipSync(images).subarray(0, 40),
  ])
    await assert.rejects(readIdx(new Blob([bad])), { code: 'E_FILE' });
});

test('the page shows what was chosen and exists, else the first three', async () => {
  const runtime = createRuntime({ workers: 1 });
  const entries = [...(await runtime.methods()), ...CONTROLS];
  runtime.dispose();
  const known = new Map(entries.map((entry) => [entry.name, entry]));
  // Each has its place, and one only.
  const placed = GROUPS.flatMap((group) => methodsOf(group, known));
  assert.deepEqual([...placed].sort(), [...known.keys()].sort());
  assert.deepEqual(shown([], known), ['lrp', 'saliency', 'occlusion']);
  assert.deepEqual(shown(['lrp', 'nonsense', 'sis'], known), ['lrp', 'sis']);
  assert.deepEqual(shown(['__proto__'], known), ['lrp', 'saliency', 'occlusion']);
  assert.equal(shown(['all'], known).length, known.size);
  // Each is explained, and what replaces parts of the input is this network's blank.
  const info = { nodes: [], camLayers: {} };
  for (const entry of entries) {
    assert.ok(Object.hasOwn(FACTS, entry.name), `${entry.name} has no facts`);
    const { mask, baseline, baselines, low, high } = suited(entry, info, -1);
    const has = (name) => (entry.params.some((param) => param.name === name) ? -1 : undefined);
    assert.deepEqual(
      [mask, baseline, baselines, low, high],
      [has('mask'), has('baseline'), has('baselines'), undefined, undefined],
      entry.name,
    );
  }
});

test('every view has its word in the address', () => {
  assert.deepEqual(VIEWS.map(({ id }) => id).sort(), [...VIEW_IDS].sort());
});

test('rules per layer come from known words for layers with weights only', () => {
  const info = {
    nodes: [
      { name: 'x', kind: 'input' },
      { name: 'a=b', kind: 'conv' },
      { name: 'relu', kind: 'activation' },
      { name: 'fc', kind: 'dense' },
    ],
  };
  const params = new Map([
    ['rules.n1', 'gamma'],
    ['rules.n2', 'flat'],
    ['rules.n3', 'astrology'],
    ['rules.n9', 'flat'],
  ]);
  assert.equal(layerRules(params, info), 'a=b=gamma');
});

test('small things: cosine similarity, tiles, ticks, noise', () => {
  assert.equal(cosineSimilarity([1, 2], [2, 4]), 1);
  assert.equal(cosineSimilarity([1, 0], [0, 3]), 0);
  assert.equal(cosineSimilarity([0, 0], [1, 1]), 0);
  assert.deepEqual(planes([24, 8, 9], 1728), { count: 24, rows: 8, columns: 9, channels: true });
  for (const length of [1, 10, 100, 300, 784, 1296]) {
    const { rows, columns } = planes([length], length);
    assert.ok(rows * columns >= length && (rows - 1) * columns < length, String(length));
  }
  assert.deepEqual(ticks(0, 1), [0, 0.25, 0.5, 0.75, 1]);
  assert.ok(ticks(-3.2, 17).every((value) => value >= -3.2 && value <= 17.1));
  assert.deepEqual(noise(5, 1), noise(5, 1));
  assert.notDeepEqual(noise(5, 1), noise(5, 2));
});
