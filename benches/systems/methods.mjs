/** What heatlens calls the tasks that explain: method and parameters. */
export const METHODS = {
  saliency: ['saliency', [['norm', 'abs']]],
  guided: ['guided-backprop', []],
  'lrp-epsilon': ['lrp', [['composite', 'epsilon']]],
  'lrp-plus-flat': ['lrp', [['composite', 'epsilon-plus-flat']]],
  'lrp-alpha2-beta1': ['lrp', [['composite', 'epsilon-alpha2-beta1']]],
  shap: [
    'kernel-shap',
    [
      ['segment', 4],
      ['samples', 2000],
    ],
  ],
  // With τ = 0 the first set is empty: one full backward selection, and nothing else.
  sis: [
    'sis',
    [
      ['threshold', 0],
      ['sets', 1],
    ],
  ],
};
