// Several workers: the same numbers as one gives, whatever happens to the workers.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Fragile } from './fragile.mjs';
import { CNN, createRuntime, promptRejection, rejection, stroke } from './rig.mjs';

const runtimes = [];
after(() => runtimes.forEach((runtime) => runtime.dispose()));

/** The model on so many workers; `started` are those that were needed. */
async function start(workers) {
  const started = [];
  const worker = () => {
    started.push(new Fragile());
    return started.at(-1);
  };
  const runtime = createRuntime({ workers, worker });
  runtimes.push(runtime);
  return { runtime, model: await runtime.load(CNN), started };
}

/** Features of the last pool: few enough for a search of a second. */
function searched(model) {
  const { name } = model.info.nodes.findLast(({ kind }) => kind === 'activation');
  return { method: 'sis', at: name, sets: 3, threshold: 0.2 };
}

const SAMPLED = [
  { method: 'smooth-grad', samples: 21 },
  { method: 'smooth-grad-squared', samples: 5 },
  { method: 'vargrad', samples: 16 },
  { method: 'integrated-gradients', steps: 19 },
  { method: 'occlusion', window: 5, stride: 3 },
  { method: 'shapley', segment: 10 },
  { method: 'kernel-shap', segment: 7, samples: 90 },
  { method: 'kernel-shap', segment: 28 },
  { method: 'lime', segment: 7, samples: 90 },
];

test('every shared method gives the same numbers on one, two and three workers', async () => {
  const seats = await Promise.all([1, 2, 3].map(start));
  for (const options of SAMPLED) {
    const [one, ...others] = await Promise.all(
      seats.map(({ model }) => model.explain(stroke(), options)),
    );
    for (const other of others) assert.deepEqual(other, one, options.method);
  }
  seats.forEach(({ started }, i) => assert.equal(started.length, i + 1));
});

test('a search for subsets leaves the same trace on one, two and three workers', async () => {
  const seats = await Promise.all([1, 2, 3].map(start));
  for (const options of [searched(seats[0].model), { method: 'sis', sets: 2, threshold: 0.9 }]) {
    const [one, ...others] = await Promise.all(
      seats.map(({ model }) => model.explain(stroke(), options)),
    );
    assert.ok(one.sis.sets.length > 0);
    for (const other of others) assert.deepEqual(other, one);
  }
});

test('subsets are told as they are found, and progress never turns back', async () => {
  for (const workers of [1, 2]) {
    const { model } = await start(workers);
    const events = [];
    const options = searched(model);
    const { sis } = await model.explain(stroke(), options, {
      onProgress: (event) => events.push(event),
    });
    assert.equal(sis.sets.length, 3);
    assert.deepEqual(events.at(-1).sets, sis.sets);
    for (const count of [1, 2]) {
      const event = events.find(({ sets }) => sets.length === count);
      assert.deepEqual(event?.sets, sis.sets.slice(0, count));
      assert.ok(event.loaded < events.at(-1).loaded);
    }
    const shap = [];
    await model.explain(stroke(), SAMPLED[6], { onProgress: (event) => shap.push(event) });
    for (const list of [events, shap]) {
      list.forEach(({ loaded, total }, i) => {
        assert.ok(loaded <= total && loaded >= (list[i - 1]?.loaded ?? 0));
        assert.ok(total >= (list[i - 1]?.total ?? 0));
      });
      assert.equal(list.at(-1).loaded, list.at(-1).total);
    }
  }
});

test('a large batch is shared out and comes back in order', async () => {
  const seats = await Promise.all([1, 3].map(start));
  const batch = 50;
  const inputs = new Float32Array(batch * 784);
  for (let k = 0; k < batch; k++)
    inputs.set(
      stroke().map((x) => x * (k / batch)),
      k * 784,
    );
  const [one, three] = await Promise.all(
    seats.map(({ model }) => model.predict(inputs, { batch })),
  );
  assert.deepEqual(three, one);
  assert.deepEqual(three.shape, [batch, 10]);
  assert.equal(seats[1].started.length, 3);
});

test('short work starts no second worker', async () => {
  const { model, started } = await start(3);
  await Promise.all(
    [1, 2, 3]
      .map(() => [model.predict(stroke()), model.explain(stroke(), { method: 'lrp' })])
      .flat(),
  );
  assert.equal(started.length, 1);
});

test('workers that die in the middle change nothing', async () => {
  const { model, started } = await start(2);
  const shap = { method: 'kernel-shap', segment: 7, samples: 2000 };
  const sis = { method: 'sis', sets: 1 };
  for (const options of [shap, sis]) {
    const good = await model.explain(stroke(), options);
    for (const victim of [0, 1]) {
      let seen = 0;
      const call = model.explain(stroke(), options, { onProgress: () => seen++ });
      while (seen < 2) await new Promise((resolve) => setTimeout(resolve, 1));
      const alive = started.filter(({ dead }) => !dead);
      assert.equal(alive.length, 2);
      alive[victim].die();
      assert.deepEqual(await call, good);
    }
  }
});

test('abort and dispose end shared work at once and spare the rest', async () => {
  const { runtime, model } = await start(2);
  const good = await model.predict(stroke());
  const endless = { method: 'smooth-grad', samples: 10_000 };
  for (const options of [endless, { method: 'sis', mask: 0.5 }]) {
    const controller = new AbortController();
    let seen = 0;
    const call = model.explain(stroke(), options, {
      signal: controller.signal,
      onProgress: () => seen++,
    });
    while (seen === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort();
    assert.equal((await promptRejection(call)).name, 'AbortError');
    const count = seen;
    assert.deepEqual((await model.predict(stroke())).logits, good.logits);
    assert.equal(seen, count, 'nothing is heard of an aborted call');
  }
  const last = [model.explain(stroke(), endless), model.explain(stroke(), { method: 'sis' })];
  runtime.dispose();
  for (const call of last) assert.equal((await rejection(call)).code, 'E_DISPOSED');
});

test('a search given up at any moment leaves its workers to the next', async () => {
  const { model } = await start(2);
  const options = searched(model);
  const good = await model.explain(stroke(), options);
  for (let wait = 0; wait < 30; wait++) {
    const controller = new AbortController();
    const call = model.explain(stroke(), { method: 'sis' }, { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, wait * 1.7));
    controller.abort();
    assert.equal((await rejection(call)).name, 'AbortError');
    if (wait % 3 === 0) assert.deepEqual(await model.explain(stroke(), options), good);
  }
});

test('two searches at once, and errors in shared work', async () => {
  const { model } = await start(2);
  const options = searched(model);
  const good = await model.explain(stroke(), options);
  const both = await Promise.all([1, 2].map(() => model.explain(stroke(), options)));
  for (const one of both) assert.deepEqual(one, good);
  const bad = [
    { method: 'sis', threshold: 0.5, target: 99 },
    { method: 'kernel-shap', samples: 1e9 },
    { method: 'lime', nonsense: 1 },
  ];
  for (const options of bad) {
    assert.equal((await rejection(model.explain(stroke(), options))).name, 'RequestError');
  }
  for (const workers of [0, 1.5, '2', NaN]) {
    assert.throws(() => createRuntime({ workers }), { code: 'E_REQUEST' });
  }
});
