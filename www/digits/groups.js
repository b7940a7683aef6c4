// Under which question a method of the catalogue stands. What a method is, and what its numbers mean, comes from there; what
// it needs and what it sums to say which question it answers.

import { Classes, UNCERTAIN } from './classes.js';

/** @typedef {import('./views/card.js').Entry} Entry */

const shares = (/** @type {Entry} */ { sums }) => !sums.startsWith('nothing');
const looksInside = (/** @type {Entry} */ { needs }) => needs.length > 0;
const isControl = (/** @type {Entry} */ { source }) => source === 'control';

/** `first`: what stands first in it; the others of its kind follow as the catalogue has them. */
export const GROUPS = [
  {
    id: 'shares',
    title: 'How is the score shared out?',
    text: 'Each pixel is given a part of the score, in the units of the score.',
    shared: true,
    holds: (/** @type {Entry} */ entry) => looksInside(entry) && shares(entry),
    first: ['gradient-x-input', 'integrated-gradients', 'deeplift', 'lrp'],
  },
  {
    id: 'where',
    title: 'Where does it look?',
    text: 'Gradients and their relatives: where a small change of the drawing would move the score.',
    shared: false,
    holds: (/** @type {Entry} */ entry) => looksInside(entry) && !shares(entry),
    first: ['saliency', 'guided-backprop', 'deconvnet', 'grad-cam', 'gradient'],
  },
  {
    id: 'without',
    title: 'What could it not do without?',
    text: 'The network as a black box: parts are masked and the answer is asked again.',
    shared: false,
    holds: (/** @type {Entry} */ entry) => !looksInside(entry) && !isControl(entry),
    first: ['occlusion', 'kernel-shap', 'lime', 'shapley', 'sis'],
  },
  {
    id: 'controls',
    title: 'What would tell you nothing?',
    text: 'Controls: what an explanation has to be measured against, as Proof does.',
    shared: false,
    holds: isControl,
    first: [],
  },
];

/**
 * Names of the group's methods, in order.
 * @param {typeof GROUPS[number]} group @param {Map<string, Entry>} catalogue
 */
export function methodsOf({ holds, first }, catalogue) {
  const names = [...catalogue.values()].filter(holds).map(({ name }) => name);
  const place = (name) => (first.includes(name) ? first.indexOf(name) : first.length);
  return names.sort((a, b) => place(a) - place(b));
}

/** What a first visit shows: a decomposition, which has a sign, a gradient, a black box. */
export const FIRST = ['lrp', 'saliency', 'occlusion'];

/**
 * The methods shown: the chosen ones that exist, in the groups' order, or the first three.
 * @param {string[]} chosen @param {Map<string, Entry>} catalogue
 */
export function shown(chosen, catalogue) {
  const all = GROUPS.flatMap((group) => methodsOf(group, catalogue));
  if (chosen.includes('all')) return all;
  const some = all.filter((name) => chosen.includes(name));
  return some.length > 0 ? some : all.filter((name) => FIRST.includes(name));
}

/** Parameters shown on the card itself; all others are in its details. */
export const INLINE = { lrp: ['composite'], sis: ['threshold'] };

/** A word of caution on the card. */
export const CAUTION = { lrp: 'Subject of US patent 9,558,550.' };

const isConvolution = (node) => /conv/i.test(node.kind);

/** Why a method cannot explain this model, or null. */
export function unsuitable(method, info) {
  const isCam = method === 'grad-cam' || method === 'guided-grad-cam';
  if (isCam && info.camLayers['last-conv'] === null) {
    return 'Grad-CAM looks at the last convolution with more than one position. This network has none.';
  }
  if (method === 'sis' && !new Classes(info).certain) return UNCERTAIN;
  return null;
}

/** Parameters that say where values lie, and not what replaces them. */
const BOUNDS = ['low', 'high'];

/**
 * Values that suit a model better than the catalogue's defaults: what replaces parts of the input is `blank`, its input
 * where nothing is drawn.
 * @param {{ name: string, params: { name: string, kind: string }[] } | undefined} entry of the catalogue
 * @returns {Record<string, any>}
 */
export function suited(entry, info, blank) {
  const replaces = ({ name, kind }) => kind === 'baseline' && !BOUNDS.includes(name);
  const baselines = blank === 0 ? [] : (entry?.params.filter(replaces) ?? []);
  const replaced = Object.fromEntries(baselines.map(({ name }) => [name, blank]));
  switch (entry?.name) {
    case 'lrp':
      return { composite: info.nodes.some(isConvolution) ? 'gamma' : 'epsilon' };
    case 'sis':
      return { sets: 4, ...replaced };
    // The last convolution's output before its ReLU is mostly negative here: its map would be empty. Where no
    // activation follows it the result says that its own output was taken.
    case 'grad-cam':
    case 'guided-grad-cam':
      return { layer: info.camLayers['last-activation'] ? 'last-activation' : 'last-conv' };
    default:
      return replaced;
  }
}
