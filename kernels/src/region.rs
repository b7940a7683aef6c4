//! A box inside an array, and the copies that recomputing only that box needs.
//!
//! Arrays are seen as `[channels, depth, height, width]`; missing axes have extent 1.

use super::geometry::{Extent, Geometry};
use super::lanes::{Simd, Vector, dispatch};
use std::ops::Range;

/// Extent of an array along channels, depth, height and width.
pub type Axes = [usize; 4];

/// A box: from `low` up to, not including, `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// First element along each axis.
    pub low: Axes,
    /// First element behind the box along each axis.
    pub high: Axes,
}

impl Region {
    /// All of an array.
    pub fn whole(axes: Axes) -> Self {
        Region { low: [0; 4], high: axes }
    }

    /// The smallest box that holds both.
    pub fn join(&self, other: &Region) -> Self {
        Region {
            low: std::array::from_fn(|d| self.low[d].min(other.low[d])),
            high: std::array::from_fn(|d| self.high[d].max(other.high[d])),
        }
    }

    /// What lies in both; none if nothing does.
    pub fn meet(&self, other: &Region) -> Option<Self> {
        let low = std::array::from_fn(|d| self.low[d].max(other.low[d]));
        let high: Axes = std::array::from_fn(|d| self.high[d].min(other.high[d]));
        (0..4).all(|d| low[d] < high[d]).then_some(Region { low, high })
    }

    /// Number of elements.
    pub fn volume(&self) -> usize {
        self.extent().iter().product()
    }

    /// Elements along each axis.
    pub fn extent(&self) -> Axes {
        std::array::from_fn(|d| self.high[d] - self.low[d])
    }

    /// Elements along depth, height and width.
    pub fn space(&self) -> Extent {
        let [_, depth, height, width] = self.extent();
        [depth, height, width]
    }

    /// The same box, counted from the corner of one that holds it.
    pub fn within(&self, outer: &Region) -> Self {
        Region {
            low: std::array::from_fn(|d| self.low[d] - outer.low[d]),
            high: std::array::from_fn(|d| self.high[d] - outer.low[d]),
        }
    }

    /// Calls `visit` with the flat range of every run of neighbours in an array of extent `axes`.
    #[inline(never)]
    pub fn runs(&self, axes: Axes, visit: &mut dyn FnMut(Range<usize>)) {
        for c in self.low[0]..self.high[0] {
            for z in self.low[1]..self.high[1] {
                for y in self.low[2]..self.high[2] {
                    let start = flat(axes, [c, z, y, self.low[3]]);
                    visit(start..start + self.high[3] - self.low[3]);
                }
            }
        }
    }
}

fn flat(axes: Axes, [c, z, y, x]: Axes) -> usize {
    ((c * axes[1] + z) * axes[2] + y) * axes[3] + x
}

/// An array, its extent, and the corner of a box in it.
type Corner<'a> = (&'a [f32], Axes, Axes);

/// Copies a box of this extent out of one array into another.
#[inline(never)]
fn transfer(from: Corner, to: &mut [f32], at: (Axes, Axes), extent: Axes) {
    dispatch!(simd => transfer_with(simd.four(), from, to, at, extent));
}

#[inline(always)]
fn transfer_with<S: Simd<4>>(
    simd: S,
    (from, from_axes, from_low): Corner,
    to: &mut [f32],
    (to_axes, to_low): (Axes, Axes),
    extent: Axes,
) {
    let [channels, depth, height, width] = extent;
    for c in 0..channels {
        for z in 0..depth {
            let first = |axes, low: Axes| flat(axes, [low[0] + c, low[1] + z, low[2], low[3]]);
            let (mut i, mut j) = (first(from_axes, from_low), first(to_axes, to_low));
            for _ in 0..height {
                copy_run(simd, &from[i..i + width], &mut to[j..j + width]);
                i += from_axes[3];
                j += to_axes[3];
            }
        }
    }
}

