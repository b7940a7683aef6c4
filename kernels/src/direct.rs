//! Convolution with few weights, straight from the rows of the image where that is possible.
//!
//! ```text
//! y[o, p + c] = b[o] + Σ_k w[o, k] · x̂[base(p) + tap(k) + c]      o < ROWS, c < COLUMNS
//! ```
//!
//! For vectors of four; with vectors of eight all convolutions use panels. Departures from the formula and from
//! `conv.rs`, whose sums it forms in the same order:
//! 1. Eight outputs of a row meet eight neighbours in the image for every tap, so nothing is gathered where
//!    windows move by one: conv 8→16 5x5 on 12x12 takes 10.1 µs instead of 12.4 in wasm, 1→8 5x5 on 28x28 6.8
//!    instead of 10.4. Elsewhere, and where rows are shorter, panels are gathered and read as an image.
//! 2. One call computes all tiles of four channels: 16→64 1x1 on 55x55 takes 211 µs instead of 298.
//! 3. Weights lie in memory four times, since engines broadcast a number slower than they load a vector.
//! 4. Taps are checked one by one, in steps of [`TAPS`]. The branches keep the compiler from summing one
//!    row of the tile after the other, for which there are not enough registers: 1→8 5x5 would take 9.4 µs.

use super::gemm::{BLOCK, ROWS, Tile, panels};
use super::geometry::volume;
use super::lanes::{self, Simd, Vector};
use super::shape::{ConvShape, gather};

/// Columns of a tile.
const COLUMNS: usize = 8;
/// Taps between two turns of the loop; divides [`BLOCK`].
const TAPS: usize = 4;
/// In place of taps that are missing at the end.
const NOWHERE: u32 = u32::MAX;
/// Most weights of a group: more would not stay in the cache four times.
const WEIGHTS: usize = 1 << 14;
/// Elements that are gathered at a time; they stay in a first-level cache.
const GATHERED: usize = 1 << 12;

/// Weights of a step: those of some taps for a tile's rows, each four times.
const STEP: usize = TAPS * ROWS * 4;

/// Where the taps of tiles are.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// From a tile's first element.
    taps: Vec<[u32; TAPS]>,
    /// First element and first position of each tile; of gathered ones from where gathering began.
    tiles: Vec<(u32, u32)>,
    /// Whether the tiles are those of gathered panels.
    gathered: bool,
}

impl Layout {
    /// The tiles of a convolution; none if they do not pay.
    pub fn new(shape: &ConvShape) -> Option<Self> {
        let ConvShape { geometry, bases, taps, .. } = shape;
        let outputs = shape.outputs / shape.groups;
        // For vectors of eight, panels are faster.
        if outputs * taps.len() > WEIGHTS || lanes::widest() > 4 {
            return None;
        }
        let (width, step) = (geometry.output[2], COLUMNS * taps.len());
        // To gather takes half as long as to compute four channels.
        let beyond = width.next_multiple_of(COLUMNS) - width;
        let gathered = width < COLUMNS
            || 2 * panels(outputs, ROWS) * beyond > width
            || geometry.stride[2] != 1
            || volume(geometry.kernel) == 1;
        let mut tiles = Vec::new();
        if gathered {
            let count = panels(bases.len(), COLUMNS).min((GATHERED / step.max(1)).max(1));
            for tile in 0..count {
                tiles.push(((tile * step) as u32, (tile * COLUMNS) as u32));
            }
        } else {
            for row in (0..bases.len()).step_by(width) {
                for x in (0..width).step_by(COLUMNS) {
                    // A row's last tile ends where the row does.
                    let position = row + x.min(width - COLUMNS);
                    tiles.push((bases[position], position as u32));
                }
            }
        }
        let mut steps = vec![[NOWHERE; TAPS]; taps.len().div_ceil(TAPS)];
        steps.as_flattened_mut()[..taps.len()].copy_from_slice(taps);
        if gathered {
            for (k, tap) in steps.as_flattened_mut()[..taps.len()].iter_mut().enumerate() {
                *tap = (k * COLUMNS) as u32;
            }
        }
        Some(Layout { taps: steps, tiles, gathered })
    }
}

/// Panels `[…, k, ROWS]` as steps `[…, k / TAPS, TAPS, ROWS, 4]`.
pub(super) fn spread(panels: &[f32], k: usize) -> Vec<f32> {
    let panels = panels.chunks_exact((k * ROWS).max(1));
    let per_panel = k.div_ceil(TAPS) * STEP;
    let mut steps = vec![0.0; panels.len() * per_panel];
    for (panel, steps) in panels.zip(steps.chunks_exact_mut(per_panel.max(1))) {
        for (to, weight) in steps.as_chunks_mut().0.iter_mut().zip(panel) {
            *to = [*weight; 4];
        }
    }
    steps
}

