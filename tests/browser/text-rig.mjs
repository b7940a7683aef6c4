// What tests of the texts page share.
import { expect } from './digits-rig.mjs';

export const panel = (page, k) => page.locator('#panels .panel').nth(k);
export const pair = (page) => page.locator('#pair .panel');

export async function open(page) {
  await page.goto('./text/');
  await ready(page);
}

/** Waits until the text that stands there is explained. */
export async function ready(page) {
  await expect(panel(page, 1)).toHaveAttribute('data-ready', '', { timeout: 60_000 });
  await expect(page.locator('#panels .panel:not([data-ready])')).toHaveCount(0, {
    timeout: 60_000,
  });
}

export async function type(page, text) {
  await page.locator('#text').fill(text);
  await expect(page.locator('#panels .reading .words').first()).toHaveJSProperty(
    'textContent',
    text,
  );
}

export const share = (page, label) =>
  page
    .locator('.share', { hasText: label })
    .locator('.share-number')
    .evaluate((node) => parseFloat(node.textContent.replace(/[<>]/, '')));
