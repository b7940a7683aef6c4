//! The part of a network from one node to its outputs, as a function of that node's values.
//!
//! With the input as source this is the whole network. With an inner node (an embedding, the last
//! feature maps) everything that does not depend on it stays frozen at the values of one example.

use super::tape::Tape;
use super::{Network, NodeId};
use crate::error::{Code, Error, Result, ensure};
use ndarray::ArrayViewD;
use std::ops::Deref;
use std::sync::Arc;

/// A network that is borrowed, or shared by what must outlive its borrower.
#[derive(Clone, Debug)]
pub enum NetworkRef<'n> {
    /// Borrowed.
    Borrowed(&'n Network),
    /// Shared.
    Shared(Arc<Network>),
}

impl Deref for NetworkRef<'_> {
    type Target = Network;

    fn deref(&self) -> &Network {
        match self {
            NetworkRef::Borrowed(network) => network,
            NetworkRef::Shared(network) => network,
        }
    }
}

/// A network seen as a function of the values at one node.
#[derive(Clone, Debug)]
pub struct Subnetwork<'n> {
    network: NetworkRef<'n>,
    source: NodeId,
    /// Nodes that depend on the source, in topological order.
    nodes: Vec<NodeId>,
    /// Whether a node depends on the source (the source itself not).
    depends: Vec<bool>,
    /// One example's values of the nodes that do not depend on the source but feed ones that do.
    frozen: Vec<(NodeId, Vec<f32>)>,
    /// The example's values at the source.
    x: Vec<f32>,
}

impl Network {
    /// The nodes that depend on `from` and that `to` depends on, in topological order: without `from`, with
    /// `to`. Empty where none of the two depends on the other so.
    pub fn path(&self, from: NodeId, to: NodeId) -> Vec<NodeId> {
        self.leading(&self.dependents(from).0, to)
    }

    /// The nodes that depend on `from`, in topological order, and for each node whether it is one.
    fn dependents(&self, from: NodeId) -> (Vec<NodeId>, Vec<bool>) {
        let mut depends = vec![false; self.nodes().len()];
        let mut nodes = Vec::new();
        for (id, node) in self.nodes().iter().enumerate().skip(from + 1) {
            depends[id] = node.inputs.iter().any(|&i| i == from || depends[i]);
            if depends[id] {
                nodes.push(id);
            }
        }
        (nodes, depends)
    }

    /// Those of `nodes` that `to` depends on, and `to` itself where it is one of them.
    fn leading(&self, nodes: &[NodeId], to: NodeId) -> Vec<NodeId> {
        let mut leads = vec![false; self.nodes().len()];
        leads[to] = true;
        let mut path = Vec::new();
        for &id in nodes.iter().rev().filter(|&&id| id <= to) {
            if leads[id] {
                path.push(id);
                self.node(id).inputs.iter().for_each(|&input| leads[input] = true);
            }
        }
        path.reverse();
        path
    }
}

impl<'n> Subnetwork<'n> {
    /// The subnetwork of `network` from `source` on, around one example (`inputs[i]` is
    /// `[1, *shape of input i]`), and the example's recording.
    pub fn new(
        network: NetworkRef<'n>,
        inputs: &[ArrayViewD<'_, f32>],
        source: NodeId,
    ) -> Result<(Self, Tape)> {
        ensure(source < network.nodes().len(), Code::Request, || {
            format!("the network has no node {source}")
        })?;
        let tape = network.record(inputs)?;
        ensure(tape.batch() == 1, Code::Input, || {
            format!("an explanation takes one example, {} were given", tape.batch())
        })?;
        Ok((Subnetwork::around(network, &tape, source), tape))
    }

    /// The subnetwork from another node on around the same example, which `tape` holds.
    pub fn at(&self, source: NodeId, tape: &Tape) -> Subnetwork<'_> {
        Subnetwork::around(NetworkRef::Borrowed(&self.network), tape, source)
    }

    fn around(network: NetworkRef<'n>, tape: &Tape, source: NodeId) -> Self {
        let (nodes, depends) = network.dependents(source);
        let mut frozen: Vec<(NodeId, Vec<f32>)> = Vec::new();
        for &id in &nodes {
            for &i in &network.node(id).inputs {
                if i != source && !depends[i] && frozen.iter().all(|(have, _)| *have != i) {
                    frozen.push((i, tape.value(i).to_vec()));
                }
            }
        }
        let x = tape.value(source).to_vec();
        Subnetwork { network, source, nodes, depends, frozen, x }
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The node whose values are free.
    pub fn source(&self) -> NodeId {
        self.source
    }

    /// The example's values at the source.
    pub fn x(&self) -> &[f32] {
        &self.x
    }

    /// Shape of one example at the source.
    pub fn shape(&self) -> &[usize] {
        &self.network.node(self.source).shape
    }

    /// Nodes that depend on the source, in topological order.
    pub fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }

    /// Whether a node's value depends on the source (or is it).
    pub fn reaches(&self, id: NodeId) -> bool {
        id == self.source || self.depends[id]
    }

    /// The nodes on the way from the source to `readout`, as [`Network::path`] has them.
    pub fn path(&self, readout: NodeId) -> Vec<NodeId> {
        self.network.leading(&self.nodes, readout)
    }

    /// An empty tape that [`Subnetwork::record`] can fill again and again.
    pub fn tape(&self) -> Tape {
        Tape::new(self.network.nodes().len(), 0)
    }

    /// Runs the subnetwork on a batch of values at the source, `[N, *shape]` flat, into `tape`.
    pub fn record(&self, x: &[f32], tape: &mut Tape) -> Result<()> {
        let len = self.network.node(self.source).len();
        if len == 0 || !x.len().is_multiple_of(len) || x.is_empty() {
            return Err(Error::new(
                Code::Input,
                format!("{} values are no whole number of examples of {len}", x.len()),
            ));
        }
        tape.set_batch(x.len() / len);
        let buffer = tape.buffer(self.source);
        buffer.clear();
        buffer.extend_from_slice(x);
        self.freeze(tape);
        tape.compute(&self.network, &self.nodes)
    }

    /// Writes the frozen values, once per row of the tape's batch.
    pub(super) fn freeze(&self, tape: &mut Tape) {
        let batch = tape.batch();
        for (id, values) in &self.frozen {
            let buffer = tape.buffer(*id);
            if buffer.len() != batch * values.len() {
                buffer.clear();
                for _ in 0..batch {
                    buffer.extend_from_slice(values);
                }
            }
        }
    }
}
