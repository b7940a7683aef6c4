import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreement, shareOn, spearman } from '../../www/text/agreement.js';
import { carried, untouched } from '../../www/kit/elements/carry.js';
import { random } from '../../www/kit/engine/random.js';
import { curveText, ranked, rows, shuffled } from '../../www/text/deletion.js';
import { countText, cut, silentText } from '../../www/text/editor.js';
import { evidenceText } from '../../www/text/evidence.js';
import { itself } from '../../www/text/methods.js';
import { added, counted, occurrences, quoted } from '../../www/text/named.js';
import { sumText } from '../../www/text/panel.js';
import { SAMPLES } from '../../www/text/samples.js';
import { summary, wordsOf } from '../../www/text/sis.js';
import { versusText } from '../../www/text/versus.js';
import { csv } from '../../www/kit/export/csv.js';
import { pieces } from '../../www/kit/elements/text.js';

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
  const a = [3, 2, 1, -1, 0.5, 0.25];
  const b = [6, 4, -2, -2, 1, 5];
  const result = agreement(a, b);
  assert.equal(result.top, 3);
  assert.deepEqual(result.shared, [0, 1]);
  assert.deepEqual(result.opposed, [2]);
  assert.equal(shareOn([1, -3, 0], new Set([1])), 0.75);
  assert.ok(Number.isNaN(shareOn([0, 0], new Set([1]))));
});

test('which words come first is said only where it could be otherwise', () => {
  for (let n = 0; n <= 40; n += 1) {
    const a = Array.from({ length: n }, (_, k) => k + 1);
    const { top, shared } = agreement(
      a,
      a.map((value) => -value),
    );
    // Two orders, one the other backwards, have nothing in front in common.
    assert.equal(shared.length, 0, `${n} words`);
    assert.ok(2 * top <= n && top <= 10 && (top === 0) === n < 6, `${n} words, ${top} places`);
  }
});

/** A text with its words, as a network reads it that knows all but `unknown`. */
function passage(text, { struck = [], unknown = [] } = {}) {
  const found = [...text.matchAll(/[\p{L}\p{N}]+/gu)];
  const forms = found.map(([word]) => word.toLowerCase());
  const kinds = [...new Set(forms)];
  const words = forms.map((form) => (unknown.includes(form) ? -1 : kinds.indexOf(form)));
  const spans = found.flatMap(({ index, 0: word }) => [index, index + word.length]);
  return { text, spans, words, tokenFeatures: words, struck: new Set(struck) };
}

test('words are listed once, with their occurrences added up', () => {
  const read = passage('Hockey, hockey! Puck? The HOCKEY goalie and the puck.');
  const groups = occurrences([...read.words.keys()], read.words);
  assert.deepEqual(
    groups.map((group) => quoted(read, group)),
    ['“Hockey”', '“Puck”', '“The”', '“goalie”', '“and”'],
  );
  assert.equal(counted(read, groups[0]), 'Hockey ×\u202f3');
  assert.equal(counted(read, groups[3]), 'goalie');
  assert.deepEqual(added(groups, [1, 2, 10, 20, 4, 30, 40, 50, 60]), [7, 70, 70, 30, 40]);

  const values = [3, 3, -2, 1, 3, 2, 1, 1, -2];
  const text = versusText(
    groups,
    values,
    values.map((value) => -value),
    read,
    'rec.sport.hockey',
  );
  assert.equal((text.match(/“hockey”/gi) ?? []).length, 1, text);
  assert.ok(text.includes('rank 5 words') && !text.includes('of their first'), text);
  const sides = ['linear', 'cnn'].map((id) => ({
    id,
    relevance: values,
    writers: new Set([0, 1, 4]),
    words: read.words,
  }));
  assert.equal((evidenceText(sides, read).match(/hockey/gi) ?? []).length, 2, 'once a network');
  assert.match(
    evidenceText(
      sides.map((side) => ({ ...side, relevance: values.map(() => 0) })),
      read,
    ),
    /no relevance at all/,
  );
  assert.equal(versusText([], [], [], read, 'x'), 'There is no word that both know.');
});

test('what is left of a text says why there is nothing to explain', () => {
  assert.match(silentText(passage('')), /no word here yet/);
  assert.match(silentText(passage('zzz qqq', { unknown: ['zzz', 'qqq'] })), /knows none/);
  const struck = silentText(passage('hockey puck', { struck: [0, 1] }));
  assert.match(struck, /^All words are struck out/);
  assert.ok(!struck.includes('knows none'));
  const some = silentText(passage('hockey zzz', { struck: [0], unknown: ['zzz'] }));
  assert.match(some, /^All words that the network knows are struck out/);
  assert.equal(
    countText(passage('hockey zzz', { struck: [0], unknown: ['zzz'] })),
    '2 words, 1 not in the vocabulary (grey italics below), 1 struck out',
  );
});

test('sets of words: none needed, none enough, one, several', () => {
  const sis = { threshold: 0.05, initial: 0.99, rest: 0.075, sets: [{ score: 0.075 }] };
  assert.equal(
    summary(sis, [[]]),
    'No word is needed at this τ: without any word the class has 7.5 %, and τ = 5.0 %.',
  );
  assert.match(summary({ ...sis, threshold: 1 }, []), /^No set: the whole text gives 99.0 %/);
  assert.match(summary(sis, [[1]]), /^1 set; τ = 5.0 %; what is left without it: 7.5 %/);
  assert.match(summary(sis, [[1], [2]]), /^2 disjoint sets; .* without them/);
});

test('one word is no ranking', () => {
  assert.match(curveText({ own: [1, 0], mean: [1, 0], steps: 1 }), /nothing to rank/);
  assert.match(curveText({ own: [1, 0, 0], mean: [1, 1, 0], steps: 2 }), /in random order/);
});

test('an edit leaves the other words as they were', () => {
  const before = passage('The goalie saved the puck, the goalie won.');
  const after = (text) => {
    const now = passage(text);
    const from = carried(before, now);
    assert.equal(from.length, now.words.length);
    from.forEach((word, k) => {
      if (word >= 0) assert.equal(before.words[word] >= 0, true);
      if (word >= 0)
        assert.equal(
          before.text.slice(before.spans[2 * word], before.spans[2 * word + 1]),
          text.slice(now.spans[2 * k], now.spans[2 * k + 1]),
        );
    });
    return from;
  };
  assert.deepEqual(after(before.text), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(after(`${before.text}!`), [0, 1, 2, 3, 4, 5, 6, 7]);
  // A letter typed into a word changes that word alone.
  assert.deepEqual(after('The goalies saved the puck, the goalie won.'), [0, -1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(
    after('The old goalie saved the puck, the goalie won.'),
    [0, -1, 1, 2, 3, 4, 5, 6, 7],
  );
  assert.deepEqual(after('The goalie the puck, the goalie won.'), [0, 1, 3, 4, 5, 6, 7]);
  assert.deepEqual(after(''), []);
  assert.deepEqual(carried(null, before), Array(8).fill(-1));
  const { spans, from } = untouched(before, 'A goalie saved the puck, the goalie won.');
  assert.deepEqual(from, [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(spans.slice(0, 2), [2, 8]);
});

test('a class against itself is 0 everywhere', () => {
  const result = itself({ signed: true }, passage('hockey puck zzz'), 14);
  assert.deepEqual(Array.from(result.relevance), [0, 0, 0]);
  assert.match(
    sumText(result),
    /^f = 0, f of no words = 0, difference 0, Σ\u00a0R\u00a0=\u00a00\. A class/,
  );
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
