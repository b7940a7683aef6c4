//! The catalogue's entries.

use super::{Contrast, Entry, Kind, Param};

const fn number(
    name: &'static str,
    (min, max): (f64, f64),
    default: f64,
    log: bool,
    help: &'static str,
) -> Param {
    Param { name, help, kind: Kind::Number { min, max, default, log } }
}

const fn integer(
    name: &'static str,
    (min, max): (u32, u32),
    default: u32,
    help: &'static str,
) -> Param {
    Param { name, help, kind: Kind::Integer { min, max, default } }
}

const fn choice(
    name: &'static str,
    choices: &'static [&'static str],
    default: &'static str,
    help: &'static str,
) -> Param {
    Param { name, help, kind: Kind::Choice { choices, default } }
}

const fn fill(name: &'static str, default: f32, help: &'static str) -> Param {
    Param { name, help, kind: Kind::Fill { default } }
}

const SEED: Param = integer(
    "seed",
    (0, 1_000_000_000),
    1,
    "Seed of the random numbers: the same seed, the same map.",
);
const BASELINE: Param = fill("baseline", 0.0, "The input that counts as 'nothing there'.");
const SEGMENT: Param =
    integer("segment", (1, 1000), 4, "Side of the square blocks that are switched together.");
const LAYER: Param = Param {
    name: "layer",
    help: "The layer whose feature maps are weighted: the last convolution with more than one position, the activation that follows it, or a node by name.",
    kind: Kind::Node { choices: &["last-conv", "last-activation"], default: "last-conv" },
};
const NOISY: &[Param] = &[
    integer("samples", (1, 10_000), 32, "Number of noisy copies."),
    number(
        "noise",
        (0.0, 1.0),
        0.15,
        false,
        "Standard deviation of the noise, as a share of the input's range.",
    ),
    SEED,
];

/// The common part of methods that are linear in what they start from.
const LINEAR: Entry = Entry {
    name: "",
    title: "",
    summary: "",
    sums: "nothing in particular",
    source: "",
    signed: true,
    class_specific: true,
    white_box: true,
    contrast: Contrast::Subtracted,
    quick: true,
    params: &[],
};

