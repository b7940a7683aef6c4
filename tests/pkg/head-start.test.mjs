// A head start: this thread answers until the first explanation, then a worker takes over.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { CNN, createRuntime, read, rejection, stroke } from './rig.mjs';

/** Threads that were started; Node tells of each. */
let started = 0;
const count = () => (started += 1);
before(() => process.on('worker', count));
after(() => process.off('worker', count));
beforeEach(() => (started = 0));

async function withRuntime(options, work) {
  const runtime = createRuntime({ headStart: true, workers: 1, ...options });
  try {
    await work(runtime, await runtime.load(CNN));
  } finally {
    runtime.dispose();
  }
}

/** Waits until a worker has been started, for a second at most. */
async function takeover() {
  for (let turn = 0; turn < 100 && started === 0; turn += 1) await wait(10);
}

const lrp = { method: 'lrp', composite: 'epsilon-plus' };

test('no worker is started before the first explanation, one after it; the numbers are the same', async () => {
  const expected = {};
  await withRuntime({ headStart: false }, async (_, model) => {
    expected.lrp = await model.explain(stroke(), lrp);
    expected.shares = (await model.predict(stroke())).probabilities;
  });
  assert.equal(started, 1);
  started = 0;
  await withRuntime({}, async (runtime, model) => {
    assert.ok((await runtime.methods()).length > 10);
    assert.deepEqual((await model.predict(stroke())).probabilities, expected.shares);
    assert.equal(started, 0);
    assert.deepEqual(await model.explain(stroke(), lrp), expected.lrp);
    await takeover();
    assert.equal(started, 1);
    // Whoever answers now, and after a while it is the worker.
    for (let turn = 0; turn < 30; turn += 1) {
      assert.deepEqual(await model.explain(stroke(), lrp), expected.lrp);
      await wait(10);
    }
    assert.equal(started, 1);
  });
});

test('what takes long is never done in this thread', async () => {
  await withRuntime({}, async (_, model) => {
    let free = 0;
    const timer = setInterval(() => (free += 1), 5);
    await model.explain(stroke(), { method: 'smooth-grad', samples: 400 });
    clearInterval(timer);
    assert.equal(started, 1);
    assert.ok(free > 3, `${free} turns`);
  });
});

test('an error or a panic during a head start fails its own call only', async () => {
  await withRuntime({}, async (runtime, model) => {
    const asked = { ...lrp, epsilon: -1 };
    assert.equal((await rejection(model.explain(stroke(), asked))).code, 'E_REQUEST');
    assert.equal((await rejection(runtime.panicForTest())).code, 'E_PANIC');
    assert.equal((await model.predict(stroke())).shape.at(-1), 10);
    assert.equal(started, 0);
  });
});

test('two runtimes may have a head start, one beside and one after the other', async () => {
  await withRuntime({}, async (_, model) => {
    await withRuntime({}, async (_, other) => {
      assert.equal(started, 0);
      assert.equal((await other.predict(stroke())).shape.at(-1), 10);
    });
    assert.equal((await model.predict(stroke())).shape.at(-1), 10);
  });
  started = 0;
  await withRuntime({}, async (_, model) => {
    await model.predict(stroke());
    assert.equal(started, 0);
  });
});

test('disposing during a head start, before and while the worker starts, ends every call', async () => {
  for (const pause of [0, 1, 20]) {
    const runtime = createRuntime({ headStart: true, workers: 1 });
    const model = await runtime.load(await read('www/models/digits-cnn.onnx'));
    await model.explain(stroke(), lrp);
    const slow = rejection(model.explain(stroke(), { method: 'smooth-grad', samples: 5000 }));
    await wait(pause);
    runtime.dispose();
    assert.equal((await slow).code, 'E_DISPOSED');
  }
});
