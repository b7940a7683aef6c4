// The pad: strokes of any length, keyboard and pointer in turn, and Undo.
import { decodeState } from '../../www/digits/state.js';
import { draw, dropFile, expect, print, ready, test, verdict } from './digits-rig.mjs';

const stored = async (page) => {
  await page.waitForTimeout(500); // until the address is written
  return page.evaluate(() => location.hash);
};
const seen = async (page) => (await print(page, '#seen')).hash;

/** One stroke of many points: a spiral with a tail, drawn by a pen that is faster than the screen. */
const scribble = (page, count) =>
  page.locator('#pad').evaluate((pad, points) => {
    const box = pad.getBoundingClientRect();
    const event = (type, x, y, more = {}) =>
      new PointerEvent(type, {
        ...{ pointerId: 7, isPrimary: true, button: 0, bubbles: true, ...more },
        ...{ clientX: box.x + x * box.width, clientY: box.y + y * box.height },
      });
    const at = (i) => {
      const [angle, radius] = [i / 12, 0.1 + (0.25 * i) / points];
      return [0.4 + radius * Math.cos(angle), 0.4 + radius * Math.sin(angle)];
    };
    pad.dispatchEvent(event('pointerdown', ...at(0)));
    for (let from = 0; from < points; from += 250) {
      const coalescedEvents = Array.from({ length: 250 }, (_, k) =>
        event('pointermove', ...at(from + k)),
      );
      pad.dispatchEvent(event('pointermove', ...at(from), { coalescedEvents }));
    }
    const tail = Array.from({ length: 20 }, (_, k) => event('pointermove', 0.8, 0.5 + k / 50));
    pad.dispatchEvent(event('pointermove', 0.8, 0.88, { coalescedEvents: tail }));
    pad.dispatchEvent(event('pointerup', 0.8, 0.88));
  }, count);

test('a stroke of 6,000 points is drawn to its end, and a link holds it', async ({ page }) => {
  await page.goto('./digits/');
  await ready(page, 'lrp');
  await page.locator('#clear').click();
  await scribble(page, 6000);
  await expect(page.locator('.notice')).toHaveCount(0);
  const hash = await stored(page);
  const end = decodeState(hash).strokes.at(-1).at(-1);
  expect(end.map((value) => Math.round(100 * value))).toEqual([80, 88]);
  expect(hash.length).toBeLessThan(8192);
  expect(hash).toContain('&d=');
  // The tail is on the pad: lower right.
  const inked = await page.locator('#pad-canvas').evaluate((canvas) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0.8 * width - 2, 0.8 * height, 4, 4);
    return data.some((value, i) => i % 4 === 3 && value > 0);
  });
  expect(inked).toBe(true);
  // It can be drawn on, and a new page has the same drawing.
  const before = await seen(page);
  const other = await page.context().newPage();
  await other.goto(`./digits/${hash}`);
  await expect.poll(() => seen(other)).toBe(before);
  await draw(page, [
    [
      [0.1, 0.9],
      [0.9, 0.95],
    ],
  ]);
  await expect.poll(() => seen(page)).not.toBe(before);
});

test('the mouse draws after Space has lowered the pen of the keyboard', async ({ page }) => {
  await page.goto('./digits/');
  await ready(page, 'lrp');
  await page.locator('#clear').click();
  await page.locator('#pad').focus();
  await page.keyboard.press('Space');
  await expect(page.locator('#pad-status')).toContainText('Pen down');
  await draw(page, [
    [
      [0.2, 0.2],
      [0.8, 0.2],
      [0.4, 0.8],
    ],
  ]);
  await expect(page.locator('#pad-canvas')).toHaveAttribute('aria-label', /2 strokes/);
  await expect(page.locator('#pad-status')).toHaveText('');
  // And the keyboard goes on after the mouse.
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('#pad-status')).toContainText('Pen up');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('#pad-canvas')).toHaveAttribute('aria-label', /3 strokes/);
});

test('Undo brings back what was there: a drawing, and an image with what was done to it', async ({
  page,
}) => {
  await page.goto('./digits/');
  await ready(page, 'lrp');
  const first = await seen(page);
  const idx = Buffer.alloc(16 + 784, 255);
  [0x803, 1, 28, 28].forEach((word, k) => idx.writeUInt32BE(word, 4 * k));
  for (let row = 5; row < 23; row += 1) idx.fill(20, 16 + row * 28 + 13, 16 + row * 28 + 16);
  await dropFile(page, 'dark-idx3-ubyte', idx);
  await page.getByRole('button', { name: 'Image 1', exact: true }).click();
  await expect(verdict(page)).toHaveText('1');
  await expect(page.locator('#image-note')).toContainText('dark on light: inverted');
  const image = await seen(page);
  await draw(page, [
    [
      [0.1, 0.1],
      [0.9, 0.2],
    ],
  ]);
  await expect(page.locator('#image-note')).toHaveText('');
  const drawn = await seen(page);
  expect(drawn).not.toBe(image);
  await page.locator('#undo').click();
  expect(await seen(page)).toBe(image);
  await expect(verdict(page)).toHaveText('1');
  await expect(page.locator('#image-note')).toContainText('dark on light: inverted');
  await page.locator('#clear').click();
  await expect(page.locator('#seen')).toHaveAttribute('aria-label', /empty image/);
  await page.locator('#undo').click();
  expect(await seen(page)).toBe(image);
  await page.locator('#undo').click();
  expect(await seen(page)).toBe(first);
  await expect(verdict(page)).toHaveText('3');
  await expect(page.locator('#undo')).toBeDisabled();
});
