import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preprocess } from '../../www/kit/pad/preprocess.js';
import { HAND_COUNT, SAMPLES } from '../../www/digits/input/samples.js';
import { CNN, MLP, createRuntime } from '../pkg/rig.mjs';

test('there are three handwritings of every digit', () => {
  assert.ok(HAND_COUNT >= 3);
  for (let digit = 0; digit < 10; digit += 1) {
    const hands = SAMPLES.filter((sample) => sample.digit === digit).map(({ hand }) => hand);
    assert.deepEqual(hands, [0, 1, 2]);
  }
  for (const [x, y] of SAMPLES.flatMap(({ strokes }) => strokes.flat())) {
    assert.ok(x >= 0 && x <= 1 && y >= 0 && y <= 1);
  }
});

for (const [name, source] of [
  ['convolutional', CNN],
  ['fully connected', MLP],
]) {
  test(`every sample is read as its digit by the ${name} network`, async () => {
    const runtime = createRuntime();
    try {
      const model = await runtime.load(source);
      for (const { digit, hand, strokes } of SAMPLES) {
        const { probabilities } = await model.predict(preprocess(strokes).pixels);
        const read = probabilities.indexOf(Math.max(...probabilities));
        assert.equal(read, digit, `digit ${digit}, hand ${hand}`);
        assert.ok(
          probabilities[read] > 0.8,
          `digit ${digit}, hand ${hand}: ${probabilities[read]}`,
        );
      }
    } finally {
      runtime.dispose();
    }
  });
}
