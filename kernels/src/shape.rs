//! The shape of a convolution: its channels, and where its windows lie in the image with its padding; what every
//! way of computing it does with an image of that shape: padding, gathering windows.

use super::geometry::{Geometry, volume};
use super::lanes::Simd;

/// A convolution's shape. Where its windows lie is in two tables of offsets into the image with its padding: `base(p)`
/// and `tap(k)` of the formulas.
#[derive(Clone, Debug)]
pub struct ConvShape {
    /// The sliding window.
    pub geometry: Geometry,
    /// Input channels.
    pub inputs: usize,
    /// Output channels.
    pub outputs: usize,
    /// Groups; divides both numbers of channels.
    pub groups: usize,
    /// Offset of each output position's window in one channel's padded plane.
    pub(super) bases: Vec<u32>,
    /// Offset of each tap of a window, over the channels of a group.
    pub(super) taps: Vec<u32>,
}

impl ConvShape {
    /// The shape of this convolution.
    pub fn new(geometry: Geometry, inputs: usize, outputs: usize, groups: usize) -> Self {
        let plane = volume(geometry.padded()) as u32;
        let window = geometry.tap_offsets();
        let taps = (0..(inputs / groups) as u32)
            .flat_map(|channel| window.iter().map(move |tap| channel * plane + tap))
            .collect();
        let bases = geometry.window_offsets();
        ConvShape { geometry, inputs, outputs, groups, bases, taps }
    }

    /// Elements of one example's input.
    pub fn input_len(&self) -> usize {
        self.inputs * volume(self.geometry.input)
    }

    /// Elements of one example's output.
    pub fn output_len(&self) -> usize {
        self.outputs * volume(self.geometry.output)
    }

    /// Weights of one output channel.
    pub fn fan_in(&self) -> usize {
        self.taps.len()
    }
}

/// Memory that the kernels reuse from call to call.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    pub(super) padded: Vec<f32>,
    pub(super) panel: Vec<f32>,
}

/// `panels[panel][k][column] = image[bases[panel * columns + column] + taps[k]]`, missing columns
/// whatever was there.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
pub(super) fn gather<'p, const N: usize, const C: usize>(
    image: &[f32],
    bases: &[u32],
    taps: &[u32],
    memory: &'p mut Vec<f32>,
) -> &'p [f32] {
    let columns = C * N;
    let len = bases.len().div_ceil(columns) * taps.len() * columns;
    let memory = aligned(memory, len);
    let panels = memory.as_chunks_mut::<N>().0.as_chunks_mut::<C>().0;
    for (bases, panel) in bases.chunks(columns).zip(panels.chunks_exact_mut(taps.len())) {
        let first = bases[0] as usize;
        let run = bases.iter().enumerate().all(|(i, &base)| base as usize == first + i);
        if run && bases.len() == columns {
            for (&tap, columns) in taps.iter().zip(panel) {
                let values = image[first + tap as usize..].as_chunks::<N>().0;
                if let Some(values) = values.first_chunk() {
                    *columns = *values;
                }
            }
        } else {
            for (&tap, columns) in taps.iter().zip(panel) {
                for (column, base) in columns.as_flattened_mut().iter_mut().zip(bases) {
                    *column = image[(base + tap) as usize];
                }
            }
        }
    }
    memory
}

/// `len` elements, whatever they hold, that start where a line of the cache does.
#[inline(always)]
pub(super) fn aligned(memory: &mut Vec<f32>, len: usize) -> &mut [f32] {
    const LINE: usize = 64;
    let room = len + LINE / size_of::<f32>();
    if memory.len() < room {
        memory.resize(room, 0.0);
    }
    let start = memory.as_ptr().align_offset(LINE);
    &mut memory[start..start + len]
}

/// Writes `channels` planes with their zero padding.
#[inline(always)]
pub(super) fn pad<S: Simd<N>, const N: usize>(
    simd: S,
    geometry: &Geometry,
    channels: usize,
    x: &[f32],
    padded: &mut Vec<f32>,
) {
    let plane = volume(geometry.padded());
    padded.clear();
    padded.resize(channels * plane, 0.0);
    rows(geometry, channels, |inside, outside, width| {
        simd.copy(&x[inside..inside + width], &mut padded[outside..outside + width]);
    });
}

/// Calls `visit(offset in the input, offset in the padded input, width)` for every row.
pub(super) fn rows(
    geometry: &Geometry,
    channels: usize,
    mut visit: impl FnMut(usize, usize, usize),
) {
    let ([depth, height, width], outer, pad) =
        (geometry.input, geometry.padded(), geometry.pad_begin);
    for c in 0..channels {
        for z in 0..depth {
            for y in 0..height {
                let inside = ((c * depth + z) * height + y) * width;
                let outside = ((c * outer[0] + z + pad[0]) * outer[1] + y + pad[1]) * outer[2];
                visit(inside, outside + pad[2], width);
            }
        }
    }
}
