//! Transposed convolution: what every position's signal sends to the inputs under its window.
//!
//! ```text
//! r̂[base(p) + tap, c] += Σ_o w[o, c, tap] · s[o, p]      r̂: r with its padding
//! ```
//!
//! Departures from the formula:
//! 1. Zero signals are left out: behind a ReLU about half of them are zero, behind a max pooling of 2x2
//!    three quarters. The conv 32→64 of the reference network takes 0.3 of the time of a dense product. They
//!    are found four at a time: looked at one by one, conv 1→8 5x5 on 28x28 took 12.6 µs instead of 9.0 in wasm.
//! 2. r̂ lies channels last, so that what a position sends along a row of the kernel is one run of memory.
//!    Four of it are neighbouring channels or, where there are few, neighbouring taps.
//! 3. Up to [`WIDTH`] fours of sums stay in registers while the channels of s go by.

use super::geometry::volume;
use super::lanes::{Simd, Vector, dispatch};
use super::shape::{ConvShape, rows};

/// Fours that are summed at a time, whatever the width of vectors: the order of sums depends on it.
pub(super) const WIDTH: usize = 8;
/// Channels of s that are summed before they are added to r̂.
pub(super) const CHANNELS: usize = 64;
/// Positions whose signals are sorted at a time, the bits of a word.
pub(super) const POSITIONS: usize = 32;

/// The signals of some positions that are not zero, each with its channel.
pub(super) struct Signals {
    values: [[(u32, f32); CHANNELS]; POSITIONS],
    counts: [u32; POSITIONS],
}

impl Signals {
    pub fn new() -> Self {
        Signals { values: [[(0, 0.0); CHANNELS]; POSITIONS], counts: [0; POSITIONS] }
    }

    /// Those of a position.
    #[inline(always)]
    pub fn of(&self, position: usize) -> &[(u32, f32)] {
        &self.values[position][..self.counts[position] as usize]
    }

    /// Sorts `s[channel, start..start + count]`, whose rows are `positions` long.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub fn sort<S: Simd<4>>(
        &mut self,
        simd: S,
        s: &[f32],
        positions: usize,
        start: usize,
        count: usize,
    ) {
        self.counts = [0; POSITIONS];
        for (channel, row) in s.chunks_exact(positions).enumerate() {
            let row = &row[start..start + count];
            let (fours, rest) = row.as_chunks::<4>();
            // A bit for every position.
            let mut present = 0;
            for (i, four) in fours.iter().enumerate() {
                present |= simd.load(four).nonzero() << (4 * i);
            }
            for (i, &s) in (4 * fours.len()..).zip(rest) {
                present |= u32::from(s != 0.0) << i;
            }
            while present != 0 {
                let position = present.trailing_zeros() as usize;
                present &= present - 1;
                let count = &mut self.counts[position];
                self.values[position][*count as usize % CHANNELS] = (channel as u32, row[position]);
                *count += 1;
            }
        }
    }
}

/// How many taps lie side by side in r̂.
fn taps_per_run(shape: &ConvShape) -> usize {
    if shape.geometry.dilation[2] == 1 { shape.geometry.kernel[2] } else { 1 }
}

/// Offset from the window's first element of every four sums.
pub(super) fn vectors(shape: &ConvShape) -> Vec<u32> {
    let channels = shape.inputs / shape.groups;
    let taps = shape.geometry.tap_offsets();
    let side_by_side = taps_per_run(shape);
    let mut offsets = Vec::new();
    for run in taps.chunks(side_by_side) {
        let start = run[0] as usize * channels;
        offsets.extend((start..start + side_by_side * channels).step_by(4).map(|at| at as u32));
    }
    offsets
}

/// Fours of a block with its filling.
pub(super) fn width(block: &[u32]) -> usize {
    if block.len() > WIDTH / 2 { WIDTH } else { WIDTH / 2 }
}

/// Packs `[outputs, inputs / groups, *kernel]` as `[groups, blocks of outputs, blocks of vectors,
/// outputs, vectors, 4]`.
pub(super) fn pack(shape: &ConvShape, vectors: &[u32], weight: &[f32]) -> Vec<f32> {
    let mut packed = Vec::new();
    places(shape, vectors, |place| packed.push(place.map_or(0.0, |place| weight[place])));
    packed
}

/// The `[outputs, inputs / groups, *kernel]` that [`pack`] made `packed` of.
pub(super) fn unpack(shape: &ConvShape, vectors: &[u32], packed: &[f32]) -> Vec<f32> {
    let mut weight = vec![0.0; shape.outputs * shape.fan_in()];
    let mut packed = packed.iter();
    places(shape, vectors, |place| {
        if let (Some(value), Some(place)) = (packed.next(), place) {
            weight[place] = *value;
        }
    });
    weight
}

