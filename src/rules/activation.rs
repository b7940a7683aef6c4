//! Element-wise functions.

use crate::kernels::pointwise;
use crate::network::Activation;

/// How an element-wise function hands a gradient, multiplier or relevance on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivationRule {
    /// g·f'(z); ReLU'(0) = 0.
    Gradient,
    /// At rectifiers max(g, 0) whatever z is; elsewhere the gradient.
    Deconvnet,
    /// At rectifiers max(g, 0)·f'(z); elsewhere the gradient.
    Guided,
    /// Unchanged (LRP).
    Pass,
    /// m·Δy/Δz against the reference; the gradient where |Δz| is tiny (DeepLIFT).
    Rescale,
}

/// What a function is to deconvnet and guided backprop, whose rules are stated for ReLU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Zero up to a threshold, then rising (and cut off, perhaps): ReLU, ReLU6. The rules hold.
    Rectifier,
    /// Another activation, by name: the rules leave the gradient as it is, as those of zennit, Captum and
    /// iNNvestigate do.
    Activation(&'static str),
    /// Arithmetic: a part of a normalisation, or a bound from above.
    Arithmetic,
}

/// What a function is to deconvnet and guided backprop.
pub(crate) fn kind(function: Activation) -> Kind {
    Kind::Activation(match function {
        Activation::Relu | Activation::Clip { low: 0.0, .. } => return Kind::Rectifier,
        Activation::ThresholdedRelu { alpha } if alpha >= 0.0 => return Kind::Rectifier,
        Activation::Clip { low: f32::NEG_INFINITY, .. }
        | Activation::Log
        | Activation::Sqrt
        | Activation::Reciprocal
        | Activation::Power { .. } => return Kind::Arithmetic,
        Activation::LeakyRelu { .. } => "leaky ReLU",
        Activation::Elu { .. } => "ELU",
        Activation::Selu { .. } => "SELU",
        Activation::Softplus => "softplus",
        Activation::Gelu => "GELU",
        Activation::Tanh => "tanh",
        Activation::Sigmoid => "sigmoid",
        Activation::Clip { .. } => "clip",
        Activation::HardSigmoid { .. } => "hard sigmoid",
        Activation::HardSwish => "hard swish",
        Activation::Silu => "SiLU",
        Activation::Softsign => "softsign",
        Activation::ThresholdedRelu { .. } => "thresholded ReLU",
        Activation::Exp => "exponential",
        Activation::Abs => "absolute value",
        Activation::Erf => "error function",
    })
}

/// Differences smaller than this count as none in the rescale rule.
pub(crate) const TINY: f32 = 1e-10;

/// `z` and `y` are the function's input and output, `reference` the same for the reference input,
/// `g` what arrived; `r` is overwritten. Under [`ActivationRule::Pass`] there is nothing to compute.
pub(crate) fn activation(
    function: Activation,
    rule: ActivationRule,
    (z, y): (&[f32], &[f32]),
    reference: Option<(&[f32], &[f32])>,
    g: &[f32],
    r: &mut [f32],
) {
    let rectifies = kind(function) == Kind::Rectifier;
    match (rule, reference) {
        (ActivationRule::Deconvnet, _) if rectifies => pointwise::forward(Activation::Relu, g, r),
        (ActivationRule::Guided, _) if rectifies => pointwise::guided(function, z, g, r),
        (ActivationRule::Rescale, Some((z0, y0))) => {
            for (i, r) in r.iter_mut().enumerate() {
                let step = z[i] - z0[i];
                let tiny = step.abs() < TINY;
                *r = g[i] * if tiny { function.derivative(z[i]) } else { (y[i] - y0[i]) / step };
            }
        }
        _ => pointwise::gradient(function, z, g, r),
    }
}
