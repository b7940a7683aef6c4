//! What a network puts out, and how its raw outputs become probabilities.

use super::{Network, NodeId};
use serde::{Serialize, Serializer};

/// A named result of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Name in the model.
    pub name: String,
    /// The node whose values are the raw output (logits).
    pub node: NodeId,
    /// How the raw output is read.
    pub activation: OutputActivation,
}

/// How raw outputs (logits) become what a person reads. Explanations start from the logits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputActivation {
    /// Nobody said: raw outputs may be logits, probabilities or quantities.
    #[default]
    Unknown,
    /// None: the raw output is the answer itself, as in a regression.
    Identity,
    /// Softmax over the last axis that is longer than 1.
    Softmax,
    /// Logistic function of each raw output.
    Sigmoid,
}

impl Serialize for OutputActivation {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.name().serialize(to)
    }
}

impl OutputActivation {
    /// The activation that is called so.
    pub fn named(name: &str) -> Option<Self> {
        use OutputActivation::{Identity, Sigmoid, Softmax};
        [Identity, Softmax, Sigmoid].into_iter().find(|known| known.name() == Some(name))
    }

    /// The word for it in metadata, options and results; none where it is not known.
    pub fn name(self) -> Option<&'static str> {
        match self {
            OutputActivation::Unknown => None,
            OutputActivation::Identity => Some("identity"),
            OutputActivation::Softmax => Some("softmax"),
            OutputActivation::Sigmoid => Some("sigmoid"),
        }
    }

    /// Whether what it makes of raw outputs are probabilities.
    pub fn gives_probabilities(self) -> bool {
        matches!(self, OutputActivation::Softmax | OutputActivation::Sigmoid)
    }

    /// Applies it to raw outputs that belong together, in f64 so that close probabilities stay apart.
    pub fn apply(self, logits: &[f32]) -> Vec<f64> {
        match self {
            OutputActivation::Unknown | OutputActivation::Identity => {
                logits.iter().map(|&z| f64::from(z)).collect()
            }
            OutputActivation::Sigmoid => logits.iter().map(|&z| logistic(f64::from(z))).collect(),
            OutputActivation::Softmax => {
                let top = f64::from(logits.iter().copied().fold(f32::NEG_INFINITY, f32::max));
                let powers: Vec<f64> =
                    logits.iter().map(|&z| libm::exp(f64::from(z) - top)).collect();
                let sum: f64 = powers.iter().sum();
                powers.into_iter().map(|p| p / sum).collect()
            }
        }
    }
}

/// 1 / (1 + e^−z).
pub(crate) fn logistic(z: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-z))
}

/// Index of the largest value; ties: the first. 0 for no values or a first one that is NaN, which whoever reads
/// predictions refuses before.
pub fn top(values: &[f32]) -> usize {
    (0..values.len()).reduce(|a, b| if values[b] > values[a] { b } else { a }).unwrap_or(0)
}

/// One of the two sides of a result that is a single sigmoid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// What output 0 speaks for: score z, probability σ(z).
    Yes,
    /// The opposite: score −z, probability 1 − σ(z).
    No,
}

impl Side {
    /// Where its label stands: that of output 0 first.
    pub fn place(self) -> usize {
        match self {
            Side::Yes => 0,
            Side::No => 1,
        }
    }

    /// The word for it in requests and results.
    pub fn name(self) -> &'static str {
        match self {
            Side::Yes => "yes",
            Side::No => "no",
        }
    }
}

impl Network {
    /// How many values of a node compete where it is a result: the extent of its last axis that is longer than
    /// 1.
    pub fn classes_of(&self, node: NodeId) -> usize {
        self.node(node).shape.iter().rev().copied().find(|&n| n > 1).unwrap_or(1)
    }

    /// Probabilities of the raw outputs of one or more examples; none where the activation gives none.
    pub fn probabilities(&self, output: &Output, logits: &[f32]) -> Option<Vec<f64>> {
        let classes = self.classes_of(output.node);
        let rows = logits.chunks(classes);
        let activation = output.activation;
        activation.gives_probabilities().then(|| rows.flat_map(|z| activation.apply(z)).collect())
    }

    /// Whether a result is a single sigmoid, which has two [`Side`]s.
    pub fn is_binary(&self, output: &Output) -> bool {
        output.activation == OutputActivation::Sigmoid && self.node(output.node).len() == 1
    }
}
