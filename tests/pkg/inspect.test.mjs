// Looking into a model from JavaScript.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CNN, MLP, createRuntime, read, rejection, stroke } from './rig.mjs';

const runtime = createRuntime();
let model;
before(async () => {
  model = await runtime.load(CNN);
});
after(() => runtime.dispose());

const sum = (values) => values.reduce((total, value) => total + value, 0);
const LRP = { method: 'lrp', composite: 'epsilon', target: 1 };

test('a named axis takes the size it is given', async () => {
  const bytes = await read('www/models/ames.onnx');
  const shapes = async (options) => {
    const graph = await runtime.load(bytes, options);
    const inputs = graph.info.inputs.map(({ shape }) => shape);
    graph.dispose();
    return inputs;
  };
  const small = await shapes({ axes: { atoms: 7 } });
  const large = await shapes({ axes: { atoms: 9 } });
  assert.deepEqual(
    small.map((shape) => shape.map((size) => (size === 7 ? 9 : size))),
    large,
  );
  assert.ok(large.flat().includes(9) && !large.flat().includes(7));
  assert.notDeepEqual(await shapes({}), large);
  const error = await rejection(runtime.load(bytes, { axes: { atoms: -1 } }));
  assert.equal(error.code, 'E_REQUEST');
});

test('a trace has the values and the relevance of every node', async () => {
  const trace = await model.trace(stroke(), LRP);
  const whole = await model.explain(stroke(), LRP);
  const { logits } = await model.predict(stroke());
  assert.deepEqual(
    trace.nodes.map(({ node }) => node),
    model.info.nodes.map(({ name }) => name),
  );
  assert.deepEqual(trace.nodes[0].adjoint, whole.relevance);
  assert.deepEqual(trace.nodes.at(-1).values, logits);
  assert.deepEqual(trace.layers, whole.layers);
  assert.equal(trace.score, whole.score);
  for (const { node, relevanceIn } of trace.layers) {
    const { adjoint } = trace.nodes.find((each) => each.node === node);
    assert.ok(Math.abs(sum(adjoint) - relevanceIn) < 1e-4 * Math.max(1, Math.abs(relevanceIn)));
  }
  const error = await rejection(model.trace(stroke(), { method: 'occlusion' }));
  assert.equal(error.code, 'E_NOT_APPLICABLE');
});

test('a neuron adds up', async () => {
  const node = model.info.nodes.find(({ kind }) => kind === 'dense').name;
  const neuron = await model.neuron(stroke(), { ...LRP, neuron: { node, index: 3 } });
  const z = sum(neuron.contributions) + neuron.bias;
  assert.ok(Math.abs(z - neuron.output) < 1e-4 * Math.max(1, Math.abs(z)));
  neuron.inputs.forEach((_, k) =>
    assert.ok(Math.abs(neuron.contributions[k] - neuron.values[k] * neuron.weights[k]) < 1e-5),
  );
  for (const bad of [undefined, {}, { node, index: -1 }, { node: 'nowhere', index: 0 }, 7]) {
    const error = await rejection(model.neuron(stroke(), { ...LRP, neuron: bad }));
    assert.equal(error.name, 'RequestError');
  }
});

