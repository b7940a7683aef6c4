// One HTML file: by the program and by the package's command, which must be the same, and by whoever calls `fillPage`.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { decode, encode } from 'fast-png';
import { fillPage } from '../../pkg/dist/page-file.js';
import { rejection } from './rig.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const model = (name) => join(root, 'www/models', name);
const TEMPLATE =
  '<!doctype html>\n<title><!--heatlens:title--></title>\n<!--heatlens:lens-->\n<!--heatlens:data-->\n<p>end</p>\n';

let folder;
let template;
const put = async (name, content) => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heatlens-page-'));
  template = await put('page.html', TEMPLATE);
});
after(() => rm(folder, { recursive: true }));

/** The package's command: how it ended and what it said. */
const npx = (...words) => {
  const command = [join(root, 'pkg/dist/bin.js'), 'page', ...words, '--template', template];
  return spawnSync('node', command, { encoding: 'utf8', cwd: folder });
};

/** The page by the program and by the package. */
async function both(...words) {
  const [ours, theirs] = ['ours.html', 'theirs.html'].map((name) => join(folder, name));
  const more = ['--template', template, '--out', ours];
  execFileSync('cargo', ['run', '--quiet', '--', 'page', ...words, ...more], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const { status, stderr } = npx(...words, '--out', theirs);
  assert.equal(status, 0, stderr);
  return Promise.all([ours, theirs].map((path) => readFile(path, 'utf8')));
}

const packed = /(<script type="text\/plain" id="[a-z-]+">)([^<]*)(?=<\/script>)/g;
const picture = /(src="data:image\/png;base64,)([^"]*)/g;
const bytes = (base64) => Buffer.from(base64, 'base64');
const hex = (data) => Buffer.from(data).toString('hex');

/** The page with its files inflated and its pictures as pixels: compressors may differ. */
const opened = (page) =>
  page
    .replace(packed, (_, tag, data) => tag + hex(inflateRawSync(bytes(data))))
    .replace(picture, (_, tag, data) => {
      const { width, height, data: pixels } = decode(bytes(data));
      return `${tag}${width}×${height} ${hex(pixels)}`;
    });

/** Equal pages; where they differ, the first line that does. */
function same([ours, theirs]) {
  const [a, b] = [ours, theirs].map((page) => opened(page).split('\n'));
  const at = a.findIndex((line, i) => line !== b[i]);
  assert.equal(b[at]?.slice(0, 3000), a[at]?.slice(0, 3000), `line ${at + 1}`);
  assert.equal(a.length, b.length);
  return ours;
}

/** A seven in greys. */
const ink = Uint8Array.from({ length: 784 }, (_, i) => {
  const [y, x] = [Math.floor(i / 28), i % 28];
  const bar = y > 4 && y < 8 && x > 7 && x < 20;
  return bar || (y >= 8 && y < 23 && Math.abs(x - 19 + (y - 8) / 2) < 2) ? 255 - ((x * y) % 60) : 0;
});

test('program and package write the same page of a picture', async () => {
  const png = await put('seven.png', encode({ width: 28, height: 28, data: ink, channels: 1 }));
  const page = same(
    await both(
      ...[model('digits-cnn.onnx'), '--input', png, '--method', 'lrp,saliency,occlusion,sis'],
      ...['--set', 'composite=gamma', '--set', 'sis.threshold=0.9', '--set', 'sis.sets=2'],
      ...['--set', 'occlusion.mask=mask', '--target', '7', '--against', '1'],
      ...['--palette', 'orange-blue', '--normalisation', 'p99', '--title', 'a <b> & "c"'],
    ),
  );
  assert.match(page, /<title>a &lt;b&gt; &amp; &quot;c&quot;<\/title>/);
  assert.match(page, /full colour = 99th percentile of \|R\|/);
  assert.match(page, /; 2 sets\./);
  assert.equal(page.match(picture)?.length, 1 + 2 * 4);
  const plain = [model('digits-mlp.onnx'), '--input', png, '--method', 'lrp', '--palette', 'grey'];
  assert.match(same(await both(...plain)), /hatched grey against it/);
});

