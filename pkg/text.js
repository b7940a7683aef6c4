import { LimitError, RequestError } from './errors.js';

/** Longest text, in UTF-16 code units. */
export const MAX_TEXT = 1_000_000;

/**
 * The code units of a text as they are: as UTF-8 a lone surrogate would be lost, and every position
 * behind it wrong.
 * @param {unknown} text
 * @returns {Uint16Array<ArrayBuffer>}
 */
export function readText(text) {
  if (typeof text !== 'string') {
    throw new RequestError('E_INPUT', `the input must be a text, not ${typeof text}`);
  }
  if (text.length > MAX_TEXT) {
    const message = `the text has ${text.length} characters, more than ${MAX_TEXT}`;
    throw new LimitError('E_LIMIT', message);
  }
  const units = new Uint16Array(text.length);
  for (let i = 0; i < units.length; i++) units[i] = text.charCodeAt(i);
  return units;
}

/**
 * Numbers of the words to leave out.
 * @param {unknown} words
 * @returns {Uint32Array<ArrayBuffer>}
 */
export function readTokens(words) {
  const whole = (/** @type {unknown} */ n) => Number.isInteger(n) && Number(n) >= 0;
  if (!Array.isArray(words) || !Array.from(words).every((n) => whole(n) && n < 2 ** 31)) {
    throw new RequestError('E_REQUEST', "'maskedTokens' must be a list of word numbers from 0");
  }
  return Uint32Array.from(words);
}

/**
 * Several such lists behind one another, and where each ends.
 * @param {unknown} lists
 */
export function readRows(lists) {
  if (!Array.isArray(lists)) {
    throw new RequestError('E_REQUEST', "'maskedTokens' must be a list of lists of word numbers");
  }
  const rows = Array.from(lists, readTokens);
  const ends = new Uint32Array(rows.length);
  const maskedTokens = new Uint32Array(rows.reduce((sum, row) => sum + row.length, 0));
  let end = 0;
  rows.forEach((row, i) => {
    maskedTokens.set(row, end);
    end += row.length;
    ends[i] = end;
  });
  return { maskedTokens, ends };
}
