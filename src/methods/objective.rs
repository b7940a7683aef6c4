//! A target with its node and elements known: what scores are read from, and where backward passes start.

use super::{Descriptor, Target};
use crate::backward::Seed;
use crate::error::{Code, Error, Result, ensure};
use crate::explanation::Explanation;
use crate::network::{NodeId, Output, OutputActivation, Side, Subnetwork, Tape, logistic, top};
use crate::parameters::Parameters;

/// What the adjoint of a backward pass starts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SeedKind {
    /// ±1: derivatives and multipliers of the score.
    Derivative,
    /// The explained values themselves: relevance.
    Relevance,
}

/// A target with its node and elements known: score = Σ weight · value.
#[derive(Clone, Debug)]
pub(crate) struct Objective {
    node: NodeId,
    activation: OutputActivation,
    /// Which side of a single sigmoid it is.
    side: Option<Side>,
    /// Elements of an example at the node.
    len: usize,
    /// How many of them compete.
    classes: usize,
    /// (element, weight)
    terms: Vec<(usize, f32)>,
}

impl Objective {
    /// Resolves a target; `tape` holds the explained example.
    pub fn new(subnetwork: &Subnetwork<'_>, tape: &Tape, target: &Target) -> Result<Self> {
        let network = subnetwork.network();
        let output = |index: usize| {
            network.outputs().get(index).ok_or_else(|| {
                Error::new(Code::Request, format!("the network has no result {index}"))
            })
        };
        let known = |node: NodeId| {
            ensure(node < network.nodes().len(), Code::Request, || format!("no node {node}"))
        };
        let inner = |node: NodeId, terms| (node, OutputActivation::Identity, terms);
        let of = |output: &Output, terms| (output.node, output.activation, terms);
        let mut side = None;
        let (node, activation, terms) = match *target {
            Target::Top => {
                let output = output(0)?;
                side = network.is_binary(output).then_some(Side::Yes);
                let logits = tape.value(output.node);
                ensure(logits.iter().all(|z| !z.is_nan()), Code::Nonfinite, || {
                    let name = &output.name;
                    format!("the network's output '{name}' contains NaN: no class is on top")
                })?;
                of(output, vec![(top(logits), 1.0)])
            }
            Target::Class { output: index, class } => {
                let output = output(index)?;
                side = network.is_binary(output).then_some(Side::Yes);
                of(output, vec![(class, 1.0)])
            }
            Target::Complement { output: index } => {
                let output = output(index)?;
                ensure(network.is_binary(output), Code::Request, || {
                    format!(
                        "result '{}' is not a single sigmoid: it has no other side",
                        output.name
                    )
                })?;
                side = Some(Side::No);
                of(output, vec![(0, -1.0)])
            }
            Target::Contrast { output: index, class, against } => {
                let output = output(index)?;
                ensure(class != against, Code::Request, || {
                    format!("class {class} against itself")
                })?;
                of(output, vec![(class, 1.0), (against, -1.0)])
            }
            Target::Unit { node, index } => {
                known(node)?;
                inner(node, vec![(index, 1.0)])
            }
            Target::Channel { node, channel } => {
                known(node)?;
                let shape = &network.node(node).shape;
                let size: usize = shape.iter().skip(1).product();
                let range =
                    channel.saturating_mul(size)..channel.saturating_add(1).saturating_mul(size);
                ensure(channel < shape.first().copied().unwrap_or(0), Code::Request, || {
                    format!("'{}' has no channel {channel}", network.node(node).name)
                })?;
                inner(node, range.map(|i| (i, 1.0)).collect())
            }
        };
        let len = network.node(node).len();
        for (index, _) in &terms {
            ensure(*index < len, Code::Request, || {
                format!("'{}' has {len} elements, no element {index}", network.node(node).name)
            })?;
        }
        ensure(subnetwork.reaches(node) && !tape.value(node).is_empty(), Code::Request, || {
            format!("'{}' does not depend on the explained node", network.node(node).name)
        })?;
        let classes = network.classes_of(node);
        Ok(Objective { node, activation, side, len, classes, terms })
    }

    /// The explained element where there is only one, and the one it is held against.
    pub fn classes(&self) -> (usize, Option<usize>) {
        (self.terms[0].0, self.terms.get(1).filter(|(_, w)| *w < 0.0).map(|(i, _)| *i))
    }

