//! Layer-wise relevance propagation (Bach et al. 2015): composites of rules, and the conservation
//! report.

mod composites;

pub use composites::{COMPOSITES, InputLayer, NamedComposite};

use super::descriptor::{baseline, choice, number};
use super::objective::SeedKind;
use super::{Baseline, Descriptor, Job, Kind, Method, Outcome, Param, Pass, Reader};
use crate::backward::{Backward, Keep, backward};
use crate::error::{Code, Result, ensure};
use crate::explanation::LayerSum;
use crate::network::{Class, Layer, Node, NodeId};
use crate::parameters::Value;
use crate::rules::{
    BiasRule, Bound, CustomRule, First, LinearRule, MaxPoolRule, Rules, STABILIZER,
};
use composites::{Assignment, uniform};

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "The score itself, handed back layer by layer in proportion to what each input contributed.",
    sums: "f(x), less what biases and ε take",
    source: "Bach et al. 2015",
    params: &[
        choice(
            "composite",
            &composites::NAMES,
            composites::NAMES[0],
            "Which rule goes to which kind of layer.",
        ),
        choice(
            "first",
            &["same", "z-box", "w-square", "flat"],
            "same",
            "Another rule at the first linear layer.",
        ),
        number(
            "epsilon",
            (0.0, 10.0),
            1e-6,
            true,
            "ε: keeps denominators from zero and absorbs weak evidence.",
        ),
        choice(
            "stabilizer",
            &["absolute", "rms"],
            "absolute",
            "Whether ε is a number or a share of the layer's root mean square.",
        ),
        number(
            "gamma",
            (0.0, 100.0),
            0.25,
            true,
            "γ: how much positive contributions are favoured.",
        ),
        number("beta", (0.0, 10.0), 1.0, false, "β of alpha-beta; α = 1 + β."),
        choice(
            "bias",
            &["keep", "ignore"],
            "keep",
            "Whether biases stand in the denominators and keep their share, or leave all to the inputs.",
        ),
        baseline("low", 0.0, "Smallest value an input can have (z-box)."),
        baseline("high", 1.0, "Largest value an input can have (z-box)."),
        choice("ties", &["first", "equal"], "first", "Who gets the relevance of a tied maximum."),
        Param {
            name: "rules",
            help: "Rules for single layers, as NODE=RULE with commas between; NODE may be * for all others. RULE: zero, epsilon, gamma, plus, alpha-beta, w-square, flat, or composed as WEIGHT/INPUT/STABILIZER (docs/custom-rules.md).",
            kind: Kind::Rules { default: "" },
        },
    ],
    ..Descriptor::new("lrp", "LRP", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    // The reader knows the composites' names.
    let composite = Composite::find(read.word("composite")?);
    let mut lrp = Lrp {
        epsilon: read.number("epsilon")? as f32,
        rms: read.word("stabilizer")? == "rms",
        gamma: read.number("gamma")? as f32,
        beta: read.number("beta")? as f32,
        bias: match read.word("bias")? {
            "ignore" => BiasRule::Ignore,
            _ => BiasRule::Keep,
        },
        first: match read.word("first")? {
            "z-box" => Some(InputLayer::ZBox),
            "w-square" => Some(InputLayer::WSquare),
            "flat" => Some(InputLayer::Flat),
            _ => None,
        },
        low: read.baseline("low")?,
        high: read.baseline("high")?,
        split_ties: read.word("ties")? == "equal",
        ..Lrp::new(composite.unwrap_or(Composite::Named(&COMPOSITES[0])))
    };
    lrp.layers = lrp.read_rules(read)?;
    Ok(Box::new(lrp))
}

/// Which rule goes to which class of layer.
#[derive(Clone, Debug)]
pub enum Composite {
    /// One of [`COMPOSITES`].
    Named(&'static NamedComposite),
    /// One rule for every dense layer and convolution.
    Uniform(LinearRule),
}

impl Composite {
    /// The composite of this name.
    pub fn find(name: &str) -> Option<Composite> {
        COMPOSITES.iter().find(|composite| composite.name == name).map(Composite::Named)
    }
}

/// LRP with its parameters.
#[derive(Clone, Debug)]
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
    /// β of alpha-beta, α = 1 + β.
    pub beta: f32,
    /// Another rule at the first linear layer than the composite has there.
    pub first: Option<InputLayer>,
    /// Lower bound of the explained values (z-box).
    pub low: Baseline,
    /// Upper bound of the explained values (z-box).
    pub high: Baseline,
    /// Whether tied maxima share equally; else the first wins.
    pub split_ties: bool,
    /// Single layers with a rule of their own.
    pub layers: Vec<(NodeId, LinearRule)>,
}

