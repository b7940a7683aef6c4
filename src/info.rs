//! What a model is: what `heatlens inspect --json` prints and what a page gets as `model.info`.

use crate::methods::{CamLayer, NodeSupport};
use crate::network::{Class, Network, Node, Output, OutputActivation};
use crate::onnx::{self, ReportRow, SortedMap};
use crate::serialize;
use serde::{Serialize, Serializer};

/// A model in names and numbers. Shapes are those of one example, without the batch axis.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelInfo<'m> {
    /// What it takes.
    pub inputs: Vec<InputInfo<'m>>,
    /// Its results.
    pub outputs: Vec<OutputInfo<'m>>,
    /// The file's own properties.
    #[serde(serialize_with = "metadata")]
    pub metadata: &'m SortedMap<String>,
    /// Names of the first result's classes; of a single sigmoid those of its sides, that of output 0 first.
    pub labels: &'m [String],
    /// The network's nodes, every one behind those that it takes values of.
    pub nodes: Vec<NodeInfo<'m>>,
    /// The nodes that the words for Grad-CAM's layer stand for, from the first input to the first result.
    pub cam_layers: CamLayers<'m>,
    /// Number of weights.
    pub parameters: usize,
    /// Version of the operator set.
    pub opset: i64,
    /// The program that wrote the file, with its version.
    pub producer: &'m str,
    /// Whether axis 0 of the file's shapes is the batch.
    pub batched: bool,
    /// How many words a model for texts knows.
    pub vocabulary: Option<usize>,
    /// How many weights are NaN or infinite.
    pub nonfinite_weights: usize,
    /// What became of each node of the file.
    pub support: Vec<SupportRow<'m>>,
}

/// An input.
#[derive(Serialize)]
pub struct InputInfo<'m> {
    /// Its name.
    pub name: &'m str,
    /// Its shape.
    pub shape: &'m [usize],
}

/// A result.
#[derive(Serialize)]
pub struct OutputInfo<'m> {
    /// Its name in the file.
    pub name: &'m str,
    /// The node whose values are the raw output (logits).
    pub node: &'m str,
    /// Its shape.
    pub shape: &'m [usize],
    /// How raw outputs are read; none where nothing says it.
    pub activation: OutputActivation,
}

/// A node of the network.
#[derive(Serialize)]
pub struct NodeInfo<'m> {
    /// Its name.
    pub name: &'m str,
    /// What kind of layer it is.
    pub kind: Class,
    /// Its shape.
    pub shape: &'m [usize],
    /// Indices of the nodes whose values it takes.
    pub inputs: &'m [usize],
    /// Whether it is a result of the network.
    pub output: bool,
    /// Number of its weights.
    pub parameters: usize,
}

/// What the words for Grad-CAM's layer stand for; none where there is no such node.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CamLayers<'m> {
    /// The last convolution with more than one position.
    pub last_conv: Option<&'m str>,
    /// The activation that follows it.
    pub last_activation: Option<&'m str>,
}

/// What becomes of one node of the file.
#[derive(Serialize)]
pub struct SupportRow<'m> {
    /// Name of the node, or of its first output if it has none.
    pub node: &'m str,
    /// Its operator.
    pub operator: &'m str,
    /// What became of it, in a word.
    pub status: &'static str,
    /// Kind of the layer, what it was folded into, or why it was refused.
    pub detail: &'m str,
    /// The layer of the network that bears its values.
    pub layer: Option<&'m str>,
    /// LRP's rule there in the composite that is used if none is asked for; of recognised layers only.
    pub rule: Option<&'m str>,
    /// What is a convention there instead of following from the layer, and for which methods.
    pub approximated: Option<&'static str>,
}

impl<'m> ModelInfo<'m> {
    /// What `model` is, whose nodes LRP and other methods treat as `support` says. `vocabulary` counts the words
    /// of a model for texts.
    pub fn new(
        model: &'m onnx::Model,
        labels: &'m [String],
        vocabulary: Option<usize>,
        support: &'m [NodeSupport],
    ) -> Self {
        let network = &model.network;
        let input = |&id: &usize| {
            let Node { name, shape, .. } = network.node(id);
            InputInfo { name, shape }
        };
        let output = |output: &'m Output| {
            let Node { name: node, shape, .. } = network.node(output.node);
            OutputInfo { name: &output.name, node, shape, activation: output.activation }
        };
        let rows = model.report.iter();
        ModelInfo {
            inputs: network.inputs().iter().map(input).collect(),
            outputs: network.outputs().iter().map(output).collect(),
            metadata: &model.metadata,
            labels,
            nodes: nodes(network),
            cam_layers: CamLayers::new(network),
            parameters: network.nodes().iter().map(Node::parameters).sum(),
            opset: model.opset,
            producer: &model.producer,
            batched: model.batched,
            vocabulary,
            nonfinite_weights: model.nonfinite_weights,
            support: rows.map(|row| SupportRow::new(row, Some((network, support)))).collect(),
        }
    }
}

impl<'m> CamLayers<'m> {
    fn new(network: &'m Network) -> Self {
        let ends = network.inputs().first().zip(network.outputs().first());
        let path = ends.map_or(Vec::new(), |(&input, output)| network.path(input, output.node));
        let name = |layer: CamLayer| {
            let id = layer.node(network, &path).ok()?;
            Some(network.node(id).name.as_str())
        };
        CamLayers {
            last_conv: name(CamLayer::LastConvolution),
            last_activation: name(CamLayer::LastActivation),
        }
    }
}

impl<'m> SupportRow<'m> {
    /// A row of the importer's report; `network` with the support of its nodes, if the file became one.
    pub fn new(row: &'m ReportRow, network: Option<(&'m Network, &'m [NodeSupport])>) -> Self {
        // What was merged into a layer, or lies before it, is not that layer.
        let own = row.own_node().zip(network).and_then(|(id, (_, support))| support.get(id));
        let layer = row.node.zip(network).map(|(id, (network, _))| network.node(id));
        SupportRow {
            node: &row.name,
            operator: &row.operator,
            status: row.status.word(),
            detail: row.status.detail(),
            layer: layer.map(|node| node.name.as_str()),
            rule: own.map(|own| own.rule.as_str()),
            approximated: own.and_then(|own| own.approximated),
        }
    }
}

fn nodes(network: &Network) -> Vec<NodeInfo<'_>> {
    let mut results = vec![false; network.nodes().len()];
    network.outputs().iter().for_each(|output| results[output.node] = true);
    let nodes = network.nodes().iter().zip(results);
    let info = nodes.map(|(node, output)| NodeInfo {
        name: &node.name,
        kind: node.layer.class(),
        shape: &node.shape,
        inputs: &node.inputs,
        output,
        parameters: node.parameters(),
    });
    info.collect()
}

fn metadata<S: Serializer>(metadata: &SortedMap<String>, to: S) -> Result<S::Ok, S::Error> {
    serialize::object(metadata.iter().map(|(name, value)| (name.as_str(), value)), to)
}
