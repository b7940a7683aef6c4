// The pictures on the page, the package's and the command line's are one: the same bytes for the same map.
import { createRuntime } from '../../dist/site/pkg/index.js';
import { card, expect, open, ready, takeJson, test } from './digits-rig.mjs';

const ZOOM = 14;

/** The pixels of a canvas, row by row. */
const pixelsOf = (page, method) =>
  card(page, method)
    .locator('.map')
    .evaluate((canvas) => {
      const { width, height } = canvas;
      const copy = new OffscreenCanvas(width, height).getContext('2d', {
        willReadFrequently: true,
      });
      copy.drawImage(canvas, 0, 0);
      return { width, data: Array.from(copy.getImageData(0, 0, width, height).data) };
    });

test.use({ deviceScaleFactor: 2, colorScheme: 'light' });

test('a map on the page has the pixels of picture()', async ({ page }) => {
  await open(page);
  await page.locator('#outline').uncheck();
  await page.locator('#shared').uncheck();
  const runtime = createRuntime({ worker: false });
  try {
    for (const [palette, normalisation] of [
      ['red-blue', 'max'],
      ['grey', 'p99'],
      ['orange-blue', 'cubic'],
    ]) {
      await page.locator('#palette').selectOption(palette);
      await page.locator('#normalisation').selectOption(normalisation);
      for (const method of ['lrp', 'saliency']) {
        await ready(page, method);
        const { explanations } = await takeJson(page);
        const { relevance, shape } = explanations.find((each) => each.method === method);
        const { width, data } = await pixelsOf(page, method);
        expect(width).toBe(28 * ZOOM);
        const options = { palette, normalisation, zoom: ZOOM };
        const drawn = await runtime.picture({ relevance, shape }, options);
        const wrong = data.findIndex((byte, i) => byte !== drawn.data[i]);
        expect(wrong, `${palette}, ${normalisation}, ${method}: first wrong byte`).toBe(-1);
        expect(data.length).toBe(drawn.data.length);
        expect(new Set(new Uint32Array(drawn.data.buffer)).size).toBeGreaterThan(10);
      }
    }
  } finally {
    runtime.dispose();
  }
});

test('in the browser picture() is an ImageData that a canvas takes', async ({ page }) => {
  await page.goto('./digits/');
  const found = await page.evaluate(async () => {
    const { createRuntime } = await import(new URL('../pkg/index.js', location.href).href);
    const results = [];
    for (const worker of [undefined, false]) {
      const runtime = createRuntime({ worker });
      const map = { relevance: [1, -1, NaN, 0], shape: [2, 2] };
      const picture = await runtime.picture(map, { zoom: 5 });
      const canvas = Object.assign(document.createElement('canvas'), { width: 10, height: 10 });
      const context = canvas.getContext('2d');
      context.putImageData(picture, 0, 0);
      const { data } = context.getImageData(0, 0, 10, 10);
      results.push({
        kind: Object.prototype.toString.call(picture),
        size: [picture.width, picture.height],
        same: data.every((byte, i) => byte === picture.data[i]),
      });
      runtime.dispose();
    }
    return results;
  });
  for (const { kind, size, same } of found)
    expect([kind, size, same]).toEqual(['[object ImageData]', [10, 10], true]);
  expect(found).toHaveLength(2);
});
