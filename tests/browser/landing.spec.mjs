// The landing page: leads to the domains, hands old addresses on, links what stands outside.
import { readFile } from 'node:fs/promises';
import { axe, expect, test } from './digits-rig.mjs';

const DOMAINS = [
  ['digits', 'digits/', '#pad'],
  ['texts', 'text/', '#panels'],
  ['molecules', 'molecules/', '#verdict'],
  ['space', 'molecules/#space', '#space'],
  ['background', 'background/', '#history'],
];

test('each domain has a card that leads to it, with a place for its picture', async ({ page }) => {
  await page.goto('./');
  expect(
    await page
      .locator('.domain')
      .evaluateAll((all) =>
        all.map((card) => [card.dataset.domain, card.querySelector('a').getAttribute('href')]),
      ),
  ).toEqual(DOMAINS.map(([name, href]) => [name, href]));
  await expect(page.locator('.domain > figure')).toHaveCount(5);
  for (const [name, , sign] of DOMAINS) {
    await page.goto('./');
    // Anywhere on the card, not only on its words.
    await page.locator(`[data-domain="${name}"]`).click({ position: { x: 8, y: 8 } });
    await expect(page.locator(sign)).toBeVisible();
  }
});

test('an address of before, with a drawing in it, opens the digits page and leaves no step back', async ({
  page,
}) => {
  const drawn = [];
  await page.exposeFunction('drawn', (text) => drawn.push(text));
  await page.addInitScript(() => {
    if (location.pathname !== '/') return;
    const look = () => {
      if (document.querySelector('.domain')) globalThis.drawn('landing');
      requestAnimationFrame(look);
    };
    look();
  });
  await page.goto('about:blank');
  const steps = await page.evaluate(() => history.length);
  const state = '#v=1&m=mlp&t=7&n=p99&c=grey&s=0&o=0&g=lrp';
  await page.goto(`./${state}`);
  await expect(page.locator('#target')).toHaveValue('7');
  await expect(page.locator('.card')).toHaveCount(1);
  expect(new URL(page.url()).pathname).toBe('/digits/');
  expect(await page.evaluate(() => history.length)).toBe(steps + 1);
  expect(drawn, 'the landing page is not shown before').toEqual([]);
});

test('an old address typed over the landing page, or with a query, leads on, too', async ({
  page,
}) => {
  await page.goto('./');
  await page.evaluate(() => (location.hash = '#v=1&t=5&g=lrp'));
  await expect(page.locator('#target')).toHaveValue('5');
  await page.goto('./?relaxed#v=1&t=6&g=lrp');
  await expect(page.locator('#target')).toHaveValue('6');
  expect(new URL(page.url()).search).toBe('?relaxed');
});

test('other addresses stay on the landing page', async ({ page }) => {
  for (const hash of ['', '#main', '#software', '#v=2&t=5', '#x=//evil.example']) {
    await page.goto('about:blank');
    await page.goto(`./${hash}`);
    await expect(page.locator('.domain')).toHaveCount(5);
    expect(new URL(page.url()).pathname).toBe('/');
  }
});

test('S2-22: the landing page has online demos, tutorials and software, and all links lead somewhere', async ({
  page,
  request,
}) => {
  await page.goto('./');
  for (const name of ['Online demos', 'Tutorials', 'Software'])
    await expect(
      page.getByRole('region', { name }).locator('a'),
      `${name} has links`,
    ).not.toHaveCount(0);
  const links = await page
    .locator('a[href]')
    .evaluateAll((all) => all.map((a) => [a.href, a.rel, a.origin === location.origin]));
  for (const [href, rel, own] of links) {
    if (own) expect((await request.get(href)).status(), href).toBe(200);
    else
      expect([new URL(href).host, rel]).toEqual([
        expect.stringMatching(/^(arxiv|doi)\.org$/),
        'noopener',
      ]);
  }
  // What the page shows as code is what the README says.
  const readme = (await readFile('README.md', 'utf8')).replace(/\s+/g, ' ');
  for (const line of ['import { load } from "heatlens";', 'await load("digits-cnn.onnx");']) {
    await expect(page.getByLabel('JavaScript')).toContainText(line);
    expect(readme).toContain(line);
  }
});

test('posts about the landing and the digits page get a title, words and a picture of 1200 by 630', async ({
  page,
  request,
}) => {
  for (const path of ['./', './digits/']) {
    await page.goto(path);
    const meta = (name) => page.locator(`meta[property="og:${name}"]`).getAttribute('content');
    expect(await meta('title')).toBe(await page.title());
    expect(await meta('description')).toBe(
      await page.locator('meta[name="description"]').getAttribute('content'),
    );
    const bytes = await (await request.get(new URL(await meta('image'), page.url()).href)).body();
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630]);
    expect([await meta('image:width'), await meta('image:height')]).toEqual(['1200', '630']);
  }
});

for (const [size, viewport] of [
  ['desktop', { width: 1280, height: 900 }],
  ['phone', { width: 390, height: 844 }],
])
  for (const colorScheme of ['light', 'dark'])
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });
      test('landing: no axe violations, nothing wider than the screen', async ({ page }) => {
        await page.goto('./');
        await expect(page.locator('#papers li')).not.toHaveCount(0);
        await axe(page);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0);
      });
    });
