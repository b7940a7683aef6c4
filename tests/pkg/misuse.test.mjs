import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CNN,
  HeatlensError,
  RequestError,
  createRuntime,
  random,
  read,
  rejection,
  stroke,
} from './rig.mjs';

const runtime = createRuntime();
let model;
let reference;

before(async () => {
  model = await runtime.load(CNN);
  reference = await model.explain(stroke(), { method: 'lrp' });
});
after(() => runtime.dispose());

/** After every refusal the next good request gives what it gave before. */
async function stillWorks() {
  const again = await model.explain(stroke(), { method: 'lrp' });
  assert.deepEqual(again.relevance, reference.relevance);
}

test('inputs of a wrong kind, length or value', async () => {
  const holes = new Array(784);
  const bad = [
    [undefined, 'E_INPUT'],
    [null, 'E_INPUT'],
    ['0'.repeat(784), 'E_INPUT'],
    [{ length: 784 }, 'E_INPUT'],
    [holes, 'E_INPUT'],
    [new Array(784).fill('1'), 'E_INPUT'],
    [new BigInt64Array(784), 'E_INPUT'],
    [new Float32Array(783), 'E_INPUT'],
    [new Float32Array(1568), 'E_INPUT'],
    [[], 'E_INPUT'],
    [[stroke()], 'E_INPUT'],
    [new Float32Array(784).fill(NaN), 'E_NONFINITE'],
    [new Array(784).fill(1e39), 'E_NONFINITE'],
  ];
  for (const [input, code] of bad) {
    assert.equal((await rejection(model.predict(input))).code, code);
    assert.equal((await rejection(model.explain(input, { method: 'lrp' }))).code, code);
  }
  for (const batch of [0, -1, 0.5, NaN, '2']) {
    assert.equal((await rejection(model.predict(stroke(), { batch }))).code, 'E_REQUEST');
  }
  await stillWorks();
});

test('options of a wrong kind, name or range', async () => {
  const bad = [
    undefined,
    null,
    [],
    'lrp',
    {},
    { method: 'astrology' },
    { method: '__proto__' },
    { method: 'constructor' },
    { method: ['lrp'] },
    Object.create({ method: 'lrp' }),
    JSON.parse('{"method": "lrp", "__proto__": {"epsilon": 1}}'),
    { method: 'lrp', constructor: 1 },
    { method: 'lrp', toString: 1 },
    { method: 'lrp', epsilonn: 1 },
    { method: 'lrp', epsilon: NaN },
    { method: 'lrp', epsilon: -1 },
    { method: 'lrp', epsilon: '1' },
    { method: 'lrp', epsilon: null },
    { method: 'lrp', epsilon: {} },
    { method: 'lrp', composite: 'nonsense' },
    { method: 'lrp', composite: 0 },
    { method: 'integrated-gradients', steps: 2.5 },
    { method: 'integrated-gradients', steps: 0 },
    { method: 'integrated-gradients', steps: 2 ** 32 + 4 },
    { method: 'integrated-gradients', baseline: [1, 2] },
    { method: 'integrated-gradients', baseline: new Array(784).fill(Infinity) },
    { method: 'grad-cam', layer: 'no such node' },
    { method: 'lrp', target: 10 },
    { method: 'lrp', target: -1 },
    { method: 'lrp', target: 0.5 },
    { method: 'lrp', target: 2 ** 32 },
    { method: 'lrp', target: 'three' },
    { method: 'lrp', target: '' },
    { method: 'lrp', target: ['3'] },
    { method: 'lrp', target: 'yes' },
    { method: 'lrp', target: 3, against: '3' },
    { method: 'lrp', target: 3, against: 3 },
    { method: 'lrp', against: 3 },
    { method: 'lrp', target: 3, output: 1 },
    { method: 'lrp', at: 7 },
    { method: 'lrp', at: 'no such node' },
    { method: 'lrp', unit: {} },
    { method: 'lrp', unit: { node: 'no such node', index: 0 } },
    { method: 'lrp', unit: { node: 'input', index: 0, channel: 0 } },
    { method: 'lrp', unit: { node: 'input', index: 0 }, target: 1 },
  ];
  for (const options of bad) {
    const error = await rejection(model.explain(stroke(), options));
    const label = JSON.stringify(options);
    assert.ok(error instanceof RequestError, `${label}: ${error}`);
    assert.equal(error.name, 'RequestError');
    assert.match(error.code, /^E_[A-Z_]+$/);
    assert.ok(error.message.length > 10, label);
  }
  assert.equal({}.epsilon, undefined);
  const error = await rejection(model.explain(stroke(), { method: 'lrp', epsilonn: 1 }));
  assert.match(error.message, /epsilonn/);
  await stillWorks();
});

