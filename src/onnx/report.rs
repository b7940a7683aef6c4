//! What became of each node of the file.

use super::graph::base_name;
use super::import::{Import, Trace};
use crate::network::{Class, Link, Network, NodeId};
use std::fmt;

/// What became of a node of the file.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// It is a layer of this class.
    Recognised(Class),
    /// It was merged into the layer of this name.
    FoldedInto(String),
    /// It was computed when the file was read.
    Constant,
    /// It changes nothing (identity, dropout, a cast).
    Skipped,
    /// It was taken off the end and kept as the way to read the raw output.
    Link(Link),
    /// It leads to no output.
    Unused,
    /// It depends on a node that was refused.
    Blocked,
    /// It is not supported, for this reason.
    Refused(String),
}

/// One node of the file in the support report.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportRow {
    /// Name of the node, or of its first output if it has none.
    pub name: String,
    /// Operator, with its domain in front if that is not the standard one.
    pub op: String,
    /// What became of it.
    pub status: Status,
    /// The node of the network that bears its (first) output's values.
    pub node: Option<NodeId>,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Recognised(class) => write!(f, "recognised: {class:?}"),
            Status::FoldedInto(name) => write!(f, "folded into '{name}'"),
            Status::Constant => f.write_str("constant"),
            Status::Skipped => f.write_str("skipped"),
            Status::Link(link) => write!(f, "link: {}", link.name()),
            Status::Unused => f.write_str("unused"),
            Status::Blocked => f.write_str("depends on a refused node"),
            Status::Refused(why) => write!(f, "refused: {why}"),
        }
    }
}

impl fmt::Display for ReportRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' ({}): {}", self.name, self.op, self.status)
    }
}

impl Import<'_, '_> {
    /// One row per node of the file. `places` says where each node of the builder went.
    pub(super) fn report(
        &self,
        network: Option<&Network>,
        places: &[Option<NodeId>],
    ) -> Vec<ReportRow> {
        let nodes = &self.graph.proto.nodes;
        let place = |id: NodeId| places.get(id).copied().flatten();
        // Folding keeps the first of the merged layers: that one is still itself.
        let mut owner: Vec<Option<NodeId>> = vec![None; places.len()];
        for (id, at) in places.iter().enumerate() {
            if let Some(slot) = at.and_then(|at| owner.get_mut(at)) {
                slot.get_or_insert(id);
            }
        }
        // Where each value of the file went.
        let mut bearer: Vec<Option<NodeId>> = vec![None; self.graph.uses.len()];
        let mut rows: Vec<Option<ReportRow>> = nodes.iter().map(|_| None).collect();
        // Backwards, so that a node that vanished into a later one finds that one's place.
        for &index in self.graph.order.iter().rev() {
            let (Some(node), Some(trace)) = (nodes.get(index), self.traces.get(index)) else {
                continue;
            };
            let mut at = trace.value.and_then(place);
            if at.is_none() && trace.value.is_some() {
                let mut values = self.graph.outputs(index);
                at = values.find_map(|value| bearer.get(value).copied().flatten());
            }
            for value in self.graph.inputs(index).iter().flatten() {
                if let (Some(slot), Some(_)) = (bearer.get_mut(*value), at) {
                    *slot = at;
                }
            }
            let name = |id: NodeId| network.map_or("", |n| n.node(id).name.as_str()).to_string();
            let status = trace.status.clone().unwrap_or_else(|| {
                let own = |id: &NodeId| place(*id).filter(|at| owner.get(*at) == Some(&Some(*id)));
                let class = |at: NodeId| network.map(|n| n.node(at).layer.class());
                let mut kept = trace.pushed.iter().filter_map(own).filter_map(class).peekable();
                match kept.peek().copied() {
                    Some(first) => {
                        let main = kept.find(|class| *class != Class::Structure);
                        Status::Recognised(main.unwrap_or(first))
                    }
                    None => match at {
                        Some(at) => Status::FoldedInto(name(at)),
                        None => self.unplaced(trace),
                    },
                }
            });
            let op = if matches!(node.domain, "" | "ai.onnx") {
                node.op.to_string()
            } else {
                format!("{}.{}", node.domain, node.op)
            };
            let row = ReportRow { name: base_name(node).to_string(), op, status, node: at };
            if let Some(slot) = rows.get_mut(index) {
                *slot = Some(row);
            }
        }
        rows.into_iter().flatten().collect()
    }

    /// The status of a node of a network that was not finished.
    fn unplaced(&self, trace: &Trace) -> Status {
        let class = |id: &NodeId| self.builder.node(*id).map(|node| node.layer.class());
        let mut classes = trace.pushed.iter().filter_map(class).peekable();
        let first = classes.peek().copied();
        let main = classes.find(|class| *class != Class::Structure);
        main.or(first).map_or(Status::Skipped, Status::Recognised)
    }
}
