// Maps as pictures: the package's painter (in Rust) and the pages' (in JavaScript) give the same bytes.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { palette, PALETTE_NAMES, table } from '../../www/kit/color/colors.js';
import { codes, paint, paintMap } from '../../www/kit/color/paint.js';
import { NORMALISATIONS, SETS } from '../../www/kit/color/palettes.js';
import { vmaxOf } from '../../www/kit/color/scale.js';
import {
  CNN,
  LimitError,
  RequestError,
  createRuntime,
  picture,
  random,
  read,
  rejection,
  runtime,
  stroke,
} from './rig.mjs';

const own = createRuntime({ worker: false });
after(() => {
  own.dispose();
  runtime.dispose();
});

const NORMALISATION_NAMES = Object.keys(NORMALISATIONS);

/** Numbers of every kind that a map may have. */
function values(seed, count, signed) {
  const next = random(seed);
  const odd = [NaN, Infinity, -Infinity, -0, 0, 1e-45, -1e-45, 1e-30, 3e38, -3e38];
  return Float32Array.from({ length: count }, (_, i) => {
    if (i < odd.length && seed % 2 === 1) return odd[i];
    const size = next() ** 4 * 10 ** (seed % 5);
    return signed && next() < 0.5 ? -size : size;
  });
}

const same = ({ width, height, data }, expected, what) => {
  assert.deepEqual([width, height], [expected.width, expected.height], what);
  assert.equal(data.length, 4 * width * height);
  assert.equal(Buffer.compare(Buffer.from(data), Buffer.from(expected.data)), 0, what);
};

test('the package and the pages paint the same bytes', async () => {
  let seed = 0;
  for (const name of PALETTE_NAMES)
    for (const normalisation of NORMALISATION_NAMES)
      for (const signed of [true, false])
        for (const [columns, rows, zoom] of [
          [1, 1, 1],
          [7, 5, 1],
          [7, 5, 2],
          [6, 4, 3],
          [5, 9, 4],
          [9, 3, 7],
          [28, 28, 14],
          [4, 3, 40],
        ]) {
          const relevance = values((seed += 1), columns * rows, signed);
          const { vmax } = vmaxOf(relevance, normalisation);
          const what = `${name}, ${normalisation}, seed ${seed}, zoom ${zoom}`;
          const options = { palette: name, normalisation, zoom };
          const drawn = await own.picture({ relevance, shape: [rows, columns], signed }, options);
          const isSigned = signed || relevance.some((value) => value < 0);
          const how = { palette: palette(name).of(isSigned), zoom };
          same(drawn, paintMap(relevance, columns, { ...how, vmax }), what);
          // Clipped: far below the largest.
          const given = Math.fround(vmax / 3) || 1;
          const clipped = await own.picture(
            { relevance, shape: [1, rows, columns], signed },
            { ...options, vmax: given },
          );
          same(clipped, paintMap(relevance, columns, { ...how, vmax: given }), `${what}, clipped`);
        }
  assert.equal(seed, 144);
});

test('a picture by a rule is the one by the number that the pages find by it', async () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const map = values(2 * seed, 200, true);
    for (const normalisation of NORMALISATION_NAMES) {
      const { vmax } = vmaxOf(map, normalisation);
      const drawn = await own.picture({ relevance: map, shape: [200] }, { normalisation });
      const given = await own.picture({ relevance: map, shape: [200] }, { vmax });
      same(drawn, given, `${seed} ${normalisation}`);
    }
  }
});

test('sets have the shades and hatches of the digits page', async () => {
  const relevance = [0, 1, 2, 3, 4, 5, NaN, 0];
  for (const name of PALETTE_NAMES) {
    const map = palette(name);
    const looks = [map.lookAt(0), ...SETS.map((_, k) => map.set(k)), map.lookAt(NaN)];
    const shown = Uint16Array.from([0, 1, 2, 3, 4, 1, 5, 0]);
    const drawn = await own.picture(
      { relevance, shape: [2, 4], sis: {} },
      { palette: name, zoom: 14 },
    );
    same(drawn, paint(shown, 4, 14, table(looks)), name);
  }
});

