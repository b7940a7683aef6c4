// What is taken away: texts set in lines, parameters in words, tables with comments, numbers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '../../www/kit/engine/random.js';
import { comments, csv } from '../../www/kit/export/csv.js';
import { endsOf, missingText } from '../../www/kit/export/figure.js';
import { parameterWords, plain } from '../../www/kit/export/json.js';
import { setLines } from '../../www/kit/export/panels.js';
import { palette } from '../../www/kit/color/colors.js';

/** A letter is as wide as its number says; what is not a letter is 5 wide. */
const measured = (text) =>
  [...text].reduce((sum, letter) => sum + (letter === 'W' ? 11 : letter === 'i' ? 2 : 5), 0);

test('a text set in lines keeps every letter in order, no line is too wide, and none is broken without need', () => {
  const next = random(3);
  const letters = ['W', 'i', 'a', '.', ' ', ' ', '\n', '\r\n', '\t', '🎈', 'ß'];
  for (let round = 0; round < 500; round += 1) {
    const pieces = Array.from({ length: 1 + Math.floor(next() * 12) }, (_, k) => ({
      text: Array.from(
        { length: Math.floor(next() * 9) },
        () => letters[Math.floor(next() * letters.length)],
      ).join(''),
      k,
    }));
    const lines = setLines(pieces, 60, measured);
    const seen = lines.flatMap(({ parts }) => parts.map(({ text }) => text)).join('');
    assert.equal(
      seen,
      pieces
        .map(({ text }) => text)
        .join('')
        .replace(/\s/g, ''),
    );
    for (const { parts } of lines) {
      let end = 0;
      for (const { at, wide, text } of parts) {
        assert.ok(at >= end, 'pieces do not overlap');
        end = at + wide;
        assert.ok(end <= 60 || parts.length === 1, `${text} ends at ${end}`);
      }
    }
    const breaks =
      pieces
        .map(({ text }) => text)
        .join('')
        .match(/\r\n|\n|\r/g)?.length ?? 0;
    assert.ok(lines.length > breaks);
  }
  const one = setLines(
    [
      { text: 'aaa', k: 0 },
      { text: '. aaa', k: 1 },
    ],
    40,
    measured,
  );
  assert.deepEqual(
    one.map(({ parts }) => parts.map(({ text, k }) => [text, k])),
    [
      [
        ['aaa', 0],
        ['.', 1],
        ['aaa', 1],
      ],
    ],
  );
  // A word and the point behind it are not parted.
  const two = setLines(
    [
      { text: 'aaaa aaaa', k: 0 },
      { text: '.', k: 1 },
    ],
    47,
    measured,
  );
  assert.deepEqual(
    two.map(({ parts }) => parts.map(({ text }) => text)),
    [['aaaa'], ['aaaa', '.']],
  );
});

test('a scale says at both ends what its colours speak for, in the palette’s own words', () => {
  const ends = (name, how) => endsOf({ palette: palette(name), vmax: 1, rule: '', ...how });
  const three = ['against 3', 'for 3'];
  assert.deepEqual(ends('red-blue', { isSigned: true, ends: three }), [
    'blue: against 3',
    'red: for 3',
  ]);
  assert.deepEqual(ends('orange-blue', { isSigned: true, ends: three }), [
    'blue: against 3',
    'orange: for 3',
  ]);
  assert.deepEqual(ends('grey', { isSigned: true, ends: three }), [
    'hatched grey: against 3',
    'plain grey: for 3',
  ]);
  assert.deepEqual(ends('grey', { isSigned: false, ends: three }), [
    'matters less',
    'matters more',
  ]);
  assert.equal(missingText([]), '');
  assert.equal(missingText(['LIME', 'SHAP']), 'Not computed yet when this was saved: LIME, SHAP.');
});

test('tables are harmless, comments are of one line each, numbers become what JSON holds', () => {
  assert.equal(
    csv(
      ['a', 'b'],
      [
        ['=1+1', -2],
        ['x,"y"', 3],
      ],
    ),
    'a,b\r\n\'=1+1,-2\r\n"x,""y""",3\r\n',
  );
  assert.equal(comments(['one\ntwo', '', 'three']), '# one two\r\n# three\r\n');
  const value = {
    a: Float32Array.of(1, NaN),
    b: new Map([['x', 1]]),
    c: new Set([2]),
    d: [{ e: Int32Array.of(3) }],
    f: null,
  };
  assert.equal(
    JSON.stringify(plain(value)),
    '{"a":[1,null],"b":{"x":1},"c":[2],"d":[{"e":[3]}],"f":null}',
  );
  assert.deepEqual(
    parameterWords({ composite: 'gamma', rules: '', mask: Float32Array.of(1), epsilon: 0 }),
    ['composite=gamma', 'mask=(per feature)', 'epsilon=0'],
  );
});
