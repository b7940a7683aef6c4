//! Where a sliding window starts, which taps it has, and how large its output is.
//! One to three spatial axes; missing ones are put in front with extent 1.

/// Extent along depth, height and width.
pub type Extent = [usize; 3];

/// A window sliding over one example's spatial axes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Spatial extent of the input.
    pub input: Extent,
    /// Spatial extent of the output.
    pub output: Extent,
    /// Extent of the window.
    pub kernel: Extent,
    /// Step between windows.
    pub stride: Extent,
    /// Distance between the taps of a window.
    pub dilation: Extent,
    /// Padding in front of each axis.
    pub pad_begin: Extent,
    /// Padding behind each axis.
    pub pad_end: Extent,
}

/// Outputs `output..output + len` of which one tap meets the inputs `input`, `input + stride`, …
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Flat position of the first output.
    pub output: usize,
    /// Flat position of the input that it meets.
    pub input: usize,
    /// Number of outputs.
    pub len: usize,
}

impl Run {
    /// Every output and the input that it meets.
    pub fn taps(&self, stride: usize) -> impl Iterator<Item = (usize, usize)> {
        (self.output..self.output + self.len).zip((self.input..).step_by(stride))
    }
}

/// Number of elements of an extent.
pub fn volume(extent: Extent) -> usize {
    extent[0] * extent[1] * extent[2]
}

impl Geometry {
    /// Extent of the input with its padding, enlarged where a rounded-up last window hangs over.
    pub fn padded(&self) -> Extent {
        std::array::from_fn(|d| {
            let reach = (self.output[d].max(1) - 1) * self.stride[d]
                + (self.kernel[d] - 1) * self.dilation[d]
                + 1;
            (self.pad_begin[d] + self.input[d] + self.pad_end[d]).max(reach)
        })
    }

    /// Whether there is one window, which covers everything.
    pub fn is_global(&self) -> bool {
        volume(self.output) == 1
            && (0..3).all(|d| {
                self.dilation[d] == 1 && self.kernel[d] >= self.pad_begin[d] + self.input[d]
            })
    }

    /// For every output position, in row-major order, the offset of its window's first tap in the
    /// padded input.
    pub fn window_offsets(&self) -> Vec<u32> {
        offsets(self.output, self.stride, self.padded())
    }

    /// For every tap of a window, in row-major order, its offset from the first one in the padded
    /// input.
    pub fn tap_offsets(&self) -> Vec<u32> {
        offsets(self.kernel, self.dilation, self.padded())
    }

    /// The taps that lie inside the input, as runs along output rows. For one output they come in
    /// row-major order.
    pub fn runs(&self) -> Vec<Run> {
        let ([_, height, width], [depth, rows, columns]) = (self.input, self.output);
        let (stride, pad) = (self.stride[2], self.pad_begin[2]);
        let mut runs = Vec::new();
        for row in 0..depth * rows {
            for z in self.taps(0, row / rows) {
                for y in self.taps(1, row % rows) {
                    for tap in 0..self.kernel[2] {
                        // Outputs o with 0 <= o·stride + reach - pad < width.
                        let reach = tap * self.dilation[2];
                        let first = pad.saturating_sub(reach).div_ceil(stride);
                        let end = (width + pad).saturating_sub(reach).div_ceil(stride).min(columns);
                        if first < end {
                            runs.push(Run {
                                output: row * columns + first,
                                input: (z * height + y) * width + first * stride + reach - pad,
                                len: end - first,
                            });
                        }
                    }
                }
            }
        }
        runs
    }

    /// Input positions along axis `d` that the window at output position `o` covers, padding left
    /// out.
    pub fn taps(&self, d: usize, o: usize) -> std::iter::StepBy<std::ops::Range<usize>> {
        let (start, step, pad) = (o * self.stride[d], self.dilation[d], self.pad_begin[d]);
        let skipped = pad.saturating_sub(start).div_ceil(step).min(self.kernel[d]);
        let first = (start + skipped * step).saturating_sub(pad);
        let last = start + (self.kernel[d] - 1) * step + 1;
        let end = last.saturating_sub(pad).min(self.input[d]);
        let first = if skipped == self.kernel[d] { end } else { first.min(end) };
        (first..end).step_by(step)
    }
}

fn offsets(count: Extent, step: Extent, within: Extent) -> Vec<u32> {
    let mut offsets = Vec::with_capacity(volume(count));
    for z in 0..count[0] {
        for y in 0..count[1] {
            for x in 0..count[2] {
                let offset = (z * step[0] * within[1] + y * step[1]) * within[2] + x * step[2];
                offsets.push(offset as u32);
            }
        }
    }
    offsets
}

/// Number of windows along an axis of `n` elements; 0 where not even one fits. With `ceil`, a last
/// window that starts inside the input or its front padding may hang over (PyTorch's rule).
pub fn windows(
    n: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    pad: (usize, usize),
    ceil: bool,
) -> usize {
    let reach = (kernel - 1) * dilation + 1;
    let total = n + pad.0 + pad.1;
    if total < reach {
        return 0;
    }
    let room = total - reach;
    let mut count = if ceil { room.div_ceil(stride) } else { room / stride } + 1;
    if ceil && (count - 1) * stride >= n + pad.0 {
        count -= 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taps_leave_out_the_padding() {
        let geometry = Geometry {
            input: [1, 1, 5],
            output: [1, 1, 4],
            kernel: [1, 1, 3],
            stride: [1, 1, 2],
            dilation: [1, 1, 2],
            pad_begin: [0, 0, 3],
            pad_end: [0, 0, 3],
        };
        let taps = |o| geometry.taps(2, o).collect::<Vec<_>>();
        assert_eq!(taps(0), [1]);
        assert_eq!(taps(1), [1, 3]);
        assert_eq!(taps(2), [1, 3]);
        assert_eq!(taps(3), [3]);
    }

    #[test]
    fn window_counts_follow_floor_and_ceil() {
        assert_eq!(windows(5, 2, 2, 1, (0, 0), false), 2);
        assert_eq!(windows(5, 2, 2, 1, (0, 0), true), 3);
        // The last window would start in the padding behind: dropped.
        assert_eq!(windows(4, 2, 2, 1, (1, 1), true), 3);
        assert_eq!(windows(2, 3, 1, 1, (0, 0), false), 0);
    }
}
