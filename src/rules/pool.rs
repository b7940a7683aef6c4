//! Max pooling: where a window's gradient, multiplier or relevance goes.

use super::Conservation;
use super::activation::TINY;
use crate::kernels::geometry::{Geometry, volume};
use crate::kernels::pool;

/// How max pooling hands a gradient, multiplier or relevance on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxPoolRule {
    /// All to the first maximum in row-major order.
    FirstWinner,
    /// Equal parts to all maxima.
    EqualSplit,
    /// DeepLIFT: what raises the maximum to the maximum of x, what lowers it to that of the
    /// reference.
    Rescale,
}

/// Input and output of a pooling layer, and the same for the reference of DeepLIFT.
pub(crate) struct MaxPoolPass<'a> {
    pub x: &'a [f32],
    pub y: &'a [f32],
    pub reference: Option<(&'a [f32], &'a [f32])>,
}

/// Max pooling: `g` arrived, `r` is overwritten.
pub(crate) fn max_pool(
    geometry: &Geometry,
    rule: MaxPoolRule,
    pass: &MaxPoolPass<'_>,
    g: &[f32],
    r: &mut [f32],
) -> Conservation {
    let split = rule == MaxPoolRule::EqualSplit;
    let reference = pass.reference.filter(|_| rule == MaxPoolRule::Rescale);
    let Some((x0, y0)) = reference else {
        let ties = pool::max_transposed(geometry, (pass.x, pass.y), split, g, r);
        return Conservation { ties, ..Conservation::default() };
    };
    let (space, positions) = (volume(geometry.input).max(1), volume(geometry.output).max(1));
    r.fill(0.0);
    for (plane, (g, r)) in g.chunks_exact(positions).zip(r.chunks_exact_mut(space)).enumerate() {
        let inputs = plane * space..(plane + 1) * space;
        let outputs = plane * positions..(plane + 1) * positions;
        let (x, x0) = (&pass.x[inputs.clone()], &x0[inputs]);
        let (y, y0) = (&pass.y[outputs.clone()], &y0[outputs]);
        let first = pool::first_maxima(geometry, x, y);
        let first0 = pool::first_maxima(geometry, x0, y0);
        for (o, winners) in first.into_iter().zip(first0).enumerate() {
            let (Some(i), Some(i0)) = winners else { continue };
            let top = y[o].max(y0[o]);
            let step = x[i] - x0[i];
            if step.abs() < TINY {
                r[i] += g[o];
            } else {
                r[i] += g[o] * (top - y0[o]) / step;
            }
            let step = x[i0] - x0[i0];
            if step.abs() >= TINY {
                r[i0] += g[o] * (y[o] - top) / step;
            }
        }
    }
    Conservation::default()
}
