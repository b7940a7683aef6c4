//! What an explanation is: plain data.

use crate::network::Side;
use ndarray::ArrayD;

/// The numbers that explain one decision, and what is known about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Kebab-case name of the method.
    pub method: &'static str,
    /// Flat index of the explained element: the class, unit, or first unit of a channel.
    pub target: usize,
    /// The class that it is held against.
    pub against: Option<usize>,
    /// Which side of a single sigmoid it is.
    pub side: Option<Side>,
    /// One number per element or position of the explained node; the batch axis is left out.
    pub relevance: ArrayD<f32>,
    /// What is explained: the target's logit, or the difference of two.
    pub score: f64,
    /// What the numbers should sum to, where the method promises something.
    pub expected: Option<f64>,
    /// The node whose feature maps were weighted (Grad-CAM and guided Grad-CAM only).
    pub layer: Option<usize>,
    /// Where relevance went, layer by layer from the output down (LRP only).
    pub layers: Vec<LayerSum>,
    /// The sufficient input subsets (SIS only).
    pub sis: Option<Sis>,
    /// Further single numbers, by name.
    pub extra: Vec<(&'static str, f64)>,
    /// What a reader has to know: where the method is not what its name says on this network, or a default
    /// does not fit. One sentence each, without line breaks.
    pub notes: Vec<String>,
}

impl Explanation {
    /// Sum of all numbers, in f64.
    pub fn sum(&self) -> f64 {
        self.relevance.iter().map(|&r| f64::from(r)).sum()
    }
}

/// One layer of the conservation report: `arrived = passed + bias + stabilizer` up to rounding, for
/// rules that conserve.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerSum {
    /// Index of the node.
    pub node: usize,
    /// The rule that it got.
    pub rule: String,
    /// Σ R that arrived at its output.
    pub arrived: f64,
    /// Σ R that it handed on to its inputs.
    pub passed: f64,
    /// Taken by biases.
    pub bias: f64,
    /// Taken by the stabiliser ε and by empty denominators.
    pub stabilizer: f64,
    /// Of what was handed on, the part whose place is a convention because a maximum is tied.
    pub ties: f64,
}

/// Disjoint sufficient input subsets (Carter et al. 2019).
#[derive(Clone, Debug, PartialEq)]
pub struct Sis {
    /// τ: each subset alone keeps the score at least this high.
    pub threshold: f64,
    /// Score of the whole input.
    pub initial: f64,
    /// Shape of the features (positions) that indices refer to.
    pub features: Vec<usize>,
    /// The subsets, in the order found. Empty when the input itself is below τ.
    pub sets: Vec<SisSet>,
    /// Score of what is left when all found subsets are masked.
    pub rest: f64,
    /// Whether the collection is whole; false where the caller's maximum ended it.
    pub complete: bool,
}

/// One sufficient input subset with the backward selection that found it.
#[derive(Clone, Debug, PartialEq)]
pub struct SisSet {
    /// Flat indices, the last masked first.
    pub features: Vec<usize>,
    /// Backward selection: the feature masked at each step.
    pub order: Vec<usize>,
    /// The score after each step.
    pub values: Vec<f64>,
    /// Score of the subset alone, evaluated anew.
    pub score: f64,
}