test('sources that are no model', async () => {
  const bytes = await read('www/models/digits-cnn.onnx');
  const text = (string) => new TextEncoder().encode(string);
  const bad = [
    [new Uint8Array(0), 'ModelError'],
    [new Uint8Array(1000), 'ModelError'],
    [bytes.subarray(0, bytes.length - 1), 'ModelError'],
    [bytes.subarray(0, bytes.length >> 1), 'ModelError'],
    [text('<!DOCTYPE html><title>404</title>'), 'ModelError'],
    [text('version https://git-lfs.github.com/spec/v1\n'), 'ModelError'],
    [new Blob(['\n <html>']), 'ModelError'],
    [undefined, 'RequestError'],
    [42, 'RequestError'],
    [{}, 'RequestError'],
    ['http://', 'RequestError'],
    ['http://127.0.0.1:1/x.onnx', 'RequestError'],
  ];
  for (const [source, name] of bad) {
    const error = await rejection(runtime.load(source));
    assert.equal(error.name, name, String(error));
    assert.match(error.code, /^E_/);
  }
  await stillWorks();
});

test('changed bytes are refused or load; the next request works', async () => {
  const bytes = await read('www/models/digits-cnn.onnx');
  const next = random(1);
  for (let i = 0; i < 300; i++) {
    const copy = Uint8Array.from(bytes);
    // Half of the changes where the graph is described, which is not in the middle.
    const near = i % 2 ? next() * 2000 : next() * copy.length;
    const at = Math.floor(i % 4 < 2 ? near : copy.length - 1 - near);
    copy[at] ^= 1 << Math.floor(next() * 8);
    try {
      (await runtime.load(copy)).dispose();
    } catch (error) {
      assert.match(error.name, /^(ModelError|LimitError)$/, `change at ${at}: ${error}`);
    }
  }
  await stillWorks();
});

test('metadata cannot pollute prototypes', async () => {
  const bytes = await read('www/models/digits-cnn.onnx');
  // StringStringEntryProto { key: "__proto__", value: "polluted" } as ModelProto.metadata_props.
  const entry = [0x0a, 9, ...Buffer.from('__proto__'), 0x12, 8, ...Buffer.from('polluted')];
  const model = await runtime.load(Uint8Array.from([...bytes, 0x72, entry.length, ...entry]));
  assert.equal(Object.getOwnPropertyDescriptor(model.info.metadata, '__proto__').value, 'polluted');
  assert.equal(Object.getPrototypeOf(model.info.metadata), Object.prototype);
  model.dispose();
});

