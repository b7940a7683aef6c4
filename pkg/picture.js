import { RequestError } from './errors.js';
import { WATCH, isNumberArray, readCall, show } from './check.js';

const OPTIONS = ['palette', 'normalisation', 'vmax', 'zoom'];

/**
 * What shall be drawn and how, as the engine takes it. Names of palettes and normalisations are the core's to check.
 * @param {unknown} explanation
 * @param {unknown} options
 */
export function readPicture(explanation, options) {
  const own = readCall(options, [...OPTIONS, ...WATCH]);
  const { palette = 'red-blue', normalisation = 'max', vmax = null, zoom = 1 } = own;
  const { relevance, shape, sis, signed } = /** @type {Record<string, unknown>} */ (
    Object(explanation ?? {})
  );
  if (!isNumberArray(relevance) || relevance instanceof DataView) {
    throw new RequestError(
      'E_REQUEST',
      `a picture is made of an object with relevance (numbers) and shape, not of ${show(explanation)}`,
    );
  }
  const extents = Array.isArray(shape) ? Array.from(shape) : [];
  if (extents.length === 0 || !extents.every((n) => whole(n))) {
    throw new RequestError('E_REQUEST', `shape must be an array of whole numbers from 1`);
  }
  for (const [name, value] of Object.entries({ palette, normalisation })) {
    if (typeof value !== 'string') {
      throw new RequestError('E_REQUEST', `${name} must be a name, not ${show(value)}`);
    }
  }
  // In single precision, in which it is used.
  const full = vmax === null ? null : Math.fround(vmax);
  if (full !== null && !(typeof vmax === 'number' && full > 0 && full < Infinity)) {
    throw new RequestError('E_REQUEST', `vmax must be a number above 0, not ${show(vmax)}`);
  }
  if (!whole(zoom)) {
    throw new RequestError('E_REQUEST', `zoom must be a whole number from 1, not ${show(zoom)}`);
  }
  return {
    values: Float32Array.from(relevance),
    shape: Uint32Array.from(extents),
    numbered: (sis ?? null) !== null,
    signed: signed === true,
    palette: /** @type {string} */ (palette),
    normalisation: /** @type {string} */ (normalisation),
    vmax: full,
    zoom: /** @type {number} */ (zoom),
  };
}

/** @param {unknown} value */
function whole(value) {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value < 2 ** 31;
}
