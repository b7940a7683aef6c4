import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Lane } from '../../www/shared/lane.js';
import { clip, format, percent, signed } from '../../www/shared/numbers.js';
import { allowed } from '../../www/shared/params.js';
import { fullColour, sharedColour } from '../../www/shared/scale.js';
import { describe } from '../../www/shared/summary.js';

const close = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

test('full colour: largest, 99th percentile with linear interpolation, ten cubic means', () => {
  const values = Float64Array.from({ length: 101 }, (_, i) => (i % 2 ? -i : i));
  close(fullColour(values, 'max').value, 100);
  close(fullColour(values, 'p99').value, 99);
  const cubes = Array.from(values, (v) => Math.abs(v) ** 3).reduce((a, b) => a + b) / 101;
  close(fullColour(values, 'cubic').value, 10 * Math.cbrt(cubes));
});

test('full colour is the same rule in the same words as in pictures of the command line', async () => {
  const file = new URL('../scale.json', import.meta.url);
  const cases = JSON.parse(await readFile(file, 'utf8'));
  assert.ok(cases.length > 8);
  for (const { map, values, full } of cases) {
    const numbers = Float32Array.from(values, Number);
    for (const [norm, [expected, words]] of Object.entries(full)) {
      const { value, rule } = fullColour(numbers, norm);
      assert.ok(Math.abs(value - expected) <= 1e-6 * expected, `${map}, ${norm}: ${value}`);
      assert.equal(rule, words, `${map}, ${norm}`);
    }
  }
});

test('full colour of nothing is zero, and a sparse map falls back to its largest value', () => {
  assert.deepEqual(fullColour(new Float32Array(784), 'cubic'), {
    value: 0,
    rule: 'all values are 0',
  });
  assert.equal(fullColour([], 'max').value, 0);
  const sparse = new Float32Array(784);
  sparse[3] = -2;
  const { value, rule } = fullColour(sparse, 'p99');
  assert.equal(value, 2);
  assert.match(rule, /max .*percentile is 0/);
});

test('a shared scale is the largest of the row and says that it is shared', () => {
  const shared = sharedColour([
    { value: 1, rule: 'a' },
    { value: 3, rule: 'b' },
  ]);
  assert.equal(shared.value, 3);
  assert.match(shared.rule, /^b, one scale/);
});

test('numbers have three digits and a true minus sign', () => {
  const cases = [
    [0, '0'],
    [1, '1.00'],
    [-12.345, '−12.3'],
    [123.4, '123'],
    [0.01234, '0.0123'],
    [1234.6, '1235'],
    [0.000012, '1.20e−5'],
    [1e9, '1.00e9'],
    [NaN, 'not a number'],
  ];
  for (const [value, text] of cases) assert.equal(format(value), text);
  assert.equal(signed(2), '+2.00');
  assert.deepEqual([0, 0.0001, 0.5, 0.9999, 1, NaN].map(percent), [
    '0.0',
    '<0.1',
    '50.0',
    '>99.9',
    '100.0',
    '–',
  ]);
  assert.equal(clip('a\n b'), 'a b');
  assert.equal(clip('x'.repeat(99), 10).length, 10);
});

test('a parameter from outside is clamped, rounded or refused', () => {
  const number = { kind: 'number', min: 0, max: 1 };
  assert.equal(allowed(number, 7), 1);
  assert.equal(allowed(number, NaN), undefined);
  assert.equal(allowed(number, '0.5'), undefined);
  assert.equal(allowed({ kind: 'integer', min: 1, max: 9 }, 3.4), 3);
  assert.equal(allowed({ kind: 'choice', choices: ['a'] }, 'a'), 'a');
  assert.equal(allowed({ kind: 'choice', choices: ['a'] }, 'constructor'), undefined);
});

test('a map in words names where it is strongest', () => {
  const values = new Array(784).fill(0);
  values[2 * 28 + 2] = 5;
  values[25 * 28 + 14] = -1;
  assert.equal(
    describe(values, 28, true),
    'Most for: upper left, rows 3 to 3; most against: lower part, rows 26 to 26. Largest value 5.00.',
  );
  assert.equal(describe(new Array(784).fill(0), 28, true), 'All values are 0.');
});

test('a lane runs only the newest request of a job, and every job gets its turn', async () => {
  const ran = [];
  const lane = new Lane({
    run: async (name, { n }) => {
      ran.push(`${name}${n}`);
      await pause(2);
    },
  });
  for (let n = 0; n < 5; n += 1) {
    lane.request('a', { n });
    lane.request('b', { n });
  }
  await pause(5);
  lane.request('a', { n: 5 });
  lane.request('b', { n: 5 });
  while (lane.busy) await pause(2);
  assert.equal(ran[0], 'a4');
  assert.ok(ran.includes('b5') || ran.includes('b4'));
  assert.ok(ran.length <= 4, ran.join(' '));
});

test('a slow lane aborts the job that is asked for again, and waits for quiet', async () => {
  const log = [];
  const lane = new Lane({
    delay: 5,
    abort: true,
    run: async (name, { n }, signal) => {
      log.push(`start ${n}`);
      for (let i = 0; i < 20 && !signal.aborted; i += 1) await pause(2);
      log.push(`${signal.aborted ? 'abort' : 'end'} ${n}`);
    },
  });
  lane.request('sis', { n: 1 });
  lane.request('sis', { n: 2 });
  await pause(15);
  lane.request('sis', { n: 3 });
  while (lane.busy) await pause(2);
  assert.deepEqual(log, ['start 2', 'abort 2', 'start 3', 'end 3']);
});
