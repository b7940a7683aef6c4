import { card, draw, expect, mapPrint, open, ready, sample, test, verdict } from './digits-rig.mjs';

const LONG = 120_000;

test('subsets are shown with size and re-checked score, and follow the threshold', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await open(page);
  await page.getByRole('button', { name: 'Fully connected' }).click();
  const sis = card(page, 'sis');
  await ready(page, 'sis', LONG);
  await expect(sis.locator('.sets li').first()).toHaveText(/^\d+ pixels? alone: f = \S+ ≥ τ$/);
  await expect(sis.locator('.map')).toHaveAttribute('aria-label', /disjoint subsets? of \d+/);
  expect((await mapPrint(page, 'sis')).colours).toBeGreaterThan(2);
  const before = await sis.locator('.sets').textContent();
  await sis.getByLabel('Threshold τ').fill('190');
  await expect(sis.locator('.param-value')).toHaveText('0.950');
  await expect
    .poll(() => sis.locator('.sum').textContent(), { timeout: LONG })
    .toContain('τ = 0.95');
  expect(await sis.locator('.sets').textContent()).not.toBe(before);
});

test('a class below the threshold has no subset, and the card says so', async ({ page }) => {
  test.setTimeout(LONG);
  await open(page);
  await page.locator('#target').selectOption('1');
  await expect
    .poll(() => card(page, 'sis').locator('.sum').textContent(), { timeout: LONG })
    .toMatch(/^No sufficient subset: f\(x\) = \S+ is below τ = 0\.7/);
});

test('drawing on ends a long search at once; the page stays quick and the next search is right', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await open(page);
  const sis = card(page, 'sis');
  await expect(sis).toHaveAttribute('data-waiting', 'true');
  await expect
    .poll(() =>
      sis.locator('.progress-bar').evaluate((bar) => Number(bar.style.getPropertyValue('--share'))),
    )
    .toBeGreaterThan(0);
  for (const digit of [0, 7, 4]) {
    await page.locator('#clear').click();
    await expect(sis).not.toHaveAttribute('data-waiting', /.*/);
    await draw(page, sample(digit).strokes);
    await expect(verdict(page)).toHaveText(String(digit), { timeout: 3000 });
    await ready(page, 'lrp', 3000);
    await expect(sis).toHaveAttribute('data-waiting', 'true');
  }
  await page.getByRole('button', { name: 'Fully connected' }).click();
  await ready(page, 'sis', LONG);
  await expect(sis.locator('.sets li').first()).toContainText('≥ τ');
});
