//! A box inside an array, and the copies that recomputing only that box needs.
//!
//! Arrays are seen as `[channels, depth, height, width]`; missing axes have extent 1.

use super::geometry::{Extent, Geometry};
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

    /// The smallest box that holds these flat elements of an array; none for no element.
    pub fn around(axes: Axes, elements: &[usize]) -> Option<Self> {
        let mut all: Option<Region> = None;
        for &element in elements {
            let mut rest = element;
            let mut low = [0; 4];
            for d in (0..4).rev() {
                low[d] = rest % axes[d].max(1);
                rest /= axes[d].max(1);
            }
            let one = Region { low, high: low.map(|n| n + 1) };
            all = Some(all.map_or(one, |all| all.join(&one)));
        }
        all
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
        self.each(axes, visit);
    }

    #[inline(always)]
    fn each(&self, axes: Axes, mut visit: impl FnMut(Range<usize>)) {
        let width = self.high[3] - self.low[3];
        for c in self.low[0]..self.high[0] {
            for z in self.low[1]..self.high[1] {
                let plane = (c * axes[1] + z) * axes[2];
                for y in self.low[2]..self.high[2] {
                    let start = (plane + y) * axes[3] + self.low[3];
                    visit(start..start + width);
                }
            }
        }
    }
}

/// The box `region` of an array, row-major, in place of what `out` held.
#[inline(never)]
pub fn read(x: &[f32], axes: Axes, region: &Region, out: &mut Vec<f32>) {
    out.clear();
    region.each(axes, |run| out.extend(x[run].iter()));
}

/// Writes `values`, row-major, into the box `region` of an array.
#[inline(never)]
pub fn write(x: &mut [f32], axes: Axes, region: &Region, values: &[f32]) {
    let mut from = 0;
    region.each(axes, |run| {
        let to = from + run.len();
        short_copy(&values[from..to], &mut x[run]);
        from = to;
    });
}

/// Copies the box `region` of one array into the same place of another.
#[inline(never)]
pub fn copy(from: &[f32], to: &mut [f32], axes: Axes, region: &Region) {
    region.each(axes, |run| short_copy(&from[run.clone()], &mut to[run]));
}

/// Lists the elements in the box `region` at which two arrays differ, and by how much.
#[inline(never)]
pub fn differences(
    from: &[f32],
    to: &[f32],
    axes: Axes,
    region: &Region,
    (elements, deltas): (&mut Vec<u32>, &mut Vec<f32>),
) {
    elements.clear();
    deltas.clear();
    region.each(axes, |run| {
        for i in run {
            let delta = to[i] - from[i];
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

/// Runs are a few elements long: a loop is over before a call to copy memory has begun.
#[inline(always)]
fn short_copy(from: &[f32], to: &mut [f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
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
        let part = self.part(region.space());
        let ([depth, height, width], seen) = (self.input, part.input);
        // Where the part starts along each axis, in padded coordinates.
        let start: Extent = std::array::from_fn(|d| region.low[d + 1] * self.stride[d]);
        let inside = |d: usize, i: usize, n: usize| {
            (start[d] + i).checked_sub(self.pad_begin[d]).filter(|&i| i < n)
        };
        let skipped = self.pad_begin[2].saturating_sub(start[2]).min(seen[2]);
        let first = (start[2] + skipped).saturating_sub(self.pad_begin[2]).min(width);
        let copied = (seen[2] - skipped).min(width - first);
        out.clear();
        for c in channels {
            for z in 0..seen[0] {
                for y in 0..seen[1] {
                    let end = out.len() + seen[2];
                    if let (Some(z), Some(y)) = (inside(0, z, depth), inside(1, y, height)) {
                        let row = ((c * depth + z) * height + y) * width + first;
                        out.resize(out.len() + skipped, fill);
                        out.extend(x[row..row + copied].iter());
                    }
                    out.resize(end, fill);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naive;
    use crate::random::Random;

    #[test]
    fn boxes_meet_join_and_surround() {
        let axes = [2, 3, 4, 5];
        let a = Region { low: [0, 1, 0, 2], high: [2, 3, 2, 4] };
        let mut elements = Vec::new();
        a.runs(axes, &mut |run| elements.extend(run));
        assert_eq!((elements.len(), Region::around(axes, &elements)), (a.volume(), Some(a)));
        let b = Region { low: [1, 0, 1, 3], high: [2, 2, 4, 5] };
        let both = Region { low: [1, 1, 1, 3], high: [2, 2, 2, 4] };
        assert_eq!((a.meet(&b), b.meet(&a)), (Some(both), Some(both)));
        assert_eq!(a.join(&b), Region { low: [0, 0, 0, 2], high: [2, 3, 4, 5] });
        assert_eq!(both.within(&b), Region { low: [0, 1, 0, 0], high: [1, 2, 1, 1] });
        assert_eq!(a.meet(&Region { low: [0, 0, 0, 4], high: axes }), None);
        assert_eq!(Region::around(axes, &[]), None);
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
            let around = Region::around(own, &differs);
            assert!(around.is_none_or(|around| around.meet(&reached) == Some(around)));
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
