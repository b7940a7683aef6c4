import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { createRuntime } from '../../pkg/dist/index.js';
import { random } from '../../www/kit/engine/random.js';
import { SAMPLES } from '../../www/text/samples.js';
import { pieces } from '../../www/kit/elements/text.js';
import { data } from '../support/data.mjs';

const STRINGS = 5_000;
const TEXT = 'The shuttle is in orbit; the crew feels sick, says the doctor. 😀 orbit zzzqqq.';
const file = (name) => readFile(new URL(`../../www/models/${name}.onnx`, import.meta.url));

const DOCUMENTS = { train: 11_314, test: 7_532 };
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let runtime;
let linear;
let cnn;
before(async () => {
  runtime = createRuntime({ worker: false });
  linear = await runtime.load(await file('text-linear'));
  cnn = await runtime.load(await file('text-cnn'));
});
after(() => runtime.dispose());

test(`${STRINGS} strings: the pieces put together are exactly the text`, async () => {
  const next = random(4);
  const below = (n) => Math.floor(next() * n);
  const kinds = [
    () => 0x61 + below(26),
    () => 0x20 + below(0x40),
    () => 0xd800 + below(0x800),
    () => 0x300 + below(0x70),
    () => 0x590 + below(0x170),
    () => [0, 0x200d, 0x202e, 0x2066, 0xfeff, 0xd, 0xa][below(7)],
    () => below(0x10000),
  ];
  for (let k = 0; k < STRINGS; k += 1) {
    const use = 1 + below(kinds.length);
    const units = Array.from({ length: below(50) }, () => kinds[below(use)]());
    const text = String.fromCharCode(...units);
    const spans = await runtime.tokenize(text);
    const parts = pieces(text, spans);
    assert.equal(parts.map((part) => part.text).join(''), text);
    assert.ok(parts.every((part) => part.text.length > 0));
  }
  const word = 'x'.repeat(1_000_000);
  assert.deepEqual([...(await runtime.tokenize(word))], [0, 1_000_000]);
});

const FORMAT = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const APOSTROPHE = /['`´ʹʻʼʽ՚‘’‛′＇｀]/gu;
const unify = (text) =>
  text
    .replace(FORMAT, '')
    .replace(APOSTROPHE, "'")
    .replace(/[‐-―−﹘﹣－]/gu, '-')
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/gu, ' ')
    .replace(/[！-～]/gu, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));

/** What a token is to a vocabulary: the rules of src/text/normalize.rs and tokens.rs, written once more. */
function form(token) {
  const plain = unify(token);
  const long = /^[0-9 .\-/+()]+$/.test(plain) && plain.replace(/[^0-9]/g, '').length >= 7;
  if (long || plain.includes('@')) return null;
  const word = plain.normalize('NFKC').replace(APOSTROPHE, "'");
  return word.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/'s$/, '');
}

/** Every character but lone surrogates. */
const CHARACTERS = Array.from({ length: 0x110000 }, (_, point) => point)
  .filter((point) => point < 0xd800 || point >= 0xe000)
  .map((point) => String.fromCodePoint(point));

test('every character parts a word or does not, as Unicode has it', async () => {
  // An at sign would make an address.
  const assigned = CHARACTERS.filter((letter) => !/[\p{Cn}@\uff20]/u.test(letter));
  const inside = new RegExp(
    `[\\p{Alphabetic}\\p{N}\\p{M}]|${FORMAT.source}|${APOSTROPHE.source}`,
    'u',
  );
  const wrong = [];
  for (let start = 0; start < assigned.length; start += 100_000) {
    const some = assigned.slice(start, start + 100_000);
    const texts = some.map((letter) => `xa${letter}bx\n`);
    const spans = await runtime.tokenize(texts.join(''));
    let [at, word] = [0, 0];
    texts.forEach((text, k) => {
      let tokens = 0;
      for (; spans[2 * word] < at + text.length; word += 1) tokens += 1;
      at += text.length;
      if (tokens !== (inside.test(some[k]) ? 1 : 2))
        wrong.push(some[k].codePointAt(0).toString(16));
    });
  }
  assert.deepEqual(wrong, []);
});

