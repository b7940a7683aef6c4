// Inputs of <heat-lens> beside pictures and texts, and pictures as numbers, against values worked out by hand.
import { axe, expect, screenshot, test } from './fixtures.mjs';
import { open, serveArrays, serveModels, weighing } from './elements-rig.mjs';

const kind = (word, more = {}) => ({ 'heatlens.input.kind': word, ...more });

/** One class more than needed, so that the first wins where its sum is above 0. */
const against0 = (weights) => weights.flatMap((w) => [w, 0]);

const ROW = weighing([3], against0([2, -1, 0.5]), 2, {
  'heatlens.labels': 'ill\nwell',
  'heatlens.input.names': 'age\nheight\nweight',
});
// Channels first: A C G T by rows, five positions.
const MOTIF = Array.from({ length: 20 }, (_, i) => (i === 0 || i === 16 ? 3 : i === 7 ? -1 : 0.25));
const SEQUENCE = weighing(
  [4, 5],
  against0(MOTIF),
  2,
  kind('sequence', { 'heatlens.labels': 'bound\nfree' }),
);
const SERIES = weighing(
  [2, 4],
  against0([1, 1, 1, 1, 2, 2, 2, 2]),
  2,
  kind('series', { 'heatlens.input.names': 'left\nright' }),
);

const models = {
  row: ROW,
  sequence: SEQUENCE,
  series: SERIES,
  ids: weighing([4], against0([1, 1, 1, 1]), 2, kind('ids')),
  volume: weighing([2, 2, 2], against0(Array(8).fill(1)), 2, kind('volume')),
  odd: weighing([2, 2], against0([1, 1, 1, 1]), 2, {}),
};

/** Adds a lens; resolves with what it explains, or with its error. */
const ask = (page, tag, text = '') =>
  page.evaluate(
    async ([attributes, text]) => {
      window.errors.length = 0;
      const lens = window.add('heat-lens', attributes, text);
      const explanation = await lens.explain();
      await new Promise((done) => setTimeout(done, 100));
      window.lens = lens;
      const map = lens.maps.querySelector('[part~="map"]');
      return {
        errors: [...window.errors],
        status: lens.status.textContent,
        relevance: explanation && Array.from(explanation.relevance),
        target: explanation?.target,
        words:
          map &&
          Array.from(map.shown.relevance, (_, k) =>
            k < map.numbers.length ? map.wordsAt?.(k) : null,
          ),
      };
    },
    [Object.fromEntries(Object.entries(tag).map(([name, value]) => [`@${name}`, value])), text],
  );

test.beforeEach(({ page }) => serveModels(page, models));

test('a row of features: numbers inside, fields to change them', async ({ page }) => {
  await open(page);
  const found = await ask(
    page,
    { model: '/own/row.onnx', method: 'gradient-x-input', controls: '' },
    '3, 1\n−2',
  );
  expect(found.errors).toEqual([]);
  // x · w of the first class: 3·2, 1·(−1), −2·0.5.
  expect(found.relevance).toEqual([6, -1, -1]);
  expect(found.words).toEqual(['age: +6.00', 'height: −1.00', 'weight: −1.00']);
  const field = page.getByLabel('height');
  await expect(field).toHaveValue('1');
  await field.fill('4');
  await expect(page.locator('heat-row').getByRole('row', { name: /height/ })).toHaveText(
    'height4.00−4.00',
  );
  await axe(page);
  await screenshot(page, 'elements-lens-row');
});

test('a sequence: letters inside, or one-hot numbers', async ({ page }) => {
  const hot = Array(20).fill(0);
  [...'ACGTA'].forEach((letter, t) => (hot['ACGT'.indexOf(letter) * 5 + t] = 1));
  await serveArrays(page, { hot: [hot, [4, 5]] });
  await open(page);
  const found = await ask(
    page,
    { model: '/own/sequence.onnx', method: 'gradient-x-input', controls: '' },
    'at gna',
  );
  expect(found.errors).toEqual([]);
  // A at 1 weighs 3, T at 2 weighs 3, G at 3 and A at 5 weigh 0.25; N is nothing.
  expect(found.words.slice(0, 5)).toEqual([
    'A at 1: +3.00',
    'T at 2: +3.00',
    'G at 3: +0.250',
    'N at 4: 0',
    'A at 5: +0.250',
  ]);
  await page.getByLabel('Sequence').fill('ACGT');
  await expect(page.locator('heat-lens').getByRole('status').last()).toHaveText(
    'the network reads 5 letters, but there are 4',
  );
  await page.getByLabel('Sequence').fill('ATATA');
  await expect.poll(() => page.evaluate(() => window.lens.explanation?.relevance[1])).toBe(0);
  await expect.poll(() => page.evaluate(() => window.lens.status.textContent)).toBe('');
  await axe(page);
  const given = await ask(page, {
    model: '/own/sequence.onnx',
    input: '/hot.npy',
    method: 'gradient-x-input',
  });
  expect(given.words.slice(0, 2)).toEqual(['A at 1: +3.00', 'C at 2: +0.250']);
});