impl Lrp {
    /// A composite with the usual parameters: ε 1e-6, γ ¼, β 1, box 0 to 1.
    pub fn new(composite: Composite) -> Lrp {
        Lrp {
            composite,
            epsilon: STABILIZER,
            rms: false,
            gamma: 0.25,
            beta: 1.0,
            bias: BiasRule::Keep,
            first: None,
            low: Baseline::Constant(0.0),
            high: Baseline::Constant(1.0),
            split_ties: false,
            layers: Vec::new(),
        }
    }

    /// The default composite with the usual parameters.
    pub fn usual() -> Lrp {
        Lrp::new(Composite::Named(&COMPOSITES[0]))
    }

    /// ε with these parameters.
    fn epsilon_rule(&self) -> LinearRule {
        LinearRule::Epsilon { epsilon: self.epsilon, rms: self.rms }
    }

    /// α-β with these parameters.
    fn alpha_beta(&self) -> LinearRule {
        LinearRule::AlphaBeta { alpha: 1.0 + self.beta, beta: self.beta }
    }

    /// Which rule goes where.
    fn assignment(&self) -> Assignment {
        let mut assignment = match &self.composite {
            Composite::Named(composite) => (composite.rules)(self),
            Composite::Uniform(rule) => uniform(rule.clone()),
        };
        if let Some(rule) = self.first {
            assignment.input_layer = Some((First::Linear, rule));
        }
        assignment
    }

    /// The table of rules. `bounds` are the box of the first linear layer's input.
    pub fn rules(&self, bounds: (Bound, Bound)) -> Rules {
        let Assignment { dense, conv, input_layer, activation } = self.assignment();
        let mut rules = Rules { activation, ..Rules::lrp(dense, conv) };
        rules.input_layer = input_layer.map(|(which, rule)| {
            let rule = match rule {
                InputLayer::ZBox => LinearRule::ZBox { low: bounds.0, high: bounds.1 },
                InputLayer::WSquare => LinearRule::WSquare,
                InputLayer::Flat => LinearRule::Flat,
            };
            (which, rule)
        });
        if self.split_ties {
            rules.max_pool = MaxPoolRule::EqualSplit;
        }
        rules.bias = self.bias;
        rules.layers = self.layers.clone();
        rules
    }

    /// `NODE=RULE,…`: the layers with a rule of their own.
    fn read_rules(&self, read: &Reader<'_>) -> Result<Vec<(NodeId, LinearRule)>> {
        let text = match read.options.get("rules") {
            None => "",
            Some(Value::Word(text)) => text,
            Some(_) => return Err(read.wrong("rules", "must be NODE=RULE with commas between")),
        };
        let weighted = |id: NodeId| matches!(read.network.node(id).layer, Layer::Linear(_));
        let (mut rules, mut others) = (Vec::new(), None);
        for part in text.split(',').filter(|part| !part.is_empty()) {
            // Names of nodes may have a '=', names of rules have none.
            let (node, name) = part.rsplit_once('=').unwrap_or((part, ""));
            let rule = self.rule(name).ok_or_else(|| {
                read.wrong("rules", &format!("wants NODE=RULE, with a rule it knows, not '{part}'"))
            })?;
            if node == "*" {
                others = Some(rule);
                continue;
            }
            let id = read.network.find(node)?;
            ensure(weighted(id), Code::Request, || {
                format!("'{node}' has no weights, so it takes no rule")
            })?;
            rules.push((id, rule));
        }
        // The first rule for a layer counts.
        if let Some(rule) = others {
            let all = (0..read.network.nodes().len()).filter(|&id| weighted(id));
            rules.extend(all.map(|id| (id, rule.clone())));
        }
        Ok(rules)
    }

