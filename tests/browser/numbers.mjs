import { expect } from '@playwright/test';

/** The number that follows some words in a text, written with the page's own minus sign. */
export function number(text, after) {
  const found = text
    .replace(/\u2212/g, '-')
    .match(new RegExp(`${after}\\s*([+-]?[\\d.]+(?:e-?\\d+)?)`));
  expect(found, `${after} in: ${text}`).not.toBeNull();
  return Number(found[1].replace(/\.$/, ''));
}
