//! Max pooling: where a window's gradient, multiplier or relevance goes.

use super::Leak;
use super::unit::TINY;
use crate::kernels::geometry::{Geometry, volume};
use crate::kernels::pool::winners;

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
) -> Leak {
    let (space, positions) = (volume(geometry.input).max(1), volume(geometry.output).max(1));
    let mut leak = Leak::default();
    let (mut first, mut ties) = (Vec::new(), Vec::new());
    let (mut first0, mut ties0) = (Vec::new(), Vec::new());
    r.fill(0.0);
    for (plane, (g, r)) in g.chunks_exact(positions).zip(r.chunks_exact_mut(space)).enumerate() {
        if g.iter().all(|&g| g == 0.0) {
            continue;
        }
        let x = &pass.x[plane * space..(plane + 1) * space];
        winners(geometry, x, &mut first, &mut ties);
        let tied = (0..positions).filter(|&o| ties[o] > 1);
        leak.ties += tied.map(|o| f64::from(g[o])).sum::<f64>();
        match (rule, pass.reference) {
            (MaxPoolRule::EqualSplit, _) => geometry.visit(|o, i| {
                if first[o] != usize::MAX && x[i] == x[first[o]] {
                    r[i] += g[o] / ties[o] as f32;
                }
            }),
            (MaxPoolRule::Rescale, Some((x0, y0))) => {
                let x0 = &x0[plane * space..(plane + 1) * space];
                let (at, y0) = (plane * positions, &y0[plane * positions..]);
                winners(geometry, x0, &mut first0, &mut ties0);
                for o in 0..positions {
                    let (i, i0, y) = (first[o], first0[o], pass.y[at + o]);
                    if i == usize::MAX {
                        continue;
                    }
                    let top = y.max(y0[o]);
                    let step = x[i] - x0[i];
                    if step.abs() < TINY {
                        r[i] += g[o];
                    } else {
                        r[i] += g[o] * (top - y0[o]) / step;
                    }
                    let step = x[i0] - x0[i0];
                    if step.abs() >= TINY {
                        r[i0] += g[o] * (y - top) / step;
                    }
                }
            }
            _ => {
                for o in 0..positions {
                    if first[o] != usize::MAX {
                        r[first[o]] += g[o];
                    }
                }
            }
        }
    }
    leak
}
