//! Matrix times rows, `y[n, outputs] = x[n, inputs] · Wᵀ (+ b)`, and its transpose
//! `r[n, inputs] = s[n, outputs] · W`.
//!
//! Both read the weights as the model has them, `[outputs, inputs]`; nothing is packed or kept twice.
//! Departures from the textbook loops:
//! 1. Forward, a dot product runs in four sums side by side, joined every `BLOCK` inputs. Four rows of
//!    weights meet two rows of inputs at a time, block by block, so that the inputs stay in the cache.
//! 2. Transposed, rows of weights are added up, those of zero signals left out: behind a ReLU that is
//!    about half of them.

use super::lanes::{Simd, Vector, dispatch, sum};

/// Inputs whose partial sums are joined before the next ones.
const BLOCK: usize = 512;
/// Inputs that the transpose works on at a time.
const CHUNK: usize = 512;
/// Rows of weights that are summed before they are added to the total.
const TERMS: usize = 64;

/// `y[n, outputs] = x[n, inputs] · Wᵀ + b`; `bias` may be empty.
#[inline(never)]
pub fn forward(
    weight: &[f32],
    bias: &[f32],
    (inputs, outputs): (usize, usize),
    x: &[f32],
    y: &mut [f32],
) {
    dispatch!(simd => forward_with(simd.four(), weight, bias, (inputs, outputs), x, y));
}

#[inline(always)]
fn forward_with<S: Simd<4>>(
    simd: S,
    weight: &[f32],
    bias: &[f32],
    (inputs, outputs): (usize, usize),
    x: &[f32],
    y: &mut [f32],
) {
    y.fill(0.0);
    let rows = y.len() / outputs.max(1);
    for start in (0..inputs).step_by(BLOCK) {
        let end = (start + BLOCK).min(inputs);
        let part = |matrix, row: usize| -> &[f32] {
            let matrix: &[f32] = matrix;
            &matrix[row * inputs + start..row * inputs + end]
        };
        let mut o = 0;
        while o + 4 <= outputs {
            let weights = [0, 1, 2, 3].map(|i| part(weight, o + i));
            let mut n = 0;
            while n + 2 <= rows {
                let sums = dots(simd, weights, [part(x, n), part(x, n + 1)]);
                add(&mut y[n * outputs + o..], outputs, sums);
                n += 2;
            }
            if n < rows {
                add(&mut y[n * outputs + o..], outputs, dots(simd, weights, [part(x, n)]));
            }
            o += 4;
        }
        for o in o..outputs {
            for n in 0..rows {
                add(
                    &mut y[n * outputs + o..],
                    outputs,
                    dots(simd, [part(weight, o)], [part(x, n)]),
                );
            }
        }
    }
    if !bias.is_empty() {
        for y in y.chunks_exact_mut(outputs) {
            for (y, bias) in y.iter_mut().zip(bias) {
                *y += bias;
            }
        }
    }
}

/// `weights[i] · inputs[j]`, all of one length.
#[inline(always)]
fn dots<S: Simd<4>, const R: usize, const N: usize>(
    simd: S,
    weights: [&[f32]; R],
    inputs: [&[f32]; N],
) -> [[f32; R]; N] {
    let length = inputs[0].len();
    let vectors = length / 4;
    let weights = weights.map(|row| vectors_of(row, vectors));
    let inputs = inputs.map(|row| vectors_of(row, vectors));
    let mut sums = [[simd.splat(0.0); R]; N];
    let mut step = |weights: [S::Vector; R], inputs: [S::Vector; N]| {
        for (sums, x) in sums.iter_mut().zip(inputs) {
            for (sum, w) in sums.iter_mut().zip(weights) {
                *sum = sum.mul_add(w, x);
            }
        }
    };
    for k in 0..vectors {
        step(weights.map(|w| simd.load(&w.0[k])), inputs.map(|x| simd.load(&x.0[k])));
    }
    if 4 * vectors < length {
        step(weights.map(|w| simd.load(&w.1)), inputs.map(|x| simd.load(&x.1)));
    }
    sums.map(|sums| sums.map(|lanes| sum(lanes.to_array())))
}

/// Four by four, and what is left, filled up with zeros.
#[inline(always)]
fn vectors_of(row: &[f32], vectors: usize) -> (&[[f32; 4]], [f32; 4]) {
    let (whole, rest) = row.as_chunks::<4>();
    let mut last = [0.0; 4];
    for (last, value) in last.iter_mut().zip(rest) {
        *last = *value;
    }
    (&whole[..vectors], last)
}