/// `to = from` for runs of a few elements: over before a call to copy memory has begun.
#[inline(always)]
fn copy_run<S: Simd<4>>(simd: S, from: &[f32], to: &mut [f32]) {
    let len = from.len();
    if let (4..=8, Some(begin), Some(end)) = (len, from.first_chunk::<4>(), from.last_chunk::<4>())
    {
        let (begin, end) = (simd.load(begin), simd.load(end));
        if let Some(to) = to.first_chunk_mut() {
            *to = begin.to_array();
        }
        if let Some(to) = to.last_chunk_mut() {
            *to = end.to_array();
        }
    } else {
        for (to, from) in to.iter_mut().zip(from) {
            *to = *from;
        }
    }
}

/// The box `region` of an array, row-major, in place of what `out` held.
pub fn read(x: &[f32], axes: Axes, region: &Region, out: &mut Vec<f32>) {
    let extent = region.extent();
    out.resize(region.volume(), 0.0);
    transfer((x, axes, region.low), out, (extent, [0; 4]), extent);
}

/// Writes `values`, row-major, into the box `region` of an array.
pub fn write(x: &mut [f32], axes: Axes, region: &Region, values: &[f32]) {
    let extent = region.extent();
    transfer((values, extent, [0; 4]), x, (axes, region.low), extent);
}

/// Writes the part `region` of a box, whose values these are, into an array.
pub fn write_part(x: &mut [f32], axes: Axes, region: &Region, whole: &Region, values: &[f32]) {
    let from = (values, whole.extent(), region.within(whole).low);
    transfer(from, x, (axes, region.low), region.extent());
}

/// Copies the box `region` of one array into the same place of another.
pub fn copy(from: &[f32], to: &mut [f32], axes: Axes, region: &Region) {
    transfer((from, axes, region.low), to, (axes, region.low), region.extent());
}

/// Lists the elements of an array that `values` in the box `region` would change, and by how much.
#[inline(never)]
pub fn differences(
    x: &[f32],
    axes: Axes,
    (region, values): (&Region, &[f32]),
    (elements, deltas): (&mut Vec<u32>, &mut Vec<f32>),
) {
    elements.clear();
    deltas.clear();
    let mut values = values.iter();
    region.runs(axes, &mut |run| {
        for (i, value) in run.zip(&mut values) {
            let delta = value - x[i];
            if delta != 0.0 {
                elements.push(i as u32);
                deltas.push(delta);
            }
        }
    });
}

/// Where the first largest value of each channel lies, as a flat element of the array.
#[inline(never)]
pub fn peaks(x: &[f32], axes: Axes, peaks: &mut Vec<usize>) {
    let plane = axes[1..].iter().product::<usize>().max(1);
    peaks.clear();
    for (c, values) in x.chunks_exact(plane).enumerate() {
        let mut best = 0;
        for (i, &value) in values.iter().enumerate() {
            if value > values[best] || value.is_nan() {
                best = i;
            }
        }
        peaks.push(c * plane + best);
    }
}

/// The largest value of each channel with `values` in the box `region`; `peaks` are those without.
#[inline(never)]
pub fn replaced_peaks(
    x: &[f32],
    axes: Axes,
    peaks: &[usize],
    (region, values): (&Region, &[f32]),
    out: &mut Vec<f32>,
) {
    let plane = axes[1..].iter().product::<usize>();
    let size = region.space().iter().product::<usize>();
    let largest =
        |best: f32, value: &f32| if *value > best || value.is_nan() { *value } else { best };
    let mut changed = Vec::new();
    for (c, &peak) in peaks.iter().enumerate() {
        if c < region.low[0] || c >= region.high[0] {
            out.push(x[peak]);
            continue;
        }
        let new = &values[(c - region.low[0]) * size..][..size];
        let mut rest = peak;
        let covered = (1..4).rev().all(|d| {
            let i = rest % axes[d];
            rest /= axes[d];
            region.low[d] <= i && i < region.high[d]
        });
        let start = if covered {
            changed.clear();
            changed.extend_from_slice(&x[c * plane..(c + 1) * plane]);
            let channel = Region {
                low: [0, region.low[1], region.low[2], region.low[3]],
                high: [1, region.high[1], region.high[2], region.high[3]],
            };
            write(&mut changed, [1, axes[1], axes[2], axes[3]], &channel, new);
            changed.iter().fold(f32::NEG_INFINITY, largest)
        } else {
            x[peak]
        };
        out.push(new.iter().fold(start, largest));
    }
}

