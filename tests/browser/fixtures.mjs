// What browser tests share: import { test, expect, screenshot, axe } from './fixtures.mjs'.
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { test as base, expect } from '@playwright/test';

export { expect };

/** What Playwright itself says where the configuration blocks the site's service worker. */
const BLOCKED = 'Service Worker registration blocked by Playwright';

/**
 * Every test fails that leaves an error or warning on the console, an uncaught error, a dialog, or a
 * set `window.__pwned` (what hostile texts in tests try to do). Expected noise is declared:
 * `test.use({ allowed: [/404/] })`.
 */
export const test = base.extend({
  allowed: [[], { option: true }],
  guard: [
    async ({ page, allowed }, use) => {
      const noise = [];
      const note = (text) =>
        text === BLOCKED || allowed.some((pattern) => pattern.test(text)) || noise.push(text);
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) note(message.text());
      });
      page.on('pageerror', (error) => note(`uncaught: ${error.stack ?? error}`));
      page.on('dialog', (dialog) => {
        note(`dialog: ${dialog.message()}`);
        dialog.dismiss();
      });
      page.on('crash', () => note('the page crashed'));
      await use(noise);
      const pwned = page.isClosed() ? undefined : await page.evaluate(() => window.__pwned);
      expect(pwned, 'no text may run as a script').toBeUndefined();
      expect(noise, 'nothing on the console').toEqual([]);
    },
    { auto: true },
  ],
});

/** Keeps a picture in tests/output/ (ignored by git), for people to look at. */
export async function screenshot(page, name, options = {}) {
  return page.screenshot({ path: `tests/output/${name}.png`, animations: 'disabled', ...options });
}

/**
 * The mark of what `./build.sh sweep` alone runs, for two of the four combinations: each size and each colour scheme is
 * seen once by the usual tests.
 */
export const longer = (size, colorScheme) =>
  (size === 'desktop') === (colorScheme === 'light') ? '' : ' @long';

const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails on any accessibility violation that axe finds, naming rule and elements. */
export async function axe(page, options = {}) {
  // By the protocol and not as a script tag, which the page's policy would refuse.
  await page.evaluate(await axeSource);
  const { violations } = await page.evaluate(
    (options) => window.axe.run(document, options),
    options,
  );
  const found = violations.map(({ id, impact, help, nodes }) => ({
    rule: `${id} (${impact}): ${help}`,
    elements: nodes.map(({ target }) => target.join(' ')),
  }));
  expect(found).toEqual([]);
}