/// Adds `sums[n][o]` to a matrix whose rows are `width` long.
#[inline(always)]
fn add<const R: usize, const N: usize>(y: &mut [f32], width: usize, sums: [[f32; R]; N]) {
    for (n, sums) in sums.into_iter().enumerate() {
        for (y, sum) in y[n * width..n * width + R].iter_mut().zip(sums) {
            *y += sum;
        }
    }
}

/// `r[n, inputs] = s[n, outputs] · W`.
#[inline(never)]
pub fn transposed(weight: &[f32], (inputs, outputs): (usize, usize), s: &[f32], r: &mut [f32]) {
    dispatch!(_simd => transposed_with(weight, (inputs, outputs), s, r));
}

#[inline(always)]
fn transposed_with(weight: &[f32], (inputs, outputs): (usize, usize), s: &[f32], r: &mut [f32]) {
    r.fill(0.0);
    for start in (0..inputs).step_by(CHUNK) {
        let end = (start + CHUNK).min(inputs);
        let part = |o: usize| &weight[o * inputs + start..o * inputs + end];
        for (s, r) in s.chunks_exact(outputs.max(1)).zip(r.chunks_exact_mut(inputs)) {
            for (block, s) in s.chunks(TERMS).enumerate() {
                let mut sum = [0.0; CHUNK];
                let mut used = [(0, 0.0); TERMS];
                let mut count = 0;
                for (o, &s) in s.iter().enumerate() {
                    used[count] = (block * TERMS + o, s);
                    count += usize::from(s != 0.0);
                }
                let (fours, rest) = used[..count].as_chunks::<4>();
                for used in fours {
                    accumulate(&mut sum, used.map(|(o, s)| (part(o), s)));
                }
                for &(o, s) in rest {
                    accumulate(&mut sum, [(part(o), s)]);
                }
                for (r, sum) in r[start..end].iter_mut().zip(&sum) {
                    *r += sum;
                }
            }
        }
    }
}

/// `sum += Σ factor · row`, in the rows' order.
#[inline(always)]
fn accumulate<const R: usize>(sum: &mut [f32; CHUNK], rows: [(&[f32], f32); R]) {
    let len = rows[0].0.len().min(CHUNK);
    let rows = rows.map(|(row, factor)| (&row[..len], factor));
    for (i, sum) in sum[..len].iter_mut().enumerate() {
        for (row, factor) in rows {
            *sum += factor * row[i];
        }
    }
}

/// The columns of `[outputs, inputs]` one after another, for [`update`].
pub fn columns(weight: &[f32], (inputs, outputs): (usize, usize)) -> Vec<f32> {
    let mut columns = Vec::with_capacity(weight.len());
    for i in 0..inputs {
        columns.extend((0..outputs).map(|o| weight[o * inputs + i]));
    }
    columns
}

/// `y[outputs] += W·Δ` for one row, where Δ is zero but for `deltas` at `elements`; `columns` are those
/// of the weights.
#[inline(never)]
pub fn update(columns: &[f32], elements: &[u32], deltas: &[f32], y: &mut [f32]) {
    dispatch!(simd => update_with(simd, columns, (elements, deltas), y));
}

