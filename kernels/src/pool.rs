//! Max and average pooling over the planes of an example, forward and transposed.
//!
//! Padding never wins a maximum. Ties: the first maximum in row-major order is the winner, as in the
//! field's frameworks; who wants another convention asks for all winners.
//!
//! Departure from the textbook loop: not window by window, but tap by tap along whole rows of windows,
//! four at a time. The order of a window's taps stays.

use super::geometry::{Geometry, Run, volume};
use super::lanes::F32x4;

/// Largest value of each window, plane by plane: `x[planes, *input] → y[planes, *output]`. A NaN wins,
/// so that it is seen at the output.
#[inline(never)]
pub fn max_forward(geometry: &Geometry, x: &[f32], y: &mut [f32]) {
    y.fill(f32::NEG_INFINITY);
    fold(geometry, x, y, F32x4::larger);
}

/// `y = f(y, x)` for every tap x of every window, plane by plane.
#[inline(always)]
fn fold(geometry: &Geometry, x: &[f32], y: &mut [f32], f: impl Fn(F32x4, F32x4) -> F32x4) {
    let (space, positions) = (volume(geometry.input), volume(geometry.output));
    let (runs, stride) = (geometry.runs(), geometry.stride[2]);
    for (x, y) in x.chunks_exact(space.max(1)).zip(y.chunks_exact_mut(positions.max(1))) {
        for &Run { output, input, len } in &runs {
            let (fours, rest) = y[output..output + len].as_chunks_mut::<4>();
            let mut from = input;
            for y in fours {
                let met = match (stride, x[from..].first_chunk::<8>()) {
                    (1, Some(&[a, b, c, d, ..])) => F32x4::load(&[a, b, c, d]),
                    (2, Some(&[a, b, c, d, e, f, g, h])) => {
                        F32x4::load(&[a, b, c, d]).even(F32x4::load(&[e, f, g, h]))
                    }
                    _ => F32x4::load(&std::array::from_fn(|i| x[from + i * stride])),
                };
                *y = f(F32x4::load(y), met).to_array();
                from += 4 * stride;
            }
            for y in rest {
                [*y, ..] = f(F32x4::splat(*y), F32x4::splat(x[from])).to_array();
                from += stride;
            }
        }
    }
}

/// Winners of the windows of one plane, and what finding them takes.
#[derive(Debug, Default)]
pub struct Winners {
    /// First position of each window's maximum; [`NONE`] for an empty window.
    pub first: Vec<u32>,
    /// How many positions share it.
    pub ties: Vec<u32>,
    top: Vec<f32>,
}

/// No position.
pub const NONE: u32 = u32::MAX;

impl Winners {
    /// Finds the winners of one plane; `runs` are the geometry's.
    #[inline(never)]
    pub fn find(&mut self, geometry: &Geometry, runs: &[Run], x: &[f32]) {
        let (positions, stride) = (volume(geometry.output), geometry.stride[2]);
        self.first.clear();
        self.first.resize(positions, NONE);
        self.ties.clear();
        self.ties.resize(positions, 0);
        self.top.clear();
        self.top.resize(positions, 0.0);
        for &Run { output, input, len } in runs {
            let range = output..output + len;
            let first = &mut self.first[range.clone()];
            let ties = &mut self.ties[range.clone()];
            let top = &mut self.top[range];
            let x = &x[input..=input + (len - 1) * stride];
            for i in 0..len {
                let value = x[i * stride];
                let wins = ties[i] == 0 || value > top[i];
                let draws = value == top[i];
                top[i] = if wins { value } else { top[i] };
                first[i] = if wins { (input + i * stride) as u32 } else { first[i] };
                ties[i] = if wins { 1 } else { ties[i] + u32::from(draws) };
            }
        }
    }

    /// What `g` sends through windows whose maximum is attained more than once.
    #[inline(never)]
    pub fn tied(&self, g: &[f32]) -> f64 {
        let tied = g.iter().zip(&self.ties).filter(|(_, ties)| **ties > 1);
        tied.map(|(g, _)| f64::from(*g)).sum()
    }

    /// `r[first maximum] += g` for every window.
    #[inline(never)]
    pub fn scatter(&self, g: &[f32], r: &mut [f32]) {
        for (&first, g) in self.first.iter().zip(g) {
            if first != NONE {
                r[first as usize] += g;
            }
        }
    }
}

