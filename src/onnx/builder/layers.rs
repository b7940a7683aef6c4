//! Layers of the network, each counted before it is made.

use super::GraphBuilder;
use crate::error::{Code, Result};
use crate::network::{Layer, NodeId, Operation};
use crate::onnx::diagnostic::Kind;
use crate::onnx::graph::base_name;
use crate::onnx::tensor::{BATCH, Shape};
use crate::onnx::value::{Item, Value};

impl GraphBuilder<'_, '_> {
    /// An input of the network.
    pub fn network_input(&mut self, name: &str, extents: &[usize], whole: bool) -> Value {
        self.budget.allocate(extents, 4);
        self.budget.text(name.len());
        if self.is_refused() {
            return Value::default();
        }
        let id = self.network.input(name, extents);
        let value = self.built(id);
        self.whole(value, whole)
    }

    /// Adds a layer for the current node.
    #[inline(never)]
    pub fn layer(&mut self, operation: Operation, inputs: &[Value]) -> Value {
        let name = self.call().map_or("", base_name);
        self.budget.text(name.len());
        let mut ids = Vec::with_capacity(inputs.len());
        for id in inputs.iter().filter_map(|&value| self.node(value)) {
            // Who describes the layer names what it takes.
            self.budget.text(self.network.node(id).map_or(0, |node| node.name.len()));
            ids.push(id);
        }
        // What one element of the output costs, and how many bytes the layer keeps for it.
        let (effort, bytes) = match &operation {
            Operation::Dense { weight, outputs, .. } | Operation::Conv { weight, outputs, .. } => {
                (weight.len().checked_div(*outputs).unwrap_or(0), 4)
            }
            Operation::MaxPool { window, .. } | Operation::AveragePool { window, .. } => {
                (window.kernel.iter().fold(1, |n: usize, &k| n.saturating_mul(k)), 4)
            }
            Operation::LocalResponseNorm { size, .. } => (*size, 4),
            Operation::MatMul => {
                let left = ids.first().map_or(&[][..], |&id| self.network.shape(id));
                (left.last().copied().unwrap_or(0), 4)
            }
            // The place that each element comes from.
            Operation::Take { .. } | Operation::Transpose { .. } | Operation::Pad { .. } => (1, 8),
            // At most a factor and a shift for each.
            Operation::Scale { scale, .. } => {
                self.budget.allocate(&[scale.len()], 8);
                (1, 4)
            }
            _ => (ids.len(), 4),
        };
        // Some operators make many layers: Split one per output.
        self.layers = self.layers.saturating_add(1);
        let most = self.budget.limits().nodes.saturating_mul(2);
        let why = format_args!("the network has more than {most} layers");
        self.budget.require(self.layers <= most, Code::Limit, &why);
        if self.is_refused() {
            return Value::default();
        }
        self.network.limit(self.budget.room(bytes));
        let id = self.network.push(name, operation, &ids);
        let value = self.built(id);
        if let Some(id) = self.node(value) {
            let len = self.budget.allocate(self.network.shape(id), bytes);
            self.budget.work((effort as u64).saturating_mul(len as u64));
            if let Some(log) = self.logs.get_mut(self.current) {
                log.pushed.push(id);
            }
        }
        value
    }

    /// A layer that moves numbers and does not change them: what was whole stays whole.
    #[inline(never)]
    pub fn moved(&mut self, operation: Operation, values: &[Value]) -> Value {
        let whole = values.iter().all(|&value| self.is_whole(value));
        let value = self.layer(operation, values);
        self.whole(value, whole)
    }

    /// What a node of the network computes, if it could be built.
    #[inline(never)]
    pub fn built(&mut self, id: Result<NodeId>) -> Value {
        match id {
            Ok(id) => self.output(id),
            Err(error) => {
                self.budget.diagnostic.record(Kind::Broken, error);
                Value::default()
            }
        }
    }

    /// What a node of the network computes.
    #[inline(never)]
    pub fn output(&mut self, id: NodeId) -> Value {
        let mut shape = Shape::default();
        if self.batched {
            shape.push(BATCH);
        }
        shape.extend(&Shape::new(self.network.shape(id)));
        self.add(Item { shape, node: Some(id), ..Item::default() })
    }

    /// The shape of a node's values.
    pub fn node_shape(&self, id: NodeId) -> &[usize] {
        self.network.shape(id)
    }

    /// The layer of a node and its only input.
    #[inline(never)]
    pub fn producer(&self, id: NodeId) -> Option<(&Layer, NodeId)> {
        let node = self.network.node(id)?;
        match node.inputs[..] {
            [input] => Some((&node.layer, input)),
            _ => None,
        }
    }
}
