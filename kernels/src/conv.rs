//! Convolution (cross-correlation) in one to three dimensions, forward and transposed.
//!
//! ```text
//! forward:     y[o, p] = Σ_k w[o, k] · x̂[base(p) + tap(k)] (+ b[o])     x̂: x with its padding
//! transposed:  r̂[base(p) + tap(k)] += Σ_o w[o, k] · s[o, p]
//! ```
//!
//! With the padding written out, stride, dilation and dimension are all in two offset tables, so one
//! loop serves them all. Departures from the formula:
//! 1. Two vectors of windows at a time are gathered into a packed panel and multiplied as a matrix tile:
//!    39 of the 48 GFLOP/s that wasm has on the machine of docs/performance.md. Few windows go into one
//!    vector.
//! 2. Convolutions with few weights read the image itself, in `direct.rs`.
//! 3. 3x3 convolutions of many channels take fewer products, in `winograd.rs`.
//! 4. The transpose is in `transposed.rs`.

use super::direct;
use super::gemm::{self, ROWS, Tile, panels};
use super::geometry::volume;
use super::lanes::{Simd, Vector, dispatch};
use super::shape::{gather, pad};
use super::transposed;
use super::winograd;

pub use super::chosen::forward as forward_at;
pub use super::plan::Plan;
pub use super::shape::{ConvShape, Scratch};

/// Elements that stay in a second-level cache. Weights that do not are read once for as many panels as
/// do.
const CACHE: usize = 1 << 16;

/// `y[outputs, *output]` of one example; `bias` may be empty.
#[inline(never)]
pub fn forward(
    plan: &Plan,
    packed: &[f32],
    bias: &[f32],
    x: &[f32],
    y: &mut [f32],
    scratch: &mut Scratch,
) {
    if let Some(tiles) = &plan.tiles {
        return winograd::forward(&plan.shape, tiles, packed, bias, (x, y), scratch);
    }
    dispatch!(simd => match vectors(simd, plan.shape.bases.len()) {
        1 => products::<_, _, 1>(simd, plan, packed, bias, (x, y), scratch),
        _ => products::<_, _, 2>(simd, plan, packed, bias, (x, y), scratch),
    });
}

/// Vectors in a row of the tiles. With vectors of four, one is not worth a second copy of the code.
fn vectors<S: Simd<N>, const N: usize>(simd: S, columns: usize) -> usize {
    if N == 4 { 2 } else { gemm::vectors(simd, columns) }
}

/// [`forward`] with every product formed; panels and tiles are C vectors wide.
#[inline(always)]
fn products<S: Simd<N>, const N: usize, const C: usize>(
    simd: S,
    plan: &Plan,
    packed: &[f32],
    bias: &[f32],
    (x, y): (&[f32], &mut [f32]),
    scratch: &mut Scratch,
) {
    let shape = &plan.shape;
    let k = shape.fan_in();
    if k == 0 {
        return fill_bias(shape, bias, y);
    }
    let columns = C * N;
    let Scratch { padded, panel } = scratch;
    let image = if shape.geometry.padded() == shape.geometry.input {
        x
    } else {
        pad(simd, &shape.geometry, shape.inputs, x, padded);
        padded
    };
    let positions = shape.bases.len();
    let rows = shape.outputs / shape.groups;
    if let Some(layout) = &plan.layout {
        return direct::forward(simd.four(), (shape, layout), packed, bias, (image, y), panel);
    }
    let group_in = shape.inputs / shape.groups * volume(shape.geometry.padded());
    let group_weights = panels(rows, ROWS) * ROWS * k;
    for g in 0..shape.groups {
        let image = &image[g * group_in..];
        let weights = &packed[g * group_weights..(g + 1) * group_weights];
        let y = &mut y[g * rows * positions..(g + 1) * rows * positions];
        let side_by_side = if group_weights <= CACHE { 1 } else { (CACHE / (k * columns)).max(1) };
        for (block, bases) in shape.bases.chunks(side_by_side * columns).enumerate() {
            let panel = gather::<N, C>(image, bases, &shape.taps, panel);
            for (m, weights) in weights.chunks_exact(ROWS * k).enumerate() {
                let shift = |r| bias.get(g * rows + m * ROWS + r).copied().unwrap_or(0.0);
                let start: [f32; ROWS] = std::array::from_fn(shift);
                for (p, panel) in panel.chunks_exact(k * columns).enumerate() {
                    let column = p * columns;
                    let at = m * ROWS * positions + block * side_by_side * columns + column;
                    let size = (ROWS.min(rows - m * ROWS), columns.min(bases.len() - column));
                    tile::<_, N, C>(simd, start, weights, panel, (&mut y[at..], positions), size);
                }
            }
        }
    }
}

