// What the specs of embedding share: pages on origin A that embed elements from origin B, and eyes for their maps.
import { Host, listen, reference } from './embed-hosts.mjs';
import { expect, test as base } from './fixtures.mjs';

export { expect };
export * from './embed-hosts.mjs';

/** The guarded page of all browser tests, with two hosts: `a` has the pages, `b` the package, which all may fetch. */
export const test = base.extend({
  hosts: async ({ context }, use) => {
    await context.addInitScript(listen);
    const [a, b] = await Promise.all([new Host().open(), new Host().open()]);
    b.headers = { 'access-control-allow-origin': '*' };
    await use({ a, b });
    a.close();
    b.close();
  },
});

/** What elements told so far. @param {import('@playwright/test').Page | import('@playwright/test').Frame} page @param {string} [type] */
export const said = (page, type) =>
  page.evaluate((type) => window.__said.filter((each) => !type || each.type === type), type);

/** Waits for the `count`th event of a kind. @returns {Promise<any[]>} */
export async function heard(page, type, count = 1, timeout = 20_000) {
  await expect
    .poll(async () => (await said(page, type)).length, { timeout, message: `${type} × ${count}` })
    .toBeGreaterThanOrEqual(count);
  return said(page, type);
}

/** Colours on the canvas of a map: 1 is a blank one. @param {any} lens */
export const colours = (lens) =>
  lens.locator('heat-map canvas.map').evaluate((canvas) => {
    const { width, height } = canvas;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return new Set(new Uint32Array(data.buffer)).size;
  });

/**
 * Waits for the map of an element and holds it to the same explanation in Node, number by number.
 * @param {any} lens @param {{ file?: string, options?: any, timeout?: number }} [how]
 */
export async function mapped(
  lens,
  { file = 'www/models/digits-cnn.onnx', options, timeout = 20_000 } = {},
) {
  const asked = { method: 'lrp', target: 3, ...options };
  await expect
    .poll(() => lens.evaluate((own) => own.explanations?.length ?? 0), {
      timeout,
      message: 'a map',
    })
    .toBeGreaterThan(0);
  const shown = await lens.evaluate((own) => own.toJSON());
  const { relevance } = await reference(shown, file, asked);
  expect(shown.explanations[0].relevance).toEqual(
    JSON.parse(JSON.stringify(Array.from(relevance))),
  );
  expect(relevance.some((value) => value !== 0)).toBe(true);
  if (typeof shown.input !== 'string') expect(await colours(lens)).toBeGreaterThan(5);
  return shown;
}
