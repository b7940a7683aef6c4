//! A layer bound to the shape of its input: what the forward pass runs.

use super::operation::Activation;
use super::weights::{Linear, LinearShape, Scratch};
use crate::error::{Code, Error, Number, Result};
use crate::kernels::geometry::Geometry;
use crate::kernels::product::{self, Extents};
use crate::kernels::{pointwise, pool};
use serde::{Serialize, Serializer};

/// No input element: the constant of a [`Layer::Rearrange`].
pub const NOWHERE: u32 = u32::MAX;

/// A layer whose shapes are known and checked.
#[derive(Debug)]
pub enum Layer {
    /// Values from outside.
    Input,
    /// Dense, convolution, scaling.
    Linear(Linear),
    /// Mean of each window, plane by plane.
    AveragePool {
        /// The sliding window.
        geometry: Geometry,
        /// Divisor of every window.
        divisors: Vec<f32>,
    },
    /// Largest value of each window, plane by plane.
    MaxPool {
        /// The sliding window.
        geometry: Geometry,
    },
    /// Sum of two or more inputs.
    Add,
    /// Product of two inputs: matrix times matrix, or element by element.
    Product {
        /// Of one pair of matrices; all 1 for the product of elements.
        extents: Extents,
    },
    /// Inputs behind one another along an axis.
    Concat {
        /// Consecutive elements that each input contributes in turn.
        chunks: Vec<usize>,
    },
    /// The same elements in another shape.
    Reshape,
    /// Transpose, take or pad: output element j is input element `map[j]`, or `fill`.
    Rearrange {
        /// Source of every output element; `NOWHERE` for the constant.
        map: Vec<u32>,
        /// The constant.
        fill: f32,
        /// Elements of one example's input.
        input_len: usize,
    },
    /// An element-wise function.
    Activation(Activation),
    /// Rows of a table by index.
    Embedding {
        /// `[rows, width]`, row-major.
        table: Vec<f32>,
        /// Elements per row.
        width: usize,
    },
    /// Softmax over the middle axis of `[outer, n, inner]`.
    Softmax {
        /// Elements of the axis.
        n: usize,
        /// Elements behind the axis.
        inner: usize,
    },
    /// Local response normalisation across channels.
    LocalResponseNorm {
        /// Channels.
        channels: usize,
        /// Positions per channel.
        inner: usize,
        /// Number of channels in the sum.
        size: usize,
        /// α, β, k.
        parameters: [f32; 3],
    },
}

/// What kind of layer it is, as rules see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Values from outside.
    Input,
    /// Dense layers.
    Dense,
    /// Convolutions.
    Conv,
    /// Scalings (batch norm that could not be folded, constant factors and addends).
    Scale,
    /// Average pooling.
    Average,
    /// Max pooling.
    MaxPool,
    /// Sums of activations.
    Add,
    /// Products of activations.
    Product,
    /// Element-wise functions.
    Activation,
    /// Values moved but not changed: concat, reshape, transpose, take, pad.
    Structure,
    /// Table lookup, where gradients end.
    Embedding,
    /// Layers in which outputs compete: inner softmax, local response normalisation.
    Normalisation,
}

impl Class {
    /// The word for it in results.
    pub fn name(self) -> &'static str {
        match self {
            Class::Input => "input",
            Class::Dense => "dense",
            Class::Conv => "conv",
            Class::Scale => "scale",
            Class::Average => "average-pool",
            Class::MaxPool => "max-pool",
            Class::Add => "add",
            Class::Product => "product",
            Class::Activation => "activation",
            Class::Structure => "structure",
            Class::Embedding => "embedding",
            Class::Normalisation => "normalisation",
        }
    }
}

impl Serialize for Class {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

impl Layer {
    /// What kind of layer it is, as rules see it.
    pub fn class(&self) -> Class {
        match self {
            Layer::Input => Class::Input,
            Layer::Linear(linear) => match linear.shape() {
                LinearShape::Dense { .. } => Class::Dense,
                LinearShape::Conv(_) => Class::Conv,
                LinearShape::Scale { .. } => Class::Scale,
            },
            Layer::AveragePool { .. } => Class::Average,
            Layer::MaxPool { .. } => Class::MaxPool,
            Layer::Add => Class::Add,
            Layer::Product { .. } => Class::Product,
            Layer::Concat { .. } | Layer::Reshape | Layer::Rearrange { .. } => Class::Structure,
            Layer::Activation(_) => Class::Activation,
            Layer::Embedding { .. } => Class::Embedding,
            Layer::Softmax { .. } | Layer::LocalResponseNorm { .. } => Class::Normalisation,
        }
    }

