// The key of a request, and what is old.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Queue } from '../../www/kit/engine/queue.js';
import {
  clearAnswer,
  digest,
  expectAnswer,
  isOld,
  requestKey,
  settle,
  showAnswer,
} from '../../www/kit/engine/request.js';

/** As much of an element as is marked. */
function place() {
  const attributes = new Map();
  return {
    dataset: {},
    attributes,
    hasAttribute: (name) => attributes.has(name),
    setAttribute: (name, value) => attributes.set(name, value),
    removeAttribute: (name) => attributes.delete(name),
    toggleAttribute: (name, is) => (is ? attributes.set(name, '') : attributes.delete(name)),
  };
}

test('equal parts have equal keys, other parts have others, and words stay words', () => {
  const parts = { image: Float32Array.of(0, 0.5), why: 'top', against: null, more: { a: [1] } };
  const key = requestKey(parts);
  assert.equal(key, requestKey({ ...parts, image: Float32Array.of(0, 0.5), more: { a: [1] } }));
  assert.match(key, /^image=\w+ why=top against=null more=\w+$/);
  for (const other of [
    { image: Float32Array.of(0, 0.25) },
    { why: 3 },
    { against: 0 },
    { more: { a: [2] } },
    { more: new Map([['a', 1]]) },
  ])
    assert.notEqual(requestKey({ ...parts, ...other }), key);
  assert.equal(requestKey({ why: 'top', against: undefined }), 'why=top');
  // What is no word cannot be taken for another part.
  assert.doesNotMatch(requestKey({ text: 'a against=3' }), / against/);
  const digests = Array.from({ length: 2000 }, (_, i) => digest(Float32Array.of(i / 7, i)));
  assert.equal(new Set(digests).size, digests.length);
});

test('a place is old until it shows the answer that is wanted, in whatever order answers come', () => {
  const node = place();
  expectAnswer([node], 'a');
  assert.ok(isOld(node) && node.attributes.get('aria-busy') === 'true');
  showAnswer([node], 'a');
  assert.ok(!isOld(node) && !node.attributes.has('aria-busy'));
  expectAnswer([node], 'b');
  assert.ok(isOld(node));
  showAnswer([node], 'a');
  assert.ok(isOld(node), 'an earlier answer that comes late');
  expectAnswer([node], 'a');
  assert.ok(!isOld(node), 'it is wanted again');
  clearAnswer([node]);
  assert.ok(isOld(node), 'the answer is not there any more');
  showAnswer([node], 'a');
  assert.ok(!isOld(node));
  settle([node], 'c');
  assert.ok(!isOld(node));
});

test('the queue marks where its answers are shown: waiting, answered, failed, and answered too late', async () => {
  const queue = new Queue({ delay: 1 });
  const node = place();
  const ask = (key, work, more = {}) =>
    new Promise((ended) => {
      queue.ask('map', { key, shows: [node], work, done: ended, failed: ended, ...more });
    }).then(() => new Promise((soon) => setTimeout(soon)));
  const first = ask('one', async () => 1);
  assert.ok(isOld(node));
  await first;
  assert.equal(node.dataset.request, 'one');
  assert.ok(!isOld(node));
  await ask('two', async () => {
    throw new Error('no');
  });
  assert.ok(node.dataset.request === 'two' && !isOld(node), 'that there is none is an answer');
  // Of the same question about another example the earlier answer is still shown, as an old one.
  let answer;
  const slow = ask('three', () => new Promise((done) => (answer = done)), { question: 'why' });
  await new Promise((soon) => setTimeout(soon, 5));
  const next = ask('four', async () => 4, { question: 'why' });
  answer(3);
  await slow;
  await next;
  assert.ok(node.dataset.request === 'four' && !isOld(node));
});
