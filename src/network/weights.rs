//! Layers with weights, and the modified copies of their weights that LRP rules need.

use crate::kernels::{conv, dense};
use std::sync::{Arc, Mutex, OnceLock};

/// How a copy of the weights is made, element by element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WeightModifier {
    /// w
    Plain,
    /// max(w, 0)
    Positive,
    /// min(w, 0)
    Negative,
    /// w + γ·max(w, 0)
    GammaPositive(f32),
    /// w + γ·min(w, 0)
    GammaNegative(f32),
    /// w²
    Squared,
    /// 1
    Ones,
    /// 0 (for biases)
    Zero,
}

impl WeightModifier {
    /// The modified weight.
    pub fn apply(self, w: f32) -> f32 {
        match self {
            WeightModifier::Plain => w,
            WeightModifier::Positive => w.max(0.0),
            WeightModifier::Negative => w.min(0.0),
            WeightModifier::GammaPositive(gamma) => w + gamma * w.max(0.0),
            WeightModifier::GammaNegative(gamma) => w + gamma * w.min(0.0),
            WeightModifier::Squared => w * w,
            WeightModifier::Ones => 1.0,
            WeightModifier::Zero => 0.0,
        }
    }
}

/// One copy of a layer's weights, packed for each direction when first used.
#[derive(Debug)]
pub struct Weights {
    raw: Vec<f32>,
    forward: OnceLock<Vec<f32>>,
    transposed: OnceLock<Vec<f32>>,
}

impl Weights {
    fn new(raw: Vec<f32>) -> Self {
        Weights { raw, forward: OnceLock::new(), transposed: OnceLock::new() }
    }

    fn packed(&self, plan: &conv::Plan) -> &[f32] {
        self.forward.get_or_init(|| plan.pack(&self.raw))
    }

    fn packed_transposed(&self, plan: &conv::Plan) -> &[f32] {
        self.transposed.get_or_init(|| plan.pack_transposed(&self.raw))
    }
}

/// What the weights do to the input.
#[derive(Clone, Debug)]
pub enum LinearShape {
    /// `[…, inputs] → […, outputs]`
    Dense {
        /// Elements of the last axis.
        inputs: usize,
        /// Elements of the new last axis.
        outputs: usize,
    },
    /// `[…, in, *space] → […, out, *space']`
    Conv(Box<conv::Plan>),
    /// Element i takes factor (i / inner) mod n.
    Scale {
        /// How many consecutive elements share a factor.
        inner: usize,
    },
}

/// Memory that layers with weights reuse from call to call.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    conv: conv::Scratch,
}

/// y = W·x + b: a dense layer, a convolution or a scaling.
#[derive(Debug)]
pub struct Linear {
    shape: LinearShape,
    bias: Vec<f32>,
    plain: Arc<Weights>,
    /// Modified copies made so far, newest last.
    modified: Mutex<Vec<(WeightModifier, Arc<Weights>)>>,
}

/// Modified copies kept per layer; sliders over γ would otherwise fill the memory.
const COPIES: usize = 6;

impl Linear {
    pub(super) fn new(shape: LinearShape, weight: Vec<f32>, bias: Vec<f32>) -> Self {
        Linear {
            shape,
            bias,
            plain: Arc::new(Weights::new(weight)),
            modified: Mutex::new(Vec::new()),
        }
    }

    /// Dense, convolution or scaling, with its sizes.
    pub fn shape(&self) -> &LinearShape {
        &self.shape
    }

    /// The weights as the model has them: `[outputs, inputs]`, `[out, in / groups, *kernel]` or the
    /// factors.
    pub fn weight(&self) -> &[f32] {
        &self.plain.raw
    }

    /// The biases, one per output or channel; empty for none.
    pub fn bias(&self) -> &[f32] {
        &self.bias
    }

    /// A modified copy of the weights, from the cache if it is there.
    pub fn weights(&self, map: WeightModifier) -> Arc<Weights> {
        if map == WeightModifier::Plain {
            return Arc::clone(&self.plain);
        }
        // A poisoned lock only means that another thread panicked between two whole states.
        let mut modified = self.modified.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((_, weights)) = modified.iter().find(|(have, _)| *have == map) {
            return Arc::clone(weights);
        }
        if modified.len() == COPIES {
            modified.remove(0);
        }
        let raw = self.plain.raw.iter().map(|&w| map.apply(w)).collect();
        let weights = Arc::new(Weights::new(raw));
        modified.push((map, Arc::clone(&weights)));
        weights
    }

