import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CNN, MLP, createRuntime, read, stroke } from './rig.mjs';

const runtime = createRuntime();
let model;

before(async () => {
  model = await runtime.load(CNN);
});
after(() => runtime.dispose());

test('a model tells what it is', async () => {
  const { info } = model;
  assert.match(info.hash, /^[0-9a-f]{16}$/);
  assert.deepEqual(info.inputs[0].shape, [1, 28, 28]);
  assert.deepEqual(info.labels, [...'0123456789']);
  assert.equal(info.outputs[0].activation, 'softmax');
  assert.equal(info.nodes.filter(({ output }) => output).length, 1);
  assert.ok(info.parameters > 1000 && info.nonfiniteWeights === 0);
  for (const [index, node] of info.nodes.entries()) {
    assert.ok(node.inputs.every((input) => input < index));
  }
});

test('the hash does not depend on crypto.subtle', async () => {
  const { sha256 } = await import('../../pkg/hash.js');
  const bytes = await read('www/models/digits-cnn.onnx');
  for (const part of [bytes, bytes.subarray(0, 55), bytes.subarray(0, 56), bytes.subarray(0, 0)]) {
    const digest = await crypto.subtle.digest('SHA-256', part);
    assert.deepEqual(sha256(part), new Uint8Array(digest));
  }
});

test('a model is loaded from a URL, a file, a buffer and a view', async () => {
  const bytes = await read('www/models/digits-cnn.onnx');
  const padded = new Uint8Array(bytes.length + 7);
  padded.set(bytes, 3);
  const view = padded.subarray(3, 3 + bytes.length);
  const buffer = view.slice().buffer;
  for (const source of [CNN, CNN.href, view, buffer, new File([bytes], 'a.onnx')]) {
    const other = await runtime.load(source);
    assert.equal(other.info.hash, model.info.hash);
    other.dispose();
  }
  assert.equal(buffer.byteLength, bytes.length, "the caller's buffer is left alone");
});

test('probabilities are those of the logits', async () => {
  const { logits, probabilities, shape } = await model.predict(stroke());
  assert.deepEqual(shape, [10]);
  const powers = Array.from(logits, Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  powers.forEach((power, i) => assert.ok(Math.abs(power / sum - probabilities[i]) < 1e-6));
});

test('a batch gives what its examples give', async () => {
  const one = await model.predict(stroke());
  const both = new Float32Array(1568);
  both.set(stroke(), 784);
  const batch = await model.predict(both, { batch: 2 });
  assert.deepEqual(batch.shape, [2, 10]);
  const difference = batch.logits.subarray(10).map((value, i) => Math.abs(value - one.logits[i]));
  assert.ok(Math.max(...difference) < 1e-4);
});

test('every method of the catalogue explains with its defaults', async () => {
  const catalog = await runtime.methods();
  assert.ok(catalog.length >= 15);
  // Few and cheap steps: the numbers are checked elsewhere.
  const cheap = { samples: 20, steps: 4, segment: 14 };
  for (const { name, params, signed } of catalog.filter(({ name }) => name !== 'sis')) {
    const own = Object.entries(cheap).filter(([key]) => params.some((param) => param.name === key));
    const explanation = await model.explain(stroke(), {
      method: name,
      target: 1,
      ...Object.fromEntries(own),
    });
    const { relevance, shape, parameters } = explanation;
    assert.equal(explanation.method, name);
    assert.equal(explanation.target, 1);
    assert.equal(explanation.against, null);
    assert.equal(explanation.signed, signed);
    assert.equal(
      relevance.length,
      shape.reduce((a, b) => a * b, 1),
      name,
    );
    assert.ok(relevance.every(Number.isFinite), name);
    assert.deepEqual(
      Object.keys(parameters),
      params.map((param) => param.name),
    );
    const sum = relevance.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - explanation.sum) <= 1e-3 * (1 + Math.abs(sum)), name);
    assert.equal(explanation.sis, null);
  }
});

