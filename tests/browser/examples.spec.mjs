// The deck of slides and the post in examples/, as pages of the site; the post also as its folder lies on any server.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendFile } from '../../scripts/serve.mjs';
import { papers } from '../../www/kit/page/papers.js';
import { load } from '../../pkg/dist/index.js';
import { mapped } from './embed-rig.mjs';
import { axe, expect, screenshot, test } from './fixtures.mjs';

test.use({ reducedMotion: 'reduce' });

const DECK = await readFile('examples/slides/index.html', 'utf8');
const SLIDES = [...DECK.matchAll(/<section\s+id="(\w+)"/g)].map(([, id]) => id);
const source = (name) => readFile(`www/models/${name}`);
/** Numbers as the deck writes them. */
const words = (value) =>
  value
    .toFixed(2)
    .replace(/^-0\.00$/, '0.00')
    .replace('-', '−');
const sum = (values) => Array.from(values).reduce((all, value) => all + value, 0);
const cosine = (a, b) => {
  const dot = (a, b) => sum(Array.from(a, (value, i) => value * b[i]));
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

/** Waits until all that a slide holds is drawn. */
const drawn = (page, id) =>
  page.waitForFunction(
    (id) =>
      [...document.querySelectorAll(`#${id} heat-lens, #${id} heat-map`)].every(
        (each) => each.explanation,
      ),
    id,
    { timeout: 30_000 },
  );
const current = (page) => page.evaluate(() => location.hash.replace('#/', '') || 'title');
const figures = (page, id) =>
  page
    .locator(`#${id} [data-figure]`)
    .evaluateAll((all) => all.map(({ textContent }) => textContent));
/** How many pages a PDF of it has, all of a slide's size. */
async function pages(page) {
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  const text = pdf.toString('latin1');
  // 1280 x 720 CSS pixels in points.
  for (const [, box] of text.matchAll(/\/MediaBox\s*\[([^\]]*)\]/g))
    expect(box).toBe('0 0 960 540');
  return text.match(/\/Type\s*\/Page\b/g).length;
}
/** The middle of a cell of a map, from the box that the browser drew. */
async function cell(map, row, column) {
  const { x, y, width, height } = await map.locator('canvas.map').boundingBox();
  return [x + ((column + 0.5) / 28) * width, y + ((row + 0.5) / 28) * height];
}

