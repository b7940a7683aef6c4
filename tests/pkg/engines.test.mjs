// Engines side by side: in one thread, beside workers that cannot be started, near the limit of memory, stuck.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { SAMPLED } from '../../pkg/catalogue.js';
import { runsOnMainThread } from '../../pkg/main-thread.js';
import { Engine } from '../../pkg/dist/worker.js';
import { Fragile } from './fragile.mjs';
import { CNN, MLP, createRuntime, methods, rejection, stroke } from './rig.mjs';

const runtimes = [];
after(() => runtimes.forEach((runtime) => runtime.dispose()));

function start(options) {
  const runtime = createRuntime(options);
  runtimes.push(runtime);
  return runtime;
}

const lrp = { method: 'lrp', composite: 'epsilon-plus' };

test('two runtimes in one thread answer in turn, and outlive a panic and the end of the other', async () => {
  const [one, two] = [start({ worker: false }), start({ worker: false })];
  const [cnn, mlp] = await Promise.all([one.load(CNN), two.load(MLP)]);
  const expected = [await cnn.explain(stroke(), lrp), await mlp.explain(stroke(), lrp)];
  assert.notDeepEqual(expected[0].relevance, expected[1].relevance);
  const both = async () => {
    for (const [model, { relevance }] of [
      [cnn, expected[0]],
      [mlp, expected[1]],
    ]) {
      assert.deepEqual((await model.explain(stroke(), lrp)).relevance, relevance);
    }
  };
  for (let i = 0; i < 3; i += 1) await both();
  assert.equal((await rejection(one.panicForTest())).code, 'E_PANIC');
  await both();
  const third = start({ worker: false });
  await third.load(CNN);
  third.dispose();
  await both();
  const { bytes } = two.memory();
  for (let i = 0; i < 50; i += 1) {
    const runtime = createRuntime({ worker: false });
    await runtime.load(CNN);
    runtime.dispose();
  }
  await mlp.predict(stroke());
  assert.ok(two.memory().bytes <= bytes + 2 * 2 ** 20, 'what a runtime had is freed with it');
});

test('a head start beside a runtime without workers', async () => {
  const [one, two] = [start({ worker: false }), start({ headStart: true, workers: 1 })];
  const [cnn, mlp] = await Promise.all([one.load(CNN), two.load(MLP)]);
  for (let i = 0; i < 10; i += 1) {
    assert.equal((await cnn.explain(stroke(), lrp)).method, 'lrp');
    assert.equal((await mlp.explain(stroke(), lrp)).method, 'lrp');
  }
});

test('with a head start, work goes on in this thread where no worker can be started', async () => {
  const plain = await start().load(CNN);
  const quick = (await plain.explain(stroke(), lrp)).relevance;
  const smooth = { method: 'smooth-grad', samples: 16 };
  const sis = { method: 'sis', sets: 1 };
  const [long, sets] = [await plain.explain(stroke(), smooth), await plain.explain(stroke(), sis)];
  const missing = new URL('./no-such-worker.js', import.meta.url);
  for (const first of ['quick', 'long', 'search']) {
    const runtime = start({ headStart: true, worker: missing, workers: 3 });
    const model = await runtime.load(CNN);
    const asked = {
      quick: async () => assert.deepEqual((await model.explain(stroke(), lrp)).relevance, quick),
      long: async () =>
        assert.deepEqual((await model.explain(stroke(), smooth)).relevance, long.relevance),
      search: async () => assert.deepEqual((await model.explain(stroke(), sis)).sis, sets.sis),
    };
    for (const name of [first, 'quick', 'long', 'search', 'quick']) await asked[name]();
  }
});

test('an engine above the limit of memory keeps the models that are in use', async () => {
  let workers = 0;
  const worker = () => {
    workers += 1;
    return new Fragile();
  };
  const runtime = start({ worker, workers: 1, memoryLimit: 2 ** 20 });
  const model = await runtime.load(CNN);
  for (let i = 0; i < 10; i += 1) {
    await model.explain(stroke(), { method: i % 2 ? 'lrp' : 'saliency' });
  }
  assert.ok(runtime.memory().bytes > 2 ** 20);
  assert.equal(workers, 1);
  model.dispose();
  const again = await runtime.load(MLP);
  assert.equal((await again.predict(stroke())).shape.at(-1), 10);
  assert.ok(workers <= 2, 'memory is given back once all models are gone');
});