impl Geometry {
    /// The windows that cover any of the input positions in `region`; none if no window does.
    /// Channels stay as they are.
    pub fn reached(&self, region: &Region) -> Option<Region> {
        let mut reached = *region;
        for d in 0..3 {
            let (low, high) = (region.low[d + 1], region.high[d + 1]);
            let (step, reach) = (self.stride[d], (self.kernel[d] - 1) * self.dilation[d]);
            reached.low[d + 1] = (low + self.pad_begin[d]).saturating_sub(reach).div_ceil(step);
            reached.high[d + 1] = ((high - 1 + self.pad_begin[d]) / step + 1).min(self.output[d]);
        }
        (0..4).all(|d| reached.low[d] < reached.high[d]).then_some(reached)
    }

    /// The input positions under the windows in `region`; none if there is only padding. Channels stay
    /// as they are.
    pub fn seen(&self, region: &Region) -> Option<Region> {
        let mut seen = *region;
        for d in 0..3 {
            let (first, last) = (region.low[d + 1], region.high[d + 1] - 1);
            let (step, reach) = (self.stride[d], (self.kernel[d] - 1) * self.dilation[d]);
            seen.low[d + 1] = (first * step).saturating_sub(self.pad_begin[d]);
            seen.high[d + 1] =
                (last * step + reach + 1).saturating_sub(self.pad_begin[d]).min(self.input[d]);
        }
        (0..4).all(|d| seen.low[d] < seen.high[d]).then_some(seen)
    }

    /// This sliding window over just as much input as `output` windows need, without padding.
    pub fn part(&self, output: Extent) -> Self {
        let reach = |d: usize| (self.kernel[d] - 1) * self.dilation[d] + 1;
        Geometry {
            input: std::array::from_fn(|d| (output[d] - 1) * self.stride[d] + reach(d)),
            output,
            pad_begin: [0; 3],
            pad_end: [0; 3],
            ..self.clone()
        }
    }

