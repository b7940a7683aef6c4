// Which methods the page for molecules offers, and why not the others.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fromSmiles } from '../../dist/site/molecules/chemistry.js';
import { NOT_OFFERED, notOffered, offered, options } from '../../dist/site/molecules/methods.js';
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
    const names = catalogue.map(({ name }) => name);
    const here = offered(catalogue, of).map(({ name }) => name);
    const reasons = NOT_OFFERED[of];
    for (const name of names) {
      assert.equal(here.includes(name), !Object.hasOwn(reasons, name), name);
    }
    for (const [name, reason] of Object.entries(reasons)) {
      assert.ok(names.includes(name), `${name} is in no catalogue`);
      assert.ok(reason.length > 10, name);
    }
    // What the reader is told has each of them, by its title.
    const told = notOffered(catalogue, of);
    for (const { name, title } of catalogue) {
      const line = told.find((text) => text.split(': ')[0].split(', ').includes(title));
      assert.equal(line === undefined, here.includes(name), name);
      if (line) assert.ok(line.endsWith(reasons[name]), line);
    }
  });

  test(`by ${of}: what is offered runs, one number or more per ${of.slice(0, -1)}`, async () => {
    const { features, adjacency, size } = await fromSmiles('CCO');
    const input = [features, adjacency, new Float32Array(size).fill(1)];
    for (const { name } of offered(catalogue, of)) {
      // The page's own: see masks.js.
      if (name === 'fragments') continue;
      const { relevance } = await model.explain(input, options(name, of));
      const sizes = of === 'bonds' ? [adjacency.length] : [size, features.length];
      assert.ok(sizes.includes(relevance.length), `${name}: ${relevance.length} numbers`);
    }
  });
}

test('a method that the page has never heard of is told, too', () => {
  const stranger = { name: 'stranger', title: 'Stranger' };
  for (const of of ['atoms', 'bonds']) {
    const names = offered([stranger], of).map(({ name }) => name);
    assert.deepEqual(names, of === 'atoms' ? ['fragments'] : []);
    assert.deepEqual(notOffered([stranger], of), ['Stranger: not tried on molecules']);
  }
});
