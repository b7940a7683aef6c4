// The methods that K.-R. Müller's talk names, in its groups: which of them run here, and where.

const digits = (more) => `../digits/#v=1&${more}`;
const runs = (name, source, href) => ({ name, source, href });
const absent = (name, source) => ({ name, source, href: null });

export const GROUPS = [
  {
    title: 'Gradients',
    text: 'How the score reacts to a small change.',
    entries: [
      runs('Sensitivity', 'Mørch et al. 1995; Simonyan et al. 2014', digits('g=saliency')),
      runs('Gradient', 'Simonyan et al. 2014', digits('g=gradient')),
      runs('Gradient × input', 'Shrikumar et al. 2016', digits('g=gradient-x-input')),
      runs('Integrated gradients', 'Sundararajan et al. 2017', digits('g=integrated-gradients')),
      runs('SmoothGrad', 'Smilkov et al. 2017', digits('g=smooth-grad')),
    ],
  },
  {
    title: 'Decomposition',
    text: 'How the score is shared out among the inputs.',
    entries: [
      runs('LRP', 'Bach et al. 2015', digits('g=lrp')),
      runs('LRP of texts', 'Arras et al. 2017', '../text/'),
      runs(
        'Deep Taylor',
        'Montavon et al. 2017; here the rules α1β0 and z-box of LRP',
        digits('g=lrp&p.lrp.composite=alpha1-beta0&p.lrp.first=z-box'),
      ),
      runs('DeepLIFT', 'Shrikumar et al. 2017', digits('g=deeplift')),
      runs('Shapley values', 'Shapley 1953', digits('g=shapley')),
      absent('LRP of LSTM', 'Arras et al. 2017'),
      absent('Excitation backprop', 'Zhang et al. 2016'),
      absent('PatternNet, PatternAttribution', 'Kindermans et al. 2018'),
    ],
  },
  {
    title: 'Optimisation',
    text: 'What a fit, or a search, over masked inputs finds.',
    entries: [
      runs('Occlusion', 'Zeiler and Fergus 2014', digits('g=occlusion')),
      runs('LIME', 'Ribeiro et al. 2016', digits('g=lime')),
      runs('Kernel SHAP', 'Lundberg and Lee 2017', digits('g=kernel-shap')),
      runs('Sufficient input subsets', 'Carter et al. 2019', digits('g=sis')),
      absent('Prediction differences', 'Zintgraf et al. 2017'),
      absent('Meaningful perturbations', 'Fong and Vedaldi 2017'),
    ],
  },
  {
    title: 'Deconvolution',
    text: 'What is sent back through the layers.',
    entries: [
      runs('Deconvnet', 'Zeiler and Fergus 2014', digits('g=deconvnet')),
      runs('Guided backprop', 'Springenberg et al. 2015', digits('g=guided-backprop')),
      runs('Grad-CAM', 'Selvaraju et al. 2017', digits('g=grad-cam')),
    ],
  },
  {
    title: 'Understanding the model',
    text: 'What the network knows, whatever the input.',
    entries: [
      runs('Feature visualisation', 'Erhan et al. 2009', digits('x=images')),
      runs('Deep Dream', 'Mordvintsev et al. 2015', digits('x=images&p.images.from=drawing')),
      absent('Deep visualisation', 'Yosinski et al. 2015'),
      absent('Inverting CNNs', 'Mahendran and Vedaldi 2015'),
      absent('RNN cell state', 'Karpathy et al. 2015'),
      absent('Synthesis of preferred inputs', 'Nguyen et al. 2016'),
      absent('TCAV', 'Kim et al. 2018'),
      absent('Network dissection', 'Bau et al. 2017'),
    ],
  },
];
