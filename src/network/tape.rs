//! The values of every node for one batch.

use super::weights::Scratch;
use super::{Network, NodeId};
use crate::error::Result;

/// Recorded values, `[N, *shape]` per node. Buffers are reused when the tape is computed again.
#[derive(Debug)]
pub struct Tape {
    batch: usize,
    values: Vec<Vec<f32>>,
    scratch: Scratch,
}

impl Tape {
    /// An empty tape for a network of this many nodes.
    pub fn new(nodes: usize, batch: usize) -> Self {
        Tape { batch, values: vec![Vec::new(); nodes], scratch: Scratch::default() }
    }

    /// Number of examples.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Prepares for another number of examples.
    pub(super) fn set_batch(&mut self, batch: usize) {
        self.batch = batch;
    }

    /// The values of a node; empty if they were not computed.
    pub fn value(&self, id: NodeId) -> &[f32] {
        &self.values[id]
    }

    /// Sets the values of a node.
    pub(super) fn set(&mut self, id: NodeId, values: Vec<f32>) {
        self.values[id] = values;
    }

    /// The buffer of a node, to be written.
    pub(super) fn buffer(&mut self, id: NodeId) -> &mut Vec<f32> {
        &mut self.values[id]
    }

    /// Computes these nodes, which are in topological order and whose inputs have values.
    pub(super) fn compute(&mut self, network: &Network, nodes: &[NodeId]) -> Result<()> {
        let mut inputs: Vec<&[f32]>;
        for &id in nodes {
            let node = network.node(id);
            if node.inputs.is_empty() {
                continue;
            }
            let mut y = std::mem::take(&mut self.values[id]);
            // A new buffer comes zeroed from the allocator; `resize` would write element by element.
            if y.len() != self.batch * node.len() {
                y = vec![0.0; self.batch * node.len()];
            }
            inputs = node.inputs.iter().map(|&i| self.values[i].as_slice()).collect();
            node.layer
                .forward(&inputs, &mut y, &mut self.scratch)
                .map_err(|error| error.context(format_args!("node '{}'", node.name)))?;
            self.values[id] = y;
        }
        Ok(())
    }
}
