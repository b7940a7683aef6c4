//! LRP rules of dense layers, convolutions and scalings.
//!
//! Every rule is a sum of groups, a group a sum of terms:
//!
//! ```text
//! den_j = Σ_terms sign · (W'·x')_j + b'_j
//! s_j   = coefficient · R_j / stabilised den_j          where the gate lets j through, else 0
//! R_i  += Σ_terms sign · x'_i · (W'ᵀ s)_i
//! ```
//!
//! with x', W', b' clamped or modified copies. Departures for speed, all exact:
//! 1. Where the denominator is the layer's own output (LRP-0, LRP-ε, biases kept) it is read from the tape.
//! 2. If no input is negative, terms on min(x, 0) vanish and max(x, 0) is x.
//! 3. Convolutions compute denominators only where relevance arrived.

use super::{BiasRule, Conservation, CustomRule, STABILIZER};
use crate::error::Number;
use crate::kernels::relevance::{self, Gate};
use crate::network::{Linear, WeightModifier};
use std::ops::Range;
use std::sync::Arc;

/// A lower or upper bound of a layer's input.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// The same for every element.
    Constant(f32),
    /// One per element of an example.
    Each(Arc<[f32]>),
}

/// What a dense layer, convolution or scaling does with relevance (or a gradient).
#[derive(Clone, Debug, PartialEq)]
pub enum LinearRule {
    /// Wᵀg: gradients and DeepLIFT multipliers.
    Gradient,
    /// R_i = x_i Σ_j w_ij R_j / z_j, stabilised by ε·sign(z), sign(0) = +1; with ε = 0, R/0 := 0
    /// (Bach et al. 2015, eq. 58).
    Epsilon {
        /// ε.
        epsilon: f32,
        /// Whether ε counts in units of the root mean square of z.
        rms: bool,
    },
    /// Positive weights favoured by γ, generalised to negative inputs and outputs
    /// (Montavon et al. 2019; Andéol et al. 2022).
    Gamma {
        /// γ.
        gamma: f32,
    },
    /// Positive and negative parts apart, α − β = 1 (Bach et al. 2015, eq. 60). α 1 β 0 is z⁺.
    AlphaBeta {
        /// Weight of the positive parts.
        alpha: f32,
        /// Weight of the negative parts.
        beta: f32,
    },
    /// For inputs bounded to a box (Montavon et al. 2017, zᴮ).
    ZBox {
        /// Lower bounds of the layer's input.
        low: Bound,
        /// Upper bounds of the layer's input.
        high: Bound,
    },
    /// Shares by squared weight (Montavon et al. 2017, w²); the squared bias takes its share.
    WSquare,
    /// Equal ratios (Lapuschkin et al. 2019).
    Flat,
    /// Composed by the caller.
    Custom(CustomRule),
}

impl LinearRule {
    /// LRP-0.
    pub const ZERO: LinearRule = LinearRule::Epsilon { epsilon: 0.0, rms: false };
    /// z⁺, α 1 β 0.
    pub const Z_PLUS: LinearRule = LinearRule::AlphaBeta { alpha: 1.0, beta: 0.0 };
    /// α 2 β 1.
    pub const ALPHA2_BETA1: LinearRule = LinearRule::AlphaBeta { alpha: 2.0, beta: 1.0 };

    /// LRP-ε.
    pub fn epsilon(epsilon: f32) -> LinearRule {
        LinearRule::Epsilon { epsilon, rms: false }
    }

    /// The rule in a few characters, for reports.
    pub fn label(&self) -> String {
        match self {
            LinearRule::Gradient => "gradient".into(),
            rule if *rule == LinearRule::ZERO => "LRP-0".into(),
            LinearRule::Epsilon { epsilon, rms: false } => {
                format!("ε = {}", Number((*epsilon).into()))
            }
            LinearRule::Epsilon { epsilon, rms: true } => {
                format!("ε = {} RMS(z)", Number((*epsilon).into()))
            }
            LinearRule::Gamma { gamma } => format!("γ = {}", Number((*gamma).into())),
            LinearRule::AlphaBeta { alpha, beta } => {
                format!("α = {}, β = {}", Number((*alpha).into()), Number((*beta).into()))
            }
            LinearRule::ZBox { .. } => "z-box".into(),
            LinearRule::WSquare => "w²".into(),
            LinearRule::Flat => "flat".into(),
            LinearRule::Custom(rule) => rule.to_string(),
        }
    }

