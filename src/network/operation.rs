//! What a node computes, as the importer (or a Rust program) states it, before shapes are known.
//!
//! Shapes here are those of one example, without the batch axis. Layers that look at a few trailing
//! axes only (dense: the last; convolution and pooling: channels and space) treat all axes in front
//! of these as more rows of the batch.

pub use heatlens_kernels::pointwise::Activation;

/// A window that slides over one to three spatial axes. All vectors have one entry per axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// Extent of the window.
    pub kernel: Vec<usize>,
    /// Step between windows.
    pub stride: Vec<usize>,
    /// Padding in front of each axis.
    pub pad_begin: Vec<usize>,
    /// Padding behind each axis.
    pub pad_end: Vec<usize>,
    /// Distance between the taps of a window.
    pub dilation: Vec<usize>,
}

impl Window {
    /// A window of this extent with stride 1, no padding and no dilation.
    pub fn new(kernel: &[usize]) -> Self {
        let axes = kernel.len();
        Window {
            kernel: kernel.to_vec(),
            stride: vec![1; axes],
            pad_begin: vec![0; axes],
            pad_end: vec![0; axes],
            dilation: vec![1; axes],
        }
    }

    /// The same window with this stride.
    pub fn stride(mut self, stride: &[usize]) -> Self {
        self.stride = stride.to_vec();
        self
    }

    /// The same window with this padding on both sides of each axis.
    pub fn padding(mut self, padding: &[usize]) -> Self {
        self.pad_begin = padding.to_vec();
        self.pad_end = padding.to_vec();
        self
    }

    /// The same window with this dilation.
    pub fn dilation(mut self, dilation: &[usize]) -> Self {
        self.dilation = dilation.to_vec();
        self
    }
}

/// What a node computes.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// y = W·x + b over the last axis: `[…, inputs] → […, outputs]`.
    Dense {
        /// `[outputs, inputs]`, row-major.
        weight: Vec<f32>,
        /// Number of outputs.
        outputs: usize,
        /// `[outputs]`; empty for none.
        bias: Vec<f32>,
    },
    /// Cross-correlation in one to three dimensions: `[…, in, *space] → […, out, *space']`.
    Conv {
        /// `[out, in / groups, *kernel]`, row-major.
        weight: Vec<f32>,
        /// Number of output channels.
        outputs: usize,
        /// `[out]`; empty for none.
        bias: Vec<f32>,
        /// Kernel, stride, padding, dilation.
        window: Window,
        /// Number of groups.
        groups: usize,
    },
    /// y = x·scale + shift, with `scale` and `shift` of equal length; element i of an example takes
    /// entry (i / `inner`) mod length. Per channel: inner = number of positions.
    Scale {
        /// Factors.
        scale: Vec<f32>,
        /// Offsets.
        shift: Vec<f32>,
        /// How many consecutive elements share an entry.
        inner: usize,
    },
    /// Largest value of each window; padding never wins.
    MaxPool {
        /// Kernel, stride, padding, dilation.
        window: Window,
        /// Output size rounded up instead of down.
        ceil: bool,
    },
    /// Mean of each window.
    AveragePool {
        /// Kernel, stride, padding, dilation.
        window: Window,
        /// Output size rounded up instead of down.
        ceil: bool,
        /// Whether padding counts in the divisor.
        count_include_pad: bool,
    },
    /// Sum of two or more activations of equal shape.
    Add,
    /// Product of two activations of equal shape, element by element.
    Product,
    /// Product of two activations as matrices in their last two axes, `[…, rows, inner]` times
    /// `[…, inner, columns]`; the axes in front are equal.
    MatMul,
    /// Activations behind one another along an axis.
    Concat {
        /// Axis of the example.
        axis: usize,
    },
    /// The same elements in another shape (flatten, squeeze, unsqueeze …).
    Reshape {
        /// The new shape of an example.
        shape: Vec<usize>,
    },
    /// Axes in another order.
    Transpose {
        /// Output axis k is input axis `perm[k]`.
        perm: Vec<usize>,
    },
    /// Elements of an axis: a slice, repetitions, a lookup.
    Take {
        /// Axis of the example.
        axis: usize,
        /// Output position k is input position `positions[k]`.
        positions: Vec<usize>,
    },
    /// A constant border.
    Pad {
        /// Elements in front of each axis.
        before: Vec<usize>,
        /// Elements behind each axis.
        after: Vec<usize>,
        /// Their value.
        value: f32,
    },
    /// An element-wise function.
    Activation(Activation),
    /// Rows of a table by index: `[…] → […, width]`. Indices arrive as f32 and are checked.
    Embedding {
        /// `[rows, width]`, row-major.
        table: Vec<f32>,
        /// Elements per row.
        width: usize,
    },
    /// Softmax over one axis, inside the network (at the end it is the output's activation, not a node).
    Softmax {
        /// Axis of the example.
        axis: usize,
    },
    /// Local response normalisation across channels (Krizhevsky et al. 2012, subnetwork 3.3):
    /// y_c = x_c / (bias + alpha/size · Σ x²)^beta over `size` channels around c.
    LocalResponseNorm {
        /// Number of channels in the sum.
        size: usize,
        /// α.
        alpha: f32,
        /// β.
        beta: f32,
        /// k.
        bias: f32,
    },
}
