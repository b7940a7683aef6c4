//! What is known of a method whatever its parameters: the one place for its name, its parameters and what its
//! numbers mean. Help, tables, types and controls are made from it.

use super::{Method, options::Reader};
use crate::error::Result;
use crate::parameters::Value;
use serde::Serialize;

/// A method as the catalogue lists it.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// Kebab-case name.
    pub name: &'static str,
    /// Name as a heading.
    pub title: &'static str,
    /// What its numbers mean, in one sentence.
    pub summary: &'static str,
    /// What its numbers sum to.
    pub sums: &'static str,
    /// Who published it, where.
    pub source: &'static str,
    /// Whether its numbers are for (+) and against (−).
    pub signed: bool,
    /// Whether its map depends on the class asked for.
    pub class_specific: bool,
    /// Whether its map depends on the input, and not on the weights alone.
    pub input_dependent: bool,
    /// What it needs of the network beside its predictions; a method that needs nothing takes it as a black box.
    pub needs: &'static [Need],
    /// How it explains one class against another.
    pub contrast: Contrast,
    /// Whether it asks the network about many samples, which several workers can share.
    pub sampled: bool,
    /// Whether it is done in a few passes through the network, or as many as its parameters say.
    pub quick: bool,
    /// Its parameters.
    pub params: &'static [Param],
    /// The method with the parameters that a request gives.
    #[serde(skip)]
    pub read: fn(&Reader<'_>) -> Result<Box<dyn Method>>,
}

impl Descriptor {
    /// What most methods have in common: one backward pass that is linear in what it starts from.
    pub(super) const fn new(
        name: &'static str,
        title: &'static str,
        read: fn(&Reader<'_>) -> Result<Box<dyn Method>>,
    ) -> Self {
        Descriptor {
            name,
            title,
            summary: "",
            sums: "nothing in particular",
            source: "",
            signed: true,
            class_specific: true,
            input_dependent: true,
            needs: &[Need::Gradients],
            contrast: Contrast::Subtracted,
            sampled: false,
            quick: true,
            params: &[],
            read,
        }
    }

    /// Whether it may be done in a page's own thread: a few passes through the network, however large its parameters.
    pub fn runs_on_main_thread(&self) -> bool {
        self.quick && !self.sampled
    }

    /// Whether it looks inside the network.
    pub fn looks_inside(&self) -> bool {
        !self.needs.is_empty()
    }
}

/// What a method needs of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// A backward pass to the explained values.
    Gradients,
    /// A backward pass to feature maps.
    Convolution,
}

/// How a method explains "for class a, against class b".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Contrast {
    /// Its map is the difference of the two classes' maps: the method is linear in what it starts
    /// from.
    Subtracted,
    /// The difference of logits is explained as a whole; its map is no difference of maps.
    Propagated,
}

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kind {
    /// A number.
    Number {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
        /// Value if none is given.
        default: f64,
        /// Whether a slider is better logarithmic.
        log: bool,
    },
    /// A whole number.
    Integer {
        /// Smallest value.
        min: u32,
        /// Largest value.
        max: u32,
        /// Value if none is given.
        default: u32,
    },
    /// One of several words.
    Choice {
        /// The words.
        choices: &'static [&'static str],
        /// Word if none is given.
        default: &'static str,
    },
    /// The name of a node.
    Node {
        /// Words that stand for a node.
        choices: &'static [&'static str],
        /// Word if none is given.
        default: &'static str,
    },
    /// Rules for single layers of an LRP pass, as `NODE=RULE,…`; empty for none.
    Rules {
        /// Rules if none are given.
        default: &'static str,
    },
    /// A number, or one number per input element.
    Baseline {
        /// Number if none is given.
        default: f32,
    },
}

impl Kind {
    /// The value of a parameter that is left out.
    pub fn default(&self) -> Value {
        match *self {
            Kind::Number { default, .. } => Value::Number(default),
            Kind::Integer { default, .. } => Value::Number(default.into()),
            Kind::Choice { default, .. } | Kind::Node { default, .. } | Kind::Rules { default } => {
                Value::Word(default.into())
            }
            Kind::Baseline { default } => Value::Number(default.into()),
        }
    }
}

/// A parameter of a method.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Param {
    /// Kebab-case name.
    pub name: &'static str,
    /// What it does.
    pub help: &'static str,
    /// What it may be.
    #[serde(flatten)]
    pub kind: Kind,
}

pub(super) const fn number(
    name: &'static str,
    (min, max): (f64, f64),
    default: f64,
    log: bool,
    help: &'static str,
) -> Param {
    Param { name, help, kind: Kind::Number { min, max, default, log } }
}

pub(super) const fn integer(
    name: &'static str,
    (min, max): (u32, u32),
    default: u32,
    help: &'static str,
) -> Param {
    Param { name, help, kind: Kind::Integer { min, max, default } }
}

pub(super) const fn choice(
    name: &'static str,
    choices: &'static [&'static str],
    default: &'static str,
    help: &'static str,
) -> Param {
    Param { name, help, kind: Kind::Choice { choices, default } }
}

pub(super) const fn baseline(name: &'static str, default: f32, help: &'static str) -> Param {
    Param { name, help, kind: Kind::Baseline { default } }
}

pub(super) const SEED: Param = integer(
    "seed",
    (0, 1_000_000_000),
    1,
    "Seed of the random numbers: the same seed, the same map.",
);
pub(super) const BASELINE: Param =
    baseline("baseline", 0.0, "The input that counts as 'nothing there'.");
/// Largest side of the blocks that parameters can ask for.
pub(super) const LARGEST_SEGMENT: u32 = 1000;
pub(super) const SEGMENT: Param = integer(
    "segment",
    (1, LARGEST_SEGMENT),
    4,
    "Side of the square blocks that are switched together.",
);
pub(super) const LAYER: Param = Param {
    name: "layer",
    help: "The layer whose feature maps are weighted: the last convolution with more than one position, the activation that follows it, or a node by name.",
    kind: Kind::Node { choices: &["last-conv", "last-activation"], default: "last-conv" },
};
