// What drawings of arrays share: channels and positions, and which numbers are the strongest.

import { failure } from '../engine/failure.js';

/**
 * An array of channels and positions, whichever comes first; extents of 1 do not count.
 * @param {readonly number[] | undefined} shape @param {number} count of numbers
 * @param {{ layout?: string | null, length?: number, channels?: number }} known `layout`: 'CT' or 'TC'; how many positions or
 *   channels there are, where that is known
 * @returns {{ channels: number, length: number, at: (channel: number, position: number) => number }}
 */
export function channelsOf(shape, count, { layout = null, length, channels }) {
  const extents = (shape ?? [count]).filter((extent) => extent !== 1);
  if (extents.length > 2)
    throw failure(
      'E_SHAPE',
      `an array of ${shape?.join(' × ')} is not one of channels and positions`,
    );
  const [a, b] = extents.length < 2 ? [1, extents[0] ?? 1] : extents;
  if (a === 1 && channels && length && b === channels * length)
    return split(channels, length, layout);
  const fits = (c, t) => (!length || t === length) && (!channels || c === channels);
  const isFirst = layout === 'TC' && a > 1 ? false : layout === 'CT' || fits(a, b) || a === 1;
  const [c, t] = isFirst ? [a, b] : [b, a];
  if (length && t !== length)
    throw failure('E_SHAPE', `there are ${length} positions, but numbers for ${t}`);
  return split(c, t, isFirst ? 'CT' : 'TC');
}

const split = (channels, length, layout) => ({
  channels,
  length,
  at: layout === 'TC' ? (c, t) => t * channels + c : (c, t) => c * length + t,
});

/** Where the `count` largest sizes are, the largest first; numbers that are not finite do not count. */
export function strongest(values, count) {
  const order = Array.from(values, (_, i) => i).filter((i) => Number.isFinite(values[i]));
  return order.sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b).slice(0, count);
}
