import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreement, shareOn, spearman } from '../../www/text/agreement.js';
import { random, ranked, rows, shuffled } from '../../www/text/deletion.js';
import { cut } from '../../www/text/editor.js';
import { SAMPLES } from '../../www/text/samples.js';
import { wordsOf } from '../../www/text/sis.js';
import { csv } from '../../www/shared/csv.js';
import { pieces } from '../../www/text/words.js';

test('pieces put together are the text, words and gaps in turn', () => {
  assert.deepEqual(pieces('a, b!', [0, 1, 3, 4]), [
    { text: 'a', word: 0 },
    { text: ', ', word: -1 },
    { text: 'b', word: 1 },
    { text: '!', word: -1 },
  ]);
  assert.deepEqual(pieces('', []), []);
});

test('spreadsheets get no formulas, quotes are doubled', () => {
  const text = csv(
    ['a', 'b'],
    [
      ['=1+1', -2],
      ['say "x", y', 0.5],
      ['@x', 1],
    ],
  );
  assert.equal(text, `a,b\r\n'=1+1,-2\r\n"say ""x"", y",0.5\r\n'@x,1\r\n`);
});

test('rank correlation with ties, and where there is none', () => {
  assert.ok(Math.abs(spearman([1, 2, 3, 4], [10, 20, 30, 40]) - 1) < 1e-12);
  assert.ok(Math.abs(spearman([1, 2, 3, 4], [4, 3, 2, 1]) + 1) < 1e-12);
  // Ranks 0.5, 0.5, 2 against 0, 1, 2: covariance 1.5, variances 1.5 and 2.
  assert.ok(Math.abs(spearman([5, 5, 9], [1, 2, 3]) - 1.5 / Math.sqrt(3)) < 1e-12);
  assert.ok(Number.isNaN(spearman([1, 1, 1], [1, 2, 3])));
});

test('agreement of two networks on the words that both know', () => {
  const a = [3, 2, 1, -1, 99];
  const b = [6, 4, -2, -2, 0];
  const result = agreement(a, b, [0, 1, 2, 3], 2);
  assert.deepEqual(result.shared, [0, 1]);
  assert.deepEqual(
    result.opposed.map(({ word }) => word),
    [2],
  );
  assert.equal(shareOn([1, -3, 0], new Set([1])), 0.75);
  assert.ok(Number.isNaN(shareOn([0, 0], new Set([1]))));
});

test('orders: ties as in the text, the same seed the same order, every word once', () => {
  assert.deepEqual(ranked([0, 1, 2, 3], [1, 5, 1, 9]), [3, 1, 0, 2]);
  const list = Array.from({ length: 50 }, (_, i) => i);
  const order = shuffled(list, random(1));
  assert.deepEqual(order, shuffled(list, random(1)));
  assert.notDeepEqual(order, list);
  assert.deepEqual(
    [...order].sort((x, y) => x - y),
    list,
  );
  assert.deepEqual(rows([5, 7], [1], 2), [[1], [1, 5], [1, 5, 7]]);
});

test('equal words share a slot, sets name words', () => {
  const sis = { sets: [{ features: Uint32Array.of(1) }, { features: Uint32Array.of(0, 2) }] };
  assert.deepEqual(wordsOf(sis, [0, 1, -1, 1, 2]), [
    [1, 3],
    [0, 4],
  ]);
});

test('long texts are cut, but never through a surrogate pair', () => {
  assert.equal(cut('abcd', 3), 'abc');
  assert.equal(cut('ab😀', 3), 'ab');
  assert.equal(cut('a😀b', 3), 'a😀');
  assert.equal(cut('abc', 3), 'abc');
});

test('the samples are short texts of their own', () => {
  assert.equal(SAMPLES.length, 5);
  for (const { title, text } of SAMPLES) {
    assert.ok(title && text.length > 150 && text.length < 1000);
    assert.equal(text.trim(), text);
  }
});
