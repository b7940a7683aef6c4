import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Fragile } from './fragile.mjs';
import { CNN, createRuntime, promptRejection, read, rejection, stroke } from './rig.mjs';

/** Minutes of work, if nobody ends it. */
const LONG = { method: 'integrated-gradients', steps: 2000 };
const ENDLESS = { method: 'smooth-grad', samples: 10_000 };

const runtimes = [];
after(() => runtimes.forEach((runtime) => runtime.dispose()));

async function start(options) {
  const runtime = createRuntime(options);
  runtimes.push(runtime);
  return { runtime, model: await runtime.load(CNN) };
}

test('abort ends the call at once and spares the others', async () => {
  const { runtime, model } = await start();
  const good = await model.predict(stroke());
  const controller = new AbortController();
  let seen = 0;
  const long = model.explain(stroke(), ENDLESS, {
    signal: controller.signal,
    onProgress: ({ loaded, total, stage }) => {
      assert.ok(loaded <= total && stage === 'explain');
      seen++;
    },
  });
  const queued = [model.predict(stroke()), model.predict(stroke()), runtime.methods()];
  while (seen === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  const error = await promptRejection(long);
  assert.equal(error.name, 'AbortError');
  assert.ok(error instanceof DOMException);
  const [a, b, list] = await Promise.all(queued);
  assert.deepEqual(a.logits, good.logits);
  assert.deepEqual(b.logits, good.logits);
  assert.ok(list.length > 10);
});

test('a signal that is aborted before, while waiting, or with a reason', async () => {
  const { runtime, model } = await start();
  const gone = AbortSignal.abort();
  for (const call of [
    model.predict(stroke(), { signal: gone }),
    model.explain(stroke(), LONG, { signal: gone }),
    runtime.load(CNN, { signal: gone }),
  ]) {
    assert.equal((await rejection(call)).name, 'AbortError');
  }
  const controller = new AbortController();
  const first = model.explain(stroke(), { method: 'lrp' });
  const second = model.explain(stroke(), { method: 'lrp' }, { signal: controller.signal });
  controller.abort(new RangeError('enough'));
  assert.equal((await rejection(second)).message, 'enough');
  assert.equal((await first).method, 'lrp');
  const error = await rejection(
    model.explain(stroke(), ENDLESS, { signal: AbortSignal.timeout(30) }),
  );
  assert.equal(error.name, 'TimeoutError');
});

test('a panic fails its own call only', async () => {
  for (const options of [{}, { worker: false }]) {
    const { runtime, model } = await start(options);
    const before = await model.explain(stroke(), { method: 'lrp' });
    for (let i = 0; i < 3; i++) {
      const [panic, other] = await Promise.allSettled([
        runtime.panicForTest(),
        model.explain(stroke(), { method: 'lrp' }),
      ]);
      assert.equal(panic.reason?.name, 'InternalError');
      assert.equal(panic.reason.code, 'E_PANIC');
      assert.match(panic.reason.message, /on purpose/);
      assert.deepEqual(other.value?.relevance, before.relevance);
    }
  }
});

test('without a worker the same numbers come out', async () => {
  const { model } = await start();
  const { model: local } = await start({ worker: false });
  for (const method of ['lrp', 'gradient', 'deeplift', 'guided-grad-cam']) {
    const [a, b] = await Promise.all([
      model.explain(stroke(), { method }),
      local.explain(stroke(), { method }),
    ]);
    assert.deepEqual(a.relevance, b.relevance);
  }
});

test('dispose, twice, during work and before use', async () => {
  const { runtime, model } = await start();
  const other = await runtime.load(CNN);
  const work = [other.explain(stroke(), ENDLESS), other.predict(stroke())];
  other.dispose();
  other.dispose();
  for (const call of [...work, other.predict(stroke()), other.supportReport()]) {
    assert.equal((await rejection(call)).code, 'E_DISPOSED');
  }
  assert.equal((await model.predict(stroke())).shape[0], 10);
  const last = model.explain(stroke(), ENDLESS);
  runtime.dispose();
  runtime.dispose();
  const calls = [last, model.predict(stroke()), runtime.load(CNN), runtime.methods()];
  for (const call of calls) assert.equal((await rejection(call)).code, 'E_DISPOSED');
  model.dispose();
});

test('a hundred concurrent calls are answered in order', async () => {
  const { model } = await start();
  const order = [];
  await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      await model.predict(stroke());
      order.push(i);
    }),
  );
  assert.deepEqual(order, [...Array(100).keys()]);
});

