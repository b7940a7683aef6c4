// Figures and the sentences about them: made by the shipped models, and a part of each is computed again.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import * as aopc from '../../scripts/figures/aopc.mjs';
import { CLASSES, paragraph } from '../../scripts/figures/paragraph.mjs';
import { ROOT, hashOf, paired, readJson, withBlock } from '../../scripts/figures/common.mjs';
import * as texts from '../../scripts/figures/texts.mjs';
import * as textWords from '../../scripts/figures/texts-words.mjs';
import * as toxic from '../../scripts/figures/toxicophores.mjs';
import * as toxicWords from '../../scripts/figures/toxicophores-words.mjs';
import { made, remarks } from '../../www/digits/views/many.js';
import { data } from '../support/data.mjs';
import { done, heldOut } from './molecules-rig.mjs';

after(done);

const read = (path) => readFile(new URL(path, ROOT), 'utf8');

/** Numbers that another build computes again. */
function near(found, kept, what) {
  assert.equal(found.length, kept.length, what);
  found.forEach((value, i) => {
    const error = Math.abs(value - kept[i]);
    assert.ok(error <= 1e-4 * Math.max(1, Math.abs(kept[i])), `${what} ${i}: ${value}, ${kept[i]}`);
  });
}

/** A document holds exactly these blocks. @param {(text: string) => string} shape of what is compared */
async function holds(path, blocks, shape = (text) => text) {
  const text = await read(path);
  for (const [name, block] of Object.entries(blocks))
    assert.equal(shape(text), shape(withBlock(text, name, block)), `${path}: ${name}`);
}

// ---- pixel flipping over many digits

const figure = await readJson(aopc.FILE);

test('pixel flipping: the figure is of the shipped networks, and says how it was made', async () => {
  assert.ok(figure.examples >= 300);
  assert.deepEqual(
    figure.models.map(({ model }) => model),
    ['cnn', 'mlp'],
  );
  for (const { file, hash } of figure.models) assert.equal(hash, await hashOf(file));
  const text = made(figure);
  for (const words of [
    figure.command,
    `${figure.examples} digits`,
    'logit',
    '1 × 1 pixel, 100 steps, each filled with 0',
  ])
    assert.ok(text.includes(words), `${words} in: ${text}`);
});

for (const { model, curves } of figure.models) {
  test(`pixel flipping, ${model}: the project's own drawings give the areas that the figure keeps`, () => {
    const found = aopc.drawings(model, 6);
    curves.forEach(({ ranking, drawings }, k) => {
      assert.equal(found[k].ranking, ranking);
      near(found[k].perExample.logit, drawings.slice(0, 6), `${model} ${ranking}`);
    });
  });

  test(`S0-1, S0-12, ${model}: 100 test digits, LRP above segmentation above random, in pairs`, (t) => {
    if (!data('mnist', t)) return;
    const only = ['lrp', 'segmentation', 'random'];
    const found = aopc.digits(model, 100, { only });
    const each = (name) =>
      found.find(({ ranking }) => ranking.split(':')[0] === name).perExample.logit;
    for (const [better, worse] of [
      ['lrp', 'segmentation'],
      ['segmentation', 'random'],
      ['lrp', 'random'],
    ]) {
      const { low, mean } = paired(each(better), each(worse));
      assert.ok(low > 0, `${better} less ${worse}: ${mean}, from ${low}`);
    }
    for (const { ranking, logit } of found) {
      // The other digits of the figure are of the same kind.
      const { mean, standardError } = curves.find((curve) => curve.ranking === ranking).aopc;
      const error = Math.hypot(standardError, logit.standardError);
      assert.ok(Math.abs(logit.mean - mean) < 4 * error, `${ranking}: ${logit.mean}, ${mean}`);
    }
  });

  test(`${model}: the first ${aopc.KEPT} test digits give the areas that the figure keeps`, (t) => {
    if (!data('mnist', t)) return;
    const found = aopc.digits(model, aopc.KEPT);
    curves.forEach(({ ranking, first }, k) => {
      assert.equal(found[k].ranking, ranking);
      near(found[k].perExample.logit, first, `${model} ${ranking}`);
    });
  });

  test(`S0-12, ${model}: what the page says of the figure are its own numbers`, () => {
    const text = remarks({ curves }, (name) => `<${name}>`);
    const by = (words) => text.find((line) => line.includes(words)) ?? '';
    const value = (name) => curves.find(({ method }) => method === name).aopc.mean;
    assert.ok(curves.some(({ method }) => method === 'deconvnet'));
    for (const { method, minusRandom, lrpMinus, aopc: area } of curves) {
      const close = (a, b) => assert.ok(Math.abs(a - b) < 0.01, `${method}: ${a}, ${b}`);
      close(minusRandom.mean, area.mean - value('random'));
      close(lrpMinus.mean, value('lrp') - area.mean);
      if (['random', 'segmentation', 'lrp'].includes(method)) continue;
      const worse = area.mean < value('random') && minusRandom.high < 0;
      assert.equal(by('worse than random').includes(`<${method}>`), worse, text.join(' '));
      const ahead = area.mean > value('lrp') && lrpMinus.high < 0;
      assert.equal(by('better than <lrp>').includes(`<${method}>`), ahead, text.join(' '));
    }
  });
}