test('a word is the same word however it is written, and stands where it was written', async () => {
  const plain = "The hockey office didn't configure a naïve goalie";
  const variants = [
    'The hoc\u200bkey off\u00adice didn\u2018t con\u2060figure a nai\u0308ve goa\ufefflie',
    'The hock\u200dey o\ufb03ce didn\u00b4t con\ufb01gure a na\u00efve goal\u202eie\u202c',
    '\ufeffThe 𝐡𝐨𝐜𝐤𝐞𝐲 ｏｆｆｉｃｅ didn\u02bct 𝖈onfigure a na\u00efve ⓖoalie',
    'Th\u212f hockey of\ufe0ffice didn`t configure \u00a0a naïve goa\u2063lie',
  ];
  const words = (text, spans) =>
    Array.from({ length: spans.length / 2 }, (_, k) => text.slice(spans[2 * k], spans[2 * k + 1]));
  for (const model of [linear, cnn]) {
    const wanted = await model.read(plain);
    assert.equal(wanted.words.filter((word) => word >= 0).length >= 7, true);
    for (const text of variants) {
      const read = await model.read(text);
      assert.deepEqual(read.words, wanted.words, text);
      assert.deepEqual(read.probabilities, wanted.probabilities, text);
      assert.deepEqual(words(text, read.spans).map(form), words(plain, wanted.spans).map(form));
      const parts = pieces(text, read.spans);
      assert.equal(parts.map((part) => part.text).join(''), text);
    }
  }
});