test('a worker that dies loses no promise', async () => {
  let worker;
  const { model } = await start({ worker: () => (worker = new Fragile()) });
  const good = await model.predict(stroke());
  for (let i = 0; i < 20; i++) {
    const calls = [1, 2, 3].map(() => model.predict(stroke()));
    await new Promise((resolve) => setTimeout(resolve, i % 5));
    worker.die();
    for (const { logits } of await Promise.all(calls)) assert.deepEqual(logits, good.logits);
  }
});

test('a worker that always dies, never answers or is not there is an error', async () => {
  const dying = () => {
    const worker = new Fragile();
    queueMicrotask(() => worker.die());
    return worker;
  };
  const error = await rejection(start({ worker: dying }));
  assert.equal(error.code, 'E_WORKER');
  assert.match(error.message, /killed/);
  const { model } = await start({ stall: 200 });
  assert.equal((await rejection(model.explain(stroke(), slow()))).code, 'E_WORKER');
  const missing = new URL('./no-such-worker.js', import.meta.url);
  for (const worker of [
    missing,
    () => {
      throw new Error('refused');
    },
  ]) {
    assert.equal((await rejection(start({ worker }))).code, 'E_WORKER');
  }
});

/** One step that takes seconds, without a sign of life. */
function slow() {
  return { method: 'kernel-shap', segment: 1, samples: 20_000 };
}

test('a wasm file of another version, or none, is an error that says so', async () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  assert.equal((await rejection(start({ wasm: empty }))).code, 'E_ABI');
  const html = new TextEncoder().encode('<!doctype html>');
  assert.equal((await rejection(start({ wasm: html }))).code, 'E_WASM');
  const url = 'http://127.0.0.1:1/heatlens.wasm';
  const error = await rejection(start({ wasm: url }));
  assert.equal(error.code, 'E_FETCH');
  assert.match(error.message, /127\.0\.0\.1/);
  const module = await WebAssembly.compile(await read('pkg/dist/heatlens_bg.wasm'));
  await start({ wasm: module });
});

test('loading and disposing does not eat memory', async () => {
  const { runtime } = await start({ worker: false });
  const bytes = await read('www/models/digits-cnn.onnx');
  let flat = 0;
  for (let i = 0; i < 200; i++) {
    const model = await runtime.load(bytes);
    await model.predict(stroke());
    model.dispose();
    if (i === 10) flat = runtime.memory().bytes;
  }
  assert.ok(flat > 1e6);
  assert.equal(runtime.memory().bytes, flat);
});

test('neither do loads that are given up while they are under way', async () => {
  const { runtime, model } = await start({ workers: 1 });
  const bytes = await read('www/models/digits-cnn.onnx');
  let [flat, aborted] = [0, 0];
  for (let i = 0; i < 1000; i++) {
    const controller = new AbortController();
    const loading = runtime.load(bytes, { signal: controller.signal });
    // Some while they wait, most when the engine has begun.
    for (let turn = 0; turn < i % 8; turn++) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await loading.then(
      (loaded) => loaded.dispose(),
      (error) => {
        assert.equal(error.name, 'AbortError');
        aborted++;
      },
    );
    await model.predict(stroke());
    if (i === 20) flat = runtime.memory().bytes;
  }
  assert.ok(flat > 1e6);
  assert.ok(aborted > 500, `${aborted} loads were given up`);
  assert.ok(runtime.memory().bytes <= flat, `${runtime.memory().bytes} after ${flat}`);
});

test('nor do models that are disposed of while they work', async () => {
  const { runtime, model } = await start({ workers: 1 });
  const bytes = await read('www/models/digits-cnn.onnx');
  let flat = 0;
  for (let i = 0; i < 200; i++) {
    const other = await runtime.load(bytes);
    const call = other.predict(stroke()).catch((error) => assert.equal(error.code, 'E_DISPOSED'));
    for (let turn = 0; turn < i % 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    other.dispose();
    await call;
    await model.predict(stroke());
    if (i === 20) flat = runtime.memory().bytes;
  }
  assert.ok(runtime.memory().bytes <= flat);
});

test("a library's Worker in Node is left alone", async () => {
  globalThis.Worker = (await import('node:worker_threads')).Worker;
  const runtime = createRuntime();
  try {
    assert.ok((await runtime.methods()).length > 10);
  } finally {
    delete globalThis.Worker;
    runtime.dispose();
  }
});