test('deck: arrow keys lead through slides that hold their maps, without a violation', async ({
  page,
}) => {
  expect(SLIDES).toHaveLength(12);
  await page.goto('./slides/');
  await drawn(page, 'title');
  // What no slide shows yet starts no engine of its own.
  expect(page.workers().length).toBeLessThanOrEqual(1);
  for (const [i, id] of SLIDES.entries()) {
    if (i > 0) await page.keyboard.press('ArrowRight');
    await expect(page.locator('#number')).toHaveText(`${i + 1} / ${SLIDES.length}`);
    await expect.poll(() => current(page)).toBe(id);
    await drawn(page, id);
    const slide = page.locator(`#${id}`);
    expect(await slide.evaluate((all) => all.scrollHeight - all.clientHeight), id).toBe(0);
    // The size is right when it is first seen, though it was built while hidden.
    for (const map of await slide.locator('heat-map').all())
      expect(await map.locator('canvas.map').evaluate(({ width }) => width), id).toBeGreaterThan(
        199,
      );
    if (['title', 'draw', 'frame'].includes(id)) await axe(page);
  }
  await screenshot(page, 'slides');

  // What stands on the slides is what the network says, computed anew.
  const [cnn, mlp, ames] = await Promise.all([
    source('digits-cnn.onnx').then((bytes) => load(bytes)),
    source('digits-mlp.onnx').then((bytes) => load(bytes)),
    source('ames.onnx').then((bytes) => load(bytes, { axes: { atoms: 10 } })),
  ]);
  const drawing = async (id) =>
    Float32Array.from((await page.locator(id).evaluate((lens) => lens.toJSON())).input);
  const [three, eight] = [await drawing('#opening'), await drawing('#deconvnet-8')];
  const why = (method, target, more) => cnn.explain(three, { method, target, ...more });
  const alike = (a, b) => words(cosine(a.relevance, b.relevance));
  const [for3, for9] = [await why('lrp', 3), await why('lrp', 9)];
  const [guided3, guided9] = [await why('guided-backprop', 3), await why('guided-backprop', 9)];

  const { score: difference } = await why('lrp', 3, { against: 9 });
  expect(await figures(page, 'contrast')).toEqual([for3.score, for9.score, difference].map(words));
  const times = await why('gradient-x-input', 3);
  const biases = sum(for3.layers.map(({ bias }) => bias));
  expect(Math.abs(for3.sum + biases - for3.score)).toBeLessThan(1e-3);
  expect(await figures(page, 'conservation')).toEqual(
    [for3.sum, times.sum, biases, 0, for3.score, for3.score, times.score].map(words),
  );
  const blind = await Promise.all(
    ['deconvnet', 'lrp'].flatMap((method) =>
      [three, eight].map((input) =>
        mlp.explain(input, {
          method,
          target: 3,
          ...(method === 'lrp' && { composite: 'epsilon' }),
        }),
      ),
    ),
  );
  const onInput = [alike(blind[0], blind[1]), alike(blind[2], blind[3])];
  expect(await figures(page, 'input')).toEqual(onInput);
  expect(onInput[0]).toBe('1.00');
  expect(cosine(blind[2].relevance, blind[3].relevance)).toBeLessThan(0.5);
  expect(await figures(page, 'class')).toEqual([alike(guided3, guided9), alike(for3, for9)]);
  expect(cosine(guided3.relevance, guided9.relevance)).toBeGreaterThan(0.95);
  expect(cosine(for3.relevance, for9.relevance)).toBeLessThan(0);
  const other = await load(await source('digits-cnn.onnx'), { randomize: { layers: 2 } });
  const after = (method) => other.explain(three, { method, target: 3 });
  const [guidedAfter, after3] = [await after('guided-backprop'), await after('lrp')];
  expect(await figures(page, 'weights')).toEqual([
    alike(guided3, guidedAfter),
    alike(for3, after3),
  ]);
  expect(cosine(guided3.relevance, guidedAfter.relevance)).toBeGreaterThan(0.9);
  expect(cosine(for3.relevance, after3.relevance)).toBeLessThan(0.1);
  const molecule = await page.locator('#nitroaniline').evaluate(({ example }) => example.inputs);
  const { probabilities } = await ames.predict(molecule.map((each) => Float32Array.from(each)));
  const [nitro, aspirin] = await figures(page, 'atoms');
  expect(nitro).toBe(words(probabilities[0]));
  expect([Number(nitro) > 0.9, Number(aspirin) < 0.1]).toEqual([true, true]);
  for (const model of [cnn, mlp, ames, other]) model.dispose();

  // There and back: nothing is started anew.
  const workers = page.workers().length;
  for (let i = 0; i < 20; i += 1) await page.keyboard.press(i % 2 === 0 ? 'Home' : 'End');
  expect(page.workers().length).toBeLessThanOrEqual(workers);
});

test('deck: the papers that it names are those of the methods', async () => {
  const linked = [...DECK.matchAll(/href="(https:[^"]+)"\s*>([^<]+)</g)].map(([, href, name]) => [
    name,
    href,
  ]);
  const known = new Map(papers().map((each) => [each.source, each.href]));
  expect(linked).toHaveLength(6);
  for (const [name, href] of linked) expect(known.get(name), name).toBe(href);
});

