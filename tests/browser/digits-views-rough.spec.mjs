// Rough handling of the views: fast clicks, a model switch in the middle of a run, hostile addresses.
import { expect, ready, test, verdict } from './digits-rig.mjs';

const VIEWS = [
  'compare',
  'contrast',
  'layers',
  'knobs',
  'proof',
  'subsets',
  'limits',
  'images',
  'networks',
];

test('views, samples, classes and networks in quick succession end in one consistent state', async ({
  page,
}) => {
  test.setTimeout(180_000);
  await page.goto('./digits/');
  await ready(page, 'lrp');
  for (let round = 0; round < 36; round += 1) {
    const click = (selector, n) => page.locator(selector).nth(n).click({ noWaitAfter: true });
    await click('#stations button', round % VIEWS.length);
    await click('.sample', (round * 11) % 30);
    if (round % 3 === 0) await click('#models button', (round / 3) % 2);
    if (round % 4 === 0) await click('.bar', (round * 7) % 10);
  }
  await page.locator('#models button').first().click();
  await page.getByRole('button', { name: 'Sample 2, third hand' }).click();
  await page.locator('#target').selectOption('top');
  await page.getByRole('button', { name: 'Layer by layer' }).click();
  await expect(verdict(page)).toHaveText('2');
  await expect(page.locator('#view-layers .result').first()).toContainText('Start: class 2');
  await expect(page.locator('#view-layers')).toBeVisible();
  for (const view of VIEWS.filter((each) => !['compare', 'layers'].includes(each)))
    await expect(page.locator(`#view-${view}`)).toBeHidden();
});

test('a network changed in the middle of a search: the result belongs to the new one', async ({
  page,
}) => {
  test.setTimeout(180_000);
  await page.goto('./digits/#v=1&x=subsets');
  await expect(page.locator('#view-subsets .beside .waiting')).toContainText('Searching');
  await page.getByRole('button', { name: 'Fully connected' }).click();
  await expect(page.locator('#view-subsets > .result')).toContainText('Asked again', {
    timeout: 120_000,
  });
  await expect(page.locator('#view-subsets .beside .result')).toContainText('are enough');
  const sizes = await page.locator('.panels.small .sum').allTextContents();
  expect(sizes.length).toBeGreaterThan(0);
  for (const line of sizes) expect(line).toContain('≥ τ');
});

test('hostile words for every view leave it working', async ({ page }) => {
  test.setTimeout(180_000);
  const hostile = [
    'p.contrast.method=nonsense',
    'p.knobs.method=sis',
    'p.networks.method=constructor',
    'p.subsets.tau=9e99',
    'p.subsets.mask=evil',
    'p.images.lambda=-5&p.images.from=hell',
    'p.rules.n3=gamma&p.rules.n1=nonsense&p.rules.n999=flat',
    'g=all.nonsense.constructor',
    't=9&a=9',
  ];
  for (const view of VIEWS) {
    await page.goto('about:blank');
    await page.goto(`./digits/#v=1&m=mlp&x=${view}&${hostile.join('&')}`);
    await expect(verdict(page)).toHaveText('3');
    await expect(page.locator(`#stations [data-view="${view}"]`)).toHaveAttribute(
      'aria-current',
      'true',
    );
    await expect(page.locator('main')).not.toContainText(/NaN|undefined/);
  }
});
