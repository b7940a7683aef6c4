//! Layers of the network, each counted before it is made.

use super::graph::base_name;
use super::import::Import;
use super::value::Value;
use crate::error::Code;
use crate::network::{Layer, NodeId, Operation};

impl Import<'_, '_> {
    /// Adds a layer for the current node.
    #[inline(never)]
    pub fn layer(&mut self, operation: Operation, inputs: &[Value]) -> Value {
        let name = self.call().map_or("", base_name);
        self.budget.text(name.len());
        let mut ids = Vec::with_capacity(inputs.len());
        for id in inputs.iter().filter_map(|&value| self.node(value)) {
            // Who describes the layer names what it takes.
            self.budget.text(self.builder.node(id).map_or(0, |node| node.name.len()));
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
                let left = ids.first().map_or(&[][..], |&id| self.builder.shape(id));
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
        self.budget.demand(self.layers <= most, Code::Limit, &why);
        if !self.budget.refusal.is_none() {
            return Value::default();
        }
        self.builder.limit(self.budget.room(bytes));
        let id = self.builder.push(name, operation, &ids);
        let value = self.built(id);
        if let Some(id) = self.node(value) {
            let len = self.budget.allocate(self.builder.shape(id), bytes);
            self.budget.work((effort as u64).saturating_mul(len as u64));
            if let Some(trace) = self.traces.get_mut(self.current) {
                trace.pushed.push(id);
            }
        }
        value
    }

    /// The layer of a node and its only input.
    #[inline(never)]
    pub fn producer(&self, id: NodeId) -> Option<(&Layer, NodeId)> {
        let node = self.builder.node(id)?;
        match node.inputs[..] {
            [input] => Some((&node.layer, input)),
            _ => None,
        }
    }
}