    /// The rule of this name.
    fn rule(&self, name: &str) -> Option<LinearRule> {
        Some(match name {
            "zero" => LinearRule::ZERO,
            "epsilon" => self.epsilon_rule(),
            "gamma" => LinearRule::Gamma { gamma: self.gamma },
            "plus" | "alpha1-beta0" => LinearRule::Z_PLUS,
            "alpha2-beta1" => LinearRule::ALPHA2_BETA1,
            "alpha-beta" => self.alpha_beta(),
            "w-square" => LinearRule::WSquare,
            "flat" => LinearRule::Flat,
            _ => LinearRule::Custom(CustomRule::parse(name)?),
        })
    }
}

impl Method for Lrp {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let Pass { rules, start, notes } = self.pass(job)?;
        let seed = job.objective.seed(&job.tape, start);
        let mut pass = backward(job.subnetwork, &job.tape, None, &rules, seed, Keep::Source)?;
        let layers = report(job, &rules, &pass);
        let relevance = std::mem::take(&mut pass.adjoints[job.subnetwork.source()]);
        let mut explanation = job.result("lrp", relevance, score, Some(score))?;
        explanation.layers = layers;
        explanation.notes = notes;
        Ok(explanation.into())
    }

    fn pass(&self, job: &mut Job<'_, '_>) -> Result<Pass> {
        let rules = self.rules(bounds(job, self)?);
        Ok(Pass { rules, start: SeedKind::Relevance, notes: misfits(job, self)? })
    }
}

/// Where the composite's rules do not fit the network or the explained values.
fn misfits(job: &Job<'_, '_>, lrp: &Lrp) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    let Assignment { dense, conv, input_layer, .. } = lrp.assignment();
    let is_conv = |id: &NodeId| job.subnetwork.network().node(*id).layer.class() == Class::Conv;
    let has_conv = job.subnetwork.path(job.objective.node()).iter().any(is_conv);
    if !has_conv && dense != conv {
        notes.push(
            "there is no convolution on the way: the rule for convolutions is used nowhere".into(),
        );
    }
    if let Some((which, InputLayer::ZBox)) = input_layer
        && (has_conv || which == First::Linear)
    {
        let x = job.subnetwork.x();
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

/// The box at the first linear layer: what it would get if the source were at its lower, or its
/// upper, bounds.
fn bounds(job: &mut Job<'_, '_>, lrp: &Lrp) -> Result<(Bound, Bound)> {
    let none = (Bound::Constant(0.0), Bound::Constant(0.0));
    let Some((which, InputLayer::ZBox)) = lrp.assignment().input_layer else { return Ok(none) };
    let network = job.subnetwork.network();
    let first = job.subnetwork.nodes().iter().find(|&&id| match network.node(id).layer.class() {
        Class::Conv => true,
        Class::Dense => which == First::Linear,
        _ => false,
    });
    let Some(&first) = first else { return Ok(none) };
    let input = network.node(first).inputs[0];
    let len = job.subnetwork.x().len();
    let mut tape = job.subnetwork.tape();
    let mut at = |fill: &Baseline| -> Result<Bound> {
        job.subnetwork.record(&fill.values(len)?, &mut tape)?;
        Ok(Bound::Each(tape.value(input).into()))
    };
    Ok((at(&lrp.low)?, at(&lrp.high)?))
}

/// The conservation report, from the output down; empty for passes that are no relevance.
pub(super) fn report(job: &Job<'_, '_>, rules: &Rules, pass: &Backward) -> Vec<LayerSum> {
    let network = job.subnetwork.network();
    let linear = rules.resolve(network, job.subnetwork.nodes());
    let mut layers = Vec::new();
    for (node, conservation) in pass.conservation.iter().enumerate().rev() {
        let Some(conservation) = conservation else { continue };
        let Node { name, layer, .. } = network.node(node);
        let rule = rules.label(layer, linear[node].as_ref());
        layers.push(LayerSum {
            node: name.clone(),
            kind: layer.class(),
            rule,
            relevance_in: conservation.relevance_in,
            relevance_out: conservation.relevance_out,
            bias: conservation.bias,
            stabilizer: conservation.stabilizer,
            ties: conservation.ties,
        });
    }
    layers
}
