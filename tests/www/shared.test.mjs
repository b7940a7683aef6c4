import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { clip, format, percent, signed } from '../../www/kit/page/numbers.js';
import { allowed } from '../../www/kit/elements/params.js';
import { Queue } from '../../www/kit/engine/queue.js';
import { nonfiniteText, sharedVmax, vmaxOf } from '../../www/kit/color/scale.js';
import { describe } from '../../www/kit/elements/summary.js';

const close = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

test('full colour: largest, 99th percentile with linear interpolation, ten cubic means', () => {
  const values = Float64Array.from({ length: 101 }, (_, i) => (i % 2 ? -i : i));
  close(vmaxOf(values, 'max').vmax, 100);
  close(vmaxOf(values, 'p99').vmax, 99);
  const cubes = Array.from(values, (v) => Math.abs(v) ** 3).reduce((a, b) => a + b) / 101;
  close(vmaxOf(values, 'cubic').vmax, Math.fround(10 * Math.cbrt(cubes)));
});

test('full colour is the same rule in the same words as in pictures of the command line', async () => {
  const file = new URL('../scale.json', import.meta.url);
  const cases = JSON.parse(await readFile(file, 'utf8'));
  assert.ok(cases.length > 8);
  for (const { map, values, vmax: expectations } of cases) {
    const numbers = Float32Array.from(values, Number);
    for (const [norm, [expected, words]] of Object.entries(expectations)) {
      const { vmax, rule } = vmaxOf(numbers, norm);
      assert.ok(Math.abs(vmax - expected) <= 1e-6 * expected, `${map}, ${norm}: ${vmax}`);
      assert.equal(rule, words, `${map}, ${norm}`);
    }
  }
});

test('full colour of nothing is zero, and a sparse map falls back to its largest value', () => {
  assert.deepEqual(vmaxOf(new Float32Array(784), 'cubic'), {
    vmax: 0,
    rule: 'all values are 0',
  });
  assert.equal(vmaxOf([], 'max').vmax, 0);
  const sparse = new Float32Array(784);
  sparse[3] = -2;
  const { vmax, rule } = vmaxOf(sparse, 'p99');
  assert.equal(vmax, 2);
  assert.match(rule, /max .*percentile is 0/);
});

test('a shared scale is the largest of the row and says that it is shared', () => {
  const shared = sharedVmax([
    { vmax: 1, rule: 'a' },
    { vmax: 3, rule: 'b' },
  ]);
  assert.equal(shared.vmax, 3);
  assert.match(shared.rule, /^b, one scale/);
});