for (const scale of [0.5, 1.8]) {
  test(`deck at scale ${scale}: a click on the middle of cell (14, 14) hits it, keys still turn slides`, async ({
    page,
  }) => {
    await page.setViewportSize({ width: 1280 * scale, height: 720 * scale });
    await page.goto('./slides/#/contrast');
    await drawn(page, 'contrast');
    const map = page.locator('#for-3 heat-map');
    expect((await map.boundingBox()).width).toBeCloseTo(290 * scale, 0);
    await map.evaluate((own) =>
      own.addEventListener(
        'point',
        ({ detail }) => detail.index !== null && (window.__at = detail),
      ),
    );
    await page.mouse.click(...(await cell(map, 14, 14)));
    expect(await page.evaluate(() => window.__at)).toMatchObject({ row: 14, column: 14 });
    // The click has put the focus there; the keys are the deck's all the same.
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => current(page)).toBe('questions');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => current(page)).toBe('draw');
    // On the pad a stroke is a stroke, and neither it nor a choice turns a slide.
    await drawn(page, 'draw');
    const pad = page.locator('#pad heat-pad .pad');
    const box = await pad.boundingBox();
    const before = await page.locator('#pad').evaluate((lens) => lens.toJSON().input);
    await page.mouse.move(box.x + 0.36 * box.width, box.y + 0.2 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.36 * box.width, box.y + 0.8 * box.height, { steps: 5 });
    await page.mouse.up();
    await expect
      .poll(() => page.locator('#pad').evaluate((lens) => lens.toJSON().input))
      .not.toEqual(before);
    await page.locator('#pad method-picker select').focus();
    await page.keyboard.press('ArrowDown');
    expect(await current(page)).toBe('draw');
    await pad.click();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => current(page)).toBe('contrast');
  });
}

test('deck: frames in a sandbox show an LRP map, by five lines, and hand keys on', async ({
  page,
}) => {
  const tags = [...DECK.matchAll(/<iframe[^]*?<\/iframe>/g)].map(([tag]) => tag);
  expect(tags.map((tag) => tag.split('\n').length)).toEqual([4, 5]);
  /** What each frame asks for, by its own scripts and its worker's. */
  const asked = [];
  page.on('request', (request) => {
    const at = page.frames().indexOf(request.frame());
    if (at > 0) asked.push(`${at} ${request.url()}`);
  });
  await page.goto('./slides/#/frame');
  const [bySrc, bySrcdoc] = [0, 1].map((i) => page.locator('#frame iframe').nth(i).contentFrame());
  await mapped(bySrc.locator('heat-lens'));
  await mapped(bySrcdoc.locator('heat-lens'), { options: { against: 9 } });
  for (const frame of page.frames().slice(1))
    expect(await frame.evaluate(() => self.origin)).toBe('null');
  expect(asked.filter((one, i) => asked.indexOf(one) !== i)).toEqual([]);
  await bySrc.locator('.from').click({ position: { x: 150, y: 8 } });
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => current(page)).toBe('atoms');
  // The deck itself in such a frame.
  await page.goto('./test/blank.html');
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.style.cssText = 'width: 960px; height: 540px';
    frame.src = '/slides/';
    document.body.append(frame);
  });
  await mapped(page.frameLocator('iframe').locator('#opening'));
});

