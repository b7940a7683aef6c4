//! Element-wise functions.

use crate::kernels::pointwise;
use crate::network::Unit;

/// How an element-wise function hands a gradient, multiplier or relevance on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitRule {
    /// g·f'(z); ReLU'(0) = 0.
    Gradient,
    /// At ReLU max(g, 0) whatever the forward sign; elsewhere the gradient.
    Deconvnet,
    /// At ReLU max(g, 0) where z > 0; elsewhere the gradient.
    Guided,
    /// Unchanged (LRP).
    Pass,
    /// m·Δy/Δz against the reference; the gradient where |Δz| is tiny (DeepLIFT).
    Rescale,
}

/// Differences smaller than this count as none in the rescale rule.
pub(crate) const TINY: f32 = 1e-10;

/// `z` and `y` are the function's input and output, `reference` the same for the reference input,
/// `g` what arrived; `r` is overwritten. Under [`UnitRule::Pass`] there is nothing to compute.
pub(crate) fn unit(
    function: Unit,
    rule: UnitRule,
    (z, y): (&[f32], &[f32]),
    reference: Option<(&[f32], &[f32])>,
    g: &[f32],
    r: &mut [f32],
) {
    let relu = function == Unit::Relu;
    match (rule, reference) {
        (UnitRule::Deconvnet, _) if relu => pointwise::forward(Unit::Relu, g, r),
        (UnitRule::Guided, _) if relu => pointwise::guided(z, g, r),
        (UnitRule::Rescale, Some((z0, y0))) => {
            for (i, r) in r.iter_mut().enumerate() {
                let step = z[i] - z0[i];
                let tiny = step.abs() < TINY;
                *r = g[i] * if tiny { function.derivative(z[i]) } else { (y[i] - y0[i]) / step };
            }
        }
        _ => pointwise::gradient(function, z, g, r),
    }
}