test('what is stuck is ended once, not tried again', async () => {
  let workers = 0;
  const worker = () => {
    workers += 1;
    const own = new Fragile();
    const post = own.postMessage.bind(own);
    own.postMessage = (message, transfer) => message.op === 'load' || post(message, transfer);
    return own;
  };
  const runtime = start({ worker, workers: 1, stall: 200 });
  const error = await rejection(runtime.load(CNN));
  assert.equal(error.code, 'E_WORKER');
  assert.match(error.message, /no sign of life for 0\.2 s/);
  assert.equal(workers, 1);
  // A load that is given up makes way for others at once.
  const controller = new AbortController();
  const stuck = runtime.load(CNN, { signal: controller.signal });
  const other = runtime.methods();
  controller.abort();
  assert.equal((await rejection(stuck)).name, 'AbortError');
  assert.ok((await other).length > 10);
});

test('an engine in this thread whose script is not there is an error, not an unhandled rejection', () => {
  const script = `
    import { createRuntime } from ${JSON.stringify(new URL('../../pkg/dist/index.js', import.meta.url).href)};
    const gone = new URL('./gone.js', import.meta.url);
    for (const worker of [false, gone]) {
      const runtime = createRuntime(worker ? { worker } : { worker, wasm: new Uint8Array(8) });
      await runtime.methods().catch((error) => console.log(error.code));
    }
    const broken = createRuntime({ headStart: true, worker: gone });
    console.log((await broken.methods()).length > 10);
    process.exit(0);
  `;
  const { stdout, status, stderr } = spawnSync('node', ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  assert.deepEqual(stdout.trim().split('\n'), ['E_WASM', 'E_WORKER', 'true']);
});

/** What the engine itself answers to an order. */
function ask(engine, order) {
  return new Promise((resolve, reject) =>
    engine.handle({ id: 1, ...order }, ({ value, fault, progress }) => {
      if (fault) reject(new Error(fault.message));
      else if (!progress) resolve(value);
    }),
  );
}

test('what is done in pieces, and never in the page’s own thread, is what the core does in pieces', async () => {
  const engine = new Engine();
  const wasm = await readFile(new URL('../../pkg/dist/heatlens_bg.wasm', import.meta.url));
  await ask(engine, { op: 'init', module: await WebAssembly.compile(wasm) });
  const edits = { axes: [], randomize: null, inputRange: null };
  await ask(engine, { op: 'load', key: 0, bytes: await readFile(CNN), edits });
  const pieces = async (path) =>
    Number(/PIECES(?:: usize)? = (\d+);/.exec(await readFile(new URL(path, import.meta.url)))[1]);
  const last = (await pieces('../../pkg/share.js')) - 1;
  assert.equal(last, (await pieces('../../src/methods/share.rs')) - 1);
  const nothing = { class: null, against: null, node: null, index: null, channel: null };
  const entries = await methods();
  assert.ok(entries.length >= 18);
  for (const { name, params } of entries) {
    const parameters = params.some((param) => param.name === 'segment') ? [['segment', 14]] : [];
    if (params.some((param) => param.name === 'samples')) parameters.push(['samples', 16]);
    const request = { method: name, at: null, target: { ...nothing, output: 0 }, parameters };
    const order = { op: 'explain', key: 0, input: stroke(), request };
    const sampled = (await ask(engine, { ...order, piece: last })).length > 0;
    assert.equal(SAMPLED.has(name), sampled, name);
    assert.equal(runsOnMainThread(order), !sampled && name !== 'sis', name);
  }
});

test('no method that the catalogue calls slow is done in the page’s own thread', async () => {
  for (const { name, quick } of await methods()) {
    if (!quick)
      assert.equal(runsOnMainThread({ op: 'explain', request: { method: name } }), false, name);
  }
});
