// Class images and the tour.
import { expect, print, ready, test, verdict, view } from './digits-rig.mjs';

const LONG = 120_000;

test('S3-11, S0-5: every step of the climb raises the objective, from nothing and from the drawing', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'images');
  const status = page.locator('#view-images .result');
  for (const from of ['blank', 'drawing']) {
    await page.getByLabel('Start from').selectOption(from);
    const before = (await print(page, '[data-panel="climb"] .map')).hash;
    await page.getByRole('button', { name: 'Climb' }).click();
    await expect(page.getByRole('button', { name: 'Climb' })).toBeVisible({ timeout: 60_000 });
    await expect(status).toContainText('higher after every step');
    expect((await print(page, '[data-panel="climb"] .map')).hash).not.toBe(before);
    const text = (await status.textContent()).replace(/−/g, '-');
    const [, start, end] = text.match(/Score (\S+) → ([^;]+);/);
    expect(Number(end)).toBeGreaterThan(Number(start));
  }
  // λ holds the pixels down: less ink in the end.
  const ink = () =>
    page.locator('[data-panel="climb"] .map').evaluate((canvas) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
        willReadFrequently: true,
      });
      copy.drawImage(canvas, 0, 0);
      return copy
        .getImageData(0, 0, canvas.width, canvas.height)
        .data.reduce((sum, value, i) => sum + (i % 4 === 0 ? value : 0), 0);
    });
  await page.getByLabel('Start from').selectOption('blank');
  const climb = async (lambda) => {
    await page.getByLabel('λ', { exact: true }).fill(lambda);
    await page.getByRole('button', { name: 'Climb' }).click();
    await expect(page.getByRole('button', { name: 'Climb' })).toBeVisible({ timeout: 60_000 });
    return ink();
  };
  expect(await climb('0.9')).toBeLessThan(await climb('0.01'));
  // A channel instead of a class.
  await page.getByLabel('Of', { exact: true }).selectOption({ index: 3 });
  await page.getByRole('button', { name: 'Climb' }).click();
  await expect(status).toContainText('higher after every step');
});

test('the tour: six stations by arrow keys, each in its view', async ({ page }) => {
  test.setTimeout(LONG);
  await page.goto('./digits/');
  await ready(page, 'lrp');
  await page.getByRole('button', { name: 'Tour' }).click();
  const current = page.locator('#stations [aria-current="true"]');
  const seen = [];
  for (let station = 1; station <= 6; station += 1) {
    await expect(page.locator('#tour')).toContainText(`${station} of 6`);
    await expect(verdict(page)).not.toHaveText('–');
    seen.push(await current.textContent());
    await page.keyboard.press('ArrowRight');
  }
  expect(seen).toEqual([
    'Compare',
    'For and against',
    'Layer by layer',
    'Pixel flipping',
    'Sufficient input subsets',
    'Sanity checks',
  ]);
  await expect(page.locator('#tour')).toBeHidden();
  await page.getByRole('button', { name: 'Tour' }).click();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('#target')).toHaveValue('4');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('#tour')).toContainText('1 of 6');
  await page.keyboard.press('Escape');
  await expect(page.locator('#tour')).toBeHidden();
});