test('what is not finite lies outside the scale and is counted', () => {
  assert.equal(nonfiniteText([1, -0, 1e-45]), '');
  assert.equal(nonfiniteText([1, NaN]), '1 value is not finite (hatched)');
  assert.equal(nonfiniteText([-Infinity, NaN, Infinity]), '3 values are not finite (hatched)');
  const values = [NaN, 2, Infinity, -1, -Infinity, 0, 0, 0, 0];
  for (const rule of ['max', 'p99', 'cubic']) {
    const finite = values.filter(Number.isFinite);
    assert.deepEqual(vmaxOf(values, rule), vmaxOf(finite, rule), rule);
  }
  assert.match(
    describe(values, 3, true),
    /Most for: .*Largest value 2\.00\. 3 values are not finite/,
  );
  assert.match(describe([NaN, 0], 2, true), /^All others are 0\. 1 value is not finite/);
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

async function until(condition) {
  while (!condition()) await pause(1);
}

/** A queue, what it answered, and work that ends when the test says so. */
function queueOf() {
  const answers = [];
  const queue = new Queue({ delay: 5, done: (name, value) => answers.push(`${name} ${value}`) });
  const job = (value) => {
    const it = { started: false, aborted: false };
    const end = new Promise((resolve, reject) => Object.assign(it, { resolve, reject }));
    it.finish = () => it.resolve(value);
    it.work = (_, call) => {
      Object.assign(it, { started: true, call });
      call.signal?.addEventListener('abort', () => (it.aborted = true));
      return end;
    };
    return it;
  };
  return { queue, answers, job };
}

test('a queue runs only the newest request of a name, and every name gets its turn', async () => {
  const { queue, answers, job } = queueOf();
  const ask = (n) => {
    const jobs = ['a', 'b'].map((name) => [name, job(n)]);
    for (const [name, { work }] of jobs) queue.ask(name, { work, question: 'why' });
    return jobs.map(([, one]) => one);
  };
  const [first] = [ask(0), ask(1), ask(2)].at(-1);
  await until(() => first.started);
  const [a, b] = ask(3);
  first.finish();
  // b was served longest ago.
  await until(() => b.started);
  assert.equal(a.started, false);
  b.finish();
  await until(() => a.started);
  a.finish();
  await until(() => answers.length === 3);
  assert.deepEqual(answers, ['a 2', 'b 3', 'a 3']);
});

test('slow work waits for quiet, and is ended when it is asked for again', async () => {
  const { queue, answers, job } = queueOf();
  const [one, two, three] = [1, 2, 3].map(job);
  queue.ask('sis', { slow: true, work: one.work });
  queue.ask('sis', { slow: true, work: two.work });
  assert.equal(two.started, false);
  await until(() => two.started);
  queue.ask('sis', { slow: true, work: three.work });
  assert.equal(two.aborted, true);
  two.finish();
  await until(() => three.started);
  three.finish();
  await until(() => answers.length > 0);
  assert.equal(one.started, false);
  assert.deepEqual(answers, ['sis 3']);
});

test('a name is unique: slow work is ended when quick work is asked for under its name', async () => {
  const { queue, answers, job } = queueOf();
  const [shap, gradient] = ['shap', 'gradient'].map(job);
  queue.ask('map', { slow: true, work: shap.work });
  await until(() => shap.started);
  queue.ask('map', { work: gradient.work });
  assert.equal(shap.aborted, true);
  await until(() => gradient.started);
  gradient.finish();
  shap.finish();
  await pause(20);
  assert.deepEqual(answers, ['map gradient']);
});

test('a name is unique: work that still waits gives way, and quick work does to slow work', async () => {
  const { queue, answers, job } = queueOf();
  const [lime, lrp, saliency, occlusion] = ['lime', 'lrp', 'saliency', 'occlusion'].map(job);
  queue.ask('map', { slow: true, work: lime.work, question: 'why' });
  queue.ask('map', { work: lrp.work, question: 'why' });
  await until(() => lrp.started);
  lrp.finish();
  await pause(30);
  assert.equal(lime.started, false);
  queue.ask('map', { work: saliency.work, question: 'why' });
  await until(() => saliency.started);
  queue.ask('map', { slow: true, work: occlusion.work, question: 'why' });
  saliency.finish();
  await until(() => occlusion.started);
  occlusion.finish();
  await until(() => answers.length > 1);
  assert.deepEqual(answers, ['map lrp', 'map occlusion']);
});

test('an answer about the last example is shown only if it answers the same question', async () => {
  for (const [first, second, shown] of [
    ['lrp for 3', 'lrp for 3', ['map 1', 'map 2']],
    ['lrp for 3', 'lrp for 5', ['map 2']],
    [undefined, undefined, ['map 2']],
  ]) {
    const { queue, answers, job } = queueOf();
    const [one, two] = [1, 2].map(job);
    queue.ask('map', { work: one.work, question: first });
    await until(() => one.started);
    queue.ask('map', { work: two.work, question: second });
    one.finish();
    await until(() => two.started);
    two.finish();
    await until(() => answers.includes('map 2'));
    assert.deepEqual(answers, shown, `${first}, ${second}`);
  }
});

test('what was dropped neither answers, fails nor tells its progress', async () => {
  for (const [drop, end] of [
    [(queue) => queue.drop('a'), []],
    [(queue) => queue.reset(), []],
    [() => {}, [0.5, 'late']],
  ]) {
    const { queue, job } = queueOf();
    const told = [];
    const { work, reject, ...one } = job('a');
    queue.ask('a', {
      slow: true,
      work: async (worker, call) => {
        one.call = call;
        return work(worker, call);
      },
      progress: (share) => told.push(share),
      failed: (error) => told.push(error.message),
    });
    await until(() => one.call);
    drop(queue);
    one.call.onProgress({ loaded: 1, total: 2 });
    reject(new Error('late'));
    await pause(20);
    assert.deepEqual(told, [0, ...end]);
  }
});
