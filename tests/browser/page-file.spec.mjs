// Saved pages in a browser: whatever others wrote stands there as text, reads back as it was, and nothing of it runs.
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fillPage } from '../../pkg/dist/page-file.js';
import { expect, test } from './fixtures.mjs';

const FOLDER = resolve('tests/output/page-file');
const TEMPLATE =
  '<!doctype html>\n<meta charset="utf-8"><link rel="icon" href="data:,">\n<title><!--heatlens:title--></title>\n' +
  '<body><!--heatlens:lens-->\n<!--heatlens:data-->\n<p id="end">end</p>\n';
/** A page knows no NUL and no halves of letters. */
const known = (text) => text.replace(/\0|\p{Surrogate}/gu, '\ufffd');

/** What the browser makes of a page. */
const read = (page) =>
  page.evaluate(async () => {
    const text = (query) => document.querySelector(query)?.textContent;
    const lens = document.querySelector('heat-lens');
    const packed = Uint8Array.from(atob(text('#heatlens-model') ?? ''), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return {
      title: text('title'),
      attributes: Object.fromEntries(Array.from(lens?.attributes ?? [], (a) => [a.name, a.value])),
      words: text('[dir=auto]'),
      caption: Array.from(document.querySelectorAll('figcaption p'), (p) => p.textContent),
      alt: document.querySelector('img')?.alt,
      ends: document.querySelectorAll('body > #end').length,
      tags: Array.from(document.querySelectorAll('*'), ({ localName }) => localName).join(' '),
      model: await new Response(stream).text(),
      hits: Reflect.get(window, 'hits') ?? 0,
    };
  });

test.beforeEach(async ({ page }) => {
  await mkdir(FOLDER, { recursive: true });
  await page.addInitScript(() => {
    Object.assign(window, { hits: 0, hit: () => Object.assign(window, { hits: 1 }) });
  });
});

test('forty hostile texts in every place of a filled page', async ({ page }) => {
  const payloads = JSON.parse(await readFile('tests/support/payloads.json', 'utf8'));
  expect(payloads).toHaveLength(40);
  const more = ['\r\n\r', '\ud800', ' \n two  blanks ', '\u0085\u009f'];
  let tags;
  for (const payload of ['plain', ...payloads, ...more]) {
    const still = {
      title: payload,
      picture: { type: 'image/png', bytes: new Uint8Array(3), alt: payload },
    };
    const word = { text: payload, background: [1, 2, 255], ink: '#fff' };
    const html = await fillPage(TEMPLATE, {
      title: payload,
      attributes: {
        text: payload,
        label: payload,
        options: JSON.stringify({ lrp: payload }),
        controls: true,
      },
      fallback: {
        stills: [still, { title: payload, words: [{ text: payload }, word] }],
        caption: [payload],
      },
      data: { 'heatlens-model': new TextEncoder().encode(payload) },
    });
    await writeFile(`${FOLDER}/page.html`, html);
    await page.goto(pathToFileURL(`${FOLDER}/page.html`).href);
    const found = await read(page);
    const text = known(payload);
    tags ??= found.tags;
    expect(found).toEqual({
      title: text,
      attributes: {
        text,
        label: text,
        options: known(JSON.stringify({ lrp: payload })),
        controls: '',
      },
      words: text + text,
      caption: [text],
      alt: text,
      ends: 1,
      tags,
      model: payload.replace(/\p{Surrogate}/gu, '\ufffd'),
      hits: 0,
    });
  }
});

test('forty hostile texts in a page of the program', async ({ page }) => {
  const payloads = JSON.parse(await readFile('tests/support/payloads.json', 'utf8'));
  const text = `orbit\r\n ${payloads.join('\n shuttle ')}`;
  await writeFile(`${FOLDER}/post.txt`, text);
  await writeFile(`${FOLDER}/template.html`, TEMPLATE);
  const asked = ['page', 'www/models/text-linear.onnx', '--input', `${FOLDER}/post.txt`];
  const how = ['--method', 'lrp', '--title', payloads[0], '--template', `${FOLDER}/template.html`];
  const command = ['run', '--quiet', '--', ...asked, ...how, '--out', `${FOLDER}/program.html`];
  execFileSync('cargo', command, { stdio: 'ignore' });
  await page.goto(pathToFileURL(`${FOLDER}/program.html`).href);
  const found = await read(page);
  expect(found.title).toBe(payloads[0]);
  expect(found.attributes.text).toBe(known(text));
  expect(found.words).toBe(known(text));
  expect([found.hits, found.ends]).toEqual([0, 1]);
  expect(found.tags).toMatch(
    /^html head meta link title body heat-lens figure div p b p (span )+img p span span span figcaption p p p script p$/,
  );
});