test('program and package write the same page of a text', async () => {
  const text = 'The “shuttle” is in orbit,\r\nsaid <b>Ann</b> — and\tthe goalie & the ﬁlm: zzzqqq.';
  const post = await put('post.txt', text);
  for (const [name, palette] of [
    ['text-linear.onnx', 'grey'],
    ['text-cnn.onnx', 'red-blue'],
  ]) {
    const words = ['--method', 'lrp,occlusion', '--against', 'sci.med', '--palette', palette];
    const page = same(await both(model(name), '--input', post, ...words));
    assert.match(page, /says ‘sci\.space’ \(class 14\), probability/);
    assert.match(page, /style="background:#[0-9a-f]{6};color:#(111|fff)/);
  }
});

test('program and package read the same numbers out of pictures', async () => {
  const image = (channels, depth, side = 28) => {
    const level = depth === 16 ? 257 : 1;
    const data = Array.from({ length: channels * side * side }, (_, i) => {
      const [pixel, c] = [Math.floor(i / channels), i % channels];
      const [y, x] = [Math.floor(pixel / side), pixel % side].map((n) =>
        Math.floor((n * 28) / side),
      );
      const alpha = channels % 2 === 0 && c === channels - 1;
      return alpha ? level * ((37 * x + y) % 256) : level * ((ink[28 * y + x] + 40 * c) % 256);
    });
    const array = depth === 16 ? Uint16Array.from(data) : Uint8Array.from(data);
    return encode({ width: side, height: side, data: array, channels, depth });
  };
  const list = { list: JSON.stringify(Array.from(ink, (byte) => byte / 255)) };
  for (const [file, more] of [
    [image(2, 8), []],
    [image(3, 8), ['--invert', '--transpose']],
    [image(4, 8), ['--background', 'black', '--range', '-1,1']],
    [image(4, 16), ['--invert']],
    [image(3, 16, 31), ['--resize']],
    [image(1, 8, 90), ['--resize', '--invert']],
    [list.list, ['--transpose']],
  ]) {
    const input = await put('input', file);
    const how = more.map((word, i) => (more[i - 1] === '--range' ? `--range=${word}` : word));
    const words = how.filter((word) => word !== '--range');
    const page = await both(
      model('digits-mlp.onnx'),
      '--input',
      input,
      '--method',
      'gradient',
      ...words,
    );
    const numbers = page.map((text) => {
      const [, , data] = [...text.matchAll(packed)].find(([tag]) => tag.includes('heatlens-input'));
      return inflateRawSync(bytes(data));
    });
    const floats = numbers.map(
      (npy) =>
        new Float32Array(npy.buffer.slice(npy.byteOffset + 128, npy.byteOffset + npy.length)),
    );
    const far = floats[0].findIndex((value, i) => Math.abs(value - floats[1][i]) > 1e-6);
    assert.equal(far, -1, `${more}: ${floats[0][far]} ${floats[1][far]}`);
    assert.equal(floats[0].length, 784);
  }
});

test('a page of a molecule holds its SMILES, its picture and what draws it', async () => {
  const page = join(folder, 'molecule.html');
  const ames = [model('ames.onnx'), '--method', 'occlusion,lrp', '--out', page];
  const smiles = 'Nc1ccc(cc1)[N+](=O)[O-]';
  const atoms = { a: [0, 0, 'C'], b: [1.5, 0, 'C'], c: [2.2, 1.2, 'O'] };
  const line = ([x, y, symbol]) =>
    `${x.toFixed(4).padStart(10)}${y.toFixed(4).padStart(10)}    0.0000 ${symbol}   0  0`;
  const molfile = `ethanol\n\n\n  3  2  0  0  0  0            999 V2000\n${Object.values(atoms).map(line).join('\n')}\n  1  2  1  0\n  2  3  1  0\nM  END\n`;
  const sdf = await put('list.sdf', `${molfile}$$$$\n${molfile}$$$$\n`);
  for (const [words, written] of [
    [['--smiles', smiles], smiles],
    [['--input', await put('list.smi', `CCO ethanol\n${smiles} other\n`), '--index', '1'], smiles],
    [['--input', sdf, '--index', '0'], 'CCO'],
  ]) {
    const { status, stderr } = npx(...ames, ...words);
    assert.equal(status, 0, stderr);
    const text = await readFile(page, 'utf8');
    assert.ok(text.includes(` smiles="${written}" `), text.slice(0, 500));
    assert.match(text, /says ‘(mutagenic’ \(yes\)|no’), probability/);
    assert.match(text, /red speaks for ‘mutagenic’ \(yes\), blue against it/);
    const drawn = [...text.matchAll(/data:image\/svg\+xml;base64,([^"]*)/g)].map(([, data]) =>
      String(bytes(data)),
    );
    const count = written === 'CCO' ? 3 : 10;
    assert.deepEqual(
      drawn.map((svg) => svg.match(/<circle [^>]*fill="rgb\(/g)?.length),
      [count, count],
    );
  }
  assert.match(
    npx(...ames, '--input', sdf).stderr,
    /holds 2 molecules; choose one of them with --index/,
  );
});

test('what becomes no page is said with code and exit', async () => {
  const digit = await put('digit.json', JSON.stringify(Array.from(ink)));
  const start = [model('digits-cnn.onnx'), '--out', join(folder, 'none.html')];
  const latin = await put('latin.txt', Buffer.from([0x66, 0xfc]));
  for (const [words, exit, said] of [
    [[...start, '--input', digit], 2, /--method is missing.*E_REQUEST/],
    [[...start, '--method', 'lrp'], 2, /one of --input and --smiles/],
    [[...start, '--method', 'magic', '--input', digit], 2, /no method 'magic'/],
    [[...start, '--method', 'lrp', '--input', digit, '--whatever'], 2, /--whatever.*E_REQUEST/],
    [[...start, '--method', 'lrp', '--input', digit, '--set', 'steps=3'], 2, /parameter 'steps'/],
    [[...start, '--method', 'lrp', '--input', digit, '--target', '11'], 2, /E_/],
    [[...start, '--method', 'lrp', '--input', digit, '--target', 'unit:a:1'], 2, /classes/],
    [[...start, '--method', 'lrp', '--smiles', 'CCO'], 2, /takes no molecules/],
    [[...start, '--method', 'lrp', '--input', latin], 1, /latin.*E_DATA/],
    [
      [...start, '--method', 'lrp', '--input', join(folder, 'no\u202e\u001b')],
      1,
      /\\u\{202e\}.*E_IO/,
    ],
    [[latin, '--method', 'lrp', '--input', digit, '--out', 'x.html'], 1, /E_/],
    [[model('ames.onnx'), '--method', 'lrp', '--input', digit, '--out', 'x.html'], 2, /--smiles/],
    [
      [model('ames.onnx'), '--method', 'lrp', '--smiles', 'CC(', '--out', 'x.html'],
      2,
      /not closed/,
    ],
  ]) {
    const { status, stderr } = npx(...words);
    assert.equal(status, exit, stderr);
    assert.match(stderr, said);
    assert.match(stderr, /^heatlens: .*\n$/, stderr);
  }
});

test('a template that is none, and names that are none, are refused', async () => {
  const parts = { title: '', attributes: {}, fallback: { stills: [], caption: [] }, data: {} };
  const marker = '<!--heatlens:data-->';
  for (const wrong of ['', TEMPLATE + marker, TEMPLATE.replace(marker, '')]) {
    const { name, code, message } = await rejection(fillPage(wrong, parts));
    assert.deepEqual([name, code], ['RequestError', 'E_REQUEST']);
    assert.match(message, /(0|2) times <!--heatlens:(title|data)-->/);
  }
  for (const name of ['onclick', 'style', 'a b', 'x>', '', 'A']) {
    const attributes = { [name]: 'hit()' };
    assert.equal((await rejection(fillPage(TEMPLATE, { ...parts, attributes }))).code, 'E_REQUEST');
    const data = { [name]: new Uint8Array(1) };
    assert.equal((await rejection(fillPage(TEMPLATE, { ...parts, data }))).code, 'E_REQUEST');
  }
  // The markers do not stand in the script itself, which may be inside a template.
  const script = await readFile(new URL('../../pkg/dist/page-file.js', import.meta.url), 'utf8');
  assert.ok(!/<!--heatlens:(title|lens|data)-->/.test(script));
  const flags = { controls: true, draw: false, against: null, text: '' };
  const page = await fillPage(TEMPLATE, { ...parts, attributes: flags });
  assert.ok(page.includes('<heat-lens controls text="">'), page);
});
