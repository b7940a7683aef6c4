//! Max pooling: where a window's gradient, multiplier or relevance goes.

use super::Leak;
use super::unit::TINY;
use crate::kernels::geometry::{Geometry, volume};
use crate::kernels::pool::{NONE, Winners};

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
    let (runs, stride) = (geometry.runs(), geometry.stride[2]);
    let mut leak = Leak::default();
    let (mut winners, mut winners0) = (Winners::new(geometry), Winners::new(geometry));
    r.fill(0.0);
    for (plane, (g, r)) in g.chunks_exact(positions).zip(r.chunks_exact_mut(space)).enumerate() {
        if g.iter().all(|&g| g == 0.0) {
            continue;
        }
        let x = &pass.x[plane * space..(plane + 1) * space];
        winners.find(x);
        let (first, ties) = (&winners.first, &winners.ties);
        leak.ties += winners.tied(g);
        match (rule, pass.reference) {
            (MaxPoolRule::EqualSplit, _) => {
                for run in &runs {
                    for (o, i) in
                        (run.output..run.output + run.len).zip((run.input..).step_by(stride))
                    {
                        if x[i] == x[first[o] as usize] {
                            r[i] += g[o] / ties[o];
                        }
                    }
                }
            }
            (MaxPoolRule::Rescale, Some((x0, y0))) => {
                let x0 = &x0[plane * space..(plane + 1) * space];
                let (at, y0) = (plane * positions, &y0[plane * positions..]);
                winners0.find(x0);
                for o in 0..positions {
                    if first[o] == NONE {
                        continue;
                    }
                    let (i, i0) = (first[o] as usize, winners0.first[o] as usize);
                    let y = pass.y[at + o];
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
            _ => winners.scatter(g, r),
        }
    }
    leak
}
