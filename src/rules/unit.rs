//! Element-wise functions.

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
/// `g` what arrived; `r` is overwritten.
pub(crate) fn unit(
    function: Unit,
    rule: UnitRule,
    (z, y): (&[f32], &[f32]),
    reference: Option<(&[f32], &[f32])>,
    g: &[f32],
    r: &mut [f32],
) {
    if rule == UnitRule::Pass {
        return r.copy_from_slice(g);
    }
    let relu = function == Unit::Relu;
    for (i, r) in r.iter_mut().enumerate() {
        let (z, g) = (z[i], g[i]);
        *r = match (rule, reference) {
            (UnitRule::Deconvnet, _) if relu => g.max(0.0),
            (UnitRule::Guided, _) if relu && z > 0.0 => g.max(0.0),
            (UnitRule::Rescale, Some((z0, y0))) if (z - z0[i]).abs() >= TINY => {
                g * ((y[i] - y0[i]) / (z - z0[i]))
            }
            _ if relu => {
                if z > 0.0 {
                    g
                } else {
                    0.0
                }
            }
            _ => g * function.derivative(z),
        };
    }
}
