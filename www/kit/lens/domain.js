// What <heat-lens> has to know of a kind of input: how it is read, asked about and drawn. Kinds are added by `addDomain`.

import { failure } from '../engine/failure.js';
import { clip } from '../page/numbers.js';

/** @import { Explanation, MethodEntry, Model, ModelInfo, Prediction } from '../../pkg/index.js' */
/** @import { Kind } from '../elements/registry.js' */

/**
 * @typedef {{ inputs: any, key: string, label?: string, [more: string]: any }} Example `inputs` as `explain` takes them;
 *   `key`: equal for equal examples; `isInside`: the input stands inside the element, and stays where it is
 *
 * @typedef {object} Domain
 * @property {string} kind as metadata name it (`heatlens.input.kind`)
 * @property {Kind} element what draws an explanation
 * @property {(lens: any, info: ModelInfo) => Promise<Example | null>} read the input of an element; null: there is none yet
 * @property {boolean} [open] whether `read` comes before the model, whose open axes it binds (`axes` of the example)
 * @property {(entry: MethodEntry, info: ModelInfo, example: Example | null) => Record<string, any> | null} ask options of a
 *   method; null where it is not offered
 * @property {(catalogue: MethodEntry[]) => any[]} [methods] the methods that are offered, where these are not just those of the
 *   catalogue that `ask` has options for; the usual one first
 * @property {(model: Model, example: Example) => Promise<Prediction>} [predict]
 * @property {(model: Model, example: Example, options: any, call: any) => Promise<Explanation>} [explain]
 * @property {(element: any, example: Example, explanation: any) => void} [show] gives the drawing more than the explanation
 * @property {(lens: any, info: ModelInfo, example: Example | null) => HTMLElement | null} [editor] where a visitor changes the input
 */

/** @type {Map<string, Domain | (() => Promise<Domain>)>} */
const domains = new Map();
/** Kinds that are told from the model alone. @type {{ kind: string, suits: (info: ModelInfo) => boolean }[]} */
const guesses = [];

/**
 * Adds a kind, or replaces it. What is large comes as a function, which is called when the first model of that kind is met.
 * @param {string} kind @param {(info: ModelInfo) => boolean} suits @param {Domain | (() => Promise<Domain>)} domain
 */
export function addDomain(kind, suits, domain) {
  domains.set(kind, domain);
  guesses.unshift({ kind, suits });
}

/** @param {ModelInfo} info */
export function kindOf(info) {
  const named = info.metadata['heatlens.input.kind']?.trim();
  return named || guesses.find(({ suits }) => suits(info))?.kind || 'row';
}

/** Why kinds that metadata may name are not shown. @type {Record<string, string>} */
const REFUSED = {
  ids: 'this network reads numbers of words (ids), and its file holds no vocabulary (heatlens.vocabulary)',
  volume: 'this network reads volumes in space, which cannot be drawn here yet',
};

/** The domain of a kind. @param {string} kind @returns {Promise<Domain>} */
export async function domainOf(kind) {
  const known = domains.get(kind);
  if (!known)
    throw failure(
      'E_KIND',
      (Object.hasOwn(REFUSED, kind) && REFUSED[kind]) ||
        `inputs of the kind “${clip(kind)}” cannot be shown here`,
    );
  if (typeof known !== 'function') return known;
  const loaded = await known();
  domains.set(kind, loaded);
  return loaded;
}
