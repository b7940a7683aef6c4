// Capital letters as strokes in a box of 10 × 10, so that they can be as high as their relevance in any browser and file.

/** Strokes are 2 wide: they touch the box's edges. @type {Record<string, string>} */
const STROKES = {
  A: 'M1 10L4.6 1h.8L9 10M2.4 6.8h5.2',
  B: 'M1 10V1h4.6q2.4 0 2.4 2t-2.4 2H2M2 5h4q3 0 3 2t-3 2H1',
  C: 'M9 3.6C8.6 1.9 7.2 1 5.4 1C2.7 1 1 2.6 1 5s1.7 4 4.4 4c1.8 0 3.2-.9 3.6-2.6',
  D: 'M1 9V1h3.6C7.4 1 9 2.6 9 5s-1.6 4-4.4 4H0',
  E: 'M9 1H1v8h8M1 5h7',
  F: 'M9 1H1v9M1 5h7',
  G: 'M9 3.4C8.5 1.9 7.2 1 5.4 1C2.7 1 1 2.6 1 5s1.7 4 4.4 4H9V5.4H5.6',
  H: 'M1 0v10M9 0v10M1 5h8',
  I: 'M2 1h6M5 1v8M2 9h6',
  J: 'M8 0v6.4C8 8.2 6.8 9 4.8 9S1 8 1 6',
  K: 'M1 0v10M8.6 .4L1.6 5.6M3.6 4.2L8.8 9.6',
  L: 'M1 0v9h8',
  M: 'M1 10V1h.6L5 6.4L8.4 1H9v9',
  N: 'M1 10V1h.8L8.2 9H9V0',
  O: 'M5 1C2.4 1 1 2.6 1 5s1.4 4 4 4s4-1.6 4-4s-1.4-4-4-4z',
  P: 'M1 10V1h4.6C7.9 1 9 2 9 3.5S7.9 6 5.6 6H1',
  Q: 'M5 1C2.4 1 1 2.6 1 5s1.4 4 4 4s4-1.6 4-4s-1.4-4-4-4zM5.4 6.4L9.4 9.6',
  R: 'M1 10V1h4.6C7.9 1 9 2 9 3.5S7.9 6 5.6 6H1M5.4 6l3.4 3.8',
  S: 'M8.8 3C8.4 1.6 7 1 5.2 1C2.8 1 1.2 1.7 1.2 3S2.6 4.7 5 5s3.9 .8 3.9 2.1S7.2 9 4.9 9C2.8 9 1.4 8.3 1 6.8',
  T: 'M0 1h10M5 1v9',
  U: 'M1 0v5.6C1 8 2.6 9 5 9s4-1 4-3.4V0',
  V: 'M1 .2L4.7 9h.6L9 .2',
  W: 'M1 .2L2.6 9H3L5 3.4L7 9h.4L9 .2',
  X: 'M1 .4L9 9.6M9 .4L1 9.6',
  Y: 'M1 .4L5 5.2L9 .4M5 5v5',
  Z: 'M1 1h7.8v.4L1.2 8.6V9H9',
};

/** What has no letter of its own here: a frame. */
const OTHER = 'M1 1h8v8H1z';

/**
 * A letter that fills a box.
 * @param {string} letter @param {[number, number, number, number]} box left, top, width, height
 * @returns {{ d: string, transform: string }} attributes of a path without fill, its stroke 2 wide
 */
export function glyph(letter, [x, y, width, height]) {
  const d = Object.hasOwn(STROKES, letter.toUpperCase()) ? STROKES[letter.toUpperCase()] : OTHER;
  const round = (value) => Number(value.toFixed(3));
  return {
    d,
    transform: `translate(${round(x)} ${round(y)}) scale(${round(width / 10)} ${round(height / 10)})`,
  };
}