    fn row<'t>(&self, tape: &'t Tape, row: usize) -> &'t [f32] {
        &tape.value(self.node)[row * self.len..(row + 1) * self.len]
    }

    /// The raw score of one recorded row.
    pub fn score(&self, tape: &Tape, row: usize) -> f64 {
        let values = self.row(tape, row);
        self.terms.iter().map(|&(i, w)| f64::from(w) * f64::from(values[i])).sum()
    }

    /// What thresholds are compared with: the probability of the class or side, or for a contrast that of the one
    /// class where only the two are possible. For inner units and for results whose raw output is the answer itself
    /// it is the score.
    pub fn certainty(&self, tape: &Tape, row: usize) -> f64 {
        match (self.activation, self.classes().1) {
            (OutputActivation::Unknown | OutputActivation::Identity, _) => self.score(tape, row),
            (OutputActivation::Softmax, None) => {
                let (logits, class) = self.competing(tape, row);
                self.activation.apply(logits)[class]
            }
            _ => logistic(self.score(tape, row)),
        }
    }

    /// [`Objective::certainty`] where it is a probability: not of a contrast of classes that do not compete.
    pub fn probability(&self, tape: &Tape, row: usize) -> Option<f64> {
        self.require_certainty().ok()?;
        self.activation.gives_probabilities().then(|| self.certainty(tape, row))
    }

    /// An error where nobody said what the raw outputs are: a threshold would be compared with a logit.
    pub fn require_certainty(&self) -> Result<()> {
        ensure(self.activation != OutputActivation::Unknown, Code::NotApplicable, || {
            "nobody says how the network's raw outputs become probabilities, so there is nothing to compare a \
             threshold with: load it with an output activation (softmax, sigmoid, or identity if they are the \
             answer themselves)"
                .into()
        })?;
        let group = |&(i, _): &(usize, f32)| i / self.classes.max(1);
        let together = self.terms.windows(2).all(|pair| group(&pair[0]) == group(&pair[1]));
        ensure(
            self.activation != OutputActivation::Softmax || together,
            Code::NotApplicable,
            || "the two classes do not compete: they are in different rows of the result".into(),
        )
    }

    /// The raw outputs of which the explained one is one, and its place among them.
    fn competing<'t>(&self, tape: &'t Tape, row: usize) -> (&'t [f32], usize) {
        let (classes, class) = (self.classes.max(1), self.terms[0].0);
        let start = class / classes * classes;
        (&self.row(tape, row)[start..start + classes], class - start)
    }

    /// The node that is read.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Log-odds ln(p / (1 − p)) of the target's probability p; without probabilities the score. They order rows as p
    /// does, and still tell them apart where p is rounded to 1.
    pub fn log_odds(&self, tape: &Tape, row: usize) -> f64 {
        match (self.activation, self.classes().1) {
            (OutputActivation::Softmax, None) => {
                let (logits, class) = self.competing(tape, row);
                let own = f64::from(logits[class]);
                let others = logits.iter().enumerate().filter(|&(i, _)| i != class);
                -libm::log(others.map(|(_, &z)| libm::exp(f64::from(z) - own)).sum())
            }
            _ => self.score(tape, row),
        }
    }

    /// Whether a probability with this log-odds is 1 in f64 (1 − 2⁻⁵³ is at 36.7).
    pub fn saturates(&self, log_odds: f64) -> bool {
        self.activation.gives_probabilities() && log_odds > 40.0
    }

    /// Largest size of a value at the node that is read.
    pub fn scale(&self, tape: &Tape) -> f64 {
        f64::from(self.row(tape, 0).iter().fold(0.0, |top: f32, value| top.max(value.abs())))
    }

    /// The probability of these log-odds, p = 1 / (1 + e⁻ˡ); without probabilities the score itself. Equal to
    /// [`Objective::certainty`] up to rounding.
    pub fn at_log_odds(&self, log_odds: f64) -> f64 {
        if self.activation.gives_probabilities() { logistic(log_odds) } else { log_odds }
    }

    /// An explanation of the target, without anything further; an error if a number is not finite.
    pub fn explanation(
        &self,
        subnetwork: &Subnetwork<'_>,
        method: &'static str,
        relevance: Vec<f32>,
        shape: &[usize],
        score: f64,
    ) -> Result<Explanation> {
        super::check_finite(&relevance, &"the numbers of the explanation contain")?;
        let (target, against) = self.classes();
        let name = |node: NodeId| subnetwork.network().node(node).name.clone();
        Ok(Explanation {
            method,
            parameters: Parameters::default(),
            at: name(subnetwork.source()),
            node: name(self.node),
            target,
            label: None,
            against,
            against_label: None,
            side: self.side,
            relevance: crate::network::array(shape, relevance)?,
            score,
            signed: Descriptor::find(method)?.signed,
            expected: None,
            layer: None,
            layers: Vec::new(),
            sis: None,
            extra: Vec::new(),
            notes: Vec::new(),
        })
    }

    /// The start of a backward pass for every recorded row.
    pub fn seed(&self, tape: &Tape, start: SeedKind) -> Seed {
        let recorded = tape.value(self.node);
        let mut values = vec![0.0; recorded.len()];
        for row in 0..tape.batch() {
            for &(i, weight) in &self.terms {
                let at = row * self.len + i;
                values[at] = match start {
                    SeedKind::Derivative => weight,
                    SeedKind::Relevance => weight * recorded[at],
                };
            }
        }
        Seed { node: self.node, values }
    }
}
