// Which methods the page shows, in which order, under which question. What a method is, and what its
// numbers mean, comes from the package's catalogue; a method that it lacks is left out.

import { Classes, UNCERTAIN } from './classes.js';

export const GROUPS = [
  {
    id: 'where',
    title: 'Where does it look?',
    text: 'Gradients and their relatives: where a small change of the drawing would move the score.',
    shared: false,
    methods: [
      'saliency',
      'guided-backprop',
      'deconvnet',
      'grad-cam',
      'gradient',
      'smooth-grad',
      'smooth-grad-squared',
      'vargrad',
      'guided-grad-cam',
    ],
  },
  {
    id: 'shares',
    title: 'How is the score shared out?',
    text: 'Each pixel is given a part of the score, in the units of the score.',
    shared: true,
    methods: ['gradient-x-input', 'integrated-gradients', 'deeplift', 'lrp'],
  },
  {
    id: 'without',
    title: 'What could it not do without?',
    text: 'The network as a black box: parts are masked and the answer is asked again.',
    shared: false,
    methods: ['occlusion', 'kernel-shap', 'lime', 'shapley', 'sis'],
  },
  {
    id: 'controls',
    title: 'What would tell you nothing?',
    text: 'Controls: what an explanation has to be measured against, as Proof does.',
    shared: false,
    methods: ['random', 'segmentation'],
  },
];

/** What a first visit shows: a gradient, a decomposition, a black box. */
export const FIRST = ['saliency', 'lrp', 'occlusion'];

/** The methods shown: the chosen ones that exist, in the groups' order, or the first three. */
export function shown(chosen, known) {
  const all = GROUPS.flatMap((group) => group.methods).filter((name) => known.has(name));
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

/**
 * Values that suit a model better than the catalogue's defaults; `blank` is its input where nothing is drawn.
 * @returns {Record<string, any>}
 */
export function suited(method, info, blank) {
  const mask = blank === 0 ? {} : { mask: blank };
  const baseline = blank === 0 ? {} : { baseline: blank };
  switch (method) {
    case 'lrp':
      return { composite: info.nodes.some(isConvolution) ? 'gamma' : 'epsilon' };
    case 'sis':
      return { sets: 4, ...mask };
    // The last convolution's output before its ReLU is mostly negative here: its map would be empty. Where no
    // activation follows it the result says that its own output was taken.
    case 'grad-cam':
    case 'guided-grad-cam':
      return { layer: info.camLayers['last-activation'] ? 'last-activation' : 'last-conv' };
    case 'occlusion':
      return mask;
    case 'integrated-gradients':
    case 'deeplift':
    case 'kernel-shap':
    case 'lime':
    case 'shapley':
      return baseline;
    default:
      return {};
  }
}
