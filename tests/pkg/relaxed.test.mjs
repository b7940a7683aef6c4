// The second build of the wasm, with relaxed SIMD: chosen only when asked for and only where the engine
// takes it. Node 20 takes it once told to, so that both can be seen here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { CNN, createRuntime, read, stroke } from './rig.mjs';

/** How far apart the builds' numbers may be, as a share of the largest. */
const TOLERANCE = 1e-6;

const RELAXED = 'pkg/dist/heatlens_relaxed_bg.wasm';

/** The build that a runtime with such options runs, and what it says of one drawing. */
async function run(options) {
  const runtime = createRuntime({ workers: 1, ...options });
  try {
    const build = await runtime.build();
    const model = await runtime.load(CNN);
    const values = { logits: (await model.predict(stroke())).logits };
    for (const [name, request] of Object.entries({
      saliency: { method: 'saliency' },
      guided: { method: 'guided-backprop' },
      lrp: { method: 'lrp', composite: 'epsilon-plus-flat' },
      deeplift: { method: 'deeplift' },
    })) {
      values[name] = (await model.explain(stroke(), { ...request, target: 1 })).relevance;
    }
    return { build, values };
  } finally {
    runtime.dispose();
  }
}

/** Largest difference as a share of the largest value. */
function apart(a, b) {
  assert.equal(a.length, b.length);
  const top = Math.max(...a.map(Math.abs));
  assert.ok(top > 0);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]))) / top;
}

const plain = await run();

test('the usual build is the default', () => assert.equal(plain.build, 'simd128'));

test('an engine without relaxed SIMD gets the usual build', async () => {
  // What Node itself says to the whole file.
  const taken = WebAssembly.validate(await read(RELAXED));
  assert.equal((await run({ relaxed: true })).build, taken ? 'relaxed-simd' : 'simd128');
});

test('an engine with it gets the other one, with the same results', async () => {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  const relaxed = await run({ relaxed: true });
  assert.equal(relaxed.build, 'relaxed-simd');
  for (const [name, values] of Object.entries(plain.values)) {
    const difference = apart(values, relaxed.values[name]);
    assert.ok(difference <= TOLERANCE, `${name}: ${difference} of the largest value`);
  }
  assert.ok(apart(plain.values.logits, relaxed.values.logits) > 0, 'another build, other rounding');
  assert.equal((await run()).build, 'simd128', 'still only when asked for');
});

test('the option wasm decides alone', async () => {
  const wasm = await read('pkg/dist/heatlens_bg.wasm');
  assert.equal((await run({ wasm, relaxed: true })).build, 'simd128');
  assert.equal((await run({ wasm: await read(RELAXED) })).build, 'relaxed-simd');
});