    fn groups(&self) -> Vec<Group<'_>> {
        use InputModifier::{High, Low, Negative, Positive};
        use WeightModifier::{GammaNegative, GammaPositive, Ones, Plain, Squared, Zero};
        // Positive parts: W⁺x⁺ + W⁻x⁻; negative parts: W⁻x⁺ + W⁺x⁻.
        let parts = |up, down| Group::new(&[(Positive, up), (Negative, down)], up);
        match self {
            LinearRule::Gradient => Vec::new(),
            LinearRule::Epsilon { epsilon, rms } => {
                let mut group = Group::new(&[(InputModifier::Plain, Plain)], Plain);
                (group.epsilon, group.rms) = (*epsilon, *rms);
                vec![group]
            }
            LinearRule::Gamma { gamma } => {
                let (up, down) = (GammaPositive(*gamma), GammaNegative(*gamma));
                let (mut positive, mut negative) = (parts(up, down), parts(down, up));
                (positive.gate, negative.gate) = (Gate::Positive, Gate::Negative);
                vec![positive, negative]
            }
            LinearRule::AlphaBeta { alpha, beta } => {
                let (up, down) = (WeightModifier::Positive, WeightModifier::Negative);
                let (mut positive, mut negative) = (parts(up, down), parts(down, up));
                (positive.coefficient, negative.coefficient) = (*alpha, -*beta);
                if *beta == 0.0 { vec![positive] } else { vec![positive, negative] }
            }
            LinearRule::ZBox { low, high } => {
                let (up, down) = (WeightModifier::Positive, WeightModifier::Negative);
                let mut group =
                    Group::new(&[(InputModifier::Plain, Plain), (Low, up), (High, down)], Zero);
                group.bounds = Some((low, high));
                vec![group]
            }
            LinearRule::WSquare => vec![Group::new(&[(InputModifier::Ones, Squared)], Squared)],
            LinearRule::Flat => vec![Group::new(&[(InputModifier::Ones, Ones)], Zero)],
            LinearRule::Custom(rule) => vec![rule.group()],
        }
    }
}

/// x', what becomes of a layer's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputModifier {
    /// x
    Plain,
    /// max(x, 0)
    Positive,
    /// min(x, 0)
    Negative,
    /// 1
    Ones,
    /// −l, the lower bound of x in zᴮ; 0 in a rule without bounds.
    Low,
    /// −h, the upper bound of x in zᴮ; 0 in a rule without bounds.
    High,
}

impl InputModifier {
    /// The sign of a term: bounds are taken off.
    fn sign(self) -> f32 {
        if matches!(self, InputModifier::Low | InputModifier::High) { -1.0 } else { 1.0 }
    }
}

pub(super) struct Group<'r> {
    terms: Vec<(InputModifier, WeightModifier)>,
    bias: WeightModifier,
    gate: Gate,
    coefficient: f32,
    pub(super) epsilon: f32,
    rms: bool,
    bounds: Option<(&'r Bound, &'r Bound)>,
}

impl Group<'_> {
    /// Open to all, counted once, stabilised as usual.
    pub(super) fn new(terms: &[(InputModifier, WeightModifier)], bias: WeightModifier) -> Self {
        Group {
            terms: terms.to_vec(),
            bias,
            gate: Gate::All,
            coefficient: 1.0,
            epsilon: STABILIZER,
            rms: false,
            bounds: None,
        }
    }
}

/// Memory that the rules reuse from call to call.
#[derive(Debug, Default)]
struct Buffers {
    input: Vec<f32>,
    wanted: Vec<f32>,
    denominator: Vec<f32>,
    part: Vec<f32>,
    share: Vec<f32>,
    back: Vec<f32>,
    bias: Vec<f32>,
}

/// Scratch memory of the backward pass through linear layers.
#[derive(Debug, Default)]
pub(crate) struct Propagation {
    kernels: crate::network::Scratch,
    buffers: Buffers,
}

impl Propagation {
    /// Wᵀ g.
    pub fn gradient(&mut self, linear: &Linear, g: &[f32], r: &mut [f32]) {
        linear.transposed(&linear.weights(WeightModifier::Plain), g, r, &mut self.kernels);
    }
}