/// Computes a tile and writes its first `rows` and `count` columns into rows of `width`. In wasm a function of its
/// own: inlined into the loops around it, engines run out of registers, and conv 16→64 1x1 takes a
/// fifth longer. Natively inlined, or conv 1→32 3x3 takes half as long again.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn tile<S: Simd<N>, const N: usize, const C: usize>(
    simd: S,
    start: [f32; ROWS],
    weights: &[f32],
    panel: &[f32],
    (y, width): (&mut [f32], usize),
    (rows, count): (usize, usize),
) {
    let sums: Tile<S::Vector, ROWS, C> = gemm::tile(simd, start, weights, panel);
    for (r, sums) in sums.into_iter().enumerate().take(rows) {
        let sums = sums.map(Vector::to_array);
        let y = &mut y[r * width..r * width + count];
        match y.as_chunks_mut().0.first_chunk_mut() {
            Some(y) => *y = sums,
            None => {
                for (y, sum) in y.iter_mut().zip(sums.as_flattened()) {
                    *y = *sum;
                }
            }
        }
    }
}

/// `r[inputs, *input] = Wᵀ s[outputs, *output]` of one example, with weights from
/// [`Plan::pack_transposed`].
#[inline(never)]
pub fn transposed(plan: &Plan, packed: &[f32], s: &[f32], r: &mut [f32], scratch: &mut Scratch) {
    transposed::transposed(&plan.shape, &plan.vectors, packed, s, r, &mut scratch.padded);
}

