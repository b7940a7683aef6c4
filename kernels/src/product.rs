//! Products of two arrays that both vary: matrix times matrix, stack by stack, and element by element.
//!
//! ```text
//! y[i, j] = Σ_k a[i, k] · b[k, j]      a: [rows, inner], b: [inner, columns]
//! ```
//!
//! Arrays are stacks of such matrices, of equally many. With 1x1 matrices it is the product element by
//! element. Sums run over rising indices.

use super::lanes::dispatch;

/// Rows, inner extent and columns of one pair of matrices.
pub type Extents = [usize; 3];

/// y = a·b
#[inline(never)]
pub fn forward(extents: Extents, a: &[f32], b: &[f32], y: &mut [f32]) {
    dispatch!(_simd => forward_with(extents, a, b, y));
}

#[inline(always)]
fn forward_with([m, n, p]: Extents, a: &[f32], b: &[f32], y: &mut [f32]) {
    if m * n * p == 1 {
        return multiply(a, b, y);
    }
    y.fill(0.0);
    for (s, y) in y.chunks_exact_mut((m * p).max(1)).enumerate() {
        let (a, b) = (&a[s * m * n..], &b[s * n * p..]);
        for (i, y) in y.chunks_exact_mut(p).enumerate() {
            for k in 0..n {
                add(a[i * n + k], &b[k * p..], y);
            }
        }
    }
}

/// r = g·bᵀ: what of `g`, which is shaped like y, comes to `a`.
#[inline(never)]
pub fn to_left([m, n, p]: Extents, g: &[f32], b: &[f32], r: &mut [f32]) {
    if m * n * p == 1 {
        return multiply(g, b, r);
    }
    for (s, r) in r.chunks_exact_mut((m * n).max(1)).enumerate() {
        let (g, b) = (&g[s * m * p..], &b[s * n * p..]);
        for (at, r) in r.iter_mut().enumerate() {
            let (g, b) = (&g[at / n * p..][..p], &b[at % n * p..][..p]);
            *r = 0.0;
            for (g, b) in g.iter().zip(b) {
                *r += g * b;
            }
        }
    }
}

/// r = aᵀ·g: what of `g`, which is shaped like y, comes to `b`.
#[inline(never)]
pub fn to_right(extents: Extents, a: &[f32], g: &[f32], r: &mut [f32]) {
    dispatch!(_simd => to_right_with(extents, a, g, r));
}

#[inline(always)]
fn to_right_with([m, n, p]: Extents, a: &[f32], g: &[f32], r: &mut [f32]) {
    if m * n * p == 1 {
        return multiply(a, g, r);
    }
    r.fill(0.0);
    for (s, r) in r.chunks_exact_mut((n * p).max(1)).enumerate() {
        let (a, g) = (&a[s * m * n..], &g[s * m * p..]);
        for (k, r) in r.chunks_exact_mut(p).enumerate() {
            for i in 0..m {
                add(a[i * n + k], &g[i * p..], r);
            }
        }
    }
}

#[inline(always)]
fn add(factor: f32, row: &[f32], y: &mut [f32]) {
    for (y, b) in y.iter_mut().zip(row) {
        *y += factor * b;
    }
}

#[inline(always)]
fn multiply(a: &[f32], b: &[f32], y: &mut [f32]) {
    for ((y, a), b) in y.iter_mut().zip(a).zip(b) {
        *y = a * b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes;
    use crate::random::Random;

    /// Sums of at most 70 products of numbers below 1 in f64, rounded once.
    const TOLERANCE: f64 = 2e-5;

    #[test]
    fn wide_and_narrow_vectors_give_the_same_bits() {
        let mut random = Random::new(8);
        for extents @ [m, n, p] in [[1, 1, 1], [5, 1, 7], [4, 70, 9], [23, 23, 13]] {
            let (a, b) = (random.vec(3 * m * n), random.vec(3 * n * p));
            let [wide, narrow] = lanes::wide_and_narrow(|| {
                let (mut y, mut r) = (vec![f32::NAN; 3 * m * p], vec![f32::NAN; b.len()]);
                forward(extents, &a, &b, &mut y);
                to_right(extents, &a, &y, &mut r);
                [y, r].concat().iter().map(|v| v.to_bits()).collect::<Vec<_>>()
            });
            assert_eq!(wide, narrow);
        }
    }

    #[test]
    fn agrees_with_the_definition_in_f64_forward_and_transposed() {
        let mut random = Random::new(7);
        for extents @ [m, n, p] in [[1, 1, 1], [1, 3, 1], [5, 1, 7], [4, 70, 9], [23, 23, 13]] {
            let stack = 3;
            let (a, b) = (random.vec(stack * m * n), random.vec(stack * n * p));
            let g = random.vec(stack * m * p);
            let (mut y, mut left, mut right) =
                (vec![f32::NAN; g.len()], vec![f32::NAN; a.len()], vec![f32::NAN; b.len()]);
            forward(extents, &a, &b, &mut y);
            to_left(extents, &g, &b, &mut left);
            to_right(extents, &a, &g, &mut right);
            let mut expected = [vec![0.0f64; y.len()], vec![0.0; a.len()], vec![0.0; b.len()]];
            for s in 0..stack {
                for i in 0..m {
                    for k in 0..n {
                        for j in 0..p {
                            let (ya, aa, ba) =
                                ((s * m + i) * p + j, (s * m + i) * n + k, (s * n + k) * p + j);
                            expected[0][ya] += f64::from(a[aa]) * f64::from(b[ba]);
                            expected[1][aa] += f64::from(g[ya]) * f64::from(b[ba]);
                            expected[2][ba] += f64::from(a[aa]) * f64::from(g[ya]);
                        }
                    }
                }
            }
            for (have, expected) in [y, left, right].iter().zip(&expected) {
                for (have, expected) in have.iter().zip(expected) {
                    assert!((f64::from(*have) - expected).abs() < TOLERANCE, "{extents:?}");
                }
            }
        }
    }
}