    /// What the windows in `region` see of the channels in `channels`: the input of
    /// [`Geometry::part`], with `fill` where it hangs over.
    #[inline(never)]
    pub fn crop(
        &self,
        x: &[f32],
        channels: Range<usize>,
        region: &Region,
        fill: f32,
        out: &mut Vec<f32>,
    ) {
        let [depth, height, width] = self.part(region.space()).input;
        let (input, seen) = (self.input, [channels.len(), depth, height, width]);
        let (mut from, mut to, mut extent) = ([channels.start, 0, 0, 0], [0; 4], seen);
        for d in 0..3 {
            // Where the part starts, in padded coordinates.
            let start = region.low[d + 1] * self.stride[d];
            to[d + 1] = self.pad_begin[d].saturating_sub(start).min(seen[d + 1]);
            from[d + 1] = start.saturating_sub(self.pad_begin[d]).min(input[d]);
            extent[d + 1] = (seen[d + 1] - to[d + 1]).min(input[d] - from[d + 1]);
        }
        out.clear();
        out.resize(seen.iter().product(), fill);
        let [depth, height, width] = input;
        let whole = [channels.end, depth, height, width];
        if extent.iter().all(|&n| n > 0) {
            transfer((x, whole, from), out, (seen, to), extent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naive;
    use crate::random::Random;

    #[test]
    fn boxes_meet_join_and_list_what_they_hold() {
        let axes = [2, 3, 4, 5];
        let a = Region { low: [0, 1, 0, 2], high: [2, 3, 2, 4] };
        let mut elements = Vec::new();
        a.runs(axes, &mut |run| elements.extend(run));
        assert_eq!(elements, [22, 23, 27, 28, 42, 43, 47, 48, 82, 83, 87, 88, 102, 103, 107, 108]);
        assert_eq!(elements.len(), a.volume());
        let b = Region { low: [1, 0, 1, 3], high: [2, 2, 4, 5] };
        let both = Region { low: [1, 1, 1, 3], high: [2, 2, 2, 4] };
        assert_eq!((a.meet(&b), b.meet(&a)), (Some(both), Some(both)));
        assert_eq!(a.join(&b), Region { low: [0, 0, 0, 2], high: [2, 3, 4, 5] });
        assert_eq!(both.within(&b), Region { low: [0, 1, 0, 0], high: [1, 2, 1, 1] });
        assert_eq!(a.meet(&Region { low: [0, 0, 0, 4], high: axes }), None);
    }

    #[test]
    fn parts_of_a_convolution_see_and_reach_what_the_whole_one_does() {
        let mut random = Random::new(8);
        for _ in 0..300 {
            let mut pick = |n: usize| -> Extent { std::array::from_fn(|_| 1 + random.below(n)) };
            let (kernel, stride, dilation) = (pick(3), pick(3), pick(2));
            let (pad_begin, pad_end) = (pick(3).map(|n| n - 1), pick(3).map(|n| n - 1));
            let input = pick(3).map(|n| n + 4);
            let output = std::array::from_fn(|d| {
                let pad = (pad_begin[d], pad_end[d]);
                crate::geometry::windows(input[d], kernel[d], stride[d], dilation[d], pad, false)
            });
            let geometry = Geometry { input, output, kernel, stride, dilation, pad_begin, pad_end };
            let (channels, w) = (2, random.vec(2 * kernel.iter().product::<usize>()));
            let x = random.vec(channels * input.iter().product::<usize>());
            let convolve = |geometry: &Geometry, x: &[f32]| {
                let mut y = vec![0.0; geometry.output.iter().product()];
                naive::conv(geometry, 1, &w, &[], x, &mut y);
                y
            };
            let (axes, own) =
                ([channels, input[0], input[1], input[2]], [1, output[0], output[1], output[2]]);
            let whole = convolve(&geometry, &x);
            // Change one position: nothing changes outside of what it reaches …
            let at: Axes = std::array::from_fn(|d| random.below(axes[d]));
            let change = Region { low: at, high: at.map(|i| i + 1) };
            let mut changed = x.clone();
            write(&mut changed, axes, &change, &[9.0]);
            let after = convolve(&geometry, &changed);
            let differs: Vec<usize> = (0..whole.len()).filter(|&o| whole[o] != after[o]).collect();
            let reached = geometry.reached(&change).map(|reached| Region {
                low: [0, reached.low[1], reached.low[2], reached.low[3]],
                high: [1, reached.high[1], reached.high[2], reached.high[3]],
            });
            let Some(reached) = reached else {
                assert!(differs.is_empty());
                continue;
            };
            let mut inside = Vec::new();
            reached.runs(own, &mut |run| inside.extend(run));
            assert!(differs.iter().all(|o| inside.contains(o)), "{geometry:?}");
            // … and inside of it the part alone gives the same numbers.
            let (mut seen, mut expected) = (Vec::new(), Vec::new());
            geometry.crop(&changed, 0..channels, &reached, 0.0, &mut seen);
            read(&after, own, &reached, &mut expected);
            let part = convolve(&geometry.part(reached.space()), &seen);
            for (a, b) in part.iter().zip(&expected) {
                assert!((a - b).abs() < 1e-5, "{geometry:?}");
            }
        }
    }
}
