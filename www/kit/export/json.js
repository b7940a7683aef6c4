// Numbers as a file for programs.

/** What JSON can hold: arrays of numbers, and null for what is no number. @returns {any} */
export function plain(value) {
  if (ArrayBuffer.isView(value)) return Array.from(/** @type {Float32Array} */ (value));
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (value instanceof Set) return [...value];
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

/**
 * A method's parameters in words, those that are set; of those that are maps themselves their name alone.
 * @param {Record<string, any>} parameters
 */
export const parameterWords = (parameters) =>
  Object.entries(parameters ?? {})
    .filter(([, value]) => value !== '' && value !== null && value !== undefined)
    .map(([name, value]) =>
      ArrayBuffer.isView(value) ? `${name}=(per feature)` : `${name}=${value}`,
    );