test('a rule composed of modifiers is the known rule that it spells', async () => {
  const model = await runtime.load(CNN);
  const composed = (weight, input, stabilizer) =>
    model.explain(stroke(), {
      ...LRP,
      composite: 'flat',
      customRules: [{ layer: '*', weight, input, stabilizer }],
    });
  for (const [known, ...modifiers] of [
    [{ composite: 'epsilon', epsilon: 0.25 }, 'plain', 'plain', 0.25],
    [{ composite: 'zero' }, undefined, undefined, 0],
    [{ composite: 'w-square' }, 'squared', 'ones'],
  ]) {
    const { relevance } = await model.explain(stroke(), { ...LRP, ...known });
    assert.deepEqual((await composed(...modifiers)).relevance, relevance, String(modifiers));
  }
  const { layers } = await composed('gamma:0.5', 'positive', 0.1 + 0.2);
  assert.ok(
    layers.some(({ rule }) => rule === 'gamma:0.5/positive/0.3'),
    JSON.stringify(layers),
  );
  const bad = async (rule) =>
    (await rejection(model.explain(stroke(), { ...LRP, customRules: rule }))).message;
  assert.match(await bad('conv1=flat'), /must be a list of/);
  assert.match(
    await bad([{ layer: '*', weights: 'plain' }]),
    /no 'weights'; it has: layer, weight/,
  );
  assert.match(await bad([{ layer: '*', weight: 'half' }]), /with a rule it knows, not '\*=half/);
  assert.match(await bad([{ layer: '*', weight: 'plain/ones/1,*=flat' }]), /have no comma/);
  assert.match(await bad([{ layer: '*', stabilizer: -1 }]), /with a rule it knows/);
  assert.match(await bad([{ layer: '*', stabilizer: '1' }]), /must be a finite number/);
  assert.match(await bad([{ layer: 'nowhere' }]), /nowhere/);
});

test('rules per layer go with the name of the layer', async () => {
  const dense = model.info.nodes.filter(({ kind }) => /dense|conv/.test(kind));
  const rules = dense.map(({ name }) => `${name}=flat`).join(',');
  const single = await model.explain(stroke(), { ...LRP, composite: 'gamma', rules });
  const flat = await model.explain(stroke(), { ...LRP, composite: 'flat' });
  assert.deepEqual(single.relevance, flat.relevance);
  assert.equal(
    (await rejection(model.explain(stroke(), { ...LRP, rules: 'x=y' }))).code,
    'E_REQUEST',
  );
});

test('pixel flipping starts at the score and ends at the mask', async () => {
  const { relevance, score } = await model.explain(stroke(), LRP);
  const curve = await model.flip(stroke(), relevance, { target: 1 });
  assert.equal(curve.scores.length, 785);
  assert.equal(curve.scores[0], score);
  const { logits } = await model.predict(new Float32Array(784));
  assert.ok(Math.abs(curve.scores[784] - logits[1]) < 1e-4);
  const mean = curve.scores.reduce((total, value) => total + (score - value), 0) / 785;
  assert.ok(Math.abs(curve.aopc - mean) < 1e-9);
  const largest = relevance.indexOf(Math.max(...relevance));
  assert.equal(curve.order[0], largest);
  const least = await model.flip(stroke(), relevance, {
    target: 1,
    order: 'lerf',
    steps: 5,
    block: 4,
  });
  assert.equal(least.scores.length, 6);
  for (const options of [{ steps: -1 }, { block: 0 }, { mask: 'x' }, { target: 99 }])
    assert.equal((await rejection(model.flip(stroke(), relevance, options))).name, 'RequestError');
  assert.equal((await rejection(model.flip(stroke(), [1, 2, 3]))).code, 'E_REQUEST');
});

test('ascent raises its objective; the fast gradient sign moves every pixel by ε', async () => {
  const climb = await model.maximizeActivation(stroke(), {
    target: 8,
    steps: 5,
    low: 0,
    high: 1,
    penalty: 0.01,
  });
  climb.objectives.forEach((value, k) => assert.ok(k === 0 || value > climb.objectives[k - 1]));
  const { logits } = await model.predict(climb.values);
  assert.equal(climb.scores.at(-1), logits[8]);
  const { values } = await model.maximizeActivation(stroke(), {
    target: 8,
    rate: 0.125,
    sign: true,
  });
  values.forEach((value, i) => {
    const moved = Math.abs(value - stroke()[i]);
    assert.ok(moved === 0 || moved === 0.125, String(moved));
  });
  for (const options of [{ rate: 0 }, { rate: NaN }, { low: 1, high: 0 }, { steps: 1.5 }])
    assert.equal(
      (await rejection(model.maximizeActivation(stroke(), options))).name,
      'RequestError',
    );
});

test('a model that has forgotten its last layers answers otherwise, the same with every seed', async () => {
  const load = (randomize) => runtime.load(MLP, { randomize });
  const answer = async (loaded) => (await (await loaded).predict(stroke())).logits;
  const trained = await answer(load(undefined));
  assert.deepEqual(await answer(load({ layers: 0 })), trained);
  assert.notDeepEqual(await answer(load({ layers: 1 })), trained);
  assert.deepEqual(
    await answer(load({ layers: 2, seed: 5 })),
    await answer(load({ layers: 2, seed: 5 })),
  );
  for (const bad of [{ layers: -1 }, {}, { layers: 1, seed: 0.5 }, 'all'])
    assert.equal((await rejection(load(bad))).name, 'RequestError');
});

test('inspection can be aborted and ends with the model', async () => {
  const aborted = AbortSignal.abort();
  assert.equal(
    (await rejection(model.trace(stroke(), LRP, { signal: aborted }))).name,
    'AbortError',
  );
  const other = await runtime.load(CNN);
  other.dispose();
  assert.equal((await rejection(other.flip(stroke(), stroke()))).code, 'E_DISPOSED');
});

test('another range of the input leaves the answers as they are', async () => {
  const signed = stroke().map((value) => 2 * value - 1);
  for (const source of [CNN, MLP]) {
    const [plain, other] = await Promise.all([
      runtime.load(source),
      runtime.load(source, { inputRange: { from: [0, 1], to: [-1, 1] } }),
    ]);
    const [a, b] = [await plain.predict(stroke()), await other.predict(signed)];
    a.logits.forEach((value, i) =>
      assert.ok(Math.abs(value - b.logits[i]) < 1e-3, `${value} ${b.logits[i]}`),
    );
  }
  for (const bad of [
    {},
    { from: [0, 1] },
    { from: [0, 1], to: [1, 1] },
    { from: [0], to: [0, 1] },
    3,
  ])
    assert.equal((await rejection(runtime.load(MLP, { inputRange: bad }))).name, 'RequestError');
});
