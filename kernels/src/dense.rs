//! Matrix times rows: `y[n, outputs] = x[n, inputs] · Wᵀ (+ b)`.
//!
//! The weights come packed in panels of [`COLUMNS`] outputs. Rows are taken four at a time, the rest
//! one by one against four panels; both sum in the same order, so a row's result does not depend on
//! the batch it came in.

use super::gemm::{self, COLUMNS, ROWS, Tile, panels};

/// Packs `[outputs, inputs]` for [`forward`].
pub fn pack(weight: &[f32], outputs: usize, inputs: usize) -> Vec<f32> {
    gemm::pack(outputs, inputs, COLUMNS, |o, i| weight[o * inputs + i])
}

/// Packs the transpose of `[outputs, inputs]`, so that [`forward`] computes `s · W`.
pub fn pack_transposed(weight: &[f32], outputs: usize, inputs: usize) -> Vec<f32> {
    gemm::pack(inputs, outputs, COLUMNS, |i, o| weight[o * inputs + i])
}

/// `y[n, outputs] = x[n, inputs] · Wᵀ + b`; `bias` may be empty.
#[inline(never)]
pub fn forward(
    packed: &[f32],
    bias: &[f32],
    inputs: usize,
    outputs: usize,
    x: &[f32],
    y: &mut [f32],
    scratch: &mut Vec<f32>,
) {
    if inputs == 0 {
        for y in y.chunks_exact_mut(outputs) {
            fill_bias(y, bias);
        }
        return;
    }
    let size = inputs * COLUMNS;
    let panel = |p: usize| &packed[p * size..(p + 1) * size];
    let count = panels(outputs, COLUMNS);
    let xs = x.chunks_exact(ROWS * inputs);
    let remainder = xs.remainder();
    scratch.clear();
    for x in xs {
        for k in 0..inputs {
            scratch.extend((0..ROWS).map(|r| x[r * inputs + k]));
        }
    }
    let (whole, rest) = y.split_at_mut(scratch.len() / inputs * outputs);
    // Panels outermost: the weights stream through the cache once for all rows.
    for p in 0..if whole.is_empty() { 0 } else { count } {
        let blocks = scratch.chunks_exact(ROWS * inputs);
        for (x, y) in blocks.zip(whole.chunks_exact_mut(ROWS * outputs)) {
            let sums: Tile<ROWS> = gemm::tile(x, panel(p));
            for (r, sums) in sums.iter().enumerate() {
                store(&mut y[r * outputs..(r + 1) * outputs], p, sums, bias);
            }
        }
    }
    for (x, y) in remainder.chunks_exact(inputs).zip(rest.chunks_exact_mut(outputs)) {
        let mut p = 0;
        while p + 4 <= count {
            let sums: Tile<4> = gemm::row(x, [panel(p), panel(p + 1), panel(p + 2), panel(p + 3)]);
            for (i, sums) in sums.iter().enumerate() {
                store(y, p + i, sums, bias);
            }
            p += 4;
        }
        while p < count {
            let sums: Tile<1> = gemm::row(x, [panel(p)]);
            store(y, p, &sums[0], bias);
            p += 1;
        }
    }
}

/// `y[outputs] += W·Δ` for one row, where Δ is zero but for `deltas` at `elements`.
#[inline(never)]
pub fn update(packed: &[f32], inputs: usize, elements: &[u32], deltas: &[f32], y: &mut [f32]) {
    let panels = packed.chunks_exact((inputs * COLUMNS).max(1));
    for (panel, y) in panels.zip(y.chunks_mut(COLUMNS)) {
        let (columns, _) = panel.as_chunks::<COLUMNS>();
        let mut sums = [0.0; COLUMNS];
        for (&element, delta) in elements.iter().zip(deltas) {
            for (sum, weight) in sums.iter_mut().zip(&columns[element as usize]) {
                *sum += weight * delta;
            }
        }
        for (y, sum) in y.iter_mut().zip(sums) {
            *y += sum;
        }
    }
}

fn fill_bias(y: &mut [f32], bias: &[f32]) {
    if bias.is_empty() {
        y.fill(0.0);
    } else {
        y.copy_from_slice(bias);
    }
}

#[inline(always)]
fn store(y: &mut [f32], panel: usize, sums: &[f32; COLUMNS], bias: &[f32]) {
    let start = panel * COLUMNS;
    let end = (start + COLUMNS).min(y.len());
    for (o, (y, sum)) in y[start..end].iter_mut().zip(sums).enumerate() {
        *y = match bias.get(start + o) {
            Some(b) => sum + b,
            None => *sum,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naive;
    use crate::random::Random;

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
            let mut scratch = vec![f32::NAN; 3];
            forward(&pack(&w, outputs, inputs), &b, inputs, outputs, &x, &mut y, &mut scratch);
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
        let packed = pack(&w, outputs, inputs);
        let mut scratch = Vec::new();
        let mut all = vec![0.0; n * outputs];
        forward(&packed, &b, inputs, outputs, &x, &mut all, &mut scratch);
        for i in 0..n {
            let mut one = vec![0.0; outputs];
            let row = &x[i * inputs..(i + 1) * inputs];
            forward(&packed, &b, inputs, outputs, row, &mut one, &mut scratch);
            assert_eq!(one, all[i * outputs..(i + 1) * outputs]);
        }
    }

    #[test]
    fn transposed_is_the_adjoint() {
        let mut random = Random::new(3);
        let (inputs, outputs) = (65, 23);
        let (w, x, s) = (random.vec(outputs * inputs), random.vec(inputs), random.vec(outputs));
        let mut scratch = Vec::new();
        let (mut y, mut r) = (vec![0.0; outputs], vec![0.0; inputs]);
        forward(&pack(&w, outputs, inputs), &[], inputs, outputs, &x, &mut y, &mut scratch);
        let packed = pack_transposed(&w, outputs, inputs);
        forward(&packed, &[], outputs, inputs, &s, &mut r, &mut scratch);
        let dot = |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        assert!((dot(&y, &s) - dot(&x, &r)).abs() <= 1e-4);
    }
}
