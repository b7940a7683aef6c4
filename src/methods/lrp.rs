//! Layer-wise relevance propagation (Bach et al. 2015): composites of rules, and the conservation
//! report.

use super::objective::Start;
use super::{Fill, Job};
use crate::backward::{Backward, Keep, backward};
use crate::error::Result;
use crate::explanation::{Explanation, LayerSum};
use crate::network::{Class, Node, NodeId};
use crate::rules::{BiasRule, Bound, First, LinearRule, MaxPoolRule, Rules, STABILIZER};

/// Which rule goes to which class of layer.
#[derive(Clone, Debug, PartialEq)]
pub enum Composite {
    /// One rule for every dense layer and convolution.
    Uniform(LinearRule),
    /// Dense ε, convolutions z⁺.
    EpsilonPlus,
    /// The same with flat at the first linear layer.
    EpsilonPlusFlat,
    /// Dense ε, convolutions γ, z-box at the first convolution.
    EpsilonGammaBox,
    /// Dense ε, convolutions α2β1.
    EpsilonAlpha2Beta1,
    /// The same with flat at the first linear layer.
    EpsilonAlpha2Beta1Flat,
}

/// Another rule at the first linear layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstLayer {
    /// As the composite has it.
    Composite,
    /// z-box with `low` and `high`.
    ZBox,
    /// w².
    WSquare,
    /// Flat.
    Flat,
}

/// LRP with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Lrp {
    /// Which rule goes where.
    pub composite: Composite,
    /// ε of the dense layers of the composites.
    pub epsilon: f32,
    /// Whether that ε counts in units of the root mean square of the layer's outputs.
    pub rms: bool,
    /// γ of the convolutions of EpsilonGammaBox.
    pub gamma: f32,
    /// Whether biases stand in the denominators of all rules.
    pub bias: BiasRule,
    /// Another rule at the first linear layer.
    pub first: FirstLayer,
    /// Lower bound of the explained values (z-box).
    pub low: Fill,
    /// Upper bound of the explained values (z-box).
    pub high: Fill,
    /// Whether tied maxima share equally; else the first wins.
    pub split_ties: bool,
    /// Single layers with a rule of their own.
    pub layers: Vec<(NodeId, LinearRule)>,
}

impl Lrp {
    /// A composite with the usual parameters: ε 1e-6, γ ¼, box 0 to 1.
    pub fn new(composite: Composite) -> Lrp {
        Lrp {
            composite,
            epsilon: STABILIZER,
            rms: false,
            gamma: 0.25,
            bias: BiasRule::Keep,
            first: FirstLayer::Composite,
            low: Fill::Constant(0.0),
            high: Fill::Constant(1.0),
            split_ties: false,
            layers: Vec::new(),
        }
    }

    /// The table of rules. `bounds` are the box of the first linear layer's input.
    pub fn rules(&self, bounds: (Bound, Bound)) -> Rules {
        let dense = LinearRule::Epsilon { epsilon: self.epsilon, rms: self.rms };
        let flat = Some((First::Linear, LinearRule::Flat));
        let z_box = LinearRule::ZBox { low: bounds.0, high: bounds.1 };
        let (mut rules, first) = match &self.composite {
            Composite::Uniform(rule) => (Rules::lrp(rule.clone(), rule.clone()), None),
            Composite::EpsilonPlus => (Rules::lrp(dense, LinearRule::Z_PLUS), None),
            Composite::EpsilonPlusFlat => (Rules::lrp(dense, LinearRule::Z_PLUS), flat),
            Composite::EpsilonGammaBox => (
                Rules::lrp(dense, LinearRule::Gamma { gamma: self.gamma }),
                Some((First::Conv, z_box.clone())),
            ),
            Composite::EpsilonAlpha2Beta1 => (Rules::lrp(dense, LinearRule::ALPHA2_BETA1), None),
            Composite::EpsilonAlpha2Beta1Flat => {
                (Rules::lrp(dense, LinearRule::ALPHA2_BETA1), flat)
            }
        };
        rules.first = match self.first {
            FirstLayer::Composite => first,
            FirstLayer::ZBox => Some((First::Linear, z_box)),
            FirstLayer::WSquare => Some((First::Linear, LinearRule::WSquare)),
            FirstLayer::Flat => Some((First::Linear, LinearRule::Flat)),
        };
        if self.split_ties {
            rules.max_pool = MaxPoolRule::EqualSplit;
        }
        rules.bias = self.bias;
        rules.layers = self.layers.clone();
        rules
    }
}

