//! Convolution at chosen outputs only: the denominators of relevance are needed where there is some, behind a
//! max pooling at no more than a quarter of the outputs.
//!
//! ```text
//! y[o, p] = Σ_k w[o, k] · x̂[base(p) + tap(k)] + b[o]     where chosen[o, p] ≠ 0, else 0
//! ```
//!
//! The mirror image of `transposed.rs`, with the same weights, the same lists of channels per position and the
//! same image with channels last: up to [`WIDTH`] vectors of the image stay in registers while the chosen
//! channels go by. Every product is formed, unlike in `winograd.rs`.

use super::geometry::volume;
use super::lanes::{self, Simd, Vector, dispatch};
use super::plan::Plan;
use super::shape::{Scratch, rows};
use super::transposed::{CHANNELS, POSITIONS, Signals, WIDTH, width};

/// `y[outputs, *output]` of one example where `chosen`, shaped like it, is not 0, elsewhere 0; with weights from
/// [`Plan::pack_transposed`]. `bias` may be empty. What should vanish vanishes, however large its neighbours are.
#[inline(never)]
pub fn forward(
    plan: &Plan,
    packed: &[f32],
    bias: &[f32],
    chosen: &[f32],
    (x, y): (&[f32], &mut [f32]),
    scratch: &mut Scratch,
) {
    dispatch!(simd => forward_with(simd.four(), plan, packed, bias, chosen, (x, y), scratch));
}

#[inline(always)]
fn forward_with<S: Simd<4>>(
    simd: S,
    plan: &Plan,
    mut packed: &[f32],
    bias: &[f32],
    chosen: &[f32],
    (x, y): (&[f32], &mut [f32]),
    Scratch { padded: image, panel }: &mut Scratch,
) {
    let Plan { shape, vectors, .. } = plan;
    let (outputs, channels) = (shape.outputs / shape.groups, shape.inputs / shape.groups);
    let (positions, space) = (shape.bases.len(), volume(shape.geometry.input));
    let lanes: usize = vectors.chunks(WIDTH).map(|block| 4 * width(block)).sum();
    let mut signals = Signals::new();
    let needed = POSITIONS * CHANNELS * 4;
    if panel.len() < needed {
        panel.resize(needed, 0.0);
    }
    let sums = panel.as_chunks_mut::<4>().0.as_chunks_mut::<CHANNELS>().0;
    y.fill(0.0);
    for g in 0..shape.groups {
        image.clear();
        // The last vector may hang over.
        image.resize(volume(shape.geometry.padded()) * channels + 4 * WIDTH, 0.0);
        let x = &x[g * channels * space..(g + 1) * channels * space];
        for (c, x) in x.chunks_exact(space.max(1)).enumerate() {
            rows(&shape.geometry, 1, |inside, outside, width| {
                let to = image[outside * channels + c..].iter_mut().step_by(channels);
                for (to, x) in to.zip(&x[inside..inside + width]) {
                    *to = *x;
                }
            });
        }
        for first in (0..outputs).step_by(CHANNELS) {
            let count = CHANNELS.min(outputs - first);
            let own = (g * outputs + first) * positions..(g * outputs + first + count) * positions;
            let (weights, rest) = packed.split_at(count * lanes);
            packed = rest;
            let (chosen, y) = (&chosen[own.clone()], &mut y[own]);
            for (block, bases) in shape.bases.chunks(POSITIONS).enumerate() {
                signals.sort(simd, chosen, positions, block * POSITIONS, bases.len());
                let mut weights = weights;
                for (part, vectors) in vectors.chunks(WIDTH).enumerate() {
                    let (own, rest) = weights.split_at(count * 4 * width(vectors));
                    weights = rest;
                    let at = (channels, vectors, part == 0);
                    if width(vectors) == WIDTH {
                        add::<_, WIDTH>(simd, &signals, own, bases, at, image, sums);
                    } else {
                        add::<_, { WIDTH / 2 }>(simd, &signals, own, bases, at, image, sums);
                    }
                }
                for (p, sums) in sums.iter().enumerate().take(bases.len()) {
                    for (&(channel, _), sum) in signals.of(p).iter().zip(sums) {
                        let channel = channel as usize;
                        let shift = bias.get(g * outputs + first + channel).copied().unwrap_or(0.0);
                        y[channel * positions + block * POSITIONS + p] = lanes::sum(*sum) + shift;
                    }
                }
            }
        }
    }
}

/// Adds the products of N vectors of every position's window to the sums of its channels.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn add<S: Simd<4>, const N: usize>(
    simd: S,
    signals: &Signals,
    weights: &[f32],
    bases: &[u32],
    (channels, vectors, begin): (usize, &[u32], bool),
    image: &[f32],
    sums: &mut [[[f32; 4]; CHANNELS]],
) {
    let weights = weights.as_chunks::<4>().0.as_chunks::<N>().0;
    for (p, (&base, sums)) in bases.iter().zip(sums).enumerate() {
        let mut window = [simd.splat(0.0); N];
        for (window, &offset) in window.iter_mut().zip(vectors) {
            let start = base as usize * channels + offset as usize;
            if let Some(x) = image[start..].first_chunk() {
                *window = simd.load(x);
            }
        }
        for (&(channel, _), sum) in signals.of(p).iter().zip(sums) {
            let mut total = if begin { simd.splat(0.0) } else { simd.load(sum) };
            for (x, weights) in window.iter().zip(&weights[channel as usize]) {
                total = total.mul_add(*x, simd.load(weights));
            }
            *sum = total.to_array();
        }
    }
}
