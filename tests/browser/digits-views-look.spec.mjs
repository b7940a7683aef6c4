// Every view in four variants: no axe violations, nothing wider than the screen, a picture for people to look at.
import { mkdirSync } from 'node:fs';
import { axe, expect, OUTPUT, ready, test, verdict } from './digits-rig.mjs';

const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
/** What must stand before a view is looked at. */
const VIEWS = {
  compare: '.card[data-method="occlusion"][data-state="ready"]',
  contrast: '[data-panel="by-chance"][data-state="ready"]',
  layers: '[data-panel="trace"][data-state="ready"]',
  knobs: '[data-panel="range-signed"][data-state="ready"]',
  proof: '.many .numbers caption',
  subsets: '[data-panel="subset"][data-state="ready"]',
  limits: '[data-panel="attacked-set"][data-state]',
  images: '[data-panel="climb"][data-state="ready"]',
  networks: '[data-panel="kept-mlp"][data-state="ready"]',
};

for (const [size, viewport] of Object.entries(SIZES)) {
  test.describe(size, () => {
    test.use({ viewport, hasTouch: size === 'phone' });

    test(`every view, light and dark${size === 'phone' ? ' @long' : ''}`, async ({ page }) => {
      test.setTimeout(300_000);
      mkdirSync(OUTPUT, { recursive: true });
      for (const [view, standing] of Object.entries(VIEWS)) {
        await page.goto('about:blank');
        await page.goto(`./digits/#v=1&m=mlp&x=${view}`);
        await page.locator(standing).first().waitFor({ timeout: 90_000 });
        if (view === 'images') {
          await page.getByRole('button', { name: 'Climb' }).click();
          await expect(page.locator('#view-images .result')).toContainText('after every step');
        }
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme });
          await axe(page);
          const wide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(await wide(), view).toBeLessThanOrEqual(0);
          await page.screenshot({
            path: `${OUTPUT}view-${view}-${size}-${colorScheme}.png`,
            fullPage: true,
          });
        }
        // Nothing drawn is a calm state everywhere.
        await page.locator('#clear').click();
        await expect(verdict(page)).toHaveText('–');
        await expect(page.locator('main')).not.toContainText(/NaN|undefined|null/);
        await axe(page);
      }
    });
  });
}

test('the tour, the composer and the display settings pass axe', async ({ page }) => {
  await page.goto('./digits/');
  await ready(page, 'lrp');
  await page.getByRole('button', { name: 'Tour' }).click();
  await page.locator('#composer summary').click();
  await page.locator('#display summary').click();
  await axe(page);
});

test('on paper: the drawing, the answer and the maps, without controls', async ({ page }) => {
  await page.goto('./digits/#v=1');
  await ready(page, 'occlusion');
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const gone of ['#stations', '#take', '#models', '.masthead-actions'])
    await expect(page.locator(gone).first()).toBeHidden();
  for (const there of ['#pad', '#verdict', '#seen', '.card[data-method="lrp"] .legend'])
    await expect(page.locator(there)).toBeVisible();
  const paper = await page.evaluate(
    () => getComputedStyle(document.documentElement).backgroundColor,
  );
  expect(paper).toBe('rgb(255, 255, 255)');
  await page.screenshot({ path: `${OUTPUT}print.png`, fullPage: true });
});

test.describe('forced colours', () => {
  test.use({ forcedColors: 'active' });

  test('views keep their pictures and pass axe', async ({ page }) => {
    await page.goto('./digits/#v=1&x=layers');
    await page.locator(VIEWS.layers).waitFor();
    await axe(page);
    await page.screenshot({ path: `${OUTPUT}forced-layers.png`, fullPage: true });
  });
});

test.describe('reduced motion', () => {
  test.use({ reducedMotion: 'reduce' });

  test('nothing moves by itself; the film still runs when asked', async ({ page }) => {
    await page.goto('./digits/#v=1&x=layers');
    await page.locator(VIEWS.layers).waitFor();
    const moving = await page.evaluate(() => document.getAnimations().length);
    expect(moving).toBe(0);
    await page.getByRole('button', { name: 'Play' }).click();
    await expect(page.locator('#view-layers .result').first()).toContainText('forward');
  });
});