/// `y[outputs, *output]` of one example from its padded image; `bias` may be empty.
#[inline(always)]
pub(super) fn forward<S: Simd<4>>(
    simd: S,
    (shape, layout): (&ConvShape, &Layout),
    packed: &[f32],
    bias: &[f32],
    (image, y): (&[f32], &mut [f32]),
    memory: &mut Vec<f32>,
) {
    let Layout { taps, tiles, gathered } = layout;
    let (positions, rows) = (shape.bases.len(), shape.outputs / shape.groups);
    let group_in = shape.inputs / shape.groups * volume(shape.geometry.padded());
    let steps = packed.as_chunks::<STEP>().0;
    let group_steps = panels(rows, ROWS) * taps.len();
    let at_a_time = if *gathered { tiles.len() * COLUMNS } else { positions };
    for g in 0..shape.groups {
        let image = &image[g * group_in..];
        let steps = &steps[g * group_steps..(g + 1) * group_steps];
        for (block, bases) in shape.bases.chunks(at_a_time.max(1)).enumerate() {
            let (image, tiles) = if *gathered {
                let panels = panels(bases.len(), COLUMNS);
                (gather::<4, 2>(image, bases, &shape.taps, memory), &tiles[..panels])
            } else {
                (image, &tiles[..])
            };
            for (m, steps) in steps.chunks_exact(taps.len()).enumerate() {
                let first = g * rows + m * ROWS;
                let last = g * rows + rows.min((m + 1) * ROWS);
                let start = std::array::from_fn(|r| bias.get(first + r).copied().unwrap_or(0.0));
                let y = &mut y[first * positions..last * positions];
                four_rows(
                    simd,
                    start,
                    (steps, taps),
                    image,
                    tiles,
                    (y, positions, block * at_a_time),
                );
            }
        }
    }
}

/// All tiles of up to four channels, which are the rows of y, `positions` long; tiles count from `start_at`.
#[inline(never)]
fn four_rows<S: Simd<4>>(
    simd: S,
    start: [f32; ROWS],
    (steps, taps): (&[[f32; STEP]], &[[u32; TAPS]]),
    image: &[f32],
    tiles: &[(u32, u32)],
    (y, positions, start_at): (&mut [f32], usize, usize),
) {
    for &(from, to) in tiles {
        let image = &image[from as usize..];
        let mut begin = start.map(|start| [simd.splat(start); 2]);
        // What changes no number that is added to it.
        let mut total = [[simd.splat(-0.0); 2]; ROWS];
        for (steps, taps) in steps.chunks(BLOCK / TAPS).zip(taps.chunks(BLOCK / TAPS)) {
            let sum = products(simd, begin, steps, taps, image);
            for (total, sum) in total.iter_mut().zip(sum) {
                *total = [total[0].plus(sum[0]), total[1].plus(sum[1])];
            }
            begin = [[simd.splat(0.0); 2]; ROWS];
        }
        for (y, sum) in
            y.chunks_exact_mut(positions).zip(total.map(|row| row.map(Vector::to_array)))
        {
            let y = &mut y[start_at + to as usize..];
            match y.as_chunks_mut().0.first_chunk_mut() {
                Some(y) => *y = sum,
                None => y.iter_mut().zip(sum.as_flattened()).for_each(|(y, sum)| *y = *sum),
            }
        }
    }
}

/// `sum + Σ_k w[k][r] · image[tap(k) + c]`.
#[inline(always)]
fn products<S: Simd<4>>(
    simd: S,
    mut sum: Tile<S::Vector, ROWS, 2>,
    steps: &[[f32; STEP]],
    taps: &[[u32; TAPS]],
    image: &[f32],
) -> Tile<S::Vector, ROWS, 2> {
    let Some(last) = image.len().checked_sub(COLUMNS) else { return sum };
    // Not zipped: an index costs an addition for every access.
    let mut taps = taps.iter();
    for step in steps {
        let Some(taps) = taps.next() else { return sum };
        let step = step.as_chunks::<4>().0.as_chunks::<ROWS>().0;
        for (weights, &at) in step.iter().zip(taps) {
            if at as usize > last {
                return sum;
            }
            let Some(values) = image[at as usize..].first_chunk::<COLUMNS>() else { return sum };
            let [low, high] = values.as_chunks().0 else { return sum };
            let (low, high) = (simd.load(low), simd.load(high));
            for (sum, weight) in sum.iter_mut().zip(weights) {
                let weight = simd.load(weight);
                *sum = [sum[0].mul_add(weight, low), sum[1].mul_add(weight, high)];
            }
        }
    }
    sum
}