/// Calls `visit` for each of the packed weights with its place among the model's; none for filling.
#[inline(always)]
fn places(shape: &ConvShape, vectors: &[u32], mut visit: impl FnMut(Option<usize>)) {
    let (outputs, channels) = (shape.outputs / shape.groups, shape.inputs / shape.groups);
    let window = volume(shape.geometry.kernel);
    let run = taps_per_run(shape) * channels;
    let per_run = run.div_ceil(4).max(1);
    for group in (0..shape.outputs).step_by(outputs.max(1)) {
        for first in (group..group + outputs).step_by(CHANNELS) {
            for (block, vectors) in vectors.chunks(WIDTH).enumerate() {
                for output in first..(first + CHANNELS).min(group + outputs) {
                    for lane in 0..4 * width(vectors) {
                        let vector = block * WIDTH + lane / 4;
                        let (which, at) = (vector / per_run, vector % per_run * 4 + lane % 4);
                        let inside = lane / 4 < vectors.len() && at < run;
                        let tap = which * taps_per_run(shape) + at / channels;
                        let place = (output * channels + at % channels) * window + tap;
                        visit(inside.then_some(place));
                    }
                }
            }
        }
    }
}

/// `r[inputs, *input] = Wᵀ s[outputs, *output]` of one example, with weights from [`pack`]; `image`
/// is scratch memory.
#[inline(never)]
pub(super) fn transposed(
    shape: &ConvShape,
    vectors: &[u32],
    packed: &[f32],
    s: &[f32],
    r: &mut [f32],
    image: &mut Vec<f32>,
) {
    dispatch!(simd => transposed_with(simd, shape, vectors, packed, s, r, image));
}

#[inline(always)]
fn transposed_with<S: Simd<N>, const N: usize>(
    simd: S,
    shape: &ConvShape,
    vectors: &[u32],
    mut packed: &[f32],
    s: &[f32],
    r: &mut [f32],
    image: &mut Vec<f32>,
) {
    let (outputs, channels) = (shape.outputs / shape.groups, shape.inputs / shape.groups);
    let positions = shape.bases.len();
    let lanes: usize = vectors.chunks(WIDTH).map(|block| 4 * width(block)).sum();
    let mut signals = Signals::new();
    for g in 0..shape.groups {
        image.clear();
        // The last vector may hang over.
        image.resize(volume(shape.geometry.padded()) * channels + 3, 0.0);
        let s = &s[g * outputs * positions..(g + 1) * outputs * positions];
        for s in s.chunks((CHANNELS * positions).max(1)) {
            let (weights, rest) = packed.split_at(s.len() / positions * lanes);
            packed = rest;
            for (block, bases) in shape.bases.chunks(POSITIONS).enumerate() {
                signals.sort(simd.four(), s, positions, block * POSITIONS, bases.len());
                let mut weights = weights;
                for vectors in vectors.chunks(WIDTH) {
                    let len = s.len() / positions * 4 * width(vectors);
                    let (own, rest) = weights.split_at(len);
                    weights = rest;
                    if width(vectors) == WIDTH {
                        add::<_, N, WIDTH>(simd, &signals, own, bases, (channels, vectors), image);
                    } else {
                        add::<_, N, { WIDTH / 2 }>(
                            simd,
                            &signals,
                            own,
                            bases,
                            (channels, vectors),
                            image,
                        );
                    }
                }
            }
        }
        let space = volume(shape.geometry.input);
        let r = &mut r[g * channels * space..(g + 1) * channels * space];
        for (c, r) in r.chunks_exact_mut(space.max(1)).enumerate() {
            rows(&shape.geometry, 1, |inside, outside, width| {
                let from = image[outside * channels + c..].iter().step_by(channels);
                for (r, value) in r[inside..inside + width].iter_mut().zip(from) {
                    *r = *value;
                }
            });
        }
    }
}

/// Adds F fours of sums at every position. In wasm a function of its own, as `tile` of `conv.rs` is.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn add<S: Simd<N>, const N: usize, const F: usize>(
    simd: S,
    signals: &Signals,
    weights: &[f32],
    bases: &[u32],
    (channels, fours): (usize, &[u32]),
    image: &mut [f32],
) {
    let weights = weights.as_chunks::<4>().0.as_chunks::<F>().0;
    let last = image.len().saturating_sub(4);
    let positions = signals.values.iter().zip(&signals.counts).zip(bases);
    for ((values, &count), &base) in positions {
        if count == 0 {
            continue;
        }
        // As many as fill F fours, and some that are never used.
        let mut sums = [simd.splat(0.0); F];
        for &(channel, s) in &values[..count as usize] {
            let weights = weights[channel as usize].as_flattened().as_chunks::<N>().0;
            for (sum, weights) in sums.iter_mut().zip(weights) {
                *sum = sum.mul_add(simd.splat(s), simd.load(weights));
            }
        }
        let sums = sums.map(Vector::to_array);
        for (sum, &offset) in sums.as_flattened().as_chunks().0.iter().zip(fours) {
            let start = base as usize * channels + offset as usize;
            // The one check that is left of two.
            if start > last {
                break;
            }
            if let Some(r) = image[start..].first_chunk_mut() {
                let four = simd.four();
                *r = four.load(r).plus(four.load(sum)).to_array();
            }
        }
    }
}