test('deck on paper: each slide is a page, each element a map or its still picture', async ({
  page,
}) => {
  await page.goto('./slides/?print-pdf');
  for (const id of SLIDES) await drawn(page, id);
  for (const frame of page.frames().slice(1))
    await expect
      .poll(() => frame.evaluate(() => document.querySelector('heat-lens')?.explanations.length))
      .toBe(1);
  const states = await page
    .locator('heat-lens')
    .evaluateAll((all) => all.map((lens) => lens.shadowRoot.querySelector('.status').textContent));
  expect(states.filter((text) => text !== '')).toEqual([]);
  await page.emulateMedia({ media: 'print' });
  const found = await page.locator('heat-map canvas.map').evaluateAll((maps) =>
    maps.map((map) => {
      const { width, height } = map;
      const context = new OffscreenCanvas(width, height).getContext('2d');
      context.drawImage(map, 0, 0);
      return new Set(new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)).size;
    }),
  );
  expect(found).toHaveLength(22);
  expect(Math.min(...found)).toBeGreaterThan(5);
  expect(await pages(page)).toBe(SLIDES.length);
  await page.emulateMedia({ media: null });
  await axe(page);
  await screenshot(page, 'slides-paper', { fullPage: true });

  // Printed while it is shown: what was never seen has its picture or its words.
  await page.goto('./slides/');
  await drawn(page, 'title');
  expect(await pages(page)).toBe(SLIDES.length);
  await page.emulateMedia({ media: 'print' });
  // Whatever the shape of the paper that the browser lays out for first.
  await page.setViewportSize({ width: 612, height: 792 });
  const places = await page
    .locator('#contrast .columns > figure')
    .evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().top)));
  expect(places).toEqual(Array(3).fill(places[0]));
  for (const id of SLIDES) {
    await expect(page.locator(`#${id} h1, #${id} h2`)).toBeVisible();
    for (const lens of await page.locator(`#${id} heat-lens`).all())
      expect((await lens.boundingBox()).height, id).toBeGreaterThan(15);
  }
});

test('deck on a phone: a column that scrolls, turned by its buttons; and without script', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    javaScriptEnabled: true,
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  await page.goto(new URL('slides/#/draw', baseURL).href);
  await drawn(page, 'draw');
  const slide = page.locator('#draw');
  expect(await slide.evaluate((all) => [all.clientWidth, all.scrollWidth])).toEqual([390, 390]);
  expect(await slide.evaluate((all) => all.scrollHeight - all.clientHeight)).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Next slide' }).tap();
  await expect(page.locator('#number')).toHaveText('3 / 12');
  await axe(page);
  await screenshot(page, 'slides-390');
  await context.close();

  const still = await browser.newContext({ javaScriptEnabled: false });
  const plain = await still.newPage();
  await plain.goto(new URL('slides/', baseURL).href);
  for (const id of SLIDES) await expect(plain.locator(`#${id} h1, #${id} h2`)).toBeVisible();
  expect((await plain.locator('#opening img').boundingBox()).width).toBeGreaterThan(100);
  await still.close();
});

test('post: two elements, on the site and as a folder on a plain server', async ({ page }) => {
  const text = await readFile('examples/static/index.html', 'utf8');
  const tags = [...text.matchAll(/<heat-lens[^]*?<\/heat-lens>/g)].map(([tag]) => tag);
  expect(tags).toHaveLength(2);
  for (const tag of tags) expect(tag.split('\n').length).toBeLessThanOrEqual(5);

  const folder = await mkdtemp(join(tmpdir(), 'post-'));
  await cp('examples/static', folder, { recursive: true });
  await cp('pkg/dist', join(folder, 'heatlens'), { recursive: true });
  for (const name of ['digits-cnn.onnx', 'text-linear.onnx'])
    await cp(`www/models/${name}`, join(folder, 'models', name));
  const server = createServer(async (request, response) => {
    if (!(await sendFile(folder, request, response, {}))) response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  try {
    for (const address of ['./post/', `http://127.0.0.1:${server.address().port}/`]) {
      await page.goto(address);
      const [digit, sentence] = [0, 1].map((i) => page.locator('heat-lens').nth(i));
      await mapped(digit);
      await sentence.scrollIntoViewIfNeeded();
      const space = { method: 'lrp', target: 'sci.space' };
      const shown = await mapped(sentence, { file: 'www/models/text-linear.onnx', options: space });
      expect(shown.input).toBe('The shuttle is in orbit, and the doctor is on the ground.');
      for (const colorScheme of ['dark', 'light']) {
        await page.emulateMedia({ colorScheme });
        await axe(page);
        await screenshot(page, `post-${colorScheme}`, { fullPage: true });
      }
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      await page.setViewportSize({ width: 1280, height: 720 });
    }
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
});