/// Mean of each window, plane by plane; `divisors` from [`divisors`].
#[inline(never)]
pub fn average_forward(geometry: &Geometry, divisors: &[f32], x: &[f32], y: &mut [f32]) {
    y.fill(0.0);
    fold(geometry, x, y, F32x4::plus);
    for y in y.chunks_exact_mut(divisors.len().max(1)) {
        for (y, divisor) in y.iter_mut().zip(divisors) {
            *y /= divisor;
        }
    }
}

/// The transpose of [`average_forward`]: `r[i] = Σ_o s[o] / divisor[o]` over the windows o that
/// cover i.
#[inline(never)]
pub fn average_transposed(geometry: &Geometry, divisors: &[f32], s: &[f32], r: &mut [f32]) {
    let (space, positions) = (volume(geometry.input), volume(geometry.output));
    let (runs, stride) = (geometry.runs(), geometry.stride[2]);
    r.fill(0.0);
    for (s, r) in s.chunks_exact(positions.max(1)).zip(r.chunks_exact_mut(space.max(1))) {
        for &Run { output, input, len } in &runs {
            let r = r[input..].iter_mut().step_by(stride);
            let shares = s[output..output + len].iter().zip(&divisors[output..output + len]);
            for (r, (s, divisor)) in r.zip(shares) {
                *r += s / divisor;
            }
        }
    }
}

/// The divisor of every window: elements of the input under it, or with `count_include_pad` also the
/// padding that belongs to the input. At least 1.
pub fn divisors(geometry: &Geometry, count_include_pad: bool) -> Vec<f32> {
    let widened = Geometry {
        input: std::array::from_fn(|d| {
            geometry.pad_begin[d] + geometry.input[d] + geometry.pad_end[d]
        }),
        pad_begin: [0; 3],
        pad_end: [0; 3],
        ..geometry.clone()
    };
    let counted = if count_include_pad { &widened } else { geometry };
    // A window is a box: its taps are the product of those along each axis.
    let [depth, height, width]: [Vec<usize>; 3] = std::array::from_fn(|d| {
        (0..geometry.output[d]).map(|o| counted.taps(d, o).len()).collect()
    });
    let mut divisors = Vec::with_capacity(volume(geometry.output));
    for z in &depth {
        for y in &height {
            divisors.extend(width.iter().map(|x| (z * y * x).max(1) as f32));
        }
    }
    divisors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::windows;
    use crate::naive;
    use crate::random::Random;

    fn random_geometry(random: &mut Random) -> Geometry {
        let kernel: [usize; 3] = std::array::from_fn(|_| 1 + random.below(3));
        let stride = std::array::from_fn(|_| 1 + random.below(2));
        let dilation = std::array::from_fn(|_| 1 + random.below(2));
        let pad: [usize; 3] = std::array::from_fn(|d| random.below(kernel[d]));
        let input = std::array::from_fn(|_| 4 + random.below(4));
        let ceil = random.below(2) == 1;
        let output = std::array::from_fn(|d| {
            windows(input[d], kernel[d], stride[d], dilation[d], (pad[d], pad[d]), ceil)
        });
        Geometry { input, output, kernel, stride, dilation, pad_begin: pad, pad_end: pad }
    }

    #[test]
    fn agree_with_the_textbook_loops() {
        let mut random = Random::new(5);
        let mut found = Winners { first: vec![3], ties: vec![4], top: vec![f32::INFINITY; 5] };
        for _ in 0..300 {
            let geometry = random_geometry(&mut random);
            let positions = volume(geometry.output);
            if positions == 0 {
                continue;
            }
            // Few distinct values, so that there are ties.
            let x: Vec<f32> = (0..volume(geometry.input)).map(|_| random.below(5) as f32).collect();
            let mut y = vec![f32::NAN; positions];
            max_forward(&geometry, &x, &mut y);
            found.find(&geometry, &geometry.runs(), &x);
            for (o, (value, position)) in naive::max_pool(&geometry, &x).into_iter().enumerate() {
                let position = position.map_or(NONE, |position| position as u32);
                assert_eq!((y[o], found.first[o]), (value, position));
            }
            for include in [false, true] {
                let divisors = divisors(&geometry, include);
                average_forward(&geometry, &divisors, &x, &mut y);
                let expected = naive::average_pool(&geometry, include, &x);
                assert_eq!(y, expected, "{geometry:?} {include}");
                let s = random.vec(positions);
                let mut r = vec![f32::NAN; x.len()];
                average_transposed(&geometry, &divisors, &s, &mut r);
                let dot =
                    |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
                assert!((dot(&y, &s) - dot(&x, &r)).abs() < 1e-3);
            }
        }
    }
}