test('a series: channels with their names', async ({ page }) => {
  await serveArrays(page, {
    x: [
      [1, 2, 3, 4, 0, -1, 0, 1],
      [2, 4],
    ],
  });
  await open(page);
  const found = await ask(page, {
    model: '/own/series.onnx',
    input: '/x.npy',
    method: 'gradient-x-input',
    controls: '',
  });
  expect(found.errors).toEqual([]);
  expect(found.relevance).toEqual([1, 2, 3, 4, 0, -2, 0, 2]);
  expect(found.words[5]).toBe('right at 2: −2.00, value −1.00');
  await axe(page);
});

test('what cannot be shown is refused in words', async ({ page }) => {
  await open(page);
  for (const [model, text, code, words] of [
    ['row', '1 2', 'E_REQUEST', /reads 3 numbers \(features\), but there are 2/],
    ['row', '1 2 three', 'E_REQUEST', /“three” is not a number/],
    ['sequence', 'ACXGT', 'E_REQUEST', /“X” at 3 is none of the letters A C G T or N/],
    ['ids', '1 2 3 4', 'E_KIND', /no vocabulary/],
    ['volume', '1', 'E_KIND', /volumes in space/],
    ['odd', '1 2 3 4', 'E_KIND', /does not say of what kind \(heatlens\.input\.kind\)/],
  ]) {
    const found = await ask(page, { model: `/own/${model}.onnx` }, text);
    expect(found.errors.filter(({ tag }) => tag === 'heat-lens')).toMatchObject([{ code }]);
    expect(found.status, model).toMatch(words);
    await page.evaluate(() => window.lens.remove());
  }
});

test('heat-lens is saved with question, answer, input, map and legend', async ({ page }) => {
  await open(page);
  const svg = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 28, height: 28 });
    const context = canvas.getContext('2d');
    context.fillRect(0, 0, 28, 28);
    Object.assign(context, { strokeStyle: '#fff', lineWidth: 3 });
    context.strokeRect(9, 5, 10, 18);
    const lens = document.createElement('heat-lens');
    lens.append(canvas);
    Object.assign(lens, { model: '/models/digits-cnn.onnx', method: 'lrp', target: 0 });
    document.querySelector('main').append(lens);
    await lens.explain();
    await new Promise((done) => setTimeout(done, 100));
    const blob = await lens.toBlob();
    const bitmap = await createImageBitmap(blob);
    const pixels = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    pixels.drawImage(bitmap, 0, 0);
    // The input's ground is black: it is there though it is a picture in a picture.
    const { data } = pixels.getImageData(0, 0, bitmap.width, bitmap.height);
    window.black = data.reduce(
      (sum, _, i) => sum + (i % 4 === 0 && data[i] + data[i + 1] + data[i + 2] === 0),
      0,
    );
    return lens.toSVG();
  });
  const words = svg.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  expect(words).toMatch(/Why 0\? .*0, \d.* %.*Input.*Layer-wise|Why 0\? .*Input.*LRP/i);
  expect(words).toMatch(/blue: against 0.*red: for 0/);
  expect(await page.evaluate(() => window.black)).toBeGreaterThan(10_000);
});

/** A picture of 4 × 2 pixels, its left half of one colour and its right half of another, as numbers. */
const read = (page, options) =>
  page.evaluate(async (options) => {
    const { fromImage } = await import('/pkg/index.js');
    const image = new ImageData(4, 2);
    for (let i = 0; i < 8; i += 1)
      image.data.set(i % 4 < 2 ? [255, 0, 51, 255] : [0, 102, 255, 255], 4 * i);
    try {
      return Array.from(await fromImage(image, options), (value) => Math.round(1e4 * value) / 1e4);
    } catch (error) {
      return [error.code, error.message];
    }
  }, options);

