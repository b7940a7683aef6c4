import { clip } from './numbers.js';

/**
 * What a result says of itself beside its numbers, as sentences in a row; empty for most.
 * @param {{layer?: string | null, notes?: string[]}} explanation
 */
export function remarks({ layer = null, notes = [] }) {
  const maps = layer === null ? [] : [`feature maps of “${clip(layer, 40)}”`];
  return [...maps, ...notes]
    .map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`)
    .join(' ');
}