/** FNV-1a, 32 bits. */
const print = (bytes) =>
  bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 16777619) >>> 0, 2166136261);

test('a map has the bytes that the command line gives it', async () => {
  // tests/picture.rs holds the native build to the same file.
  const { values, columns, zoom, prints } = JSON.parse(await read('tests/picture.json'));
  const relevance = Float32Array.from(values, Number);
  const shape = [relevance.length / columns, columns];
  for (const [name, expected] of Object.entries(prints)) {
    const { data } = await own.picture({ relevance, shape }, { palette: name, zoom });
    assert.equal(print(data), expected, name);
  }
});

test('explanations are drawn as they come, in a worker and without one', async () => {
  const model = await runtime.load(CNN);
  try {
    for (const method of ['lrp', 'saliency']) {
      const explanation = await model.explain(stroke(), { method });
      const zoom = 14;
      const drawn = await picture(explanation, { zoom });
      assert.ok(drawn.data instanceof Uint8ClampedArray);
      assert.deepEqual([drawn.width, drawn.height], [392, 392]);
      const { vmax } = vmaxOf(explanation.relevance, 'max');
      const how = { vmax, palette: palette('red-blue').of(explanation.signed), zoom };
      same(drawn, paintMap(explanation.relevance, 28, how), method);
      same(await own.picture(explanation, { zoom }), drawn, `${method}, main thread`);
      assert.ok(new Set(codes(explanation.relevance, vmax)).size > 20);
    }
    const { probabilities } = await model.predict(stroke());
    const threshold = 0.9 * Math.max(...probabilities);
    const found = await model.explain(stroke(), { method: 'sis', sets: 1, threshold });
    assert.ok(found.sis.sets[0].features.length > 0);
    const drawn = await picture(found);
    assert.equal(new Set(new Uint32Array(drawn.data.buffer)).size, 2);
  } finally {
    model.dispose();
  }
});

test('bad maps and options are refused in words', async () => {
  const good = { relevance: [1, -1, 0.5, 0], shape: [2, 2] };
  const cases = [
    [null, {}, /an object with relevance .* not of null/],
    [[1, 2], {}, /an object with relevance/],
    [{ shape: [1] }, {}, /an object with relevance/],
    [{ relevance: ['1'], shape: [1] }, {}, /an object with relevance/],
    [{ relevance: [1] }, {}, /shape must be/],
    [{ relevance: [1], shape: [0.5] }, {}, /shape must be/],
    [{ relevance: [1], shape: [] }, {}, /shape must be/],
    [{ relevance: [1, 2, 3], shape: [2, 2] }, {}, /3 values for a map of shape \[2, 2\]/],
    [
      { relevance: Array(16).fill(1), shape: [2, 2, 2, 2] },
      {},
      /shape \[2, 2, 2, 2\] has no picture/,
    ],
    [{ relevance: [1], shape: [2 ** 16, 2 ** 16] }, {}, /1 values for a map/],
    [good, { palette: 'jet' }, /no palette 'jet'; there are: red-blue, orange-blue, grey/],
    [good, { normalisation: 'mean' }, /no normalisation 'mean'; there are: max, p99, cubic/],
    [good, { palette: 3 }, /palette must be a name, not 3/],
    [
      good,
      { normalization: 'max' },
      /no option 'normalization'; there are: palette, normalisation/,
    ],
    ...[0, -1, NaN, Infinity, '2', 1e-60].map((vmax) => [good, { vmax }, /vmax must be a number/]),
    ...[0, 1.5, -2, NaN, '3'].map((zoom) => [good, { zoom }, /zoom must be a whole number from 1/]),
    [good, 'grey', /options must be an object/],
  ];
  for (const [map, options, words] of cases) {
    const error = await rejection(picture(map, options));
    assert.ok(error instanceof RequestError, `${error}`);
    assert.match(error.message, words);
  }
  const large = await rejection(picture(good, { zoom: 4000 }));
  assert.ok(large instanceof LimitError);
  assert.match(large.message, /8000 × 8000 pixels; the limit is 40000000/);
  assert.equal((await picture(good)).width, 2);
});
