/**
 * Errors, by culprit: the model file, the caller's request, a configured limit, or heatlens itself.
 * Each carries a stable `code` (`E_…`) for programs and a message for people.
 */
export class HeatlensError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class ModelError extends HeatlensError {}
export class RequestError extends HeatlensError {}
export class LimitError extends HeatlensError {}
export class InternalError extends HeatlensError {}

/** @type {Map<string, typeof HeatlensError>} */
const kinds = new Map(Object.entries({ ModelError, RequestError, LimitError, InternalError }));

// A class's own name does not survive minification.
for (const [name, kind] of kinds) {
  Object.defineProperty(kind.prototype, 'name', { value: name, configurable: true });
}

/**
 * The error that a worker described.
 * @param {import('./protocol.js').Fault} fault
 * @returns {HeatlensError}
 */
export function revive({ name, code, message }) {
  return new (kinds.get(name) ?? InternalError)(code, message);
}

/**
 * What a signal was aborted with: a DOMException named AbortError unless the caller chose another.
 * @param {AbortSignal} signal
 * @returns {unknown}
 */
export function abortReason(signal) {
  return signal.reason ?? new DOMException('The operation was aborted.', 'AbortError');
}