fn fill_bias(shape: &ConvShape, bias: &[f32], y: &mut [f32]) {
    for (o, y) in y.chunks_exact_mut(shape.bases.len().max(1)).enumerate() {
        y.fill(bias.get(o).copied().unwrap_or(0.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Extent, Geometry, windows};
    use crate::random::Random;
    use crate::region::Region;
    use crate::{lanes, naive, region};

    /// Of one product in a sum in another order.
    const TOLERANCE: f32 = 1.5e-6;

    /// One to three axes; kernels of 1, of the input's extent and in between; strides beyond the kernel;
    /// dilation; groups up to one per channel; now and then as many channels as Winograd's method takes.
    fn random_plan(random: &mut Random) -> Plan {
        let dims = 1 + random.below(3);
        let wide = random.below(4) == 0;
        let axis = |d: usize, n: usize| if d < 3 - dims { 1 } else { n };
        let input =
            std::array::from_fn(|d| axis(d, 3 + random.below(if dims == 3 { 4 } else { 9 })));
        let kernel: Extent = std::array::from_fn(|d| {
            axis(d, if wide { 3 } else { [1, 2, 3, input[d]][random.below(4)] })
        });
        let step = |random: &mut Random, most: usize| if wide { 1 } else { 1 + random.below(most) };
        let stride = std::array::from_fn(|d| axis(d, step(random, 4)));
        let dilation = std::array::from_fn(|d| axis(d, step(random, 2)));
        let pad_begin = std::array::from_fn(|d| axis(d, 1 + random.below(3)) - 1);
        let pad_end = std::array::from_fn(|d| axis(d, 1 + random.below(3)) - 1);
        let output = std::array::from_fn(|d| {
            windows(input[d], kernel[d], stride[d], dilation[d], (pad_begin[d], pad_end[d]), false)
        });
        let geometry = Geometry { input, output, kernel, stride, dilation, pad_begin, pad_end };
        if wide {
            let groups = 1 + random.below(2);
            let channels = |random: &mut Random| groups * (16 + random.below(9));
            return Plan::new(geometry, channels(random), channels(random), groups);
        }
        // Every third one with a channel of its own for each group.
        let groups = 1 + random.below(5);
        let (inputs, outputs) = match random.below(3) {
            0 => (1, 1 + random.below(2)),
            _ => (1 + random.below(11), 1 + random.below(70)),
        };
        Plan::new(geometry, groups * inputs, groups * outputs, groups)
    }

    #[test]
    fn forward_and_transposed_agree_with_the_textbook_loops() {
        let mut random = Random::new(4);
        let mut scratch = Scratch { padded: vec![f32::NAN; 9], panel: vec![f32::NAN; 9] };
        let (mut winograd, mut one_by_one, mut depthwise, mut compared) = (0, 0, 0, 0);
        for _ in 0..800 {
            let plan = random_plan(&mut random);
            winograd += usize::from(plan.tiles.is_some());
            one_by_one += usize::from(plan.shape.geometry.kernel == [1; 3]);
            depthwise +=
                usize::from(plan.shape.groups > 1 && plan.shape.groups == plan.shape.inputs);
            let w = random.vec(plan.shape.outputs * plan.shape.fan_in());
            let b = random.vec(plan.shape.outputs);
            let x = random.vec(plan.shape.input_len());
            // Signals with the zeros that the transpose leaves out.
            let s: Vec<f32> =
                random.vec(plan.shape.output_len()).iter().map(|s| s.max(0.0)).collect();
            let (mut y, mut r) = (vec![f32::NAN; s.len()], vec![f32::NAN; x.len()]);
            let (mut y2, mut r2) = (y.clone(), r.clone());
            assert_eq!(plan.unpack_transposed(&plan.pack_transposed(&w)), w, "{plan:?}");
            transposed(&plan, &plan.pack_transposed(&w), &s, &mut r, &mut scratch);
            naive::conv_transposed(&plan.shape.geometry, plan.shape.groups, &w, &s, &mut r2);
            naive::conv(&plan.shape.geometry, plan.shape.groups, &w, &b, &x, &mut y2);
            // Relative to sums of as many products of numbers below 1.
            let scale = (plan.shape.fan_in().max(plan.shape.outputs * 9) as f32).sqrt();
            let mut close = |a: &f32, b: &f32| {
                assert!((a - b).abs() <= TOLERANCE * scale.max(1.0), "{a} {b} {plan:?}");
                compared += 1;
            };
            r.iter().zip(&r2).for_each(|(a, b)| close(a, b));
            forward(&plan, &plan.pack(&w), &b, &x, &mut y, &mut scratch);
            y.iter().zip(&y2).for_each(|(a, b)| close(a, b));
            forward_at(&plan, &plan.pack_transposed(&w), &b, &s, (&x, &mut y), &mut scratch);
            for ((a, b), s) in y.iter().zip(&y2).zip(&s) {
                close(a, if *s == 0.0 { &0.0 } else { b });
            }
        }
        assert!(winograd > 30 && one_by_one > 50 && depthwise > 50 && compared > 300_000);
    }

    #[test]
    fn wide_and_narrow_vectors_give_the_same_bits() {
        let mut scratch = Scratch::default();
        for seed in 0..800 {
            let bits =
                |values: Vec<f32>| -> Vec<u32> { values.iter().map(|v| v.to_bits()).collect() };
            let [wide, narrow] = lanes::wide_and_narrow(|| {
                // The plan, too, knows how wide vectors are.
                let mut random = Random::new(seed);
                let plan = random_plan(&mut random);
                let w = random.vec(plan.shape.outputs * plan.shape.fan_in());
                let (b, x) = (random.vec(plan.shape.outputs), random.vec(plan.shape.input_len()));
                let s: Vec<f32> =
                    random.vec(plan.shape.output_len()).iter().map(|s| s.max(0.0)).collect();
                let [mut all, mut chosen] = [s.clone(), s.clone()];
                let mut r = x.clone();
                let back = plan.pack_transposed(&w);
                forward(&plan, &plan.pack(&w), &b, &x, &mut all, &mut scratch);
                forward_at(&plan, &back, &b, &s, (&x, &mut chosen), &mut scratch);
                transposed(&plan, &back, &s, &mut r, &mut scratch);
                [all, chosen, r].map(bits)
            });
            assert_eq!(wide, narrow, "seed {seed}");
        }
    }

    #[test]
    fn a_part_at_even_positions_has_the_bits_of_the_whole() {
        let mut random = Random::new(9);
        let mut scratch = Scratch::default();
        for _ in 0..100 {
            // Few channels: the whole is read from the image, narrow parts are gathered.
            let few = random.below(2) == 0;
            let channels = |random: &mut Random| random.below(5) + if few { 1 } else { 16 };
            let (inputs, outputs) = (channels(&mut random), channels(&mut random));
            let geometry = Geometry {
                input: [1, 11, 13],
                output: [1, 12, 13],
                kernel: [1, 3, 3],
                stride: [1; 3],
                dilation: [1; 3],
                pad_begin: [0, 2, 1],
                pad_end: [0, 1, 1],
            };
            let plan = Plan::new(geometry.clone(), inputs, outputs, 1);
            assert_eq!(plan.tiles.is_none(), few);
            let low = [0, 0, random.below(10), random.below(10)];
            let high = [outputs, 1, low[2] + 1 + random.below(3), low[3] + 1 + random.below(4)];
            let region = plan.tiled(Region { low, high });
            let part = Plan::new(geometry.part(region.space()), inputs, outputs, 1);
            let (w, b) = (random.vec(outputs * plan.shape.fan_in()), random.vec(outputs));
            let x = random.vec(plan.shape.input_len());
            let mut whole = vec![f32::NAN; plan.shape.output_len()];
            forward(&plan, &plan.pack(&w), &b, &x, &mut whole, &mut scratch);
            let (mut seen, mut expected) = (Vec::new(), Vec::new());
            geometry.crop(&x, 0..inputs, &region, 0.0, &mut seen);
            region::read(&whole, [outputs, 1, 12, 13], &region, &mut expected);
            let mut y = vec![f32::NAN; expected.len()];
            forward(&part, &part.pack(&w), &b, &seen, &mut y, &mut scratch);
            assert_eq!(y, expected, "{region:?}");
        }
    }
}