test('arguments of any kind are refused in words, never by JavaScript itself', async () => {
  const junk = [
    undefined,
    null,
    5,
    'text',
    true,
    NaN,
    2n,
    Symbol('s'),
    [],
    {},
    () => {},
    new Map(),
    { signal: 1 },
    { onProgress: 'often' },
    { batch: 2 ** 40 },
    { batch: 2 ** 31 },
    { target: {} },
    { unit: 5 },
    { neuron: null },
    { neuron: { node: {}, index: 0 } },
    { order: 'moref' },
    { stepps: 3 },
    { sign: 'yes' },
    { maskedTokens: 3 },
    { axes: 5 },
    { axes: { n: -1 } },
    { randomize: 'all' },
    { inputRange: [0, 1] },
  ];
  const lrp = { method: 'lrp' };
  const calls = {
    'load(x)': (x) => runtime.load(x),
    'load(CNN, x)': (x) => runtime.load(CNN, x),
    'support(x)': (x) => runtime.support(x),
    'support(CNN, x)': (x) => runtime.support(CNN, x),
    'tokenize(x)': (x) => runtime.tokenize(x),
    'predict(x)': (x) => model.predict(x),
    'predict(stroke, x)': (x) => model.predict(stroke(), x),
    'explain(x, lrp)': (x) => model.explain(x, lrp),
    'explain(stroke, x)': (x) => model.explain(stroke(), x),
    'explain(stroke, lrp, x)': (x) => model.explain(stroke(), lrp, x),
    'read(x)': (x) => model.read(x),
    'read(text, x)': (x) => model.read('text', x),
    'explainText(x)': (x) => model.explainText(x),
    'explainText(text, x)': (x) => model.explainText('text', x),
    'explainText(text, lrp, x)': (x) => model.explainText('text', lrp, x),
    'trace(stroke, x)': (x) => model.trace(stroke(), x),
    'neuron(stroke, x)': (x) => model.neuron(stroke(), x),
    'neuron(stroke, lrp + x)': (x) => model.neuron(stroke(), { ...lrp, neuron: x }),
    'flip(stroke, x)': (x) => model.flip(stroke(), x),
    'flip(stroke, stroke, x)': (x) => model.flip(stroke(), stroke(), x),
    'maximizeActivation(stroke, x)': (x) => model.maximizeActivation(stroke(), x),
    'maximizeActivation(stroke, {}, x)': (x) => model.maximizeActivation(stroke(), {}, x),
  };
  for (const [name, call] of Object.entries(calls)) {
    for (const value of junk) {
      const error = await call(value).then(
        (loaded) => loaded?.dispose?.(),
        (error) => error,
      );
      if (error) assert.ok(error instanceof HeatlensError, `${name}: ${String(error)}`);
    }
  }
  for (const [call, word] of [
    [model.explainText('text'), /method must be a name/],
    [model.neuron(stroke()), /neuron must be/],
    [model.predict(stroke(), { batch: 2 ** 40 }), /batch must be/],
    [model.flip(stroke(), stroke(), { order: 'moref' }), /'morf' or 'lerf'/],
    [model.flip(stroke(), stroke(), { stepps: 1 }), /no option 'stepps'; there are: steps/],
    [model.maximizeActivation(stroke(), { stride: 1 }), /no option 'stride'/],
    [runtime.load(CNN, { axis: {} }), /no option 'axis'/],
  ]) {
    const error = await rejection(call);
    assert.equal(error.code, 'E_REQUEST');
    assert.match(error.message, word);
  }
  await stillWorks();
});

test('labels are lines, with either end and without an empty one behind the last', async () => {
  const bytes = await read('www/models/digits-cnn.onnx');
  const text = Buffer.from(bytes).toString('latin1');
  const labels = [...'0123456789'].join('\n');
  assert.ok(text.includes(labels));
  for (const [lines, expected] of [
    ['0\n1\n2\n3\n4\n5\n6\n7\n8\n9', 10],
    ['0\r\n1\r\n2\r\n3\r\n4\r\n5\r\n\n', 7],
    ['a\r\nb\r\nc\r\nd\r\neeeee\r\n', 5],
  ]) {
    assert.equal(lines.length, labels.length);
    const changed = Buffer.from(text.replace(labels, lines), 'latin1');
    const { info } = await runtime.load(changed);
    assert.equal(info.labels.length, expected);
    assert.ok(info.labels.every((label) => !/[\r\n]/.test(label)));
  }
});
