// What <heat-lens> asks, from its attributes and its input, and the answer of the network.

import { inPage } from '../engine/array.js';
import { failure } from '../engine/failure.js';
import * as shared from '../engine/shared.js';
import { clip } from '../page/numbers.js';
import { domainOf, kindOf } from './domain.js';

/** @import { Model } from '../../pkg/index.js' */
/** @import { Domain, Example } from './domain.js' */

/**
 * @typedef {object} Question
 * @property {Model | null} model null where an input that comes before it is missing
 * @property {Domain} domain
 * @property {Example | null} example null: there is no input yet
 * @property {string} asked equal for equal questions
 * @property {{ methods: string[], target: any, against: any, options: any }} how
 */

/** The model, with open axes bound. @param {any} lens @param {Record<string, number>} [axes] */
function load(lens, axes = {}) {
  const { model, outputActivation } = lens;
  const name = typeof model === 'string' ? model : objectKey(model);
  return shared.model(lens, `${name} ${JSON.stringify([axes, outputActivation])}`, async () => ({
    source: (typeof model === 'string' && (await inPage(model))) || model,
    options: {
      axes,
      ...(outputActivation ? { outputActivation } : {}),
      onProgress: ({ loaded, total }) =>
        lens.emit('progress', { stage: 'download', loaded, total }),
    },
  }));
}

/** @param {any} lens @returns {Promise<Domain>} */
async function domainFor(lens) {
  if (lens.smiles !== null && lens.smiles !== undefined) return domainOf('molecule');
  if (lens.domain) return lens.domain;
  const { info } = await load(lens);
  return domainOf(kindOf(info));
}

/** What an element asks now. @param {any} lens @returns {Promise<Question>} */
export async function questionOf(lens) {
  if (!lens.model) throw failure('E_MODEL', 'there is no model: set the attribute model');
  const { methods, target, against, options } = lens;
  const how = { methods, target, against, options };
  // Those of the questions before are let go: a molecule of another size is another network.
  shared.forgetModels(lens);
  const domain = await domainFor(lens);
  const first = domain.open ? await domain.read(lens, /** @type {any} */ (null)) : null;
  if (domain.open && !first) return { model: null, domain, example: null, asked: '', how };
  const model = await load(lens, first?.axes);
  const example = first ?? (await domain.read(lens, model.info));
  const asked = JSON.stringify([model.info.hash, methods, target, against, options, example?.key]);
  return { model, domain, example, asked, how };
}

/**
 * Predicts and explains by each of the methods.
 * @param {Question} question with a model and an example @param {AbortSignal} signal
 * @param {(progress: { stage: 'explain', method: string, loaded: number, total: number }) => void} tell
 */
export async function answer(question, signal, tell) {
  const { domain, how } = question;
  const model = /** @type {Model} */ (question.model);
  const example = /** @type {Example} */ (question.example);
  const { methods, options } = how;
  const predict = domain.predict ?? ((model, { inputs }) => model.predict(inputs));
  const prediction = await predict(model, example);
  const explain =
    domain.explain ?? ((model, { inputs }, options, call) => model.explain(inputs, options, call));
  const all = await shared.withRuntime((runtime) => runtime.methods());
  const catalogue = domain.methods?.(all) ?? all;
  const given = (name) =>
    (how[name] ?? '') === '' ? {} : { [name]: classOf(how[name], model.info) };
  const explanations = [];
  for (const method of methods) {
    const entry = catalogue.find(({ name }) => name === method);
    const own = entry ? domain.ask(entry, model.info, example) : {};
    if (own === null)
      throw failure(
        'E_METHOD',
        `${entry?.title ?? method} does not explain this network’s ${domain.kind}`,
      );
    const request = {
      method,
      ...own,
      ...options?.[method],
      ...given('target'),
      ...given('against'),
    };
    const onProgress = ({ loaded, total }) =>
      signal.aborted || tell({ stage: 'explain', method, loaded, total });
    explanations.push({
      ...(await explain(model, example, request, { signal, onProgress })),
      entry,
    });
  }
  return { ...question, prediction, explanations, catalogue };
}

/** What negative and positive numbers speak for. @returns {[string, string]} */
export function endsOf({ target, against }, { labels, outputs }) {
  const name = (index) => clip(labels[index] || `class ${index}`, 24);
  if (against !== null) return [`for ${name(against)}`, `for ${name(target)}`];
  const isNumber = outputs[0].shape.join() === '1' && outputs[0].activation !== 'sigmoid';
  return isNumber ? ['lower', 'higher'] : [`against ${name(target)}`, `for ${name(target)}`];
}

/** @type {WeakMap<object, string>} */
const keys = new WeakMap();
/** A name for a model that is given as an object. @param {object} source */
function objectKey(source) {
  const known = keys.get(source) ?? `object ${Math.random()}`;
  keys.set(source, known);
  return known;
}

/** A class by its number or its label. @param {string | number} text */
function classOf(text, { labels }) {
  const word = String(text).trim();
  if (labels.includes(word)) return labels.indexOf(word);
  return /^\d+$/.test(word) ? Number(word) : word;
}