test('S0-12: what the figure shows against expectation is said', () => {
  const [cnn, mlp] = figure.models.map((model) => remarks(model, (name) => name).join(' '));
  assert.match(cnn, /saliency does worse than random: −1\.28 \(95 % interval −1\.43 to −1\.13\)/);
  assert.match(cnn, /gradient-x-input and integrated-gradients rank these pixels better than lrp/);
  assert.match(mlp, /deconvnet does worse than random/);
  assert.match(mlp, /integrated-gradients ranks these pixels better than lrp/);
});

// ---- toxicophores

const known = await readJson('docs/toxicophores.json');

test('toxicophores: table, sentences and picture are those of the numbers', async () => {
  assert.equal(known.model.hash, await hashOf(known.model.file));
  assert.ok(known.examples > 300 && known.first.length === toxic.KEPT);
  await holds('docs/toxicophores.md', {
    table: `\n${toxicWords.table(known)}\n\n${toxicWords.made(known)}\n`,
    findings: `\n${toxicWords.findings(known)}\n`,
  });
  assert.equal(await read('docs/toxicophores.svg'), toxicWords.picture(known));
});

/** @param {object[]} found @param {{areas: number[], drops: number[]|null}[]} kept */
function sameMolecules(found, kept) {
  assert.equal(found.length, kept.length);
  found.map(toxic.kept).forEach(({ areas, drops }, k) => {
    near(areas, kept[k].areas, `areas of molecule ${k}`);
    assert.equal(drops === null, kept[k].drops === null);
    if (drops) near(drops, kept[k].drops, `drops of molecule ${k}`);
  });
}

test("toxicophores: the project's own molecules give the numbers that are kept", async () => {
  assert.equal(known.own.length, toxic.OWN.length);
  sameMolecules(await toxic.measure(toxic.OWN), known.own);
});

test(`toxicophores: the first ${toxic.KEPT} held-out molecules give the numbers that are kept`, async (t) => {
  if (!data('molecules', t)) return;
  const list = (await heldOut('ames')).map(({ smiles }) => smiles);
  sameMolecules(await toxic.measure(list, toxic.KEPT), known.first);
});

// ---- texts

const told = await readJson(texts.FILE);

test('texts: tables and sentences of the document and of the page are those of the numbers', async () => {
  const block = (text) => `\n${text}\n`;
  for (const { file, hash } of Object.values(told.models)) assert.equal(hash, await hashOf(file));
  await holds('docs/texts.md', {
    made: block(textWords.made(told)),
    accuracy: block(textWords.accuracy(told)),
    linear: block(textWords.linear(told)),
    convolutional: block(textWords.convolutional(told)),
    selection: block(textWords.selection(told)),
    traces: block(textWords.traces(told)),
  });
  const blocks = {
    'evidence: text': textWords.pageText(told),
    'evidence: rows': textWords.pageRows(told),
    'evidence: note': textWords.pageNote(told),
  };
  // The page is formatted: the same but for white space.
  await holds('www/text/index.html', blocks, (text) => text.replace(/\s+/g, ''));
  for (const [id, { file, hash, documents }] of Object.entries(told.models)) {
    const svg = await read(`docs/words-${id}.svg`);
    const line = `<desc>Made by ${told.command} with ${file} (${hash}) on ${documents} documents.</desc>`;
    assert.ok(svg.includes(line), svg.slice(0, 300));
  }
  const readme = await read('README.md');
  for (const row of textWords.accuracy(told).match(/[\d.]+ % \([\d,]+ of [\d,]+\)/g))
    assert.ok(readme.includes(row), `README.md has no ${row}`);
});

for (const [id, { deletion, own }] of Object.entries(told.models)) {
  const each = (list) => list.map(({ perDocument }) => perDocument.probability);
  test(`texts, ${id}: the project's own texts give the areas that are kept`, () => {
    const found = each(texts.own(id).deletion);
    own.forEach(({ ranking, kept }, k) => near(found[k], kept, `${id} ${ranking}`));
  });

  test(`texts, ${id}: ${texts.KEPT} test documents give the areas that are kept`, (t) => {
    if (!data('newsgroups20', t)) return;
    const found = each(texts.few(id).deletion);
    deletion.forEach(({ ranking, kept }, k) => near(found[k], kept, `${id} ${ranking}`));
  });
}

test('S2-10: one test document, three classes: the words found are those of the document', (t) => {
  if (!data('newsgroups20', t)) return;
  for (const [id, { file }] of Object.entries(told.models)) {
    const found = paragraph(file);
    assert.deepEqual(
      found.map(({ target }) => target),
      CLASSES,
    );
    assert.deepEqual(found, told.paragraph[id]);
    const [space, motorcycles, medicine] = found.map(({ words }) => words.map(([word]) => word));
    for (const word of ['space', 'shuttle', 'astronauts']) assert.ok(space.includes(word), word);
    assert.equal(motorcycles[0], 'ride');
    assert.ok(medicine.slice(0, 2).includes('discomfort'), medicine.join());
  }
});
