/**
 * What client and engine say to each other. The client sends one request at a time, so an engine is
 * either idle or at work on a single one.
 *
 * @typedef {{ name: string, code: string, message: string }} Fault
 *
 * @typedef {{ id: number } & (
 *   | { op: 'init', module: WebAssembly.Module }
 *   | { op: 'load', key: number, bytes: Uint8Array }
 *   | { op: 'drop', key: number }
 *   | { op: 'methods' }
 *   | { op: 'support', bytes: Uint8Array }
 *   | { op: 'predict', key: number, input: Float32Array, batch: number }
 *   | { op: 'tokenize', text: Uint16Array }
 *   | { op: 'read', key: number, text: Uint16Array, struck: Uint32Array, ends: Uint32Array }
 *   | { op: 'explain-text', key: number, text: Uint16Array, struck: Uint32Array,
 *       request: ExplainRequest }
 *   | { op: 'explain', key: number, input: Float32Array, request: ExplainRequest }
 *   | { op: 'panic' }
 * )} Request
 *
 * @typedef {{
 *   method: string,
 *   parameters: [string, number | string | Float32Array][],
 *   target: Target,
 *   at: string | null,
 * }} ExplainRequest
 *
 * Which number is explained; unused fields are null.
 * @typedef {{
 *   output: number,
 *   class: number | null,
 *   against: number | null,
 *   node: string | null,
 *   index: number | null,
 *   channel: number | null,
 * }} Target
 *
 * `memory` is the engine's memory in bytes; after a `fatal` reply the engine must be replaced.
 * @typedef {{ id: number } & (
 *   | { progress: import('./index.d.ts').Progress }
 *   | { value: unknown, memory: number }
 *   | { fault: Fault, fatal: boolean }
 * )} Reply
 */

/** Client, worker script and wasm must agree on this; it carries the package's version. */
export const ABI = 'heatlens 0.1.0';
