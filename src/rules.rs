//! Rules as data: what the backward pass does at each class of layer.
//!
//! A table has one field per class, so that a gap does not compile. Named tables are values; a
//! variation is `Rules { activation: ActivationRule::Guided, ..Rules::gradient() }`.

mod activation;
mod custom;
mod linear;
mod pool;
mod product;
mod ratio;
mod words;

pub use crate::network::WeightModifier;
pub use activation::ActivationRule;
pub(crate) use activation::{Kind as ActivationKind, activation, kind as activation_kind};
pub use custom::CustomRule;
pub use linear::{Bound, InputModifier, LinearRule};
pub(crate) use linear::{Propagation, propagate};
pub use pool::MaxPoolRule;
pub(crate) use pool::{MaxPoolPass, max_pool};
pub(crate) use product::{ProductPass, product};
pub use ratio::ProportionalRule;
pub(crate) use ratio::{add_share, average};

use crate::network::{Class, Network, NodeId};

/// What to do at each class of layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Dense layers.
    pub dense: LinearRule,
    /// Convolutions.
    pub conv: LinearRule,
    /// Scalings that could not be folded.
    pub scale: LinearRule,
    /// The first linear layer, if it is to differ.
    pub input_layer: Option<(First, LinearRule)>,
    /// Single layers that differ from their class.
    pub layers: Vec<(NodeId, LinearRule)>,
    /// Whether biases stand in the denominators of all of these.
    pub bias: BiasRule,
    /// Average pooling.
    pub average: ProportionalRule,
    /// Sums of activations.
    pub add: ProportionalRule,
    /// Products of activations.
    pub product: ProportionalRule,
    /// Max pooling.
    pub max_pool: MaxPoolRule,
    /// Element-wise functions.
    pub activation: ActivationRule,
    /// Inner softmax and local response normalisation.
    pub normalisation: NormalisationRule,
}

/// Which layer counts as the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// The first dense layer or convolution.
    Linear,
    /// The first convolution; a network without one has none.
    Conv,
}

/// What becomes of the biases of layers with weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BiasRule {
    /// They stand in the denominators and keep their share (Bach et al. 2015, eq. 58 to 60).
    Keep,
    /// They are left out of the denominators, so that the inputs get all: zennit's `zero_params='bias'`,
    /// iNNvestigate's IgnoreBias rules.
    Ignore,
}

/// What to do at a layer whose outputs compete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormalisationRule {
    /// The exact gradient.
    Gradient,
    /// Local response normalisation passes relevance unchanged; inner softmax has no rule.
    Pass,
    /// No rule: an error.
    Undefined,
}

impl Rules {
    /// The gradient.
    pub fn gradient() -> Rules {
        Rules {
            dense: LinearRule::Gradient,
            conv: LinearRule::Gradient,
            scale: LinearRule::Gradient,
            input_layer: None,
            layers: Vec::new(),
            bias: BiasRule::Keep,
            average: ProportionalRule::Gradient,
            add: ProportionalRule::Gradient,
            product: ProportionalRule::Gradient,
            max_pool: MaxPoolRule::FirstWinner,
            activation: ActivationRule::Gradient,
            normalisation: NormalisationRule::Gradient,
        }
    }

    /// Deconvnet (Zeiler and Fergus 2014): the gradient with max(g, 0) at every rectifier.
    pub fn deconvnet() -> Rules {
        Rules { activation: ActivationRule::Deconvnet, ..Rules::gradient() }
    }

    /// Guided backpropagation (Springenberg et al. 2015): `max(g, 0)·f'(z)` at every rectifier.
    pub fn guided() -> Rules {
        Rules { activation: ActivationRule::Guided, ..Rules::gradient() }
    }

    /// DeepLIFT with the rescale rule (Shrikumar et al. 2017): multipliers against a reference.
    pub fn deeplift() -> Rules {
        Rules {
            max_pool: MaxPoolRule::Rescale,
            activation: ActivationRule::Rescale,
            normalisation: NormalisationRule::Undefined,
            ..Rules::gradient()
        }
    }

    /// Layer-wise relevance propagation with one rule for dense layers and one for convolutions
    /// (Bach et al. 2015). Sums and average pooling share in proportion, stabilised by 1e-6.
    pub fn lrp(dense: LinearRule, conv: LinearRule) -> Rules {
        let exact = dense == LinearRule::ZERO && conv == LinearRule::ZERO;
        let ratio =
            if exact { ProportionalRule::Exact } else { ProportionalRule::Epsilon(STABILIZER) };
        Rules {
            // A scaling has one input per output: the ε rule hands all but the shift's share on.
            scale: LinearRule::epsilon(if exact { 0.0 } else { STABILIZER }),
            dense,
            conv,
            input_layer: None,
            layers: Vec::new(),
            bias: BiasRule::Keep,
            average: ratio,
            add: ratio,
            product: ratio,
            max_pool: MaxPoolRule::FirstWinner,
            activation: ActivationRule::Pass,
            normalisation: NormalisationRule::Pass,
        }
    }

    /// By node, the rule of every dense layer, convolution and scaling of `network` among `nodes`, which
    /// are in topological order.
    pub fn resolve(&self, network: &Network, nodes: &[NodeId]) -> Vec<Option<LinearRule>> {
        let mut first = self.input_layer.as_ref();
        let mut resolved = vec![None; network.nodes().len()];
        for &id in nodes {
            let class = network.node(id).layer.class();
            let by_class = match class {
                Class::Dense => &self.dense,
                Class::Conv => &self.conv,
                Class::Scale => &self.scale,
                Class::Input
                | Class::Average
                | Class::MaxPool
                | Class::Add
                | Class::Product
                | Class::Activation
                | Class::Structure
                | Class::Embedding
                | Class::Normalisation => continue,
            };
            let mut rule = by_class;
            if let Some((which, special)) = first {
                let is_first = match which {
                    First::Linear => matches!(class, Class::Dense | Class::Conv),
                    First::Conv => class == Class::Conv,
                };
                if is_first {
                    rule = special;
                    first = None;
                }
            }
            let own = self.layers.iter().find(|(node, _)| *node == id).map(|(_, rule)| rule);
            resolved[id] = Some(own.unwrap_or(rule).clone());
        }
        resolved
    }
}

/// Keeps a denominator away from zero in every rule that does not say otherwise.
pub const STABILIZER: f32 = 1e-6;

/// Where the relevance that arrived at a layer went. Sums over a whole layer, in f64.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Conservation {
    /// What arrived.
    pub relevance_in: f64,
    /// Handed on to all inputs together.
    pub relevance_out: f64,
    /// Taken by biases, which have no input.
    pub bias: f64,
    /// Taken by the stabiliser ε; also all that met an empty denominator.
    pub stabilizer: f64,
    /// Went through windows whose maximum is attained more than once: handed on, but where to is a
    /// convention.
    pub ties: f64,
}