    /// Number of consecutive outputs that share a bias.
    pub fn bias_run(&self) -> usize {
        match &self.shape {
            LinearShape::Dense { .. } => 1,
            LinearShape::Conv(plan) => (plan.shape.output_len() / plan.shape.outputs).max(1),
            LinearShape::Scale { inner } => *inner,
        }
    }

    /// `y = W'·x + b'`, for as many rows as `x` holds; `bias` may be empty.
    pub fn forward(
        &self,
        weights: &Weights,
        bias: &[f32],
        x: &[f32],
        y: &mut [f32],
        scratch: &mut Scratch,
    ) {
        match &self.shape {
            LinearShape::Dense { inputs, outputs } => {
                dense::forward(&weights.raw, bias, (*inputs, *outputs), x, y);
            }
            LinearShape::Conv(plan) => {
                let packed = weights.packed(plan);
                let rows = x.chunks_exact(plan.shape.input_len().max(1));
                for (x, y) in rows.zip(y.chunks_exact_mut(plan.shape.output_len().max(1))) {
                    conv::forward(plan, packed, bias, x, y, &mut scratch.conv);
                }
            }
            LinearShape::Scale { inner } => {
                let n = weights.raw.len();
                for (i, (x, y)) in x.chunks(*inner).zip(y.chunks_mut(*inner)).enumerate() {
                    let factor = weights.raw[i % n];
                    let shift = if bias.is_empty() { 0.0 } else { bias[i % n] };
                    for (x, y) in x.iter().zip(y) {
                        *y = x * factor + shift;
                    }
                }
            }
        }
    }

    /// The same where `chosen`, shaped like `y`, is not 0; elsewhere some number. Convolutions form every product: a
    /// denominator of relevance that should vanish does.
    pub fn forward_at(
        &self,
        weights: &Weights,
        bias: &[f32],
        chosen: &[f32],
        (x, y): (&[f32], &mut [f32]),
        scratch: &mut Scratch,
    ) {
        let LinearShape::Conv(plan) = &self.shape else {
            return self.forward(weights, bias, x, y, scratch);
        };
        let packed = weights.packed_transposed(plan);
        let len = plan.shape.output_len().max(1);
        let rows = x.chunks_exact(plan.shape.input_len().max(1)).zip(chosen.chunks_exact(len));
        for ((x, chosen), y) in rows.zip(y.chunks_exact_mut(len)) {
            conv::forward_at(plan, packed, bias, chosen, (x, y), &mut scratch.conv);
        }
    }

    /// The convolution with the model's weights over one example of another extent: `plan` differs in
    /// its geometry alone.
    pub(super) fn convolve(
        &self,
        plan: &conv::Plan,
        x: &[f32],
        y: &mut [f32],
        scratch: &mut Scratch,
    ) {
        conv::forward(plan, self.plain.packed(plan), &self.bias, x, y, &mut scratch.conv);
    }

    /// `y += W·Δ` of a dense layer, where Δ is zero but for `deltas` at `elements`.
    pub(super) fn update(&self, elements: &[u32], deltas: &[f32], y: &mut [f32]) {
        if let LinearShape::Dense { inputs, outputs } = self.shape {
            let columns = || dense::columns(&self.plain.raw, (inputs, outputs));
            dense::update(self.plain.transposed.get_or_init(columns), elements, deltas, y);
        }
    }

    /// `r = W'ᵀ·s`, for as many rows as `s` holds.
    pub fn transposed(&self, weights: &Weights, s: &[f32], r: &mut [f32], scratch: &mut Scratch) {
        match &self.shape {
            LinearShape::Dense { inputs, outputs } => {
                dense::transposed(&weights.raw, (*inputs, *outputs), s, r);
            }
            LinearShape::Conv(plan) => {
                let packed = weights.packed_transposed(plan);
                let rows = s.chunks_exact(plan.shape.output_len().max(1));
                for (s, r) in rows.zip(r.chunks_exact_mut(plan.shape.input_len().max(1))) {
                    conv::transposed(plan, packed, s, r, &mut scratch.conv);
                }
            }
            LinearShape::Scale { .. } => self.forward(weights, &[], s, r, scratch),
        }
    }
}
