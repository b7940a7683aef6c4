import { mkdirSync } from 'node:fs';
import { longer } from './fixtures.mjs';
import {
  ALL,
  axe,
  card,
  draw,
  expect,
  mapPrint,
  open,
  OUTPUT,
  print,
  ready,
  sample,
  test,
  verdict,
} from './digits-rig.mjs';

const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({
        viewport,
        colorScheme,
        hasTouch: size === 'phone',
        deviceScaleFactor: size === 'phone' ? 2 : 1,
      });

      test(`no axe violations, nothing wider than the screen, pictures taken${longer(size, colorScheme)}`, async ({
        page,
      }) => {
        test.setTimeout(180_000);
        mkdirSync(OUTPUT, { recursive: true });
        await open(page, `#v=1&p.sis.sets=2&${ALL}`);
        for (const method of ['lrp', 'occlusion', 'kernel-shap']) await ready(page, method);
        await ready(page, 'sis', 90_000);
        await axe(page);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0);
        await page.screenshot({
          path: `${OUTPUT}digits-${size}-${colorScheme}.png`,
          fullPage: true,
        });

        await card(page, 'lrp').locator('.card-title').click();
        await expect(page.locator('#details')).toBeVisible();
        await axe(page);
        await page.screenshot({ path: `${OUTPUT}digits-${size}-${colorScheme}-details.png` });
        await page.keyboard.press('Escape');

        await page.locator('#clear').click();
        await expect(verdict(page)).toHaveText('–');
        await page.evaluate(() => scrollTo(0, 0));
        await axe(page);
        await page.screenshot({ path: `${OUTPUT}digits-${size}-${colorScheme}-empty.png` });
      });
    });
  }
}

test.describe('phone', () => {
  test.use({ viewport: SIZES.phone, hasTouch: true });

  test('two columns of maps, a pad for the thumb, the reading stays in view', async ({ page }) => {
    await open(page);
    // At one moment: maps that are still coming move what is below them.
    const [left, right] = await page.evaluate(() =>
      ['saliency', 'guided-backprop'].map((name) =>
        document.querySelector(`.card[data-method="${name}"]`).getBoundingClientRect().toJSON(),
      ),
    );
    expect(right.y).toBe(left.y);
    expect(right.x).toBeGreaterThan(left.x + 160);
    const pad = await page.locator('#pad').boundingBox();
    expect(pad.width).toBeGreaterThanOrEqual(280);
    await expect(page.locator('#mini')).toBeHidden();
    await card(page, 'deeplift').scrollIntoViewIfNeeded();
    await expect(page.locator('#mini')).toBeVisible();
    await expect(page.locator('#mini-text')).toContainText('reads 3');
  });

  test('a finger draws', async ({ page, context }) => {
    await open(page);
    await page.locator('#clear').tap();
    const box = await page.locator('#pad').boundingBox();
    const client = await context.newCDPSession(page);
    const touch = (type, points) =>
      client.send('Input.dispatchTouchEvent', { type, touchPoints: points });
    for (const stroke of sample(7).strokes) {
      const points = stroke.map(([x, y]) => ({
        x: box.x + x * box.width,
        y: box.y + y * box.height,
      }));
      await touch('touchStart', [points[0]]);
      for (const point of points.slice(1)) await touch('touchMove', [point]);
      await touch('touchEnd', []);
    }
    await expect(verdict(page)).toHaveText('7');
  });
});

test('the theme can be chosen, is kept, and the maps follow', async ({ page }) => {
  await open(page);
  const paper = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const before = [await paper(), (await mapPrint(page, 'saliency')).hash];
  await page.locator('#theme').click();
  expect(await paper()).not.toBe(before[0]);
  await expect.poll(async () => (await mapPrint(page, 'saliency')).hash).not.toBe(before[1]);
  const dark = await paper();
  await page.reload();
  await ready(page, 'saliency');
  expect(await paper()).toBe(dark);
});

test('a digit is drawn and explained with the keyboard alone', async ({ page }) => {
  await open(page);
  await page.locator('#clear').focus();
  await page.keyboard.press('Enter');
  await page.locator('#pad').focus();
  for (let i = 0; i < 8; i += 1) await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Space');
  await expect(page.locator('#pad-status')).toHaveText(/^Pen down, row/);
  for (let i = 0; i < 16; i += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(verdict(page)).toHaveText('1');
  const before = (await mapPrint(page, 'lrp')).hash;
  await page.keyboard.press('7');
  await expect(page.locator('#target')).toHaveValue('7');
  await expect.poll(async () => (await mapPrint(page, 'lrp')).hash).not.toBe(before);
  await page.keyboard.press('Backspace');
  await expect(verdict(page)).toHaveText('–');
});

test('every control can be reached with Tab, and the focus is seen', async ({ page }) => {
  await open(page);
  const wanted = await page
    .locator(
      '#pad, #undo, #clear, #choose-file, #target, #against, #normalisation, #palette, #shared, #outline, .bar, .plate, .card-title',
    )
    .count();
  const reached = new Set();
  for (let i = 0; i < 120; i += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const host = document.activeElement;
      if (!host || host === document.body) return null;
      const node = host.shadowRoot?.activeElement ?? host;
      const { outlineStyle, outlineWidth } = getComputedStyle(node);
      const path =
        node.id ||
        `${node.className}/${host.closest('[data-method]')?.dataset.method ?? ''}/${node.getAttribute('aria-label') ?? node.textContent}`;
      return { path, seen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
    });
    if (!at) break;
    expect(at.seen, at.path).toBe(true);
    reached.add(at.path);
  }
  expect(reached.size).toBeGreaterThanOrEqual(wanted);
});

test('drawing keeps the layout still', async ({ page }) => {
  await open(page);
  await ready(page, 'kernel-shap');
  await page.evaluate(() => {
    globalThis.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: false });
  });
  await draw(page, sample(4).strokes);
  await page.getByRole('button', { name: 'Sample 5, third hand' }).click();
  await page.getByRole('button', { name: 'Fully connected' }).click();
  await page.locator('#clear').click();
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => globalThis.shift)).toBeLessThan(0.02);
});

test.describe('forced colours', () => {
  test.use({ forcedColors: 'active', reducedMotion: 'reduce' });

  test('maps keep their colours and nothing moves', async ({ page }) => {
    await open(page);
    expect((await print(page, '.card[data-method="saliency"] .map')).colours).toBeGreaterThan(8);
    expect(
      await page
        .locator('.bar-fill')
        .first()
        .evaluate((bar) => getComputedStyle(bar).transitionDuration),
    ).toBe('0s');
    await axe(page);
  });
});
