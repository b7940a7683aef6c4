// What raw outputs are called: probabilities only where somebody says how they become some; the sides of one sigmoid.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withMetadata } from '../browser/onnx-patch.mjs';
import { CNN, RequestError, createRuntime, read, rejection, stroke } from './rig.mjs';

const runtime = createRuntime();
after(() => runtime.dispose());

/** The file with another key of the same length in the place of this one. */
function withoutKey(bytes, key) {
  const text = Buffer.from(bytes).toString('latin1');
  assert.ok(text.includes(key));
  return Buffer.from(text.replace(key, 'x'.repeat(key.length)), 'latin1');
}

/** The digits' network as PyTorch exports it: nothing in the file says that its outputs are logits. */
let plain;
let shipped;
before(async () => {
  plain = withoutKey(await read('www/models/digits-cnn.onnx'), 'heatlens.link');
  shipped = await runtime.load(CNN);
});

test('logits are not called probabilities', async () => {
  const model = await runtime.load(plain);
  assert.equal(model.info.outputs[0].activation, null);
  const { logits, probabilities } = await model.predict(stroke());
  const known = await shipped.predict(stroke());
  assert.deepEqual(logits, known.logits);
  assert.equal(probabilities, null);
  const batch = new Float32Array(40 * 784);
  assert.equal((await model.predict(batch, { batch: 40 })).probabilities, null);
  assert.equal((await shipped.predict(batch, { batch: 40 })).probabilities.length, 400);
  const error = await rejection(model.explain(stroke(), { method: 'sis' }));
  assert.equal(error.code, 'E_NOT_APPLICABLE');
  assert.match(error.message, /output activation/);
  const lrp = { method: 'lrp', target: 3 };
  const { relevance } = await shipped.explain(stroke(), lrp);
  assert.deepEqual((await model.explain(stroke(), lrp)).relevance, relevance);
  const curve = await model.flip(stroke(), relevance, { steps: 3 });
  assert.equal(curve.probabilities, null);
  const same = await shipped.flip(stroke(), relevance, { steps: 3 });
  assert.deepEqual(curve.scores, same.scores);
  assert.ok(same.probabilities.every((p) => p >= 0 && p <= 1));
});

test('with a softmax by option or metadata the same digit has the same answer and subsets', async () => {
  const sis = { method: 'sis', threshold: 0.7, sets: 1 };
  const expected = await shipped.explain(stroke(), sis);
  const { probabilities } = await shipped.predict(stroke());
  const key = 'heatlens.output-activation';
  for (const [bytes, options] of [
    [plain, { outputActivation: 'softmax' }],
    [plain, { outputActivation: { logits: 'softmax' } }],
    [withMetadata(plain, { [key]: 'softmax' }), {}],
    [withMetadata(plain, { [key]: 'sigmoid' }), { outputActivation: 'softmax' }],
    [withMetadata(plain, { 'heatlens.link': 'sigmoid', [key]: 'logits=softmax' }), {}],
  ]) {
    const model = await runtime.load(bytes, options);
    assert.equal(model.info.outputs[0].activation, 'softmax');
    assert.deepEqual((await model.predict(stroke())).probabilities, probabilities);
    if (bytes !== plain || typeof options.outputActivation === 'object') continue;
    assert.deepEqual((await model.explain(stroke(), sis)).sis, expected.sis);
  }
  for (const outputActivation of ['soft', '', 3, [], {}, { logits: 1 }, { other: 'softmax' }]) {
    const error = await rejection(runtime.load(plain, { outputActivation }));
    assert.ok(error instanceof RequestError, String(error));
  }
  const wrong = await rejection(runtime.load(withMetadata(plain, { [key]: 'soft' })));
  assert.equal(wrong.code, 'E_MALFORMED');
});

test('a single sigmoid has two sides', async () => {
  const ames = await read('www/models/ames.onnx');
  const model = await runtime.load(ames, { axes: { atoms: 3 } });
  const sizes = model.info.inputs.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  const input = sizes.map((size, i) =>
    Float32Array.from({ length: size }, (_, k) => ((k + i) % 3) / 2),
  );
  const { logits, probabilities } = await model.predict(input);
  const at = 'features';
  const explain = (target, more) =>
    model.explain(input, { method: 'gradient-x-input', target, at, ...more });
  const yes = await explain(0);
  assert.deepEqual([yes.side, yes.score], ['yes', logits[0]]);
  for (const target of ['yes', 'mutagenic', 'top']) assert.deepEqual(await explain(target), yes);
  const no = await explain('no');
  assert.deepEqual([no.side, no.target, no.score], ['no', 0, -logits[0]]);
  // Zeros are equal whatever their signs are.
  no.relevance.forEach((value, i) => assert.ok(value === -yes.relevance[i]));
  assert.deepEqual((await explain('no', { against: 'yes' })).relevance, no.relevance);
  const subsets = (target) => model.explain(input, { method: 'sis', target, at, threshold: 0 });
  const [one, other] = [(await subsets('yes')).sis, (await subsets('no')).sis];
  assert.ok(Math.abs(one.initial - probabilities[0]) < 1e-6);
  assert.ok(Math.abs(one.initial + other.initial - 1) < 1e-12);
  const error = await rejection(explain(1));
  assert.equal(error.code, 'E_REQUEST');
  assert.match(error.message, /single sigmoid, whose sides are 'yes' \(class 0\) and 'no'/);
  assert.equal((await rejection(explain('yes', { against: 'mutagenic' }))).code, 'E_REQUEST');
  assert.match(
    (await rejection(shipped.explain(stroke(), { ...{ method: 'lrp' }, target: 'no' }))).message,
    /no class 'no' among 10/,
  );
});

test('a text is read and explained by the network that was asked for', async () => {
  const file = new URL('www/models/text-cnn.onnx', new URL('../../', import.meta.url));
  const text = 'The shuttle is in orbit around the moon.';
  const seen = [];
  for (const options of [{}, { randomize: { layers: 1 } }, { randomize: { layers: 3, seed: 4 } }]) {
    const model = await runtime.load(file, options);
    const { logits, words } = await model.read(text);
    const same = await runtime.load(file, { ...options, axes: { words: 64 } });
    const ids = Float32Array.from({ length: 64 }, (_, k) => (words[k] ?? -1) + 1);
    assert.deepEqual(logits, (await same.predict(ids)).logits);
    const { relevance } = await model.explainText(text, { method: 'lrp', target: 'sci.space' });
    for (const other of seen) {
      assert.notDeepEqual(logits, other.logits);
      assert.notDeepEqual(relevance, other.relevance);
    }
    seen.push({ logits, relevance });
  }
});
