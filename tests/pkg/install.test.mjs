// The tarball: what is in it, and that it works where it is installed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { install } from '../support/packed.mjs';
import { CNN } from './rig.mjs';

let folder;
let files;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heatlens-'));
  files = await install(folder);
});
after(() => rm(folder, { recursive: true }));

test('the tarball holds what is meant to be shipped, and nothing else', async () => {
  // Parts of the elements that are fetched on demand are named by their content.
  const isPart = (name) => /^dist\/elements-[\w-]+-[A-Z0-9]{8}\.js$/.test(name);
  assert.ok(files.some(isPart));
  const named = files.filter((name) => !isPart(name));
  assert.deepEqual(named, [
    'LICENSE-APACHE',
    'LICENSE-MIT',
    'README.md',
    'dist/bin.LICENSE.txt',
    'dist/bin.js',
    'dist/elements.js',
    'dist/heatlens.iife.js',
    'dist/heatlens_bg.wasm',
    'dist/heatlens_relaxed_bg.wasm',
    'dist/index.js',
    'dist/page-file.js',
    'dist/page-molecules.html',
    'dist/page.html',
    'dist/worker.js',
    'elements.d.ts',
    'index.d.ts',
    'package.json',
    'page-file.d.ts',
    'results.d.ts',
  ]);
  for (const licence of ['LICENSE-MIT', 'LICENSE-APACHE']) {
    const shipped = await readFile(join(folder, 'node_modules/heatlens', licence), 'utf8');
    assert.equal(shipped, await readFile(new URL(`../../${licence}`, import.meta.url), 'utf8'));
  }
});

test('installed in plain Node it loads, predicts and explains', async () => {
  await cp(fileURLToPath(CNN), join(folder, 'digits.onnx'));
  const script = `
    import { load, methods, runtime } from 'heatlens';
    import { createRequire } from 'node:module';
    const model = await load(new URL('digits.onnx', import.meta.url));
    const image = Float32Array.from({ length: 784 }, (_, i) => (i % 28 > 11 && i % 28 < 16 ? 1 : 0));
    const { probabilities } = await model.predict(image);
    const { sum, relevance } = await model.explain(image, { method: 'lrp', target: 1 });
    const single = createRequire(import.meta.url).resolve('heatlens/single');
    const wasm = import.meta.resolve('heatlens/wasm');
    console.log(JSON.stringify({
      classes: probabilities.length, pixels: relevance.length, finite: Number.isFinite(sum),
      methods: (await methods()).length, single, wasm,
    }));
    runtime.dispose();
  `;
  await writeFile(
    join(folder, 'src/node.mjs'),
    script.replace("'digits.onnx'", "'../digits.onnx'"),
  );
  const { status, stdout, stderr } = spawnSync('node', ['src/node.mjs'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  const said = JSON.parse(stdout);
  assert.deepEqual([said.classes, said.pixels, said.finite], [10, 784, true]);
  assert.ok(said.methods >= 18);
  assert.match(said.single, /node_modules\/heatlens\/dist\/heatlens\.iife\.js$/);
  assert.match(said.wasm, /node_modules\/heatlens\/dist\/heatlens_bg\.wasm$/);
});

test('installed, npx heatlens page writes a page; of a molecule it says what is missing', async () => {
  const template = '<title><!--heatlens:title--></title><!--heatlens:lens--><!--heatlens:data-->';
  await writeFile(join(folder, 'page.html'), template);
  await writeFile(join(folder, 'x.json'), JSON.stringify(Array.from({ length: 784 }, () => 0.5)));
  const npx = (...words) =>
    spawnSync('npx', ['--no-install', 'heatlens', 'page', ...words, '--template', 'page.html'], {
      cwd: folder,
      encoding: 'utf8',
    });
  const model = fileURLToPath(CNN);
  const page = npx(model, '--input', 'x.json', '--method', 'lrp,occlusion', '--out', 'why.html');
  assert.deepEqual([page.status, page.stderr], [0, '']);
  assert.match(await readFile(join(folder, 'why.html'), 'utf8'), /^<title>digits-cnn\.onnx: ‘/);
  const ames = fileURLToPath(new URL('ames.onnx', CNN));
  const molecule = npx(ames, '--smiles', 'CCO', '--method', 'lrp', '--out', 'molecule.html');
  assert.equal(molecule.status, 2);
  assert.match(molecule.stderr, /npm install openchemlib \(E_REQUEST\)/);
});
