// What the digits specs share: a page that must stay without errors, a hand that draws, eyes for heatmaps.

import { axe, expect, test as base } from './fixtures.mjs';
import { SAMPLES } from '../../www/digits/input/samples.js';
import { smooth } from '../../www/kit/pad/strokes.js';

export { axe, expect };

export const MODELS = new URL('../../www/models/', import.meta.url);
export const OUTPUT = new URL('../output/', import.meta.url).pathname;

/** The guarded page of all browser tests, which moreover asks nobody else for anything. */
export const test = base.extend({
  page: async ({ page, baseURL }, use) => {
    const foreign = [];
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(baseURL) && !/^(blob|data):/.test(url)) foreign.push(url);
    });
    await use(page);
    expect(foreign, 'no request leaves the page').toEqual([]);
  },
});

/** The methods most tests look at. */
export const METHODS = [
  'saliency',
  'guided-backprop',
  'deconvnet',
  'grad-cam',
  'gradient-x-input',
  'integrated-gradients',
  'deeplift',
  'lrp',
  'occlusion',
  'kernel-shap',
  'sis',
];
export const ALL = `g=${METHODS.join('.')}`;

/** Opens the page with many maps, or as the address part says, with its controls in sight. */
export async function open(page, hash = `#v=1&${ALL}`) {
  await page.goto(`./digits/${hash}`);
  await page.locator('#display').evaluate((details) => (details.open = true));
  await ready(page, 'saliency');
}

export const card = (page, method) => page.locator(`.card[data-method="${method}"]`);

/** Waits until a method shows a map and has no work under way. */
export async function ready(page, method, timeout = 30_000) {
  await expect(card(page, method)).toHaveAttribute('data-state', 'ready', { timeout });
  await expect(card(page, method)).not.toHaveAttribute('data-waiting', /.*/, { timeout });
}

export const verdict = (page) => page.locator('#verdict');

export const sample = (digit, hand = 0) =>
  SAMPLES.find((each) => each.digit === digit && each.hand === hand);

/** Draws strokes with the mouse. */
export async function draw(page, strokes, { pauses = 0 } = {}) {
  const pad = page.locator('#pad');
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
  for (const stroke of strokes) {
    const [first, ...rest] = smooth(stroke, 0.05);
    await page.mouse.move(...at(first));
    await page.mouse.down();
    for (const point of rest) {
      await page.mouse.move(...at(point));
      if (pauses > 0) await page.waitForTimeout(pauses);
    }
    await page.mouse.up();
  }
}

/** A short print of a canvas's pixels and how many colours it has. */
export function print(page, selector) {
  return page.locator(selector).evaluate((canvas) => {
    // Read from a copy: reading a page's canvas again and again makes the browser warn.
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
      willReadFrequently: true,
    });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let hash = 2166136261;
    const colours = new Set();
    for (let i = 0; i < data.length; i += 4) {
      const word = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
      colours.add(word);
      hash = Math.imul(hash ^ word, 16777619) >>> 0;
    }
    return { hash: `${canvas.width}x${canvas.height}:${hash}`, colours: colours.size };
  });
}

export const mapPrint = (page, method) => print(page, `.card[data-method="${method}"] .map`);

/** The print of a map once its whole row has stopped changing: maps of a row share their scale. */
export async function steadyPrint(page, method) {
  let before = null;
  for (;;) {
    for (const each of ['gradient-x-input', 'integrated-gradients', 'deeplift', 'lrp'])
      await ready(page, each);
    const { hash } = await mapPrint(page, method);
    if (hash === before) return hash;
    before = hash;
    await page.waitForTimeout(500);
  }
}

/** A map of a view. */
export const panel = (page, id) => page.locator(`[data-panel="${id}"]`);

export const isReady = (page, id, timeout = 30_000) =>
  expect(panel(page, id)).toHaveAttribute('data-state', 'ready', { timeout });

/** Opens a view, once the network has read the digit. @param {string} more of the address */
export async function view(page, id, more = '') {
  await page.goto(`./digits/#v=1&x=${id}${more}`);
  await expect(page.locator(`#view-${id}`)).toBeVisible();
  await expect(verdict(page)).not.toHaveText('–');
}

/** All numbers of the maps shown, as the visitor takes them away. */
export async function takeJson(page) {
  const coming = page.waitForEvent('download');
  await page.locator('#take').getByRole('button', { name: 'JSON', exact: true }).click();
  const chunks = [];
  for await (const chunk of await (await coming).createReadStream()) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks));
}

/** The input that the page explains; the view named `back` is shown again. */
export async function inputOf(page, back) {
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await ready(page, 'lrp');
  const { input } = await takeJson(page);
  await page.getByRole('button', { name: back, exact: true }).click();
  return input;
}

/** Drops a file on the page. */
export async function dropFile(page, name, bytes) {
  const transfer = await page.evaluateHandle(
    ([title, base64]) => {
      const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const held = new DataTransfer();
      held.items.add(new File([data], title));
      return held;
    },
    [name, Buffer.from(bytes).toString('base64')],
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** Opens the page as it comes. */
export async function visit(page, hash = '') {
  await page.goto(`./digits/${hash}`);
  await expect(page.locator('.card[data-state="ready"]').first()).toBeVisible();
  await expect(verdict(page)).not.toHaveText('–');
}
