//! A validated network: a directed acyclic graph of layers in topological order.
//!
//! A [`Network`] that exists is valid: every shape fits, every index is in range. Shapes are those of
//! one example; the batch is the first axis of every array at the public boundary and of every buffer
//! inside.

mod build;
mod edit;
mod fold;
mod input_range;
pub(crate) mod layer;
mod local;
mod masked_inputs;
mod names;
mod operation;
mod output;
mod packed;
mod peaks;
mod prune;
mod randomize;
mod rearrange;
mod select_inputs;
mod subnetwork;
mod sums;
mod tape;
mod weights;

pub use build::Builder;
pub use edit::Edit;
pub use layer::{Class, Layer};
pub(crate) use local::{axes, bounding_box};
pub(crate) use masked_inputs::{MaskedInput, MaskedInputs, Precision};
pub(crate) use names::Names;
pub use operation::{Activation, Operation, Window};
pub(crate) use output::logistic;
pub use output::{Output, OutputActivation, Side, top};
pub use packed::Weights;
pub use subnetwork::{NetworkRef, Subnetwork};
pub use tape::Tape;
pub(crate) use weights::Scratch;
pub use weights::{Linear, LinearShape, WeightModifier};

use crate::error::{Code, Error, Result, ensure};
use ndarray::{Array1, ArrayD, ArrayViewD, IxDyn};
use std::ops::Range;

/// Values of all nodes that a prediction holds at a time, if one example has no more.
const VALUES_AT_ONCE: usize = 1 << 18;

/// Index of a node; inputs of a node always have smaller ones.
pub type NodeId = usize;

/// One layer with its place in the graph.
#[derive(Debug)]
pub struct Node {
    /// Unique name.
    pub name: String,
    /// What it computes.
    pub layer: Layer,
    /// Where its inputs come from.
    pub inputs: Vec<NodeId>,
    /// Shape of one example's output.
    pub shape: Vec<usize>,
}

impl Node {
    /// Elements of one example's output.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether an example's output has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many weights and biases it has.
    pub fn parameters(&self) -> usize {
        match &self.layer {
            Layer::Linear(linear) => linear.parameters(),
            Layer::Embedding { table, .. } => table.len(),
            _ => 0,
        }
    }
}

/// A validated network.
#[derive(Debug)]
pub struct Network {
    nodes: Vec<Node>,
    inputs: Vec<NodeId>,
    outputs: Vec<Output>,
}

impl Network {
    /// All nodes, inputs of a node before the node.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node with this index.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// Index of the node with this name.
    pub fn find(&self, name: &str) -> Result<NodeId> {
        self.nodes.iter().position(|node| node.name == name).ok_or_else(|| {
            Error::new(Code::Request, format!("the network has no node named '{name}'"))
        })
    }

    /// The input nodes, in the model's order.
    pub fn inputs(&self) -> &[NodeId] {
        &self.inputs
    }

    /// The results, in the model's order; there is at least one.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// The results, to say how they are read.
    pub(crate) fn outputs_mut(&mut self) -> &mut [Output] {
        &mut self.outputs
    }

    /// Raw outputs (logits) of a batch: `inputs[i]` is `[N, *shape of input i]`; one array
    /// `[N, *shape]` per output. Runs as many examples at a time as stay in the caches.
    pub fn predict(&self, inputs: &[ArrayViewD<'_, f32>]) -> Result<Vec<ArrayD<f32>>> {
        let (batch, inputs) = self.batch(inputs)?;
        let values: usize = self.nodes.iter().map(Node::len).sum();
        let parts = batch.div_ceil((VALUES_AT_ONCE / values.max(1)).max(1));
        let mut results = vec![Vec::new(); self.outputs.len()];
        let mut tape = Tape::new(self.nodes.len(), 0);
        for part in 0..parts {
            self.run(&inputs, batch * part / parts..batch * (part + 1) / parts, &mut tape)?;
            for (result, output) in results.iter_mut().zip(&self.outputs) {
                result.extend_from_slice(tape.value(output.node));
            }
        }
        let results = self.outputs.iter().zip(results);
        results.map(|(output, values)| self.array(output.node, batch, values)).collect()
    }

    /// Runs a batch and keeps the values of every node.
    pub fn record(&self, inputs: &[ArrayViewD<'_, f32>]) -> Result<Tape> {
        let (batch, inputs) = self.batch(inputs)?;
        let mut tape = Tape::new(self.nodes.len(), 0);
        self.run(&inputs, 0..batch, &mut tape)?;
        Ok(tape)
    }

    /// The number of examples and the values of every input, which are of the right shapes.
    fn batch(&self, inputs: &[ArrayViewD<'_, f32>]) -> Result<(usize, Vec<Vec<f32>>)> {
        ensure(inputs.len() == self.inputs.len(), Code::Input, || {
            format!("the network has {} inputs, {} were given", self.inputs.len(), inputs.len())
        })?;
        let batch = inputs.first().map_or(0, |x| x.shape().first().copied().unwrap_or(0));
        let mut values = Vec::with_capacity(inputs.len());
        for (&id, x) in self.inputs.iter().zip(inputs) {
            let node = &self.nodes[id];
            let expected: Vec<usize> =
                std::iter::once(batch).chain(node.shape.iter().copied()).collect();
            ensure(x.shape() == expected && batch > 0, Code::Input, || {
                format!(
                    "input '{}' has shape {:?}; the network takes [N, {}] with N > 0",
                    node.name,
                    x.shape(),
                    join(&node.shape)
                )
            })?;
            values.push(x.as_slice().map_or_else(|| x.iter().copied().collect(), <[f32]>::to_vec));
        }
        Ok((batch, values))
    }

    /// Computes all nodes for some rows of the inputs.
    fn run(&self, inputs: &[Vec<f32>], rows: Range<usize>, tape: &mut Tape) -> Result<()> {
        tape.set_batch(rows.len());
        for (&id, x) in self.inputs.iter().zip(inputs) {
            let len = self.nodes[id].len();
            tape.set(id, x[rows.start * len..rows.end * len].to_vec());
        }
        let all: Vec<NodeId> = (0..self.nodes.len()).collect();
        tape.compute(self, &all)
    }

    /// The recorded values of a node as an array `[N, *shape]`.
    pub fn value(&self, tape: &Tape, id: NodeId) -> Result<ArrayD<f32>> {
        self.array(id, tape.batch(), tape.value(id).to_vec())
    }

    /// `values` of a node as an array `[batch, *shape]`.
    pub(crate) fn array(&self, id: NodeId, batch: usize, values: Vec<f32>) -> Result<ArrayD<f32>> {
        let shape: Vec<usize> =
            std::iter::once(batch).chain(self.nodes[id].shape.iter().copied()).collect();
        array(&shape, values)
    }
}

/// `values` as an array of this shape.
pub(crate) fn array(shape: &[usize], values: Vec<f32>) -> Result<ArrayD<f32>> {
    // `from_shape_vec` would check strides, which is 6 KB in the module.
    Array1::from_vec(values)
        .into_shape_with_order(IxDyn(shape))
        .map_err(|error| Error::new(Code::Shape, error.to_string()))
}

/// A shape as a person reads it: `1, 28, 28`.
pub(crate) fn join(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}
