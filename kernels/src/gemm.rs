//! The inner tile of convolutions.
//!
//! ```text
//! out[r][c] = start[r] + Σ_k a[k][r] · b[k][c]      r < ROWS, c < COLUMNS
//! ```
//!
//! Both operands come packed, k outermost, so that the loop reads straight through memory. The sum
//! over k runs in blocks of `BLOCK` that are then added up: the order is the same whatever the
//! number of rows, and the rounding error of long sums stays small.

use super::lanes::F32x4;

/// Rows of a tile.
pub const ROWS: usize = 4;
/// Columns of a tile.
pub const COLUMNS: usize = 8;
/// Terms that are summed before they are added to the total.
pub const BLOCK: usize = 64;

/// A tile of sums: R rows of `COLUMNS`.
pub type Tile<const R: usize> = [[F32x4; 2]; R];

/// Number of panels of `width` that `n` elements need.
pub fn panels(n: usize, width: usize) -> usize {
    n.div_ceil(width)
}

/// `R` rows by `COLUMNS`: `a` is `[k, R]`, `b` is `[k, COLUMNS]`.
#[inline(always)]
pub fn tile<const R: usize>(start: [f32; R], a: &[f32], b: &[f32]) -> Tile<R> {
    // The first block apart: few sums have more, and without totals it fits into the registers.
    let (first_a, a) = a.split_at(a.len().min(BLOCK * R));
    let (first_b, b) = b.split_at(b.len().min(BLOCK * COLUMNS));
    let mut total = products(start.map(|start| [F32x4::splat(start); 2]), first_a, first_b);
    for (a, b) in a.chunks(BLOCK * R).zip(b.chunks(BLOCK * COLUMNS)) {
        let sum = products([[F32x4::splat(0.0); 2]; R], a, b);
        for (total, sum) in total.iter_mut().zip(sum) {
            *total = [total[0].plus(sum[0]), total[1].plus(sum[1])];
        }
    }
    total
}

/// `sum + Σ_k a[k][r] · b[k][c]`.
#[inline(always)]
fn products<const R: usize>(mut sum: Tile<R>, a: &[f32], b: &[f32]) -> Tile<R> {
    for (a, b) in a.as_chunks::<R>().0.iter().zip(b.as_chunks::<COLUMNS>().0) {
        let [low, high] = F32x4::load_two(b);
        for r in 0..R {
            let factor = F32x4::splat(a[r]);
            sum[r][0] = sum[r][0].mul_add(factor, low);
            sum[r][1] = sum[r][1].mul_add(factor, high);
        }
    }
    sum
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
