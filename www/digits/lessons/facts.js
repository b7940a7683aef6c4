// What a lecturer's slide says of a method beyond the catalogue: how it is propagated, the heatmap's formula,
// where it applies, what speaks against it. What its numbers sum to is the catalogue's word.

/** Rows before and after the relation to f(x). */
const rows = (
  propagation,
  heatmap,
  applies,
  drawbacks,
  /** @type {{ input?: string, samples?: string }} */ { input = 'dependent', samples } = {},
) => ({
  before: [
    ['Propagation', propagation],
    ['Heatmap', heatmap],
  ],
  after: [
    ['Applies to', applies],
    ['Drawbacks', drawbacks],
    ...(samples ? [['Samples', samples]] : []),
  ],
  input,
});

const DIFFERENTIABLE = 'any network with continuous, locally differentiable neurons';
const ANY = 'any model that answers';
const GRADIENT_DRAWBACK =
  'It tells what would make the digit more or less a member of its class, and does not fully explain the decision.';

// Another idea under a similar name; docs/methods.md has it in full.
const MAXENT =
  ', whatever the network is. Maximum-entropy sampling (Finnegan and Song 2017), which this page does not have, draws whole inputs that the network takes for much the same as this one: what hardly varies among them is what it holds on to.';

export const FACTS = {
  gradient: rows('the chain rule', 'h_p = ∂f/∂x_p', DIFFERENTIABLE, GRADIENT_DRAWBACK),
  saliency: rows(
    'the chain rule; then the size alone',
    'h_p = ‖∂f/∂x_p‖_∞, the largest over the channels of pixel p (or ‖·‖₂)',
    DIFFERENTIABLE,
    GRADIENT_DRAWBACK,
  ),
  'gradient-x-input': rows(
    'the chain rule; then times the input',
    'h_p = x_p · ∂f/∂x_p',
    DIFFERENTIABLE,
    'Noisy in deep networks; a black pixel of value 0 never counts.',
  ),
  'smooth-grad': rows(
    'the chain rule at noisy copies, averaged',
    'h_p = 1/n · Σ_k ∂f/∂x_p (x + ν_k), ν_k ~ N(0, σ²)',
    DIFFERENTIABLE,
    'Less noise to look at, at the price of many passes; the noise level is a choice.',
  ),
  'smooth-grad-squared': rows(
    'the chain rule at noisy copies, mean of the squares',
    'h_p = 1/n · Σ_k (∂f/∂x_p (x + ν_k))²',
    DIFFERENTIABLE,
    'No sign; the noise level is a choice.',
  ),
  vargrad: rows(
    'the chain rule at noisy copies, variance',
    'h_p = Var_k (∂f/∂x_p (x + ν_k))',
    DIFFERENTIABLE,
    'It shows where the gradient is unsteady, which need not be where the evidence is.',
  ),
  'integrated-gradients': rows(
    'the chain rule, summed along the line from a blank input',
    'h_p = (x_p − x′_p) · ∫₀¹ ∂f/∂x_p (x′ + t (x − x′)) dt',
    DIFFERENTIABLE,
    'The blank input is a choice, and the inputs on the line are no digits.',
  ),
  'expected-gradients': rows(
    'the chain rule at random points of lines from baselines to the digit',
    'h_p = E_{x′, α} [(x_p − x′_p) · ∂f/∂x_p (x′ + α (x − x′))]',
    DIFFERENTIABLE,
    'With one baseline it is integrated gradients by chance points: slower, and with noise.',
  ),
  deconvnet: rows(
    'backwards with switches of the max pools; what is negative on its way back is dropped',
    'h_p: what arrives at x_p when every rectifier hands back max(0, R)',
    'convolutional networks with max pooling and rectifiers (ReLU)',
    'Its numbers have no stated relation to the score; without pooling it does not depend on the input.',
    { input: 'dependent, through the switches of max pools only' },
  ),
  'guided-backprop': rows(
    'as deconvnet, and also only where the rectifier was open',
    'h_p: what arrives at x_p when every rectifier hands back max(0, R) where it was open, else 0',
    'networks with rectifiers (ReLU)',
    'Sharp maps that hardly notice which class is explained, or that all layers but the first forgot what they learnt.',
  ),
  lrp: rows(
    'every neuron shares its relevance out among its inputs, in proportion to what they sent',
    'h_p = R_p, R_i = Σ_j z_ij / (Σ_i z_ij + b_j) · R_j with z_ij = x_i w_ij; ε, γ and αβ change the z',
    'networks of sums, products and monotonous activations, even non-continuous ones; linear models of bags of words. Kernel machines, which its paper treats, too, get integrated gradients here instead.',
    'The rule of each layer is a choice, and biases and ε take a part of the sum.',
  ),
  deeplift: rows(
    'differences from a reference, shared out layer by layer',
    'h_p = m_p · (x_p − x′_p), m by the chain rule with Δa/Δz in place of slopes',
    'feed-forward networks',
    'The reference is a choice.',
  ),
  'grad-cam': rows(
    'the chain rule down to the last convolution; its maps are weighted',
    'h = max(0, Σ_k α_k A^k), α_k the mean of ∂f/∂A^k over map k',
    'convolutional networks',
    'As coarse as that layer’s maps.',
  ),
  'guided-grad-cam': rows(
    'guided backprop times Grad-CAM',
    'h_p = guided backprop at p times Grad-CAM at p',
    'convolutional networks',
    'It inherits the drawbacks of both.',
  ),
  occlusion: rows(
    'none: a window is masked, and the score is asked again',
    'h_p: the mean of f(x) − f(x with W masked) over the windows W that cover p',
    ANY,
    'A mask is an input the network never saw; what is there twice is not missed once.',
  ),
  'kernel-shap': rows(
    'none: a linear fit of the answers to masked inputs',
    'φ = argmin Σ_S π(S) (f(x_S) − f(x′) − Σ_{i∈S} φ_i)², π(S) = (M − 1) / (C(M, |S|) |S| (M − |S|))',
    ANY,
    'Blocks of pixels, many answers, and chance in their choice.',
    {
      samples: `subsets of the blocks, the small and the nearly whole ones the likeliest${MAXENT}`,
    },
  ),
  lime: rows(
    'none: a linear fit near the input',
    'w = argmin Σ_k π(z_k) (f(z_k) − w·z_k)² + λ ‖w‖², z_k the input with random blocks masked',
    ANY,
    'Its width and the blocks are choices; another seed, another map.',
    { samples: `subsets of the blocks, each block kept by the toss of a coin${MAXENT}` },
  ),
  shapley: rows(
    'none: every subset of the blocks is asked',
    'φ_i = Σ_{S∌i} |S|! (M − |S| − 1)! / M! · (f(x_{S∪i}) − f(x_S))',
    `${ANY}, for few features`,
    'Two to the number of features answers.',
  ),
  sis: rows(
    'none: pixels are masked one by one while the answer holds',
    'sets S with f(x_S) ≥ τ, all else masked; no two share a pixel',
    ANY,
    'Small sets look odd to people; a greedy search finds no smallest set for sure.',
  ),
  random: rows(
    'none',
    'h_p at random, evenly from 0 to 1',
    'everything',
    'It explains nothing: a control.',
    { input: 'independent' },
  ),
  segmentation: rows(
    'none',
    'h_p = x_p',
    'images with an object on blank ground',
    'It knows the object and not the decision: a control.',
  ),
};

/** How a method is labelled: what it needs of the network, and whether another input gives another map. */
export const labels = ({ name, needs }) => [
  needs.length > 0 ? 'white box' : 'black box',
  `input-${FACTS[name]?.input ?? 'dependent'}`,
];