const times = (count, ...values) => Array.from({ length: count }, () => values).flat();

test('pictures become numbers as the options say', async ({ page }) => {
  await open(page);
  const own = { size: [2, 4] };
  const [left, right] = [
    [1, 0, 0.2],
    [0, 0.4, 1],
  ];
  const plane = (c) => times(2, left[c], left[c], right[c], right[c]);
  expect(await read(page, own)).toEqual([...plane(0), ...plane(1), ...plane(2)]);
  expect(await read(page, { ...own, channels: 'BGR' })).toEqual([
    ...plane(2),
    ...plane(1),
    ...plane(0),
  ]);
  expect(await read(page, { ...own, layout: 'HWC' })).toEqual(
    times(2, ...left, ...left, ...right, ...right),
  );
  // 0.299 red + 0.587 green + 0.114 blue.
  const [a, b] = [0.3218, 0.3488];
  expect(await read(page, { ...own, channels: 'grey' })).toEqual(times(2, a, a, b, b));
  expect((await read(page, { ...own, channels: 'grey', range: [-1, 1] }))[0]).toBe(-0.3564);
  // (value − mean) / std, per channel.
  const scaled = await read(page, {
    ...own,
    layout: 'HWC',
    mean: [0.5, 0.5, 0],
    std: [0.5, 0.25, 2],
  });
  expect(scaled.slice(0, 3)).toEqual([1, -2, 0.1]);
  expect(scaled.slice(6, 9)).toEqual([-1, -0.4, 0.5]);
  // 255 steps in place of 1.
  expect((await read(page, { ...own, range: [0, 255] }))[0]).toBe(255);
});

test('pictures of another shape are cut, framed or stretched', async ({ page }) => {
  await open(page);
  const grey = { channels: 'grey', size: [2, 2] };
  const [a, b] = [0.3218, 0.3488];
  // The middle of the picture, 2 × 2 pixels of it.
  expect(await read(page, { ...grey, fit: 'cover' })).toEqual([a, b, a, b]);
  expect(await read(page, { ...grey, fit: 'stretch' })).toEqual([a, b, a, b]);
  // Four by two becomes two by one, in the middle of 4 × 4: rows of nothing above and below.
  const framed = await read(page, { channels: 'grey', size: [4, 4], fit: 'contain' });
  expect(framed.slice(0, 4)).toEqual([0, 0, 0, 0]);
  expect(framed.slice(4, 12)).toEqual([a, a, b, b, a, a, b, b]);
  expect(framed.slice(12)).toEqual([0, 0, 0, 0]);
});

test('options that make no sense are refused by name', async ({ page }) => {
  await open(page);
  for (const [options, words] of [
    [{}, /size must be/],
    [{ size: 0 }, /size must be/],
    [{ size: [2, 1e6] }, /size must be/],
    [{ size: 2, channels: 'CMYK' }, /channels must be/],
    [{ size: 2, layout: 'WHC' }, /layout must be/],
    [{ size: 2, fit: 'tile' }, /fit must be/],
    [{ size: 2, mean: [1, 2] }, /mean must be a number, or 3 of them/],
    [{ size: 2, std: [1, 0, 1] }, /std must not be 0/],
  ]) {
    const [code, message] = await read(page, options);
    expect(code, JSON.stringify(options)).toBe('E_REQUEST');
    expect(message).toMatch(words);
  }
});

test('a picture of another origin that does not allow it is E_ORIGIN', async ({ page }) => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  // Another host, the same server: the site's own policy allows no other origin's pictures, so this page has none.
  await page.route('**/plain.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>plain</title>' }),
  );
  await page.route('http://other.test/x.png', (route) =>
    route.fulfill({ contentType: 'image/png', body: png }),
  );
  await page.goto('plain.html');
  const found = await page.evaluate(async () => {
    const { fromImage } = await import('/pkg/index.js');
    const image = new Image();
    image.src = 'http://other.test/x.png';
    await image.decode();
    return fromImage(image, { size: 1 }).then(
      () => 'read',
      ({ code }) => code,
    );
  });
  expect(found).toBe('E_ORIGIN');
});
