// The package on a blank page of the site, under the site's own content security policy.
import { expect, test } from './fixtures.mjs';

test.beforeEach(async ({ page }) => {
  await page.goto('test/blank.html');
  await page.evaluate(async () => {
    const heatlens = await import('/pkg/index.js');
    const input = new Float32Array(784);
    for (let y = 5; y < 23; y++) for (let x = 12; x < 16; x++) input[y * 28 + x] = 1;
    const failure = (promise) =>
      promise.then(
        () => null,
        ({ name, code, message }) => ({ name, code, message }),
      );
    window.lab = {
      ...heatlens,
      input,
      failure,
      endless: { method: 'smooth-grad', samples: 10_000 },
    };
  });
});

test('loads a model, predicts and explains', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { load, methods, input } = window.lab;
    const progress = [];
    const model = await load('/test/model.onnx', { onProgress: (event) => progress.push(event) });
    const { probabilities } = await model.predict(input);
    const explanation = await model.explain(input, { method: 'lrp' });
    return {
      progress,
      labels: model.info.labels,
      best: probabilities.indexOf(Math.max(...probabilities)),
      total: probabilities.reduce((a, b) => a + b),
      shape: explanation.shape,
      finite: explanation.relevance.every(Number.isFinite),
      target: explanation.target,
      methods: (await methods()).length,
    };
  });
  expect(result.labels).toEqual([...'0123456789']);
  expect(result.best).toBe(1);
  expect(result.target).toBe(1);
  expect(result.total).toBeCloseTo(1, 5);
  expect(result.shape).toEqual([1, 28, 28]);
  expect(result.finite).toBe(true);
  expect(result.methods).toBeGreaterThan(10);
  expect(result.progress.at(-1).stage).toBe('download');
  expect(result.progress.at(-1).loaded).toBe(result.progress.at(-1).total);
});

test('the page stays free while it works, and abort is at once', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { load, input, failure, endless } = window.lab;
    const model = await load('/test/model.onnx');
    const controller = new AbortController();
    let events = 0;
    const work = failure(
      model.explain(input, endless, {
        signal: controller.signal,
        onProgress: () => events++,
      }),
    );
    const queued = model.predict(input);
    // A page that is held up draws no frame.
    let frames = 0;
    while (events < 3) {
      await new Promise(requestAnimationFrame);
      frames++;
    }
    controller.abort();
    const turns = async () => {
      for (let turn = 0; turn < 5; turn++) await new Promise((next) => setTimeout(next));
    };
    const error = await Promise.race([work, turns()]);
    const { shape } = await queued;
    return { error, events, frames, shape };
  });
  expect(result.error.name).toBe('AbortError');
  expect(result.frames).toBeGreaterThanOrEqual(3);
  expect(result.shape).toEqual([10]);
});

test.describe('a panic', () => {
  // It is told on the console.
  test.use({ allowed: [/a panic on purpose/] });

  test('fails its own call only', async ({ page }) => {
    const result = await page.evaluate(async () => {
      const { load, runtime, input, failure } = window.lab;
      const model = await load('/test/model.onnx');
      const before = await model.explain(input, { method: 'lrp' });
      const [panic, after] = await Promise.all([
        failure(runtime.panicForTest()),
        model.explain(input, { method: 'lrp' }),
      ]);
      const same = before.relevance.every((value, i) => value === after.relevance[i]);
      return { panic, same };
    });
    expect(result.panic).toMatchObject({ name: 'InternalError', code: 'E_PANIC' });
    expect(result.same).toBe(true);
  });
});

test('a broken model is refused by name, the next one works', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { load, input, failure } = window.lab;
    const bytes = new Uint8Array(await (await fetch('/test/model.onnx')).arrayBuffer());
    const half = new File([bytes.subarray(0, bytes.length / 2)], 'half.onnx');
    const errors = [await failure(load(half)), await failure(load(new Uint8Array(100).fill(255)))];
    const model = await load(new File([bytes], 'whole.onnx'));
    return { errors, shape: (await model.predict(input)).shape };
  });
  for (const error of result.errors) {
    expect(error.name).toBe('ModelError');
    expect(error.code).toMatch(/^E_(TRUNCATED|MALFORMED)$/);
  }
  expect(result.shape).toEqual([10]);
});

test('works without a worker', async ({ page }) => {
  const shape = await page.evaluate(async () => {
    const { createRuntime, input } = window.lab;
    const runtime = createRuntime({ worker: false });
    const model = await runtime.load('/test/model.onnx');
    return (await model.explain(input, { method: 'gradient' })).shape;
  });
  expect(shape).toEqual([1, 28, 28]);
});

test.describe('failures of the network', () => {
  test.use({ allowed: [/Failed to load resource/] });

  const failures = [
    ['missing.onnx', 'RequestError', 'E_FETCH', /404/],
    ['error.onnx', 'RequestError', 'E_FETCH', /500/],
    ['spa.onnx', 'ModelError', 'E_MALFORMED', /HTML/],
    ['untyped.onnx', 'ModelError', 'E_MALFORMED', /HTML/],
    ['truncated.onnx', 'RequestError', 'E_FETCH', /broke off/],
    ['huge.onnx', 'LimitError', 'E_LIMIT', /1073741824/],
    ['endless.onnx', 'LimitError', 'E_LIMIT', /more than/],
  ];
  for (const [file, name, code, message] of failures) {
    test(file, async ({ page }) => {
      const error = await page.evaluate(
        (file) => window.lab.failure(window.lab.load(`/test/${file}`)),
        file,
      );
      expect(error).toMatchObject({ name, code });
      expect(error.message).toMatch(message);
      expect(error.message).toContain(file);
    });
  }

  test('a model of a wrong type is a model', async ({ page }) => {
    const labels = await page.evaluate(
      async () => (await window.lab.load('/test/text.onnx')).info.labels,
    );
    expect(labels).toHaveLength(10);
  });

  test('a slow transfer ends when its signal does', async ({ page }) => {
    // The transfer itself has no end.
    const error = await page.evaluate(() => {
      const signal = AbortSignal.timeout(300);
      return window.lab.failure(window.lab.load('/test/drip.onnx', { signal }));
    });
    expect(error.name).toBe('TimeoutError');
  });

  test('a worker or wasm file that is not there', async ({ page }) => {
    const errors = await page.evaluate(async () => {
      const { createRuntime, failure } = window.lab;
      const start = (options) => failure(createRuntime(options).methods());
      return [await start({ worker: '/test/none.js' }), await start({ wasm: '/test/none.wasm' })];
    });
    expect(errors[0]).toMatchObject({ name: 'InternalError', code: 'E_WORKER' });
    expect(errors[1]).toMatchObject({ name: 'RequestError', code: 'E_FETCH' });
    expect(errors[1].message).toMatch(/none\.wasm.*404/);
  });
});
