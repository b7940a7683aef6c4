// The address and the link, on every page that keeps its state there: where the browser closes one of the ways, too.
import { expect, test } from './fixtures.mjs';
import { ready as textReady } from './text-rig.mjs';

const word = (letter, k) => letter.repeat(29) + (100 + k);
const PAGES = [
  {
    path: './digits/',
    ready: (page) =>
      expect(page.locator('.card[data-method="lrp"]')).toHaveAttribute('data-state', 'ready'),
    hash: '#v=1&m=mlp&n=p99&c=grey&s=0&o=1',
    kept: 'n=p99',
    /** Longer than a link may be: a long drawing, and parameters for more views than there are. */
    grow: (page) =>
      page.locator('#pad').evaluate((pad) => {
        const box = pad.getBoundingClientRect();
        const event = (type, x, y, more = {}) =>
          new PointerEvent(type, {
            ...{ pointerId: 7, isPrimary: true, button: 0, bubbles: true, ...more },
            ...{ clientX: box.x + x * box.width, clientY: box.y + y * box.height },
          });
        const coalescedEvents = Array.from({ length: 400 }, (_, i) =>
          event('pointermove', 0.05 + 0.9 * (i % 2), 0.05 + ((i * 7) % 90) / 100),
        );
        pad.dispatchEvent(event('pointerdown', 0.5, 0.5));
        pad.dispatchEvent(event('pointermove', 0.5, 0.5, { coalescedEvents }));
        pad.dispatchEvent(event('pointerup', 0.5, 0.5));
      }),
    long: `#v=1&m=mlp&d=&${Array.from({ length: 64 }, (_, k) => `p.${word('m', k)}.${word('n', k)}=${word('v', k)}`).join('&')}`,
    input: (page) => page.locator('#seen').evaluate((canvas) => canvas.toDataURL()),
    setting: (page) => page.locator('#normalisation'),
  },
  {
    path: './molecules/',
    ready: (page) =>
      expect(page.locator('#plate heat-molecule')).toHaveAttribute('data-ready', /./, {
        timeout: 30_000,
      }),
    hash: '#v=1&e=lrp&c=grey&k=1&w=CCO+ethanol',
    kept: 'w=CCO+ethanol',
    /** A name longer than a link. */
    grow: (page) => page.locator('#smiles').fill(`CCN ${'a long name '.repeat(800)}ends`),
    long: '#v=1&c=grey&w=CCO',
    input: (page) => page.locator('#smiles').inputValue(),
    setting: (page) => page.locator('#method'),
  },
  {
    path: './text/',
    ready: textReady,
    hash: '#v=1&m=cnn&c=grey&w=The+shuttle+is+in+orbit.+Nobody+was+ill.',
    kept: 'w=The+shuttle',
    long: '#v=1&w=orbit',
    grow: (page) => page.locator('#text').fill('The shuttle is in orbit. '.repeat(500)),
    input: (page) => page.locator('#text').inputValue(),
    setting: (page) => page.locator('#model'),
  },
];

const copy = (page) => page.locator('#copy-link').click();
const notice = (page) => page.locator('.notice').first();
const settled = (page) => page.waitForTimeout(700);

for (const { path, ready, hash, kept, grow, long, input, setting } of PAGES) {
  test.describe(path, () => {
    test('where the clipboard is closed the link is shown, ready to be copied', async ({
      page,
    }) => {
      await page.goto(path + hash);
      await ready(page);
      await page.evaluate(() =>
        Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true }),
      );
      await copy(page);
      const field = notice(page).locator('input');
      const link = await field.inputValue();
      expect(link).toContain(kept);
      expect(
        await page.evaluate(() => String(getSelection()) || document.activeElement.value),
      ).toBe(link);
    });

    test('where the address may not be written, the link still holds the state', async ({
      page,
      context,
    }) => {
      await page.addInitScript(() => {
        history.replaceState = () => {
          throw new DOMException('not here', 'SecurityError');
        };
        const clipboard = { writeText: async (text) => (window.__copied = text) };
        Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
      });
      await page.goto(path);
      await ready(page);
      const before = await page.evaluate(() => location.href);
      const select = setting(page);
      const value = await select.evaluate((node) => {
        node.selectedIndex = 1;
        node.dispatchEvent(new Event('change'));
        return node.value;
      });
      await settled(page);
      await copy(page);
      await expect(notice(page)).toContainText('Link copied');
      expect(await page.evaluate(() => location.href)).toBe(before);
      const link = await page.evaluate(() => window.__copied);
      const other = await context.newPage();
      await other.goto(link);
      await ready(other);
      await expect(setting(other)).toHaveValue(value);
    });

    test('what is too long for a link survives a reload, and the notice names a way out', async ({
      page,
    }) => {
      await page.goto(path + long);
      // What is put in before the page's script runs is not the page's yet.
      await expect(page.locator('html')).toHaveAttribute('data-palette', /./);
      await grow(page);
      await ready(page);
      await settled(page);
      const before = await input(page);
      await copy(page);
      await expect(notice(page)).toContainText('There is no link for this');
      await expect(notice(page)).toContainText('8,192');
      await expect(notice(page)).toContainText('JSON');
      expect((await page.evaluate(() => location.hash)).length).toBeLessThan(10);
      await page.reload();
      await ready(page);
      expect(await input(page)).toBe(before);
    });

    test('a place in the page does not drive the state out of the address', async ({ page }) => {
      await page.goto(path + hash);
      await ready(page);
      await page.evaluate(() => (location.hash = 'main'));
      await expect.poll(() => page.evaluate(() => location.hash)).toContain(kept);
      // And the way back leads to what stood there.
      await page.evaluate(
        (text) => (location.hash = text),
        hash.replace('c=grey', 'c=orange-blue'),
      );
      await expect(page.locator('html')).toHaveAttribute('data-palette', 'orange-blue');
      await page.goBack();
      await expect(page.locator('html')).toHaveAttribute('data-palette', 'grey');
    });
  });
}
