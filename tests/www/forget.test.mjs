// What the page says of maps of networks that forgot: measured over all its drawings and three draws of weights.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { FACTS } from '../../www/digits/lessons/facts.js';
import { cosineSimilarity } from '../../www/digits/views/cosine-similarity.js';
import { preprocess } from '../../www/kit/pad/preprocess.js';
import { SAMPLES } from '../../www/digits/input/samples.js';
import { CNN, MLP, createRuntime } from '../pkg/rig.mjs';

const SEEDS = [1, 2, 3];

/** Mean cosine similarity of a method's maps with those of the network that forgot its last layers. */
async function likeness(runtime, source, method, layers) {
  const model = await runtime.load(source);
  let [sum, count] = [0, 0];
  for (const seed of SEEDS) {
    const drawn = await runtime.load(source, { randomize: { layers, seed } });
    for (const { digit, strokes } of SAMPLES) {
      const { pixels } = preprocess(strokes);
      const maps = await Promise.all(
        [model, drawn].map((each) => each.explain(pixels, { method, target: digit })),
      );
      sum += cosineSimilarity(...maps.map(({ relevance }) => relevance));
      count += 1;
    }
    drawn.dispose();
  }
  model.dispose();
  return sum / count;
}

for (const [name, source, weighted, least] of [
  ['convolutional', CNN, 4, 0.7],
  ['fully connected', MLP, 3, 0.7],
]) {
  test(`N-11: ${name}: guided backprop hardly notices until the first layer forgets, the gradient at once`, async () => {
    const runtime = createRuntime({ worker: false });
    try {
      for (let layers = 1; layers < weighted; layers += 1) {
        const guided = await likeness(runtime, source, 'guided-backprop', layers);
        const gradient = await likeness(runtime, source, 'gradient', layers);
        assert.ok(guided > least, `guided backprop, ${layers} layers: ${guided}`);
        assert.ok(Math.abs(gradient) < 0.2, `gradient, ${layers} layers: ${gradient}`);
      }
      const all = await likeness(runtime, source, 'guided-backprop', weighted);
      assert.ok(all < 0.4, `guided backprop, all layers: ${all}`);
    } finally {
      runtime.dispose();
    }
  });

  test(`${name}: guided backprop hardly notices which class is explained`, async () => {
    const runtime = createRuntime({ worker: false });
    try {
      const model = await runtime.load(source);
      const mean = async (method) => {
        const all = [];
        for (const { digit, strokes } of SAMPLES) {
          const { pixels } = preprocess(strokes);
          const maps = [];
          for (let target = 0; target < 10; target += 1)
            maps.push((await model.explain(pixels, { method, target })).relevance);
          for (let other = 0; other < 10; other += 1)
            if (other !== digit) all.push(cosineSimilarity(maps[digit], maps[other]));
        }
        return all.reduce((a, b) => a + b, 0) / all.length;
      };
      assert.ok((await mean('guided-backprop')) > 0.8);
      assert.ok((await mean('gradient')) < 0.2);
    } finally {
      runtime.dispose();
    }
  });
}

test('the pages say so, and no more', async () => {
  const text = 'hardly notice which class is explained, or that all layers but the first forgot';
  assert.ok(JSON.stringify(FACTS['guided-backprop']).includes(text));
  const tour = await readFile(new URL('../../www/digits/lessons/tour.js', import.meta.url), 'utf8');
  assert.ok(tour.includes('a map that hardly notices when all layers but the first forget'));
});
