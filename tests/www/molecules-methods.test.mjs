// Which methods the page for molecules offers, and why not the others.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fromSmiles } from '../../dist/site/molecules/chemistry.js';
import { notOffered, offered, options, whyNot } from '../../dist/site/molecules/methods.js';
import { createRuntime } from '../../dist/site/pkg/index.js';
import { done, network } from './molecules-rig.mjs';

const runtime = createRuntime({ workers: 1 });
after(() => {
  runtime.dispose();
  done();
});

const catalogue = await runtime.methods();
const model = await network('ames.onnx', 3);

for (const of of ['atoms', 'bonds']) {
  test(`by ${of}: every method of the catalogue is offered or named with a reason, none is both`, () => {
    const here = offered(catalogue, of).map(({ name }) => name);
    assert.ok(here.length > 3);
    // What the reader is told has each of the others, by its title, with the reason.
    const told = notOffered(catalogue, of);
    for (const entry of catalogue) {
      const { name, title } = entry;
      const line = told.find((text) => text.split(': ')[0].split(', ').includes(title));
      assert.equal(line === undefined, here.includes(name), name);
      if (line) assert.ok(line.endsWith(`: ${whyNot(entry, of)}`), line);
    }
  });

  test(`by ${of}: what is offered runs, one number or more per ${of.slice(0, -1)}`, async () => {
    const { features, adjacency, size } = await fromSmiles('CCO');
    const input = [features, adjacency, new Float32Array(size).fill(1)];
    for (const entry of offered(catalogue, of)) {
      const { name } = entry;
      // The page's own: see masks.js.
      if (name === 'fragments') continue;
      const { relevance } = await model.explain(input, options(entry, of));
      const sizes = of === 'bonds' ? [adjacency.length] : [size, features.length];
      assert.ok(sizes.includes(relevance.length), `${name}: ${relevance.length} numbers`);
    }
  });
}

test('a method that the page has never heard of is asked as others of its kind are', () => {
  const stranger = { name: 'stranger', title: 'Stranger', needs: [], sums: 'nothing' };
  assert.deepEqual(options(stranger, 'atoms'), {
    method: 'stranger',
    target: 0,
    at: 'present',
    segment: 1,
  });
  assert.match(notOffered([stranger], 'bonds')[0], /^Stranger: a bond stands twice/);
  const inside = { ...stranger, needs: ['gradients'], sums: 'f(x)' };
  assert.equal(options(inside, 'atoms').at, 'features');
  assert.equal(options(inside, 'bonds').at, 'adjacency');
});
