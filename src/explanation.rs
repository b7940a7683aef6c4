//! What an explanation is: plain data.

use crate::network::{Class, Network, Side};
use crate::parameters::Parameters;
use crate::serialize;
use ndarray::ArrayD;
use serde::ser::{Serialize, Serializer};

/// The numbers that explain one decision, and what is known about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Kebab-case name of the method.
    pub method: &'static str,
    /// Every parameter with the value that was used. Empty where [`explain`](crate::methods::explain) was called with
    /// a [`Method`](crate::methods::Method) that was made without names.
    pub parameters: Parameters,
    /// Name of the node whose values are explained.
    pub at: String,
    /// Name of the node of which the target is an element.
    pub node: String,
    /// Flat index of the explained element: the class, unit, or first unit of a channel.
    pub target: usize,
    /// The target's label, if it is a class that has one.
    pub label: Option<String>,
    /// The class that it is held against.
    pub against: Option<usize>,
    /// That class's label, if it has one.
    pub against_label: Option<String>,
    /// Which side of a single sigmoid it is.
    pub side: Option<Side>,
    /// One number per element or position of the explained node; the batch axis is left out.
    pub relevance: ArrayD<f32>,
    /// What is explained: the target's logit, or the difference of two.
    pub score: f64,
    /// Whether the numbers are for (+) and against (−).
    pub signed: bool,
    /// What the numbers should sum to, where the method promises something.
    pub expected: Option<f64>,
    /// Name of the node whose feature maps were weighted (Grad-CAM and guided Grad-CAM only).
    pub layer: Option<String>,
    /// Where relevance went, layer by layer from the output down (LRP only).
    pub layers: Vec<LayerSum>,
    /// The sufficient input subsets (SIS only).
    pub sis: Option<Sis>,
    /// Further single numbers, by name.
    pub extra: Vec<(&'static str, f64)>,
    /// What a reader has to know: where the method is not what its name says on this network, or a default
    /// does not fit. One sentence each, without line breaks.
    pub notes: Vec<String>,
}

impl Explanation {
    /// The explanation with what request and file say of it: every parameter with the value that was used, and the
    /// labels of its classes, if they are classes of the first result. Of a single sigmoid the labels name its two
    /// sides, that of output 0 first.
    pub fn described(
        mut self,
        parameters: Parameters,
        network: &Network,
        labels: &[String],
    ) -> Self {
        self.parameters = parameters;
        let first = network.outputs().first().map(|output| &network.node(output.node).name);
        if first == Some(&self.node) {
            let class = self.side.map_or(self.target, Side::place);
            self.label = labels.get(class).cloned();
            self.against_label = self.against.and_then(|class| labels.get(class).cloned());
        }
        self
    }

    /// Sum of all numbers, in f64.
    pub fn sum(&self) -> f64 {
        self.relevance.iter().map(|&r| f64::from(r)).sum()
    }
}

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // A whole array of its own is in standard order.
        let relevance = self.relevance.as_slice().unwrap_or_default();
        Record::new(self, self.relevance.shape(), relevance).serialize(to)
    }
}

/// An explanation as it is written, its numbers perhaps of another shape: word by word instead of value by value.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record<'e> {
    method: &'static str,
    parameters: &'e Parameters,
    at: &'e str,
    node: &'e str,
    target: usize,
    label: Option<&'e str>,
    against: Option<usize>,
    against_label: Option<&'e str>,
    side: Option<Side>,
    score: f64,
    shape: &'e [usize],
    #[serde(serialize_with = "serialize::f32s")]
    relevance: &'e [f32],
    sum: f64,
    expected: Option<f64>,
    signed: bool,
    layer: Option<&'e str>,
    #[serde(serialize_with = "layer_sums")]
    layers: &'e [LayerSum],
    sis: Option<&'e Sis>,
    #[serde(serialize_with = "extra")]
    extra: &'e [(&'static str, f64)],
    notes: &'e [String],
}