#[inline(always)]
fn update_with<S: Simd<N>, const N: usize>(
    simd: S,
    columns: &[f32],
    (elements, deltas): (&[u32], &[f32]),
    y: &mut [f32],
) {
    const WIDTH: usize = 8;
    let outputs = y.len();
    let changes = || elements.iter().map(|&element| element as usize * outputs).zip(deltas);
    let (vectors, rest) = y.as_chunks_mut::<N>();
    let done = outputs - rest.len();
    let (blocks, rest_vectors) = vectors.as_chunks_mut::<WIDTH>();
    let done = done - N * rest_vectors.len();
    for (block, y) in blocks.iter_mut().enumerate() {
        let mut sums = [simd.splat(0.0); WIDTH];
        for (column, &delta) in changes() {
            let weights = columns[column + N * WIDTH * block..].as_chunks::<N>().0;
            for (sum, weights) in sums.iter_mut().zip(weights) {
                *sum = sum.mul_add(simd.splat(delta), simd.load(weights));
            }
        }
        for (y, sum) in y.iter_mut().zip(sums) {
            *y = simd.load(y).plus(sum).to_array();
        }
    }
    for (o, y) in (done..).zip(rest_vectors.as_flattened_mut().iter_mut().chain(rest)) {
        *y += changes().fold(0.0, |sum, (column, delta)| sum + columns[column + o] * delta);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::{lanes, naive};

    /// Sums of at most 600 products of numbers below 1 in another order.
    const TOLERANCE: f32 = 2e-5;

    #[test]
    fn agrees_with_the_textbook_loop_at_awkward_sizes() {
        let mut random = Random::new(1);
        for (n, inputs, outputs) in
            [(1, 1, 1), (3, 7, 9), (4, 8, 8), (5, 257, 33), (9, 600, 41), (2, 0, 3)]
        {
            let (w, b) = (random.vec(outputs * inputs), random.vec(outputs));
            let x = random.vec(n * inputs);
            let mut expected = vec![f32::NAN; n * outputs];
            naive::dense(&w, &b, inputs, outputs, &x, &mut expected);
            let mut y = vec![f32::NAN; n * outputs];
            forward(&w, &b, (inputs, outputs), &x, &mut y);
            for (a, b) in y.iter().zip(&expected) {
                assert!((a - b).abs() <= TOLERANCE, "{a} {b}");
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_its_batch() {
        let mut random = Random::new(2);
        let (n, inputs, outputs) = (7, 300, 37);
        let (w, b, x) = (random.vec(outputs * inputs), random.vec(outputs), random.vec(n * inputs));
        let mut all = vec![0.0; n * outputs];
        forward(&w, &b, (inputs, outputs), &x, &mut all);
        for i in 0..n {
            let mut one = vec![0.0; outputs];
            let row = &x[i * inputs..(i + 1) * inputs];
            forward(&w, &b, (inputs, outputs), row, &mut one);
            assert_eq!(one, all[i * outputs..(i + 1) * outputs]);
        }
    }

    #[test]
    fn an_update_is_the_product_with_the_change() {
        let mut random = Random::new(6);
        for outputs in [1, 31, 32, 77] {
            let inputs = 40;
            let (w, mut y) = (random.vec(outputs * inputs), random.vec(outputs));
            let (elements, deltas) = ([3u32, 17, 39], random.vec(3));
            let mut change = vec![0.0; inputs];
            for (&element, &delta) in elements.iter().zip(&deltas) {
                change[element as usize] = delta;
            }
            let mut expected = vec![0.0; outputs];
            naive::dense(&w, &y, inputs, outputs, &change, &mut expected);
            update(&columns(&w, (inputs, outputs)), &elements, &deltas, &mut y);
            for (a, b) in y.iter().zip(&expected) {
                assert!((a - b).abs() <= TOLERANCE, "{a} {b}");
            }
        }
    }

    #[test]
    fn wide_and_narrow_vectors_give_the_same_bits() {
        let mut random = Random::new(7);
        for (n, inputs, outputs) in [(1, 1, 1), (3, 7, 9), (2, 600, 41), (5, 257, 77), (1, 9, 200)]
        {
            let (w, b) = (random.vec(outputs * inputs), random.vec(outputs));
            let (x, columns) = (random.vec(n * inputs), columns(&w, (inputs, outputs)));
            let [wide, narrow] = lanes::wide_and_narrow(|| {
                let (mut y, mut r) = (vec![f32::NAN; n * outputs], vec![f32::NAN; n * inputs]);
                forward(&w, &b, (inputs, outputs), &x, &mut y);
                transposed(&w, (inputs, outputs), &y, &mut r);
                update(&columns, &[0, inputs as u32 - 1], &[0.3, -0.7], &mut y[..outputs]);
                [y, r].concat().iter().map(|v| v.to_bits()).collect::<Vec<_>>()
            });
            assert_eq!(wide, narrow);
        }
    }

    #[test]
    fn transposed_is_the_adjoint() {
        let mut random = Random::new(3);
        let (inputs, outputs) = (65, 23);
        let (w, x, s) = (random.vec(outputs * inputs), random.vec(inputs), random.vec(outputs));
        let (mut y, mut r) = (vec![0.0; outputs], vec![f32::NAN; inputs]);
        forward(&w, &[], (inputs, outputs), &x, &mut y);
        transposed(&w, (inputs, outputs), &s, &mut r);
        let dot = |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        assert!((dot(&y, &s) - dot(&x, &r)).abs() <= 1e-4);
    }
}
