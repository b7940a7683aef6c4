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
                *y = f(F32x4::load(y), four(x, from, stride)).to_array();
                from += 4 * stride;
            }
            for y in rest {
                [*y, ..] = f(F32x4::splat(*y), F32x4::splat(x[from])).to_array();
                from += stride;
            }
        }
    }
}

/// `x[from]`, `x[from + stride]`, ….
#[inline(always)]
fn four(x: &[f32], from: usize, stride: usize) -> F32x4 {
    match (stride, x[from..].first_chunk::<8>()) {
        (1, Some(&[a, b, c, d, ..])) => F32x4::load(&[a, b, c, d]),
        (2, Some(&[a, b, c, d, e, f, g, h])) => {
            F32x4::load(&[a, b, c, d]).even(F32x4::load(&[e, f, g, h]))
        }
        _ => F32x4::load(&std::array::from_fn(|i| x[from + i * stride])),
    }
}

/// Winners of the windows of one plane, and what finding them takes.
#[derive(Debug)]
pub struct Winners {
    /// First position of each window's maximum; [`NONE`] for an empty window.
    pub first: Vec<u32>,
    /// How many positions share it.
    pub ties: Vec<f32>,
    top: Vec<f32>,
    /// Which run of the output's row met the maximum first.
    run: Vec<f32>,
    /// By row of outputs.
    runs: Vec<Vec<Run>>,
    stride: usize,
    columns: usize,
}

/// No position.
pub const NONE: u32 = u32::MAX;

impl Winners {
    /// Nothing found yet.
    pub fn new(geometry: &Geometry) -> Self {
        let (positions, columns) = (volume(geometry.output), geometry.output[2].max(1));
        let runs = geometry.runs();
        let rows = runs.chunk_by(|a, b| a.output / columns == b.output / columns);
        Winners {
            first: vec![NONE; positions],
            ties: vec![0.0; positions],
            top: vec![0.0; positions],
            run: vec![0.0; positions],
            runs: rows.map(<[Run]>::to_vec).collect(),
            stride: geometry.stride[2],
            columns,
        }
    }

    /// Finds the winners of one plane.
    #[inline(never)]
    pub fn find(&mut self, x: &[f32]) {
        self.ties.fill(0.0);
        self.top.fill(f32::NEG_INFINITY);
        let rows = std::mem::take(&mut self.runs);
        for runs in &rows {
            for (rank, run) in runs.iter().enumerate() {
                self.meet(rank as f32, run, x);
            }
            let row = runs[0].output / self.columns * self.columns;
            let found = self.ties[row..].iter().zip(&self.run[row..]).zip(&mut self.first[row..]);
            for (column, ((ties, rank), first)) in found.take(self.columns).enumerate() {
                if *ties > 0.0 {
                    let run = &runs[*rank as usize];
                    *first = (run.input + (row + column - run.output) * self.stride) as u32;
                }
            }
        }
        self.runs = rows;
    }

    /// Compares the maxima so far with one tap of a run of windows.
    #[inline(always)]
    fn meet(&mut self, rank: f32, run: &Run, x: &[f32]) {
        let stride = self.stride;
        let range = run.output..run.output + run.len;
        let (ties, rest_ties) = self.ties[range.clone()].as_chunks_mut::<4>();
        let (first, rest_first) = self.run[range.clone()].as_chunks_mut::<4>();
        let (top, rest_top) = self.top[range].as_chunks_mut::<4>();
        let (rank, one) = (F32x4::splat(rank), F32x4::splat(1.0));
        let compare = |value: F32x4, top: &mut F32x4, ties: &mut F32x4, first: &mut F32x4| {
            *ties = value.above(*top, one, value.equal(*top, ties.plus(one), *ties));
            *first = value.above(*top, rank, *first);
            *top = value.above(*top, value, *top);
        };
        let mut from = run.input;
        for ((top, ties), first) in top.iter_mut().zip(ties).zip(first) {
            let [mut t, mut n, mut f] = [&*top, &*ties, &*first].map(F32x4::load);
            compare(four(x, from, stride), &mut t, &mut n, &mut f);
            (*top, *ties, *first) = (t.to_array(), n.to_array(), f.to_array());
            from += 4 * stride;
        }
        for ((top, ties), first) in rest_top.iter_mut().zip(rest_ties).zip(rest_first) {
            let [mut t, mut n, mut f] = [*top, *ties, *first].map(F32x4::splat);
            compare(F32x4::splat(x[from]), &mut t, &mut n, &mut f);
            ([*top, ..], [*ties, ..], [*first, ..]) = (t.to_array(), n.to_array(), f.to_array());
            from += stride;
        }
    }

    /// What `g` sends through windows whose maximum is attained more than once.
    #[inline(never)]
    pub fn tied(&self, g: &[f32]) -> f64 {
        let tied = g.iter().zip(&self.ties).filter(|(_, ties)| **ties > 1.0);
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
            let mut found = Winners::new(&geometry);
            found.find(&x.iter().map(|x| -x).collect::<Vec<f32>>());
            found.find(&x);
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
