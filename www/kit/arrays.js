// Rows of features, series, sequences and the names of matrices: how they are drawn and how <heat-lens> reads them. Fetched
// with the first of them, in one piece.

// The package's build cuts files where they are shared: what this has in common with the elements stays in one piece.
import './elements.js';
import { nameSides } from './drawings/matrix.js';
import { row } from './drawings/row.js';
import { sequence } from './drawings/sequence.js';
import { series } from './drawings/series.js';

export { readers } from './lens/arrays.js';
export { nameSides };

/**
 * @typedef {{ node: Element, height: number, indexAt?: (x: number, y: number) => number | null, boxOf?: (index: number) => number[],
 *   beside?: (index: number | null, step: [number, number]) => number }} Drawn what was drawn, and where its numbers lie
 *   (see `ReadElement`)
 *
 * @typedef {{ scale: import('./color/scale.js').Scale, palette: import('./color/colors.js').Palette, width: number }} How
 *   `width` in CSS pixels
 *
 * @typedef {object} Drawing
 * @property {string} name what it is called where nothing else says it
 * @property {boolean} [isTable] whether screen readers read the drawing itself
 * @property {string} styles
 * @property {(element: any) => ArrayLike<number>} numbers
 * @property {(element: any, how: How) => Drawn} draw
 * @property {(element: any, how: How) => { node: SVGElement, width: number, height: number }} [picture] the same as SVG, where
 *   the drawing itself is none
 * @property {(element: any) => string} describe the strongest numbers in words
 * @property {(element: any, index: number) => Record<string, any>} readingAt
 * @property {(element: any, index: number) => string} wordsAt
 */

/** @type {Record<string, Drawing>} by the tag of their elements */
export const DRAWINGS = { row, sequence, series };
