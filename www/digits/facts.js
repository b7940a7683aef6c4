// What a lecturer's slide says of a method beyond the catalogue: how it is propagated, where it applies,
// what speaks against it.

const rows = (propagation, applies, drawbacks) => [
  ['Propagation', propagation],
  ['Applies to', applies],
  ['Drawbacks', drawbacks],
];

const DIFFERENTIABLE = 'any differentiable model';
const ANY = 'any model that answers';
const GRADIENT_DRAWBACK =
  'It tells what would make the digit more or less a member of its class, and does not fully explain the decision.';

// Another idea under a similar name; docs/methods.md has it in full.
const MAXENT =
  ', whatever the network is. Maximum-entropy sampling (Finnegan and Song 2017), which this page does not have, draws whole inputs that the network takes for much the same as this one: what hardly varies among them is what it holds on to.';

export const FACTS = {
  gradient: rows('the chain rule', DIFFERENTIABLE, GRADIENT_DRAWBACK),
  saliency: rows('the chain rule; then the size alone', DIFFERENTIABLE, GRADIENT_DRAWBACK),
  'gradient-x-input': rows(
    'the chain rule; then times the input',
    DIFFERENTIABLE,
    'Noisy in deep networks; a black pixel of value 0 never counts.',
  ),
  'smooth-grad': rows(
    'the chain rule at noisy copies, averaged',
    DIFFERENTIABLE,
    'Less noise to look at, at the price of many passes; the noise level is a choice.',
  ),
  'smooth-grad-squared': rows(
    'the chain rule at noisy copies, mean of the squares',
    DIFFERENTIABLE,
    'No sign; the noise level is a choice.',
  ),
  vargrad: rows(
    'the chain rule at noisy copies, variance',
    DIFFERENTIABLE,
    'It shows where the gradient is unsteady, which need not be where the evidence is.',
  ),
  'integrated-gradients': rows(
    'the chain rule, summed along the line from a blank input',
    DIFFERENTIABLE,
    'The blank input is a choice, and the inputs on the line are no digits.',
  ),
  deconvnet: rows(
    'backwards with switches of the max pools; what is negative on its way back is dropped',
    'convolutional networks with rectifiers and max pooling',
    'Its numbers have no stated relation to the score; without pooling it does not depend on the input.',
  ),
  'guided-backprop': rows(
    'as deconvnet, and also only where the rectifier was open',
    'networks with rectifiers',
    'Sharp maps that hardly notice which class is explained or whether the network was trained.',
  ),
  lrp: rows(
    'every neuron shares its relevance out among its inputs, in proportion to what they sent',
    'networks of sums, products and monotone functions, linear models of bags of words; a kernel machine gets integrated gradients instead',
    'The rule of each layer is a choice, and biases and ε take a part of the sum.',
  ),
  deeplift: rows(
    'differences from a reference, shared out layer by layer',
    'feed-forward networks',
    'The reference is a choice.',
  ),
  'grad-cam': rows(
    'the chain rule down to the last convolution; its maps are weighted',
    'convolutional networks',
    'As coarse as that layer’s maps.',
  ),
  'guided-grad-cam': rows(
    'guided backprop times Grad-CAM',
    'convolutional networks',
    'It inherits the drawbacks of both.',
  ),
  occlusion: rows(
    'none: a window is masked, and the score is asked again',
    ANY,
    'A mask is an input the network never saw; what is there twice is not missed once.',
  ),
  'kernel-shap': [
    ...rows(
      'none: a linear fit of the answers to masked inputs',
      ANY,
      'Blocks of pixels, many answers, and chance in their choice.',
    ),
    [
      'Samples',
      `subsets of the blocks, the small and the nearly whole ones the likeliest${MAXENT}`,
    ],
  ],
  lime: [
    ...rows(
      'none: a linear fit near the input',
      ANY,
      'Its width and the blocks are choices; another seed, another map.',
    ),
    ['Samples', `subsets of the blocks, each block kept by the toss of a coin${MAXENT}`],
  ],
  shapley: rows(
    'none: every subset of the blocks is asked',
    `${ANY}, for few features`,
    'Two to the number of features answers.',
  ),
  sis: rows(
    'none: pixels are masked one by one while the answer holds',
    ANY,
    'Small sets look odd to people; a greedy search finds no smallest set for sure.',
  ),
  random: rows('none', 'everything', 'It explains nothing: a control.'),
  segmentation: rows(
    'none',
    'images with an object on blank ground',
    'It knows the object and not the decision: a control.',
  ),
};