    /// Computes `y` for a whole batch. The only error is an index outside an embedding's table.
    pub fn forward(&self, inputs: &[&[f32]], y: &mut [f32], scratch: &mut Scratch) -> Result<()> {
        let x = inputs.first().copied().unwrap_or(&[]);
        match self {
            Layer::Input => {}
            Layer::Linear(linear) => {
                let weights = linear.weights(super::WeightModifier::Plain);
                linear.forward(&weights, linear.bias(), x, y, scratch);
            }
            Layer::AveragePool { geometry, divisors } => {
                pool::average_forward(geometry, divisors, x, y);
            }
            Layer::MaxPool { geometry } => pool::max_forward(geometry, x, y),
            Layer::Add => {
                y.copy_from_slice(x);
                for other in inputs.iter().skip(1) {
                    for (y, x) in y.iter_mut().zip(*other) {
                        *y += x;
                    }
                }
            }
            Layer::Product { extents } => product::forward(*extents, x, inputs[1], y),
            Layer::Concat { chunks } => {
                concat(chunks, y.len(), |input, from, to, len| {
                    y[to..to + len].copy_from_slice(&inputs[input][from..from + len]);
                });
            }
            Layer::Reshape => y.copy_from_slice(x),
            Layer::Rearrange { map, fill, input_len } => {
                for (x, y) in rows(x, *input_len).zip(y.chunks_exact_mut(map.len().max(1))) {
                    for (y, &from) in y.iter_mut().zip(map) {
                        *y = if from == NOWHERE { *fill } else { x[from as usize] };
                    }
                }
            }
            Layer::Activation(unit) => pointwise::forward(*unit, x, y),
            Layer::Embedding { table, width } => {
                for (&index, y) in x.iter().zip(y.chunks_exact_mut((*width).max(1))) {
                    y.copy_from_slice(lookup(table, *width, index)?);
                }
            }
            Layer::Softmax { n, inner } => softmax(*n, *inner, x, y),
            Layer::LocalResponseNorm { channels, inner, size, parameters } => {
                let mut sums = vec![0.0; channels * inner];
                let len = (channels * inner).max(1);
                for (x, y) in x.chunks_exact(len).zip(y.chunks_exact_mut(len)) {
                    lrn_sums(*channels, *inner, *size, *parameters, x, &mut sums);
                    // Powers cost more than all else; equal sums, of windows over all channels, need one.
                    let (mut last, mut power) = (1.0, 1.0);
                    for ((y, x), &sum) in y.iter_mut().zip(x).zip(&sums) {
                        if sum != last {
                            (last, power) = (sum, libm::powf(sum, -parameters[1]));
                        }
                        *y = x * power;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Rows of `len` elements; a length of zero gives none.
pub fn rows(x: &[f32], len: usize) -> std::slice::ChunksExact<'_, f32> {
    x.chunks_exact(len.max(1))
}

/// Calls `visit(input, offset there, offset in the output, length)` for every run of a
/// concatenation whose output has `len` elements.
pub fn concat(chunks: &[usize], len: usize, mut visit: impl FnMut(usize, usize, usize, usize)) {
    let total: usize = chunks.iter().sum();
    let mut to = 0;
    for outer in 0..len / total.max(1) {
        for (input, &chunk) in chunks.iter().enumerate() {
            visit(input, outer * chunk, to, chunk);
            to += chunk;
        }
    }
}

fn lookup(table: &[f32], width: usize, index: f32) -> Result<&[f32]> {
    let rows = table.len() / width.max(1);
    // Negative indices count from the end, as in ONNX's Gather.
    let row = if index < 0.0 { index + rows as f32 } else { index };
    if row >= 0.0 && row < rows as f32 && row.fract() == 0.0 {
        let start = row as usize * width;
        Ok(&table[start..start + width])
    } else {
        Err(Error::new(
            Code::Input,
            format!(
                "index {} is not a whole number below {rows}, the rows of the embedding",
                Number(index.into())
            ),
        ))
    }
}

fn softmax(n: usize, inner: usize, x: &[f32], y: &mut [f32]) {
    let len = (n * inner).max(1);
    for (x, y) in x.chunks_exact(len).zip(y.chunks_exact_mut(len)) {
        for i in 0..inner {
            let at = |k: usize| k * inner + i;
            let top = (0..n).map(|k| x[at(k)]).fold(f32::NEG_INFINITY, f32::max);
            let mut sum = 0.0;
            for k in 0..n {
                y[at(k)] = libm::expf(x[at(k)] - top);
                sum += y[at(k)];
            }
            for k in 0..n {
                y[at(k)] /= sum;
            }
        }
    }
}

/// `sums[c] = k + α/size · Σ x²` over the channels around c.
pub fn lrn_sums(
    channels: usize,
    inner: usize,
    size: usize,
    [alpha, _, bias]: [f32; 3],
    x: &[f32],
    sums: &mut [f32],
) {
    let mut last = 0..0;
    for c in 0..channels {
        let window = lrn_window(channels, size, c);
        if window == last {
            sums.copy_within((c - 1) * inner..c * inner, c * inner);
            continue;
        }
        last = window.clone();
        for i in 0..inner {
            let squares: f32 = window.clone().map(|k| x[k * inner + i] * x[k * inner + i]).sum();
            sums[c * inner + i] = bias + alpha / size as f32 * squares;
        }
    }
}

/// Channels in the sum of channel `c`.
pub fn lrn_window(channels: usize, size: usize, c: usize) -> std::ops::Range<usize> {
    c.saturating_sub((size - 1) / 2)..(c + size / 2 + 1).min(channels)
}