test('completeness and conservation can be read off', async () => {
  const gradients = await model.explain(stroke(), { method: 'integrated-gradients', steps: 300 });
  assert.ok(
    Math.abs(gradients.sum - gradients.expected) < 0.05 * Math.abs(gradients.expected) + 0.05,
  );
  const lrp = await model.explain(stroke(), { method: 'lrp', composite: 'epsilon' });
  assert.ok(lrp.layers.length > 3);
  for (const { relevanceIn, relevanceOut, bias, stabilizer } of lrp.layers) {
    assert.ok(
      Math.abs(relevanceIn - relevanceOut - bias - stabilizer) < 1e-2 * (1 + Math.abs(relevanceIn)),
    );
  }
});

test('subsets before a mask of one number per element are found to the last', async () => {
  const mlp = await runtime.load(MLP);
  const { name, shape } = mlp.info.nodes.findLast(({ kind }) => kind === 'activation');
  const mask = new Float32Array(shape[0]).fill(0.01);
  const told = [];
  const options = { method: 'sis', at: name, threshold: 0.2, sets: 9, mask };
  const { sis, parameters } = await mlp.explain(stroke(), options, {
    onProgress: ({ sets }) => sets && told.push(sets.length),
  });
  // Each subset is told of when it is found, with the parameters of the request.
  assert.ok(sis.sets.length > 2, `${sis.sets.length} subsets`);
  assert.equal(told.at(-1), sis.sets.length);
  assert.deepEqual(parameters.mask, mask);
  mlp.dispose();
});

test('a sufficient subset comes with its trace', async () => {
  const mlp = await runtime.load(MLP);
  // Of the last hidden layer: subsets of 784 pixels would take longer.
  const { name, shape } = mlp.info.nodes.findLast(({ kind }) => kind === 'activation');
  const options = { method: 'sis', at: name, sets: 1, threshold: 0.3 };
  const { sis, parameters } = await mlp.explain(stroke(), options);
  assert.deepEqual(parameters, { threshold: 0.3, mask: 0, sets: 1 });
  assert.deepEqual(sis.features, shape);
  assert.equal(sis.sets.length, 1);
  for (const { features, order, values, score } of sis.sets) {
    assert.ok(features instanceof Uint32Array && values instanceof Float64Array);
    assert.equal(order.length, values.length);
    assert.ok(features.length > 0 && score >= sis.threshold);
  }
  mlp.dispose();
});

test('contrast, units, inner nodes and fills', async () => {
  const input = stroke();
  const [a, b, both] = await Promise.all([
    model.explain(input, { method: 'gradient-x-input', target: 1 }),
    model.explain(input, { method: 'gradient-x-input', target: 7 }),
    model.explain(input, { method: 'gradient-x-input', target: 1, against: 7 }),
  ]);
  assert.equal(both.against, 7);
  assert.ok(Math.abs(both.score - (a.score - b.score)) < 1e-4);
  both.relevance.forEach((value, i) => {
    assert.ok(Math.abs(value - (a.relevance[i] - b.relevance[i])) < 1e-4);
  });
  const conv = model.info.nodes.find(({ kind }) => kind === 'conv');
  const channel = await model.explain(input, {
    method: 'gradient',
    unit: { node: conv.name, channel: 1 },
  });
  assert.equal(channel.relevance.length, 784);
  const inner = await model.explain(input, { method: 'lrp', at: conv.name });
  assert.deepEqual(inner.shape, conv.shape);
  const image = Float32Array.from(input, (value) => value / 2);
  const number = await model.explain(input, { method: 'deeplift', baseline: 0 });
  const filled = await model.explain(input, { method: 'deeplift', baseline: image });
  assert.notDeepEqual(number.relevance, filled.relevance);
  assert.deepEqual(filled.parameters.baseline, image);
});

test('the second model works beside the first', async () => {
  const other = await runtime.load(MLP);
  const [a, b] = await Promise.all([other.predict(stroke()), model.predict(stroke())]);
  assert.notDeepEqual(a.logits, b.logits);
  other.dispose();
  assert.deepEqual((await model.predict(stroke())).logits, b.logits);
});

test('support reports name every node, even of a refused model', async () => {
  const rows = await model.supportReport();
  assert.ok(rows.length > 3 && rows.every(({ status }) => status !== 'refused'));
  assert.deepEqual(
    (await runtime.support(CNN)).map(({ node }) => node),
    rows.map(({ node }) => node),
  );
});
