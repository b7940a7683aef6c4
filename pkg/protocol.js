/**
 * What client and engine say to each other. An engine does one request after the other.
 *
 * @typedef {{ name: string, code: string, message: string }} Fault
 *
 * @typedef {{ id: number } & (
 *   | { op: 'init', module: WebAssembly.Module }
 *   | { op: 'load', key: number, bytes: Uint8Array, edits: Edits }
 *   | { op: 'drop', key: number }
 *   | { op: 'methods' }
 *   | { op: 'build' }
 *   | { op: 'support', bytes: Uint8Array }
 *   | { op: 'predict', key: number, input: Float32Array, batch: number }
 *   | { op: 'explain', key: number, input: Float32Array, request: ExplainRequest,
 *       piece?: number, known?: Float64Array }
 *   | { op: 'search', key: number, input: Float32Array, request: ExplainRequest,
 *       share: number, shares: number }
 *   | { op: 'step', best: Best | null }
 *   | { op: 'tokenize', text: Uint16Array }
 *   | { op: 'picture', values: Float32Array, shape: Uint32Array, numbered: boolean, signed: boolean,
 *       palette: string, normalisation: string, vmax: number | null, zoom: number }
 *   | { op: 'read', key: number, text: Uint16Array, maskedTokens: Uint32Array, ends: Uint32Array }
 *   | { op: 'explain-text', key: number, text: Uint16Array, maskedTokens: Uint32Array,
 *       request: ExplainRequest }
 *   | { op: 'trace', key: number, input: Float32Array, request: ExplainRequest }
 *   | { op: 'neuron', key: number, input: Float32Array, request: ExplainRequest,
 *       node: string, index: number }
 *   | { op: 'flip', key: number, input: Float32Array, target: Target, at: null, relevance: Float32Array,
 *       steps: number, block: number, mask: Float32Array, leastFirst: boolean }
 *   | { op: 'maximize-activation', key: number, input: Float32Array, target: Target, at: string | null,
 *       steps: number, rate: number, penalty: number, low: number, high: number, sign: boolean }
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
 * How a model is read, and what it is changed by when it is loaded.
 * @typedef {{
 *   axes: [string, number][],
 *   outputActivation: string | null,
 *   randomize: { layers: number, seed: number } | null,
 *   inputRange: { from: Float32Array, to: Float32Array } | null,
 * }} Edits
 *
 * Which number is explained; unused fields are null.
 * @typedef {{
 *   output: number,
 *   class: number | string | null,
 *   against: number | string | null,
 *   node: string | null,
 *   index: number | null,
 *   channel: number | null,
 * }} Target
 *
 * In a search: a feature, the score when it is masked, too, and what the network then computes behind the part that
 * keeps the feature's place.
 * @typedef {{ feature: number, score: number, values: Float32Array }} Best
 *
 * Where a share of a search is. The first share gives the sets found so far whenever there is a new one.
 * @typedef {{
 *   best: Best | null,
 *   loaded: number,
 *   total: number,
 *   finished: boolean,
 *   explanation: import('./index.d.ts').Explanation | null,
 * }} SearchState
 *
 * `memory` is the engine's memory in bytes; after a `fatal` reply the engine must be replaced. `lost`: another engine of
 * the same thread ended the instance that this one's models were in.
 * @typedef {{ id: number } & (
 *   | { progress: import('./index.d.ts').Progress }
 *   | { value: unknown, memory: number }
 *   | { fault: Fault, fatal: boolean }
 *   | { lost: true }
 * )} Reply
 */

/** Client, worker script and wasm must agree on this; it carries the package's version. */
export const ABI = 'heatlens 0.1.0';
