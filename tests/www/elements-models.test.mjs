// Models of <heat-lens>: of what is asked no more only the newest stay loaded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acquire, use } from '../../www/kit/engine/shared.js';
import { questionOf } from '../../www/kit/lens/answer.js';

test('networks of earlier questions are disposed of, but for the four newest', async () => {
  const alive = new Set();
  const load = async (_, { axes: { atoms } }) => {
    alive.add(atoms);
    return { info: { hash: `of ${atoms}` }, dispose: () => alive.delete(atoms) };
  };
  use(/** @type {any} */ ({ createRuntime: () => ({ load }) }));
  let atoms = 0;
  const read = async () => ({ inputs: [], key: String(atoms), axes: { atoms } });
  const lens = { model: 'ames.onnx', methods: ['lrp'], domain: { open: true, read }, emit() {} };
  acquire(lens);
  for (atoms = 1; atoms <= 12; atoms += 1) await questionOf(lens);
  await new Promise((done) => setTimeout(done));
  assert.deepEqual([...alive], [8, 9, 10, 11, 12]);
});
