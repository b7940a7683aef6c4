// What the package knows of methods before its engine runs: written by `tests/catalogue.rs`.

/** Methods that ask the network about many samples, in pieces that several workers can share; and those of few passes. */
export const SAMPLED = new Set([
  'smooth-grad',
  'smooth-grad-squared',
  'vargrad',
  'integrated-gradients',
  'expected-gradients',
  'occlusion',
  'shapley',
  'kernel-shap',
  'lime',
]);
export const MAIN_THREAD = new Set([
  'gradient',
  'saliency',
  'gradient-x-input',
  'deconvnet',
  'guided-backprop',
  'lrp',
  'deeplift',
  'grad-cam',
  'guided-grad-cam',
]);
// end