/** Fails unless `heatlens tokenize` and the package tell the same words apart in each line's document. */
async function compareWords(path, lines) {
  const command = ['run', '--quiet', '--bin', 'heatlens', '--', 'tokenize', path];
  const program = spawn('cargo', command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let compared = 0;
  for await (const line of createInterface({ input: program.stdout })) {
    const { id, text } = JSON.parse(lines[compared]);
    const told = JSON.parse(line);
    const end = text.indexOf('\n\n');
    const body = end < 0 ? text : text.slice(end + 2);
    const spans = await runtime.tokenize(body);
    const tokens = told.tokens.map((_, i) => form(body.slice(spans[2 * i], spans[2 * i + 1])));
    assert.equal(spans.length, 2 * told.tokens.length, id);
    assert.deepEqual(tokens, told.tokens, id);
    compared += 1;
  }
  assert.equal(compared, lines.length);
}

test('program and package tell the same words apart in texts of our own', async () => {
  const next = random(9);
  const words =
    `${TEXT} 555-1234 a.b@c.example it's THE’s İstanbul \u2028 x\u200dy 3.14 (+49) 30/123456 hoc\u200bkey o\ufb03ce don‘t don´t s\u00adoft e\u0301te\u0301 हिन्दी कि\u200dताब שָׁלוֹם a\uff20b.ex 555\u2011\u200b123\u00a04567`.split(
      ' ',
    );
  const shuffled = Array.from({ length: 300 }, () =>
    Array.from({ length: 40 }, () => words[Math.floor(next() * words.length)]).join(' '),
  );
  const characters = Array.from({ length: Math.ceil(CHARACTERS.length / 20_000) }, (_, k) =>
    CHARACTERS.slice(20_000 * k, 20_000 * (k + 1))
      .map((letter) => `x${letter}y`)
      .join(' '),
  );
  const texts = [...SAMPLES.map(({ text }) => text), ...shuffled, ...characters];
  const lines = texts.map((text, k) =>
    JSON.stringify({ id: `own ${k}`, group: 'sci.space', text: `From: nobody\n\n${text}` }),
  );
  const folder = await mkdtemp(join(tmpdir(), 'heatlens-'));
  try {
    const path = join(folder, 'own.jsonl');
    await writeFile(path, `${lines.join('\n')}\n`);
    await compareWords(path, lines);
  } finally {
    await rm(folder, { recursive: true });
  }
});

for (const [split, count] of Object.entries(DOCUMENTS)) {
  test(`and in ${count} documents (${split})`, async (t) => {
    const path = data(`newsgroups20/${split}.jsonl.gz`, t);
    if (!path) return;
    const lines = gunzipSync(await readFile(path))
      .toString()
      .trimEnd()
      .split('\n');
    assert.equal(lines.length, count);
    await compareWords(path, lines);
  });
}

test('a text is read; words left out are left out', async () => {
  for (const model of [linear, cnn]) {
    assert.ok(model.info.vocabulary > 10_000);
    const { rows, probabilities, tokenFeatures, words, spans } = await model.read(TEXT, {
      maskedTokens: [[], [1, 4, 13]],
    });
    const classes = model.info.labels.length;
    const space = model.info.labels.indexOf('sci.space');
    assert.equal(rows, 2);
    assert.equal(TEXT.slice(spans[2], spans[3]), 'shuttle');
    assert.equal(spans.length, 2 * tokenFeatures.length);
    assert.equal(tokenFeatures.at(-1), -1);
    const lines = model.info.metadata['heatlens.vocabulary'].split('\n');
    assert.equal(lines[words[1]], 'shuttle');
    assert.ok(probabilities[space] > probabilities[classes + space]);
  }
});

test('masking is reading without the word: occlusion is what striking it out costs', async () => {
  // A word again and again: without it what is left of the text weighs more.
  const text =
    'The goalie saved the puck. The goalie saved the puck. The goalie saved the puck. ' +
    'Hockey hockey hockey. I am not sure.';
  for (const model of [linear, cnn]) {
    const target = model.info.labels.indexOf('rec.sport.hockey');
    const { relevance, tokenFeatures, score } = await model.explainText(text, {
      method: 'occlusion',
      target,
    });
    const kinds = [...new Set(tokenFeatures)].filter((slot) => slot >= 0);
    const own = (slot) => [...tokenFeatures.keys()].filter((word) => tokenFeatures[word] === slot);
    const { logits } = await model.read(text, { maskedTokens: kinds.map(own) });
    kinds.forEach((slot, k) => {
      const sum = own(slot).reduce((total, word) => total + relevance[word], 0);
      const fall = score - logits[k * model.info.labels.length + target];
      assert.ok(Math.abs(sum - fall) < 2e-4, `slot ${slot}: ${sum}, ${fall}`);
    });
    const first = own(tokenFeatures[1])[0];
    assert.equal(text.slice(4, 10), 'goalie');
    // Where tf-idf is scaled anew the others gain more than the word gave.
    if (model === linear) assert.ok(relevance[first] < 0, String(relevance[first]));
  }
});

test('an explanation is one number per word, without those left out', async () => {
  for (const model of [linear, cnn]) {
    const options = { method: 'gradient-x-input', target: 14, maskedTokens: [1] };
    const { relevance, tokenFeatures, score, sum } = await model.explainText(TEXT, options);
    assert.equal(relevance.length, tokenFeatures.length);
    assert.equal(relevance[1], 0);
    assert.ok(Math.abs(relevance.reduce((a, b) => a + b, 0) - sum) < 1e-3);
    const { logits } = await model.read(TEXT, { maskedTokens: [[1]] });
    assert.ok(Math.abs(logits[14] - score) < 1e-4);
  }
});

test('misuse is refused with a code', async () => {
  const code = (code) => (error) => error.code === code;
  await assert.rejects(linear.read(5), code('E_INPUT'));
  await assert.rejects(linear.read('x'.repeat(1_000_001)), code('E_LIMIT'));
  await assert.rejects(linear.read('orbit', { maskedTokens: [[7]] }), code('E_REQUEST'));
  await assert.rejects(linear.read('orbit', { maskedTokens: [0] }), code('E_REQUEST'));
  await assert.rejects(
    linear.explainText('orbit', { method: 'lrp', maskedTokens: [-1] }),
    code('E_REQUEST'),
  );
  await assert.rejects(linear.explainText('zzzqqq', { method: 'lrp' }), code('E_NOT_APPLICABLE'));
  await assert.rejects(linear.explainText('', { method: 'lrp' }), code('E_NOT_APPLICABLE'));
  const digits = await runtime.load(await file('digits-mlp'));
  assert.equal(digits.info.vocabulary, null);
  await assert.rejects(digits.read('orbit'), code('E_INPUT'));
  // The instance is whole afterwards.
  assert.equal((await linear.read('orbit')).rows, 1);
});
