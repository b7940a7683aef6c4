//! What is explained: a class, one class against another, a unit or a channel.

use crate::backward::Seed;
use crate::error::{Code, Error, Result, ensure};
use crate::explanation::Explanation;
use crate::network::{Link, NodeId, Section, Tape};

/// What is explained.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// The largest raw output of the first result.
    Top,
    /// One raw output.
    Class {
        /// Which of the network's results.
        output: usize,
        /// Flat index of the raw output.
        class: usize,
    },
    /// The difference of two raw outputs: for `class`, against `against`.
    Contrast {
        /// Which of the network's results.
        output: usize,
        /// For this one …
        class: usize,
        /// … against this one.
        against: usize,
    },
    /// One element of an inner node.
    Unit {
        /// The node.
        node: NodeId,
        /// Flat index of the element.
        index: usize,
    },
    /// The sum over one channel (first axis) of an inner node.
    Channel {
        /// The node.
        node: NodeId,
        /// The channel.
        channel: usize,
    },
}

/// What the signal of a backward pass starts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// ±1: derivatives and multipliers of the score.
    Derivative,
    /// The explained values themselves: relevance.
    Relevance,
}

/// A target with its node and elements known: score = Σ weight · value.
#[derive(Clone, Debug)]
pub(crate) struct Objective {
    node: NodeId,
    link: Link,
    /// Elements of an example at the node.
    len: usize,
    /// (element, weight)
    terms: Vec<(usize, f32)>,
}

impl Objective {
    /// Resolves a target; `tape` holds the explained example.
    pub fn new(section: &Section<'_>, tape: &Tape, target: &Target) -> Result<Self> {
        let network = section.network();
        let output = |index: usize| {
            network.outputs().get(index).ok_or_else(|| {
                Error::new(Code::Request, format!("the network has no result {index}"))
            })
        };
        let known = |node: NodeId| {
            ensure(node < network.nodes().len(), Code::Request, || format!("no node {node}"))
        };
        let (node, link, terms) = match *target {
            Target::Top => {
                let output = output(0)?;
                let logits = tape.value(output.node);
                ensure(logits.iter().all(|z| !z.is_nan()), Code::Nonfinite, || {
                    format!(
                        "the network's output '{}' contains NaN: no class is on top",
                        output.name
                    )
                })?;
                let best =
                    (0..logits.len()).reduce(|a, b| if logits[b] > logits[a] { b } else { a });
                (output.node, output.link, vec![(best.unwrap_or(0), 1.0)])
            }
            Target::Class { output: index, class } => {
                let output = output(index)?;
                (output.node, output.link, vec![(class, 1.0)])
            }
            Target::Contrast { output: index, class, against } => {
                let output = output(index)?;
                ensure(class != against, Code::Request, || {
                    format!("class {class} against itself")
                })?;
                (output.node, output.link, vec![(class, 1.0), (against, -1.0)])
            }
            Target::Unit { node, index } => {
                known(node)?;
                (node, Link::Identity, vec![(index, 1.0)])
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
                (node, Link::Identity, range.map(|i| (i, 1.0)).collect())
            }
        };
        let len = network.node(node).len();
        for (index, _) in &terms {
            ensure(*index < len, Code::Request, || {
                format!("'{}' has {len} elements, no element {index}", network.node(node).name)
            })?;
        }
        ensure(section.reaches(node) && !tape.value(node).is_empty(), Code::Request, || {
            format!("'{}' does not depend on the explained node", network.node(node).name)
        })?;
        Ok(Objective { node, link, len, terms })
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

    /// The score as a probability: of the class, or for a contrast of the one class where only the
    /// two are possible. Targets without a link keep their raw score.
    pub fn probability(&self, tape: &Tape, row: usize) -> f64 {
        match (self.link, self.classes()) {
            (Link::Identity, _) => self.score(tape, row),
            (_, (_, Some(_))) => 1.0 / (1.0 + libm::exp(-self.score(tape, row))),
            (link, (class, None)) => link.apply(self.row(tape, row))[class],
        }
    }

    /// The node that is read.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// The score's log-odds, which order rows as [`Objective::probability`] does where that is
    /// rounded to 1; without a link the raw score.
    pub fn margin(&self, tape: &Tape, row: usize) -> f64 {
        match (self.link, self.classes()) {
            (Link::Softmax, (class, None)) => {
                let logits = self.row(tape, row);
                let own = f64::from(logits[class]);
                let others = logits.iter().enumerate().filter(|&(i, _)| i != class);
                -libm::log(others.map(|(_, &z)| libm::exp(f64::from(z) - own)).sum())
            }
            _ => self.score(tape, row),
        }
    }

    /// Whether a probability with this margin is 1 in f64 (1 − 2⁻⁵³ is at 36.7).
    pub fn is_certain(&self, margin: f64) -> bool {
        self.link != Link::Identity && margin > 40.0
    }

    /// Largest size of a value at the node that is read.
    pub fn scale(&self, tape: &Tape) -> f64 {
        f64::from(self.row(tape, 0).iter().fold(0.0, |top: f32, value| top.max(value.abs())))
    }

    /// The probability that belongs to a margin, up to rounding.
    pub fn at_margin(&self, margin: f64) -> f64 {
        if self.link == Link::Identity { margin } else { 1.0 / (1.0 + libm::exp(-margin)) }
    }

    /// An explanation of the target, without anything further; an error if a number is not finite.
    pub fn explanation(
        &self,
        method: &'static str,
        relevance: Vec<f32>,
        shape: &[usize],
        score: f64,
    ) -> Result<Explanation> {
        super::check_finite(&relevance, &"the numbers of the explanation contain")?;
        let (target, against) = self.classes();
        Ok(Explanation {
            method,
            target,
            against,
            relevance: crate::network::array(shape, relevance)?,
            score,
            expected: None,
            layer: None,
            layers: Vec::new(),
            sis: None,
            extra: Vec::new(),
            notes: Vec::new(),
        })
    }

    /// The start of a backward pass for every recorded row.
    pub fn seed(&self, tape: &Tape, start: Start) -> Seed {
        let recorded = tape.value(self.node);
        let mut values = vec![0.0; recorded.len()];
        for row in 0..tape.batch() {
            for &(i, weight) in &self.terms {
                let at = row * self.len + i;
                values[at] = match start {
                    Start::Derivative => weight,
                    Start::Relevance => weight * recorded[at],
                };
            }
        }
        Seed { node: self.node, values }
    }
}
