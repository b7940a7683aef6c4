//! Maxima over all positions: a small change of their input changes them by little work.

use super::local::axes;
use super::{Layer, Network, NodeId};

/// A maximum over all positions of a local node.
pub(super) struct Peaks {
    /// The pooling.
    pub id: NodeId,
    /// Which of the local nodes it reads.
    pub local: usize,
    /// Where the largest values lie in the base.
    pub at: Vec<usize>,
}

impl Peaks {
    /// The node `id` as such a maximum; `locals` numbers the nodes that are local.
    pub fn find(network: &Network, id: NodeId, locals: &[Option<usize>]) -> Option<Self> {
        let node = network.node(id);
        let Layer::MaxPool { geometry } = &node.layer else { return None };
        let input = node.inputs[0];
        let local = locals[input].filter(|_| locals[id].is_none())?;
        let global =
            geometry.is_global() && axes(&network.node(input).shape)[1..] == geometry.input;
        global.then_some(Peaks { id, local, at: Vec::new() })
    }
}
