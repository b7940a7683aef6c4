// Which texts are unlike the test posts: the figures are of the shipped networks, and a part of them is computed again.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ROOT, hashOf } from '../../scripts/figures/common.mjs';
import * as posts from '../../scripts/figures/posts.mjs';
import * as texts from '../../scripts/figures/texts.mjs';
import { POSTS } from '../../www/text/posts.js';
import { doubts, howText, measured } from '../../www/text/unlike.js';
import { data } from '../support/data.mjs';

const read = (path) => readFile(new URL(path, ROOT), 'utf8');

const usual = Object.entries(POSTS);

test('unlike: the page says the numbers that were measured, of the shipped networks, over 1,507 posts', async () => {
  assert.deepEqual(
    usual.map(([id]) => id),
    ['linear', 'cnn'],
  );
  const words = (text) => text.replace(/\s+/g, ' ');
  const page = words(await read('www/text/index.html'));
  for (const [id, { hash, posts }] of usual) {
    assert.equal(hash, await hashOf(texts.path(id)));
    assert.equal(posts, 1507);
  }
  assert.ok(page.includes(words(`<p class="fine"> ${howText()} </p>`)), howText());
});

for (const [id, figures] of usual)
  test(`unlike, ${id}: 300 or 75 test posts reach what 95 of 100 are said to, and as many miss one of three`, async (t) => {
    if (!data('newsgroups20', t)) return;
    const count = id === 'linear' ? 300 : 75;
    const found = await posts.read(id, posts.posts(Math.floor(7532 / count)));
    const share = (wanted, list = found) => list.filter(wanted).length / list.length;
    // Three standard errors of a share of so many posts.
    const close = (part, whole, n = found.length) =>
      assert.ok(
        Math.abs(part - whole) < 3 * Math.sqrt((whole * (1 - whole)) / n),
        `${part}, ${whole}`,
      );
    for (const name of ['words', 'share', 'logit'])
      close(
        share((post) => post[name] >= figures[name]),
        0.95,
      );
    close(share(posts.misses(figures)), figures.missed);
    const unsure = found.filter(({ best }) => best < 0.5);
    close(
      share(({ isRight }) => isRight, unsure),
      figures.unsure,
      unsure.length,
    );
  });

test('unlike: what 95 of 100 values reach is the sixth smallest of 100', () => {
  assert.equal(posts.reached(Array.from({ length: 100 }, (_, k) => 99 - k)), 5);
  assert.equal(posts.reached([3]), 3);
});

test('unlike: struck words do not count, and a network that was not measured is not judged', () => {
  const reading = {
    tokenFeatures: [5, -1, 7, 8],
    struck: new Set([0]),
    logits: Float32Array.of(-3, -2.75, -9, 4, 4),
    shares: Float32Array.of(0.4, 0.35, 0.25),
    hash: POSTS.linear.hash,
  };
  assert.deepEqual(measured(reading, 3), { words: 2, share: 2 / 3, logit: -2.75 });
  const said = doubts(reading, 'linear', 3);
  for (const words of [
    'it has 2 words that',
    'knows 66.7 % of its words',
    'more than −2.75 before',
    'not sure',
  ])
    assert.ok(said.includes(words), said);
  assert.equal(doubts({ ...reading, hash: '0' }, 'linear', 3), '');
  const plain = {
    tokenFeatures: Array(40).fill(1),
    struck: new Set(),
    logits: Float32Array.of(1, 0, 0),
    shares: Float32Array.of(0.6, 0.2, 0.2),
    hash: POSTS.linear.hash,
  };
  assert.equal(doubts(plain, 'linear', 3), '');
});
