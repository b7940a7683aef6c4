//! Layers with weights, and the modified copies of their weights that LRP rules need.

use super::packed::{Source, Weights, lock};
use crate::kernels::{conv, dense};
use std::borrow::Cow;
use std::sync::{Arc, Mutex};

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
        let source = match shape {
            LinearShape::Conv(_) => Source::Packed(Mutex::new(Some(weight))),
            LinearShape::Dense { .. } | LinearShape::Scale { .. } => Source::Used(weight),
        };
        let plain = Arc::new(Weights::new(source));
        Linear { shape, bias, plain, modified: Mutex::new(Vec::new()) }
    }

    /// Dense, convolution or scaling, with its sizes.
    pub fn shape(&self) -> &LinearShape {
        &self.shape
    }

    /// The weights as the model has them: `[outputs, inputs]`, `[out, in / groups, *kernel]` or the
    /// factors. A convolution's are copied.
    pub fn weight(&self) -> Cow<'_, [f32]> {
        match &self.shape {
            LinearShape::Conv(plan) => Cow::Owned(self.plain.read(plan, &<[f32]>::to_vec)),
            LinearShape::Dense { .. } | LinearShape::Scale { .. } => self.plain.used().into(),
        }
    }

    /// How many weights and biases there are.
    pub fn parameters(&self) -> usize {
        let weights = match &self.shape {
            LinearShape::Conv(plan) => plan.shape.outputs * plan.shape.fan_in(),
            LinearShape::Dense { .. } | LinearShape::Scale { .. } => self.plain.used().len(),
        };
        weights + self.bias.len()
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
        let mut modified = lock(&self.modified);
        if let Some((_, weights)) = modified.iter().find(|(have, _)| *have == map) {
            return Arc::clone(weights);
        }
        if modified.len() == COPIES {
            modified.remove(0);
        }
        let source = match &self.shape {
            LinearShape::Conv(_) => Source::Modified(Arc::clone(&self.plain), map),
            LinearShape::Dense { .. } | LinearShape::Scale { .. } => {
                Source::Used(self.plain.used().iter().map(|&w| map.apply(w)).collect())
            }
        };
        let weights = Arc::new(Weights::new(source));
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
                dense::forward(weights.used(), bias, (*inputs, *outputs), x, y);
            }
            LinearShape::Conv(plan) => {
                let packed = weights.packed(plan);
                let rows = x.chunks_exact(plan.shape.input_len().max(1));
                for (x, y) in rows.zip(y.chunks_exact_mut(plan.shape.output_len().max(1))) {
                    conv::forward(plan, packed, bias, x, y, &mut scratch.conv);
                }
            }
            LinearShape::Scale { inner } => {
                let weights = weights.used();
                let n = weights.len();
                for (i, (x, y)) in x.chunks(*inner).zip(y.chunks_mut(*inner)).enumerate() {
                    let factor = weights[i % n];
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
            let columns = || dense::columns(self.plain.used(), (inputs, outputs));
            dense::update(self.plain.transposed.get_or_init(columns), elements, deltas, y);
        }
    }

    /// `r = W'ᵀ·s`, for as many rows as `s` holds.
    pub fn transposed(&self, weights: &Weights, s: &[f32], r: &mut [f32], scratch: &mut Scratch) {
        match &self.shape {
            LinearShape::Dense { inputs, outputs } => {
                dense::transposed(weights.used(), (*inputs, *outputs), s, r);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Builder, Layer, Network, Operation, OutputActivation, Window};
    use crate::random::Random;
    use WeightModifier::*;

    fn network(random: &mut Random) -> (Network, Vec<f32>) {
        let mut b = Builder::new();
        let x = b.input("x", &[4, 6, 6]).unwrap();
        let weight = random.vec(10 * 2 * 9);
        let window = Window::new(&[3, 3]).padding(&[1, 1]);
        let (outputs, bias, groups) = (10, vec![], 2);
        let conv = Operation::Conv { weight: weight.clone(), outputs, bias, window, groups };
        let y = b.push("y", conv, &[x]).unwrap();
        (b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap(), weight)
    }

    /// y and r of a convolution, with these weights and both ways.
    fn both(linear: &Linear, weights: &Weights, x: &[f32], forward_first: bool) -> [Vec<f32>; 2] {
        let (mut y, mut r) = (vec![0.0; 360], vec![0.0; 144]);
        let mut scratch = Scratch::default();
        if forward_first {
            linear.forward(weights, &[], x, &mut y, &mut scratch);
        }
        linear.transposed(weights, &x.repeat(3)[..360], &mut r, &mut scratch);
        if !forward_first {
            linear.forward(weights, &[], x, &mut y, &mut scratch);
        }
        [y, r]
    }

    #[test]
    fn weights_can_be_read_and_modified_whatever_was_packed_before() {
        let mut random = Random::new(81);
        let x = random.vec(144);
        for map in [Plain, Positive, Negative, GammaPositive(0.25), Squared, Ones, Zero] {
            let mut results = Vec::new();
            for (forward_first, plain_first) in
                [(true, false), (false, false), (true, true), (false, true)]
            {
                let (network, weight) = network(&mut Random::new(82));
                let Layer::Linear(linear) = &network.node(1).layer else { panic!("no layer") };
                assert_eq!(*linear.weight(), weight);
                if plain_first {
                    both(linear, &linear.weights(WeightModifier::Plain), &x, forward_first);
                    assert_eq!(*linear.weight(), weight);
                }
                results.push(both(linear, &linear.weights(map), &x, forward_first));
                assert_eq!(*linear.weight(), weight);
                assert_eq!(network.node(1).parameters(), weight.len());
                // A layer with the modified weights as its own says the same.
                let own = weight.iter().map(|&w| map.apply(w)).collect();
                let other = Linear::new(linear.shape().clone(), own, vec![]);
                let plain = other.weights(WeightModifier::Plain);
                results.push(both(&other, &plain, &x, forward_first));
            }
            assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "{map:?}");
        }
    }

    #[cfg(not(target_family = "wasm"))] // which has no threads
    #[test]
    fn threads_that_read_and_pack_at_once_see_the_same_weights() {
        for seed in 0..200 {
            let (network, weight) = network(&mut Random::new(seed));
            let Layer::Linear(linear) = &network.node(1).layer else { panic!("no layer") };
            let x = Random::new(83).vec(144);
            let expected = both(linear, &linear.weights(WeightModifier::Plain), &x, true);
            let fresh = Linear::new(linear.shape().clone(), weight.clone(), vec![]);
            std::thread::scope(|scope| {
                for thread in 0..4 {
                    let (fresh, weight, expected, x) = (&fresh, &weight, &expected, &x);
                    scope.spawn(move || {
                        let plain = fresh.weights(WeightModifier::Plain);
                        if thread % 2 == 0 {
                            assert_eq!(both(fresh, &plain, x, thread == 0), *expected);
                        }
                        assert_eq!(*fresh.weight(), *weight);
                        let squared = fresh.weights(WeightModifier::Squared);
                        both(fresh, &squared, x, thread < 2);
                    });
                }
            });
        }
    }
}