impl<'e> Record<'e> {
    /// The explanation with these numbers of this shape in place of its own.
    pub fn new(explanation: &'e Explanation, shape: &'e [usize], relevance: &'e [f32]) -> Self {
        Record {
            method: explanation.method,
            parameters: &explanation.parameters,
            at: &explanation.at,
            node: &explanation.node,
            target: explanation.target,
            label: explanation.label.as_deref(),
            against: explanation.against,
            against_label: explanation.against_label.as_deref(),
            side: explanation.side,
            score: explanation.score,
            shape,
            relevance,
            sum: explanation.sum(),
            expected: explanation.expected,
            signed: explanation.signed,
            layer: explanation.layer.as_deref(),
            layers: &explanation.layers,
            sis: explanation.sis.as_ref(),
            extra: &explanation.extra,
            notes: &explanation.notes,
        }
    }
}

fn extra<S: Serializer>(entries: &[(&'static str, f64)], to: S) -> Result<S::Ok, S::Error> {
    serialize::fields("Extra", entries, to)
}

/// The layers as a sequence; in JavaScript as one table, of which `pkg/layers.js` makes objects. Sixty properties that
/// are set one by one, and sent, take as long as the pass through a small network.
pub fn layer_sums<S: Serializer>(layers: &[LayerSum], to: S) -> Result<S::Ok, S::Error> {
    if layers.is_empty() || !cfg!(all(target_arch = "wasm32", target_os = "unknown")) {
        return to.collect_seq(layers);
    }
    let (mut table, mut end) = (LayerTable::default(), 0);
    for layer in layers {
        for word in [&layer.node, layer.kind.name(), &layer.rule] {
            end += word.encode_utf16().count();
            table.words.push_str(word);
            table.numbers.push(end as f64);
        }
        let LayerSum { relevance_in, relevance_out, bias, stabilizer, ties, .. } = *layer;
        table.numbers.extend([relevance_in, relevance_out, bias, stabilizer, ties]);
    }
    table.serialize(to)
}

/// The layers' words behind one another, and eight numbers a layer: where its three words end, in UTF-16 units, and its
/// five sums, in the order of [`LayerSum`]'s fields.
#[derive(Default, serde::Serialize)]
struct LayerTable {
    words: String,
    #[serde(serialize_with = "serialize::f64s")]
    numbers: Vec<f64>,
}

/// One layer of the conservation report: `relevance_in = relevance_out + bias + stabilizer` up to rounding,
/// for rules that conserve.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerSum {
    /// Name of the node.
    pub node: String,
    /// What kind of layer it is.
    pub kind: Class,
    /// The rule that it got.
    pub rule: String,
    /// Σ R that arrived at its output.
    pub relevance_in: f64,
    /// Σ R that it handed on to its inputs.
    pub relevance_out: f64,
    /// Taken by biases.
    pub bias: f64,
    /// Taken by the stabiliser ε and by empty denominators.
    pub stabilizer: f64,
    /// Of what was handed on, the part whose place is a convention because a maximum is tied.
    pub ties: f64,
}

/// Disjoint sufficient input subsets (Carter et al. 2019).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sis {
    /// τ: each subset alone keeps the score at least this high.
    pub threshold: f64,
    /// Score of the whole input.
    pub initial: f64,
    /// Shape of the features (positions) that indices refer to.
    pub features: Vec<usize>,
    /// The subsets, in the order found. Empty when the input itself is below τ.
    pub sets: Vec<SisSet>,
    /// Score of what is left when all found subsets are masked.
    pub rest: f64,
    /// Whether the collection is whole; false where the caller's maximum ended it.
    pub complete: bool,
}

/// One sufficient input subset with the backward selection that found it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SisSet {
    /// Flat indices, the last masked first.
    #[serde(serialize_with = "serialize::indices")]
    pub features: Vec<usize>,
    /// Backward selection: the feature masked at each step.
    #[serde(serialize_with = "serialize::indices")]
    pub order: Vec<usize>,
    /// The score after each step.
    #[serde(serialize_with = "serialize::f64s")]
    pub values: Vec<f64>,
    /// Score of the subset alone, evaluated anew.
    pub score: f64,
}
