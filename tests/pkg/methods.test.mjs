// What results say of themselves, from JavaScript: notes, Grad-CAM's layer, refusals of what is no number.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CNN, MLP, createRuntime, read, rejection, stroke } from './rig.mjs';

const runtime = createRuntime();
after(() => runtime.dispose());

const golden = (name) => read(`tests/golden-own/${name}.onnx`);
const wave = (length) => Float32Array.from({ length }, (_, i) => ((i * 7) % 11) / 5 - 1);

test('Grad-CAM names the node that it took, and the model which nodes the words stand for', async () => {
  const model = await runtime.load(await read('tests/cases/gradcam_conv_head.onnx'));
  const { camLayers } = model.info;
  assert.equal(camLayers['last-conv'], 'features');
  for (const method of ['grad-cam', 'guided-grad-cam']) {
    for (const [word, name] of Object.entries(camLayers)) {
      const { layer, notes, parameters } = await model.explain(wave(192), { method, layer: word });
      assert.deepEqual([layer, notes, parameters.layer], [name, [], word]);
    }
    assert.equal((await model.explain(wave(192), { method })).layer, 'features');
  }
  const gradient = await model.explain(wave(192), { method: 'gradient' });
  assert.deepEqual([gradient.layer, gradient.notes], [null, []]);
  const mlp = await runtime.load(MLP);
  assert.deepEqual(mlp.info.camLayers, { 'last-conv': null, 'last-activation': null });
  const error = await rejection(mlp.explain(stroke(), { method: 'grad-cam' }));
  assert.equal(error.code, 'E_NOT_APPLICABLE');
});

test('where no activation follows the last convolution that is said, not passed over', async () => {
  const model = await runtime.load(await golden('own05_bare'));
  const { name } = model.info.nodes.find(({ kind }) => kind === 'conv');
  assert.deepEqual(model.info.camLayers, { 'last-conv': name, 'last-activation': null });
  const { layer, notes } = await model.explain(wave(784), { method: 'grad-cam' });
  assert.equal(layer, name);
  assert.match(notes[0], /no single activation follows that convolution/);
  const asked = { method: 'grad-cam', layer: 'last-activation' };
  const error = await rejection(model.explain(wave(784), asked));
  assert.equal(error.name, 'RequestError');
  assert.ok(error.message.includes(`'${name}': take layer=last-conv`), error.message);
});

test('guided backprop says where it is the plain gradient, in a trace, too', async () => {
  const model = await runtime.load(await golden('own04_rectifiers'));
  const ask = (method) => model.explain(wave(162), { method });
  const { notes } = await ask('guided-backprop');
  assert.deepEqual(notes, [
    'where a unit is no ReLU (1 SiLU, 1 leaky ReLU, 1 clip) guided backprop is the plain gradient',
  ]);
  assert.match((await ask('deconvnet')).notes[0], /deconvnet is the plain gradient/);
  assert.deepEqual((await ask('saliency')).notes, []);
  const trace = await model.trace(wave(162), { method: 'guided-backprop' });
  assert.deepEqual(trace.notes, notes);
  // Extra numbers and notes share the words of a result.
  const lime = await model.explain(wave(162), { method: 'lime', segment: 5 });
  assert.deepEqual([Object.keys(lime.extra), lime.notes], [['intercept'], []]);
  const lrp = await model.explain(wave(162), { method: 'lrp', composite: 'epsilon-gamma-box' });
  assert.match(lrp.notes[0], /of the 162 values lie outside the box/);
  assert.ok(lrp.layers.length > 5);
});

test('LRP without biases in its denominators gives them nothing', async () => {
  const model = await runtime.load(CNN);
  const ask = (bias) => model.explain(stroke(), { method: 'lrp', composite: 'epsilon', bias });
  const [kept, left] = [await ask('keep'), await ask('ignore')];
  const biases = ({ layers }) => layers.reduce((sum, { bias }) => sum + Math.abs(bias), 0);
  assert.ok(biases(kept) > 0.1);
  assert.equal(biases(left), 0);
  assert.ok(left.layers.some(({ rule }) => rule.endsWith('bias ignored')));
});

test('predictions and texts that are no numbers are refused, as the command line does', async () => {
  // Sums of such numbers are infinite, and differences of these are NaN.
  const model = await runtime.load(await golden('own04_rectifiers'));
  const huge = wave(162).fill(3e38);
  const error = await rejection(model.predict(huge));
  assert.equal(error.code, 'E_NONFINITE');
  assert.match(error.message, /the network's output 'logits' contains/);
  assert.equal((await model.predict(wave(162))).logits.length, 4);
});

test('a map of a text that has no number per word is refused', async () => {
  const model = await runtime.load(await read('www/models/text-linear.onnx'));
  const text = 'The shuttle is in orbit, and the crew feels sick.';
  const ask = { method: 'occlusion', map: 'windows' };
  const error = await rejection(model.explainText(text, { ...ask, window: 2 }));
  assert.equal(error.code, 'E_REQUEST');
  assert.match(error.message, /no number per word/);
  const { relevance } = await model.explainText(text, ask);
  assert.ok(relevance.some((value) => value !== 0));
});