/// Every method there is.
pub const CATALOG: &[Entry] = &[
    Entry {
        name: "gradient",
        title: "Gradient",
        summary: "How fast the score rises when a value rises; it says what would change the decision, not what made it.",
        source: "Simonyan et al. 2014",
        ..LINEAR
    },
    Entry {
        name: "saliency",
        title: "Saliency",
        summary: "How strongly the score reacts to a small change of a value, whatever the direction.",
        source: "Simonyan et al. 2014",
        signed: false,
        contrast: Contrast::Propagated,
        params: &[choice(
            "norm",
            &["max", "l2", "abs"],
            "max",
            "How channels are joined: largest, Euclidean, or each by itself.",
        )],
        ..LINEAR
    },
    Entry {
        name: "gradient-x-input",
        title: "Gradient × input",
        summary: "The slope times the value: what each value adds if the network is taken as linear around this input.",
        sums: "f(x) if the network is piecewise linear without biases",
        source: "Shrikumar et al. 2016",
        ..LINEAR
    },
    Entry {
        name: "smooth-grad",
        title: "SmoothGrad",
        summary: "The gradient averaged over noisy copies of the input, which calms its flicker.",
        source: "Smilkov et al. 2017",
        params: NOISY,
        ..LINEAR
    },
    Entry {
        name: "smooth-grad-squared",
        title: "SmoothGrad squared",
        summary: "The squared gradient averaged over noisy copies of the input.",
        source: "Hooker et al. 2019",
        signed: false,
        contrast: Contrast::Propagated,
        params: NOISY,
        ..LINEAR
    },
    Entry {
        name: "vargrad",
        title: "VarGrad",
        summary: "How much the gradient varies over noisy copies of the input.",
        source: "Adebayo et al. 2018",
        signed: false,
        contrast: Contrast::Propagated,
        params: NOISY,
        ..LINEAR
    },
    Entry {
        name: "integrated-gradients",
        title: "Integrated gradients",
        summary: "The score's rise on the straight way from the baseline to the input, split among the values.",
        sums: "f(x) − f(baseline)",
        source: "Sundararajan et al. 2017",
        params: &[
            integer("steps", (1, 2000), 32, "Points on the way."),
            choice(
                "quadrature",
                &["gauss-legendre", "midpoint", "trapezoid", "trapezoid-captum"],
                "gauss-legendre",
                "How the points are spread and weighed.",
            ),
            BASELINE,
        ],
        ..LINEAR
    },
    Entry {
        name: "deconvnet",
        title: "Deconvnet",
        summary: "The output sent back through the layers, keeping only positive signals at every ReLU.",
        source: "Zeiler and Fergus 2014",
        contrast: Contrast::Propagated,
        ..LINEAR
    },
    Entry {
        name: "guided-backprop",
        title: "Guided backprop",
        summary: "The gradient, keeping at every ReLU only positive signals through active units: sharp, but hardly class-specific.",
        source: "Springenberg et al. 2015",
        contrast: Contrast::Propagated,
        ..LINEAR
    },
    Entry {
        name: "lrp",
        title: "LRP",
        summary: "The score itself, handed back layer by layer in proportion to what each input contributed.",
        sums: "f(x), less what biases and ε take",
        source: "Bach et al. 2015",
        params: &[
            choice(
                "composite",
                &[
                    "epsilon-plus-flat",
                    "epsilon-plus",
                    "epsilon-gamma-box",
                    "epsilon-alpha2-beta1",
                    "epsilon-alpha2-beta1-flat",
                    "epsilon",
                    "zero",
                    "gamma",
                    "alpha1-beta0",
                    "alpha2-beta1",
                    "alpha-beta",
                    "w-square",
                    "flat",
                ],
                "epsilon-plus-flat",
                "Which rule goes to which kind of layer.",
            ),
            choice(
                "first",
                &["same", "z-box", "w-square", "flat"],
                "same",
                "Another rule at the first linear layer.",
            ),
            number(
                "epsilon",
                (0.0, 10.0),
                1e-6,
                true,
                "ε: keeps denominators from zero and absorbs weak evidence.",
            ),
            choice(
                "stabilizer",
                &["absolute", "rms"],
                "absolute",
                "Whether ε is a number or a share of the layer's root mean square.",
            ),
            number(
                "gamma",
                (0.0, 100.0),
                0.25,
                true,
                "γ: how much positive contributions are favoured.",
            ),
            number("beta", (0.0, 10.0), 1.0, false, "β of alpha-beta; α = 1 + β."),
            choice(
                "bias",
                &["keep", "ignore"],
                "keep",
                "Whether biases stand in the denominators and keep their share, or leave all to the inputs.",
            ),
            fill("low", 0.0, "Smallest value an input can have (z-box)."),
            fill("high", 1.0, "Largest value an input can have (z-box)."),
            choice(
                "ties",
                &["first", "equal"],
                "first",
                "Who gets the relevance of a tied maximum.",
            ),
            Param {
                name: "rules",
                help: "Rules for single layers, as NODE=RULE with commas between. RULE: zero, epsilon, gamma, plus, alpha-beta, w-square or flat.",
                kind: Kind::Rules { default: "" },
            },
        ],
        ..LINEAR
    },
    Entry {
        name: "deeplift",
        title: "DeepLIFT",
        summary: "The difference from the baseline's score, split by finite differences instead of slopes.",
        sums: "f(x) − f(baseline)",
        source: "Shrikumar et al. 2017 (rescale rule)",
        params: &[BASELINE],
        ..LINEAR
    },
    Entry {
        name: "grad-cam",
        title: "Grad-CAM",
        summary: "Where the feature maps that raise the score are active; as coarse as those maps.",
        source: "Selvaraju et al. 2017",
        signed: false,
        contrast: Contrast::Propagated,
        params: &[
            LAYER,
            choice("relu", &["yes", "no"], "yes", "Keep the positive part only."),
            choice(
                "upsample",
                &["bilinear", "nearest", "none"],
                "bilinear",
                "How the map is brought to the input's size.",
            ),
        ],
        ..LINEAR
    },
    Entry {
        name: "guided-grad-cam",
        title: "Guided Grad-CAM",
        summary: "Guided backprop, cut to where Grad-CAM lights up.",
        source: "Selvaraju et al. 2017",
        contrast: Contrast::Propagated,
        params: &[LAYER],
        ..LINEAR
    },
    Entry {
        name: "occlusion",
        title: "Occlusion",
        summary: "How much the score drops when a small window is covered.",
        source: "Zeiler and Fergus 2014",
        white_box: false,
        params: &[
            integer("window", (1, 1000), 3, "Side of the covered window."),
            integer(
                "stride",
                (1, 1000),
                1,
                "Step from window to window; the last windows are cut off at the border.",
            ),
            fill("mask", 0.0, "What covers the window."),
            choice(
                "map",
                &["mean", "windows"],
                "mean",
                "A value per position (mean over its windows) or per window: ⌈(size − window) / stride⌉ + 1 along an axis, without one that would begin outside.",
            ),
        ],
        ..LINEAR
    },
    Entry {
        name: "sis",
        title: "Sufficient input subsets",
        summary: "Small sets of values each of which, all else masked, is enough for the decision.",
        sums: "nothing: every set is numbered",
        source: "Carter et al. 2019",
        signed: false,
        white_box: false,
        contrast: Contrast::Propagated,
        quick: false,
        params: &[
            number(
                "threshold",
                (0.0, 1.0),
                0.7,
                false,
                "τ: the probability that each set must keep.",
            ),
            fill("mask", 0.0, "What replaces masked values."),
            integer("sets", (1, 1000), 1000, "Most sets to look for."),
        ],
        ..LINEAR
    },
    Entry {
        name: "shapley",
        title: "Shapley values",
        summary: "Each feature's average effect on the score over all orders in which features could be added.",
        sums: "f(x) − f(baseline)",
        source: "Shapley 1953",
        white_box: false,
        quick: false,
        params: &[
            BASELINE,
            integer(
                "segment",
                (1, 1000),
                7,
                "Side of the square blocks that are switched together.",
            ),
        ],
        ..LINEAR
    },
    Entry {
        name: "kernel-shap",
        title: "Kernel SHAP",
        summary: "Shapley values estimated from sampled coalitions by weighted least squares.",
        sums: "f(x) − f(baseline)",
        source: "Lundberg and Lee 2017",
        white_box: false,
        quick: false,
        params: &[
            BASELINE,
            SEGMENT,
            integer(
                "samples",
                (0, 100_000),
                1000,
                "Coalitions to evaluate, few or nearly all features the likeliest; 0 = all of them (at most 16 features).",
            ),
            SEED,
        ],
        ..LINEAR
    },
    Entry {
        name: "lime",
        title: "LIME",
        summary: "The weights of a linear model fitted to the network's answers around this input.",
        source: "Ribeiro et al. 2016",
        white_box: false,
        quick: false,
        params: &[
            BASELINE,
            SEGMENT,
            integer(
                "samples",
                (0, 100_000),
                1000,
                "Coalitions to evaluate, each feature kept by the toss of a coin; 0 = all of them (at most 16 features).",
            ),
            SEED,
            number("width", (0.0, 1000.0), 0.0, false, "Width of the kernel; 0 = ¾·√features."),
            number("ridge", (0.0, 1000.0), 0.1, true, "Penalty on squared weights."),
        ],
        ..LINEAR
    },
];
