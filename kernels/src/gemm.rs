//! The inner tile of convolutions.
//!
//! ```text
//! out[r][c] = start[r] + Σ_k a[k][r] · b[k][c]
//! ```
//!
//! Both operands come packed, k outermost, so that the loop reads straight through memory. The sum
//! over k runs in blocks of `BLOCK` that are then added up: the order is the same whatever the
//! size of the tile, and the rounding error of long sums stays small.

use super::lanes::{Simd, Vector};

/// Rows of a tile.
pub const ROWS: usize = 4;
/// Terms that are summed before they are added to the total.
pub const BLOCK: usize = 64;

/// A tile of sums: R rows of C vectors.
pub type Tile<V, const R: usize, const C: usize> = [[V; C]; R];

/// Number of panels of `width` that `n` elements need.
pub fn panels(n: usize, width: usize) -> usize {
    n.div_ceil(width)
}

/// R rows by C vectors of N: `a` is `[k, R]`, `b` is `[k, C * N]`.
#[inline(always)]
pub fn tile<S: Simd<N>, const N: usize, const R: usize, const C: usize>(
    simd: S,
    start: [f32; R],
    a: &[f32],
    b: &[f32],
) -> Tile<S::Vector, R, C> {
    // The first block apart: few sums have more, and without totals it fits into the registers.
    let (first_a, a) = a.split_at(a.len().min(BLOCK * R));
    let (first_b, b) = b.split_at(b.len().min(BLOCK * C * N));
    let mut total = products(simd, start, first_a, first_b);
    for (a, b) in a.chunks(BLOCK * R).zip(b.chunks(BLOCK * C * N)) {
        let sum: Tile<S::Vector, R, C> = products(simd, [0.0; R], a, b);
        for (total, sum) in total.as_flattened_mut().iter_mut().zip(sum.as_flattened()) {
            *total = total.plus(*sum);
        }
    }
    total
}

/// `start + Σ_k a[k][r] · b[k][c]`.
#[inline(always)]
fn products<S: Simd<N>, const N: usize, const R: usize, const C: usize>(
    simd: S,
    start: [f32; R],
    a: &[f32],
    b: &[f32],
) -> Tile<S::Vector, R, C> {
    let mut sum = start.map(|start| [simd.splat(start); C]);
    let b = b.as_chunks::<N>().0.as_chunks::<C>().0;
    for (a, b) in a.as_chunks::<R>().0.iter().zip(b) {
        let row: [S::Vector; C] = std::array::from_fn(|c| simd.load(&b[c]));
        for r in 0..R {
            let factor = simd.splat(a[r]);
            for c in 0..C {
                sum[r][c] = sum[r][c].mul_add(factor, row[c]);
            }
        }
    }
    sum
}

/// Vectors in a row of the tiles for this many columns: one if that does.
pub fn vectors<S: Simd<N>, const N: usize>(_: S, columns: usize) -> usize {
    if columns <= N { 1 } else { 2 }
}

/// Packs the rows of a row-major matrix `[rows, k]` into panels `[rows / width, k, width]`, the last
/// one filled up with zeros. `at(row, k)` reads the matrix.
pub fn pack(rows: usize, k: usize, width: usize, at: impl Fn(usize, usize) -> f32) -> Vec<f32> {
    let mut packed = vec![0.0; panels(rows, width) * width * k];
    if k == 0 {
        return packed;
    }
    for (panel, out) in packed.chunks_exact_mut(k * width).enumerate() {
        for (kk, out) in out.chunks_exact_mut(width).enumerate() {
            for (i, out) in out.iter_mut().enumerate() {
                let row = panel * width + i;
                if row < rows {
                    *out = at(row, kk);
                }
            }
        }
    }
    packed
}