pub(super) fn explain(job: &mut Job<'_, '_>, lrp: &Lrp, score: f64) -> Result<Explanation> {
    let rules = rules(job, lrp)?;
    let seed = job.objective.seed(&job.tape, Start::Relevance);
    let mut pass = backward(job.section, &job.tape, None, &rules, seed, Keep::Source)?;
    let layers = report(job, &rules, &pass);
    let relevance = std::mem::take(&mut pass.signals[job.section.source()]);
    let mut explanation = job.result("lrp", relevance, score, Some(score))?;
    explanation.layers = layers;
    explanation.notes = misfits(job, lrp, &pass)?;
    Ok(explanation)
}

/// Where the composite's rules do not fit the network or the explained values.
pub(super) fn misfits(job: &Job<'_, '_>, lrp: &Lrp, pass: &Backward) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    let is_conv = |id: NodeId| job.section.network().node(id).layer.class() == Class::Conv;
    let has_conv = (0..pass.leaks.len()).any(|id| pass.leaks[id].is_some() && is_conv(id));
    if !has_conv && !matches!(lrp.composite, Composite::Uniform(_)) {
        notes.push(
            "there is no convolution on the way: the rule for convolutions is used nowhere".into(),
        );
    }
    if needs_box(lrp) && (has_conv || lrp.first == FirstLayer::ZBox) {
        let x = job.section.x();
        let (low, high) = (lrp.low.values(x.len())?, lrp.high.values(x.len())?);
        let within = |((x, low), high): ((&f32, &f32), &f32)| low <= x && x <= high;
        let outside = x.iter().zip(&low).zip(&high).filter(|each| !within(*each)).count();
        if outside > 0 {
            let all = x.len();
            notes.push(format!(
                "{outside} of the {all} values lie outside the box that z-box takes as their bounds"
            ));
        }
    }
    Ok(notes)
}

/// Whether a layer has the rule for inputs in a box.
fn needs_box(lrp: &Lrp) -> bool {
    let by_composite =
        lrp.first == FirstLayer::Composite && lrp.composite == Composite::EpsilonGammaBox;
    lrp.first == FirstLayer::ZBox || by_composite
}

/// The table of rules around the recorded example.
pub(super) fn rules(job: &mut Job<'_, '_>, lrp: &Lrp) -> Result<Rules> {
    Ok(lrp.rules(bounds(job, lrp)?))
}

/// The box at the first linear layer: what it would get if the source were at its lower, or its
/// upper, bounds.
fn bounds(job: &mut Job<'_, '_>, lrp: &Lrp) -> Result<(Bound, Bound)> {
    let network = job.section.network();
    let only_conv = lrp.first == FirstLayer::Composite;
    let first = job.section.nodes().iter().find(|&&id| match network.node(id).layer.class() {
        Class::Conv => true,
        Class::Dense => !only_conv,
        _ => false,
    });
    let (Some(&first), true) = (first, needs_box(lrp)) else {
        return Ok((Bound::Constant(0.0), Bound::Constant(0.0)));
    };
    let input = network.node(first).inputs[0];
    let len = job.section.x().len();
    let mut tape = job.section.tape();
    let mut at = |fill: &Fill| -> Result<Bound> {
        job.section.record(&fill.values(len)?, &mut tape)?;
        Ok(Bound::Each(tape.value(input).into()))
    };
    Ok((at(&lrp.low)?, at(&lrp.high)?))
}

/// The conservation report, from the output down; empty for passes that are no relevance.
pub(super) fn report(job: &Job<'_, '_>, rules: &Rules, pass: &Backward) -> Vec<LayerSum> {
    let network = job.section.network();
    let linear = rules.resolve(network, job.section.nodes());
    let mut layers = Vec::new();
    for (node, leak) in pass.leaks.iter().enumerate().rev() {
        let Some(leak) = leak else { continue };
        let Node { name, layer, .. } = network.node(node);
        let rule = rules.label(layer, linear[node].as_ref());
        layers.push(LayerSum {
            node: name.clone(),
            kind: layer.class(),
            rule,
            relevance_in: leak.arrived,
            relevance_out: leak.passed,
            bias: leak.bias,
            stabilizer: leak.stabilizer,
            ties: leak.ties,
        });
    }
    layers
}