/// Relevance through one linear layer for a whole batch: `x` its input, `z` its output, `arrived`
/// what came there; `r` (overwritten) what goes to the input. Without biases b' = 0; gates still go by z.
pub(crate) fn propagate(
    linear: &Linear,
    (rule, bias): (&LinearRule, BiasRule),
    (x, z): (&[f32], &[f32]),
    arrived: &[f32],
    r: &mut [f32],
    memory: &mut Propagation,
) -> Conservation {
    if *rule == LinearRule::Gradient {
        memory.gradient(linear, arrived, r);
        return Conservation::default();
    }
    r.fill(0.0);
    let nonnegative = relevance::nonnegative(x);
    let mut conservation = Conservation::default();
    let Propagation { kernels, buffers } = memory;
    let rows = batch_rows(linear, x, z);
    let biases = if bias == BiasRule::Keep { linear.bias() } else { &[] };
    for group in rule.groups() {
        let mut terms = group.terms.clone();
        if terms.len() > 1 {
            terms.retain(|(input, _)| !(nonnegative && *input == InputModifier::Negative));
        }
        buffers.bias.clear();
        buffers.bias.extend(biases.iter().map(|&b| group.bias.apply(b)));
        let own = biases.len() == linear.bias().len()
            && terms.iter().all(|term| *term == (InputModifier::Plain, WeightModifier::Plain));
        let denominator = if own {
            z
        } else {
            let wanted = match group.gate {
                Gate::All => arrived,
                gate => {
                    let wanted = room(&mut buffers.wanted, z.len());
                    relevance::gated(gate, z, arrived, wanted);
                    wanted
                }
            };
            let sum = room(&mut buffers.denominator, z.len());
            for (k, &(map, weights)) in terms.iter().enumerate() {
                let input = mapped(map, nonnegative, x, group.bounds, &mut buffers.input);
                let weights = linear.weights(weights);
                if k == 0 {
                    let bias = &buffers.bias;
                    linear.forward_at(&weights, bias, wanted, (input, sum), kernels);
                } else {
                    let part = room(&mut buffers.part, z.len());
                    linear.forward_at(&weights, &[], wanted, (input, part), kernels);
                    relevance::add_scaled(map.sign(), part, sum);
                }
            }
            sum
        };
        let share = room(&mut buffers.share, z.len());
        let bias = (buffers.bias.as_slice(), linear.bias_run());
        ratios(&group, (z, arrived), (denominator, bias), rows, share, &mut conservation);
        for &(map, weights) in &terms {
            let back = room(&mut buffers.back, x.len());
            linear.transposed(&linear.weights(weights), share, back, kernels);
            let input = mapped(map, nonnegative, x, group.bounds, &mut buffers.input);
            relevance::add_product(map.sign(), input, back, r);
        }
    }
    if let LinearRule::Gamma { .. } = rule {
        // Relevance at z = 0 goes nowhere.
        let lost = z.iter().zip(arrived).filter(|(z, _)| **z == 0.0);
        conservation.stabilizer += lost.map(|(_, r)| f64::from(*r)).sum::<f64>();
    }
    conservation
}

/// Number of rows that `x` and `z` hold.
fn batch_rows(linear: &Linear, x: &[f32], z: &[f32]) -> usize {
    use crate::network::LinearShape;
    let (total, row) = match linear.shape() {
        LinearShape::Dense { inputs, .. } => (x.len(), *inputs),
        LinearShape::Conv(plan) => (z.len(), plan.shape.output_len()),
        LinearShape::Scale { inner } => (x.len(), inner * linear.weight().len()),
    };
    (total / row.max(1)).max(1)
}

/// The first `len` elements of a buffer, whatever they are.
fn room(buffer: &mut Vec<f32>, len: usize) -> &mut [f32] {
    if buffer.len() < len {
        *buffer = vec![0.0; len];
    }
    &mut buffer[..len]
}

/// s = coefficient · R / stabilised denominator, gated; what ε and the biases take goes into `conservation`.
/// Each bias serves a run of outputs in turn.
fn ratios(
    group: &Group<'_>,
    (z, arrived): (&[f32], &[f32]),
    (denominator, (bias, run)): (&[f32], (&[f32], usize)),
    rows: usize,
    share: &mut [f32],
    conservation: &mut Conservation,
) {
    let row = z.len() / rows;
    for start in (0..z.len()).step_by(row.max(1)) {
        let denominator = &denominator[start..start + row];
        let epsilon = if group.rms {
            let squares = relevance::dot(denominator, denominator);
            group.epsilon * libm::sqrt(squares / row as f64) as f32
        } else {
            group.epsilon
        };
        let mut part = |range: Range<usize>| {
            let sums = relevance::ratios(
                (group.gate, &z[range.clone()]),
                (group.coefficient, &arrived[range.clone()]),
                (&denominator[range.start - start..], epsilon),
                &mut share[range],
            );
            conservation.stabilizer += sums.taken;
            sums.total
        };
        if run == 1 || bias.is_empty() {
            part(start..start + row);
            if !bias.is_empty() {
                conservation.bias += relevance::dot(&share[start..start + row], bias);
            }
        } else {
            for (k, bias) in bias.iter().enumerate() {
                let first = start + k * run;
                conservation.bias += f64::from(*bias) * part(first..first + run);
            }
        }
    }
}

/// The modified input of a term.
fn mapped<'a>(
    map: InputModifier,
    nonnegative: bool,
    x: &'a [f32],
    bounds: Option<(&Bound, &Bound)>,
    buffer: &'a mut Vec<f32>,
) -> &'a [f32] {
    let bound = match map {
        InputModifier::Plain => return x,
        InputModifier::Positive if nonnegative => return x,
        InputModifier::Positive => {
            let part = room(buffer, x.len());
            relevance::positive_part(x, part);
            return part;
        }
        InputModifier::Negative => {
            let part = room(buffer, x.len());
            relevance::negative_part(x, part);
            return part;
        }
        InputModifier::Ones => &Bound::Constant(1.0),
        InputModifier::Low => bounds.map_or(&Bound::Constant(0.0), |(low, _)| low),
        InputModifier::High => bounds.map_or(&Bound::Constant(0.0), |(_, high)| high),
    };
    let mapped = room(buffer, x.len());
    match bound {
        Bound::Constant(value) => mapped.fill(*value),
        Bound::Each(values) => {
            // Rows of a batch and leading axes of an example repeat the bounds.
            for mapped in mapped.chunks_exact_mut(values.len().max(1)) {
                mapped.copy_from_slice(values);
            }
        }
    }
    mapped
}
