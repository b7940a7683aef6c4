import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preprocess } from '../../www/kit/pad/preprocess.js';
import { SAMPLES } from '../../www/digits/input/samples.js';
import { decodeState, encodeState } from '../../www/digits/state.js';
import { decodeStrokes, encodedLength, encodeStrokes } from '../../www/kit/pad/stroke-code.js';
import { countPoints, GRID, snap, thinned } from '../../www/kit/pad/strokes.js';

const snapped = (strokes) => strokes.map((stroke) => stroke.map(([x, y]) => [snap(x), snap(y)]));

const STATE = {
  model: 'mlp',
  target: 4,
  against: 9,
  normalisation: 'p99',
  palette: 'orange-blue',
  shared: false,
  outline: true,
  view: 'layers',
  methods: ['lrp', 'random'],
  params: new Map([
    ['lrp.composite', 'epsilon-plus'],
    ['lrp.epsilon', 1e-6],
    ['sis.threshold', 0.85],
  ]),
  strokes: snapped(SAMPLES[7].strokes),
};

/** Repeatable random numbers (mulberry32). */
function random(seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

test('a state survives the way through the address', () => {
  assert.deepEqual(decodeState(encodeState(STATE)), STATE);
  const empty = { ...STATE, strokes: [], params: new Map(), target: 'top', against: null };
  const { target, against, params, ...rest } = empty;
  assert.deepEqual(decodeState(encodeState(empty)), rest);
});

test('every sample fits in a short address and comes back exactly', () => {
  for (const { strokes } of SAMPLES) {
    const text = encodeStrokes(snapped(strokes));
    assert.equal(text.length, encodedLength(snapped(strokes)));
    assert.ok(text.length < 200, String(text.length));
    assert.deepEqual(decodeStrokes(text), snapped(strokes));
  }
});

test('random drawings come back exactly', () => {
  const next = random(1);
  for (let round = 0; round < 200; round += 1) {
    const strokes = Array.from({ length: 1 + Math.floor(next() * 5) }, () =>
      Array.from({ length: 1 + Math.floor(next() * 60) }, () => [
        Math.floor(next() * (GRID + 1)) / GRID,
        Math.floor(next() * (GRID + 1)) / GRID,
      ]),
    );
    assert.deepEqual(decodeStrokes(encodeStrokes(strokes)), strokes);
  }
});

test("of the visitor's own model an address says that it was one, and nothing else", () => {
  const hash = encodeState({ ...STATE, model: 'own' });
  assert.ok(hash.includes('&m=own&'));
  assert.equal(decodeState(hash).model, undefined);
});

test('hostile addresses yield nothing', () => {
  const hostile = [
    null,
    undefined,
    7,
    '',
    '#',
    '#v=2&m=cnn',
    '#m=cnn',
    '#v=1&m=https://evil.example/x.onnx',
    '#v=1&m=own',
    '#v=1&t=-1',
    '#v=1&t=1e9',
    '#v=1&t=NaN',
    '#v=1&a=Infinity',
    '#v=1&c=javascript:alert(1)',
    '#v=1&c=constructor',
    '#v=1&n=__proto__',
    '#v=1&s=2',
    '#v=1&d=!!',
    '#v=1&d=____',
    '#v=1&p.__proto__.polluted=1',
    '#v=1&p.constructor.prototype.x=1',
    '#v=1&p.lrp.epsilon=1e999',
    '#v=1&p.lrp.epsilon=<img>',
    '#v=1&p.lrp=3',
    `#v=1&d=${'A'.repeat(9000)}`,
    `#v=1&${'x=1&'.repeat(5000)}`,
  ];
  for (const hash of hostile) {
    const found = decodeState(hash);
    assert.deepEqual(Object.keys(found), [], String(hash).slice(0, 60));
  }
  assert.equal(Object.prototype.polluted, undefined);
});

test('1,000 random and mutated addresses never throw and only yield what is allowed', () => {
  const next = random(2);
  const good = encodeState(STATE);
  const letters = '#&=.%-_~<>"\'/\\\u0000\u2028abcvmtncsodpNaNInfinity0123456789';
  for (let round = 0; round < 1000; round += 1) {
    let hash = '';
    if (round % 2) {
      const length = Math.floor(next() * 300);
      for (let i = 0; i < length; i += 1) hash += letters[Math.floor(next() * letters.length)];
      hash = `#v=1&${hash}`;
    } else {
      hash = good;
      for (let k = 0; k < 1 + next() * 6; k += 1) {
        const at = Math.floor(next() * hash.length);
        hash =
          hash.slice(0, at) +
          letters[Math.floor(next() * letters.length)] +
          hash.slice(at + Math.floor(next() * 3));
      }
    }
    const found = decodeState(hash);
    for (const key of Object.keys(found))
      assert.ok(
        [
          'model',
          'target',
          'against',
          'normalisation',
          'palette',
          'shared',
          'outline',
          'strokes',
          'params',
          'view',
          'methods',
          'image',
        ].includes(key),
      );
    for (const value of found.params?.values() ?? [])
      assert.ok(typeof value === 'string' || Number.isFinite(value));
    for (const [x, y] of (found.strokes ?? []).flat())
      assert.ok(x >= 0 && x <= 1 && y >= 0 && y <= 1);
    if (found.target !== undefined) assert.ok(Number.isInteger(found.target) && found.target >= 0);
  }
});

test('links hold names of palettes and rules, as they always did', () => {
  for (const [letter, key, words] of [
    ['n', 'normalisation', ['max', 'p99', 'cubic']],
    ['c', 'palette', ['red-blue', 'orange-blue', 'grey']],
  ])
    for (const word of words) {
      assert.deepEqual(decodeState(`#v=1&${letter}=${word}`), { [key]: word });
      assert.ok(encodeState({ ...STATE, [key]: word }).includes(`&${letter}=${word}&`));
    }
  assert.deepEqual(decodeState('#v=1&n=toString&c=__proto__'), {});
});

test('an image of 784 bytes takes the place of the strokes', () => {
  const image = Uint8Array.from({ length: 784 }, (_, i) => (i * 37) % 256);
  const text = encodeState({ ...STATE, image });
  const { strokes, ...rest } = { ...STATE, image };
  assert.deepEqual(decodeState(text), rest);
  assert.ok(!text.includes('&d='));
  for (const bad of ['', 'AAAA', '%3Cimg%3E', 'A'.repeat(1044), 'A'.repeat(1050)])
    assert.equal(decodeState(`#v=1&i=${bad}`).image, undefined, bad.slice(0, 10));
  for (const bad of ['x=nowhere', 'x=__proto__', 'g=', 'g=<b>', `g=${'a.'.repeat(40)}a`])
    assert.deepEqual(decodeState(`#v=1&${bad}`), {}, bad);
});

test('a drawing that grows too long is thinned without moving, and a link still holds it', () => {
  // Spirals drawn slowly: many points that lie on a line with their neighbours.
  const spiral = (count, turns) =>
    Array.from({ length: count }, (_, i) => {
      const [angle, radius] = [(i / count) * turns * 2 * Math.PI, 0.05 + (0.4 * i) / count];
      return [snap(0.5 + radius * Math.cos(angle)), snap(0.5 + radius * Math.sin(angle))];
    });
  const long = [spiral(2399, 4), SAMPLES[7].strokes[0].map(([x, y]) => [snap(x), snap(y)])];
  const thin = thinned(long, 1200);
  assert.ok(countPoints(thin) <= 1200, String(countPoints(thin)));
  assert.equal(thin.length, long.length);
  assert.deepEqual(decodeStrokes(encodeStrokes(thin)), thin);
  const [a, b] = [long, thin].map((strokes) => preprocess(strokes).pixels);
  const off = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
  assert.ok(off < 0.1, `a pixel changed by ${off}`);
  // First and last points stay, and so do corners: points that are repeated.
  assert.deepEqual([thin[0][0], thin[0].at(-1)], [long[0][0], long[0].at(-1)]);
  const corners = (stroke) =>
    stroke.filter(([x, y], i) => i > 0 && stroke[i - 1][0] === x && stroke[i - 1][1] === y);
  assert.deepEqual(corners(thin[1]), corners(long[1]));
  // Strokes of one point each cannot be thinned.
  const dots = Array.from({ length: 2400 }, () => [[0.5, 0.5]]);
  assert.equal(countPoints(thinned(dots, 1200)), 2400);
});
