//! Composites: which rule goes to which class of layer. A new one is an entry of [`COMPOSITES`]; the parameter's choices,
//! help and types follow from it.

use super::Lrp;
use crate::rules::{ActivationRule, First, LinearRule};

/// The rules of a composite.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// Dense layers.
    pub dense: LinearRule,
    /// Convolutions.
    pub conv: LinearRule,
    /// Another rule at the first linear layer.
    pub input_layer: Option<(First, InputLayer)>,
    /// Element-wise functions.
    pub activation: ActivationRule,
}

/// A rule for the first linear layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputLayer {
    /// z-box with `low` and `high`.
    ZBox,
    /// w².
    WSquare,
    /// Flat.
    Flat,
}

/// A composite with a name.
#[derive(Debug)]
pub struct NamedComposite {
    /// Kebab-case name.
    pub name: &'static str,
    /// Which rule goes where, in a few words.
    pub summary: &'static str,
    /// Its rules with these parameters.
    pub rules: fn(&Lrp) -> Assignment,
}

/// One rule for every dense layer and convolution.
pub(super) fn uniform(rule: LinearRule) -> Assignment {
    Assignment {
        dense: rule.clone(),
        conv: rule,
        input_layer: None,
        activation: ActivationRule::Pass,
    }
}

/// ε for dense layers and another rule for convolutions.
fn epsilon_and(lrp: &Lrp, conv: LinearRule) -> Assignment {
    Assignment { conv, ..uniform(lrp.epsilon_rule()) }
}

const FLAT_FIRST: Option<(First, InputLayer)> = Some((First::Linear, InputLayer::Flat));

/// Every composite there is, the default first.
pub static COMPOSITES: &[NamedComposite] = &[
    NamedComposite {
        name: "epsilon-plus-flat",
        summary: "dense ε, convolutions z⁺, flat at the first linear layer",
        rules: |lrp| Assignment { input_layer: FLAT_FIRST, ..epsilon_and(lrp, LinearRule::Z_PLUS) },
    },
    NamedComposite {
        name: "epsilon-plus",
        summary: "dense ε, convolutions z⁺",
        rules: |lrp| epsilon_and(lrp, LinearRule::Z_PLUS),
    },
    NamedComposite {
        name: "epsilon-gamma-box",
        summary: "dense ε, convolutions γ, z-box at the first convolution",
        rules: |lrp| Assignment {
            input_layer: Some((First::Conv, InputLayer::ZBox)),
            ..epsilon_and(lrp, LinearRule::Gamma { gamma: lrp.gamma })
        },
    },
    NamedComposite {
        name: "epsilon-alpha2-beta1",
        summary: "dense ε, convolutions α 2 β 1",
        rules: |lrp| epsilon_and(lrp, LinearRule::ALPHA2_BETA1),
    },
    NamedComposite {
        name: "epsilon-alpha2-beta1-flat",
        summary: "dense ε, convolutions α 2 β 1, flat at the first linear layer",
        rules: |lrp| Assignment {
            input_layer: FLAT_FIRST,
            ..epsilon_and(lrp, LinearRule::ALPHA2_BETA1)
        },
    },
    // Zhang et al. 2016: the probability that a winning neuron is the parent's, times the score. Biases have their
    // share unless `bias=ignore`; activations take the gradient, as zennit has it.
    NamedComposite {
        name: "excitation-backprop",
        summary: "z⁺ everywhere, the gradient at activations",
        rules: |_| Assignment {
            activation: ActivationRule::Gradient,
            ..uniform(LinearRule::Z_PLUS)
        },
    },
    NamedComposite {
        name: "epsilon",
        summary: "ε everywhere",
        rules: |lrp| uniform(lrp.epsilon_rule()),
    },
    NamedComposite {
        name: "zero",
        summary: "LRP-0 everywhere",
        rules: |_| uniform(LinearRule::ZERO),
    },
    NamedComposite {
        name: "gamma",
        summary: "γ everywhere",
        rules: |lrp| uniform(LinearRule::Gamma { gamma: lrp.gamma }),
    },
    NamedComposite {
        name: "alpha1-beta0",
        summary: "z⁺ everywhere",
        rules: |_| uniform(LinearRule::Z_PLUS),
    },
    NamedComposite {
        name: "alpha2-beta1",
        summary: "α 2 β 1 everywhere",
        rules: |_| uniform(LinearRule::ALPHA2_BETA1),
    },
    NamedComposite {
        name: "alpha-beta",
        summary: "α 1 + β everywhere",
        rules: |lrp| uniform(lrp.alpha_beta()),
    },
    NamedComposite {
        name: "w-square",
        summary: "w² everywhere",
        rules: |_| uniform(LinearRule::WSquare),
    },
    NamedComposite {
        name: "flat",
        summary: "flat everywhere",
        rules: |_| uniform(LinearRule::Flat),
    },
];

/// Their names, as the choices of a parameter.
pub(super) static NAMES: [&str; COMPOSITES.len()] = {
    let mut names = [""; COMPOSITES.len()];
    let mut k = 0;
    while k < names.len() {
        names[k] = COMPOSITES[k].name;
        k += 1;
    }
    names
};
