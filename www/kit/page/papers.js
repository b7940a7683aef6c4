// Where the papers are that the catalogue names as a method's source.

import { el } from './dom.js';

/** @type {Record<string, { title: string, href: string }>} by the source's words */
const PAPERS = {
  'Adebayo et al. 2018': {
    title:
      'Local explanation methods for deep neural networks lack sensitivity to parameter values',
    href: 'https://arxiv.org/abs/1810.03307',
  },
  'Bach et al. 2015': {
    title:
      'On pixel-wise explanations for non-linear classifier decisions by layer-wise relevance propagation',
    href: 'https://doi.org/10.1371/journal.pone.0130140',
  },
  'Carter et al. 2019': {
    title: 'What made you do this? Understanding black-box decisions with sufficient input subsets',
    href: 'https://arxiv.org/abs/1810.03805',
  },
  'Erion et al. 2021': {
    title:
      'Improving performance of deep learning models with axiomatic attribution priors and expected gradients',
    href: 'https://doi.org/10.1038/s42256-021-00343-w',
  },
  'Hooker et al. 2019': {
    title: 'A benchmark for interpretability methods in deep neural networks',
    href: 'https://arxiv.org/abs/1806.10758',
  },
  'Lundberg and Lee 2017': {
    title: 'A unified approach to interpreting model predictions',
    href: 'https://arxiv.org/abs/1705.07874',
  },
  'Ribeiro et al. 2016': {
    title: '“Why should I trust you?” Explaining the predictions of any classifier',
    href: 'https://arxiv.org/abs/1602.04938',
  },
  'Selvaraju et al. 2017': {
    title: 'Grad-CAM: visual explanations from deep networks via gradient-based localization',
    href: 'https://arxiv.org/abs/1610.02391',
  },
  'Shapley 1953': {
    title: 'A value for n-person games',
    href: 'https://doi.org/10.1515/9781400881970-018',
  },
  'Shrikumar et al. 2016': {
    title:
      'Not just a black box: learning important features through propagating activation differences',
    href: 'https://arxiv.org/abs/1605.01713',
  },
  'Shrikumar et al. 2017': {
    title: 'Learning important features through propagating activation differences',
    href: 'https://arxiv.org/abs/1704.02685',
  },
  'Simonyan et al. 2014': {
    title:
      'Deep inside convolutional networks: visualising image classification models and saliency maps',
    href: 'https://arxiv.org/abs/1312.6034',
  },
  'Smilkov et al. 2017': {
    title: 'SmoothGrad: removing noise by adding noise',
    href: 'https://arxiv.org/abs/1706.03825',
  },
  'Springenberg et al. 2015': {
    title: 'Striving for simplicity: the all convolutional net',
    href: 'https://arxiv.org/abs/1412.6806',
  },
  'Sundararajan et al. 2017': {
    title: 'Axiomatic attribution for deep networks',
    href: 'https://arxiv.org/abs/1703.01365',
  },
  'Zeiler and Fergus 2014': {
    title: 'Visualizing and understanding convolutional networks',
    href: 'https://arxiv.org/abs/1311.2901',
  },
};

/** All of them, by name of the first author. */
export const papers = () => Object.entries(PAPERS).map(([source, paper]) => ({ source, ...paper }));

/** The paper of a source as the catalogue writes it, remarks in brackets aside; undefined if it has none. */
export const paperOf = (/** @type {string} */ source) => {
  const name = source.replace(/ \(.*\)$/, '');
  return Object.hasOwn(PAPERS, name) ? PAPERS[name] : undefined;
};

/** A source as a link to its paper, or as text if it has none. @param {string} source @returns {Node | string} */
export function paperLink(source) {
  const paper = paperOf(source);
  return paper
    ? el('a', { href: paper.href, rel: 'noopener', title: paper.title, text: source })
    : source;
}
