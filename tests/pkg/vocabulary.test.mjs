// One name per fact: the command line's JSON, the package's objects and its types have the same keys, those of
// docs/vocabulary.md.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CNN, MLP, load, methods, read, runtime, stroke } from './rig.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'heatlens-'));
after(async () => {
  runtime.dispose();
  await rm(folder, { recursive: true });
});

const types = (await read('pkg/results.d.ts')).toString();
const document = (await read('docs/vocabulary.md')).toString();

/** The members of an interface of the types, with those of the interfaces that it extends. */
function members(name) {
  const [, above, body] = new RegExp(
    `export interface ${name}(?: extends ([^{]*))? \\{\\n([^]*?)\\n\\}`,
  ).exec(types);
  const own = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, key]) => key);
  return [...(above?.split(', ').flatMap(members) ?? []), ...own];
}

const sorted = (keys) => [...new Set(keys)].sort();
const keys = (...objects) => sorted(objects.flatMap((object) => Object.keys(object)));

/** Fails unless the objects of both, all together, have the keys of the interface. */
function same(name, ours, theirs, { ours: more = [], theirs: other = [] } = {}) {
  const wanted = sorted(members(name));
  assert.deepEqual(keys(...ours), sorted([...wanted, ...more]), `${name} of the package`);
  assert.deepEqual(keys(...theirs), sorted([...wanted, ...other]), `${name} of the command line`);
  for (const key of [...wanted, ...other])
    assert.ok(document.includes(`\`${key}\``), `docs/vocabulary.md has no ${key} of ${name}`);
}

/** What the command line prints, as an object. */
async function cli(...words) {
  const command = ['run', '--quiet', '--bin', 'heatlens', '--', ...words];
  const { stdout } = await promisify(execFile)('cargo', command, { cwd: root, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

/** A float32 array of one axis as a .npy file. */
async function npy(values) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${values.length},), }`;
  const head = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header.padEnd(117)}\n`, 'latin1');
  const path = join(folder, 'x.npy');
  await writeFile(path, Buffer.concat([head, Buffer.from(values.buffer)]));
  return path;
}

/** All values inside a value. */
const inside = (value) =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
    ? Object.values(value).flatMap(inside)
    : [value];

test('explanations', async () => {
  const input = await npy(stroke());
  const model = await load(CNN);
  const pairs = [];
  for (const method of ['lrp', 'sis', 'grad-cam']) {
    const ours = await model.explain(stroke(), { method });
    const theirs = await cli(
      ...['explain', 'www/models/digits-cnn.onnx', '--input', input, '--method', method],
      ...['--out', '-'],
    );
    assert.deepEqual(theirs.parameters, ours.parameters, method);
    assert.equal(theirs.label, ours.label);
    pairs.push([ours, theirs]);
  }
  const [ours, theirs] = [0, 1].map((side) => pairs.map((pair) => pair[side]));
  same('Explanation', ours, theirs);
  const each = (list, of) => list.flatMap(of);
  const layers = ({ layers }) => layers;
  same('LayerSum', each(ours, layers), each(theirs, layers));
  // The package gets the layers as a table without keys.
  for (const [ours, theirs] of pairs) {
    for (const [k, layer] of layers(ours).entries()) {
      for (const [key, value] of Object.entries(layer)) {
        const other = layers(theirs)[k][key];
        if (typeof value === 'string') assert.equal(value, other);
        else assert.ok(Math.abs(value - other) <= 1e-5 * Math.max(1, Math.abs(other)), key);
      }
    }
  }
  const subsets = ({ sis }) => sis ?? [];
  same('Sis', each(ours, subsets), each(theirs, subsets));
  const sets = ({ sis }) => sis?.sets ?? [];
  same('SisSet', each(ours, sets), each(theirs, sets));
  // None is null, and numbers are numbers.
  for (const value of inside(ours)) assert.ok(value !== undefined && typeof value !== 'bigint');
  assert.equal(ours[0].against, null);
  model.dispose();
});

test('the catalogue', async () => {
  const [ours, theirs] = [await methods(), await cli('methods', '--json')];
  assert.deepEqual(
    theirs.map(({ name }) => name),
    ours.map(({ name }) => name),
  );
  same('MethodEntry', ours, theirs);
  const params = (list) => list.flatMap((entry) => entry.params);
  same('MethodParam', params(ours), params(theirs));
});

test('models, their nodes and the support of those of a file', async () => {
  const file = 'www/models/digits-mlp.onnx';
  const model = await load(MLP);
  const [ours, theirs] = [model.info, await cli('inspect', file, '--json')];
  // The package names the file by its hash, and gives the report when it is asked for.
  const { hash, ...rest } = ours;
  assert.equal(hash.length, 16);
  assert.deepEqual({ ...rest, support: await model.supportReport() }, theirs);
  same('NodeInfo', ours.nodes, theirs.nodes);
  same('SupportRow', await model.supportReport(), theirs.support);
  const info = sorted([...keys(ours), 'support']);
  assert.deepEqual(sorted([...members('ModelInfo'), 'support']), info);
  for (const key of info) assert.ok(document.includes(`\`${key}\``), key);
  model.dispose();
});

test('predictions', async () => {
  const model = await load(MLP);
  const theirs = await cli(
    ...['predict', 'www/models/digits-mlp.onnx', '--input', await npy(stroke()), '--json'],
  );
  const ours = await model.predict(stroke());
  same('Result', ours.outputs, theirs.outputs, { theirs: ['top'] });
  assert.deepEqual(ours.logits, Float32Array.from(theirs.outputs[0].logits));
  model.dispose();
});

test('texts', async () => {
  const path = join(folder, 'text.txt');
  await writeFile(path, 'The shuttle reached its orbit.');
  const text = await readFile(path, 'utf8');
  const model = await load(new URL('www/models/text-linear.onnx', `file://${root}`));
  const ours = await model.explainText(text, { method: 'lrp' });
  const theirs = await cli('read', 'www/models/text-linear.onnx', path, '--json');
  const wanted = sorted([...members('Explanation'), ...members('Words')]);
  assert.deepEqual(keys(ours), wanted);
  const more = ['logits', 'probabilities', 'probability', 'tokens'];
  assert.deepEqual(keys(theirs), sorted([...members('Explanation'), ...more]));
  for (const key of [...wanted, ...more]) assert.ok(document.includes(`\`${key}\``), key);
  assert.deepEqual(ours.relevance, Float32Array.from(theirs.relevance));
  assert.equal(theirs.label, 'sci.space');
  model.dispose();
});
