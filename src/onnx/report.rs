//! What became of each node of the file.

use super::graph::base_name;
use super::import::{Import, Trace};
use crate::network::{Class, NodeId, OutputActivation};
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
    /// It was taken off the end; how the raw output is read is said by the output, where options and metadata go
    /// before this.
    OutputActivation(OutputActivation),
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
    pub operator: String,
    /// What became of it.
    pub status: Status,
    /// The node of the network that bears its (first) output's values.
    pub node: Option<NodeId>,
}

impl ReportRow {
    /// The node of the network that this one is, if it is one of its own: not merged into another.
    pub fn own_node(&self) -> Option<NodeId> {
        self.node.filter(|_| matches!(self.status, Status::Recognised(_)))
    }
}

impl Status {
    /// The word for it in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Status::Recognised(_) => "recognised",
            Status::FoldedInto(_) => "folded",
            Status::Constant => "constant",
            Status::Skipped => "skipped",
            Status::OutputActivation(_) => "output-activation",
            Status::Unused => "unused",
            Status::Blocked => "blocked",
            Status::Refused(_) => "refused",
        }
    }

    /// Kind of the layer, what it was folded into, how outputs are read, or why it was refused.
    pub fn detail(&self) -> &str {
        match self {
            Status::Recognised(class) => class.name(),
            Status::FoldedInto(name) => name,
            Status::OutputActivation(own) => own.name().unwrap_or_default(),
            Status::Refused(why) => why,
            Status::Constant | Status::Skipped | Status::Unused | Status::Blocked => "",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.detail() {
            "" => f.write_str(self.word()),
            detail => write!(f, "{}: {detail}", self.word()),
        }
    }
}

impl fmt::Display for ReportRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' ({}): {}", self.name, self.operator, self.status)
    }
}

impl Import<'_, '_> {
    /// One row per node of the file; none if they take too much memory. `places` says where each node of the builder went.
    pub(super) fn report(&self, places: &[Option<NodeId>]) -> Vec<ReportRow> {
        let nodes = &self.graph.proto.nodes;
        let place = |id: NodeId| places.get(id).copied().flatten();
        // Where each value of the file went.
        let mut bearer: Vec<Option<NodeId>> = vec![None; self.graph.uses.len()];
        let mut rows: Vec<ReportRow> = Vec::with_capacity(nodes.len());
        for node in nodes {
            self.budget.text(base_name(node).len().saturating_add(node.domain.len()));
            self.budget.text(node.op.len());
            if !self.budget.refusal.is_none() {
                return Vec::new();
            }
            let domain = if matches!(node.domain, "" | "ai.onnx") { "" } else { node.domain };
            let dot = if domain.is_empty() { "" } else { "." };
            rows.push(ReportRow {
                name: base_name(node).to_string(),
                operator: [domain, dot, node.op].concat(),
                status: Status::Unused,
                node: None,
            });
        }
        // Where each node of the network comes from. Folding keeps the first of the merged layers.
        let mut sources = vec![None; self.network.as_ref().map_or(0, |net| net.nodes().len())];
        for (id, place) in places.iter().enumerate() {
            if let Some(source) = place.and_then(|at| sources.get_mut(at)) {
                source.get_or_insert(id);
            }
        }
        // Backwards, so that a node that vanished into a later one finds that one's place.
        for &index in self.graph.order.iter().rev() {
            let (Some(row), Some(trace)) = (rows.get_mut(index), self.traces.get(index)) else {
                continue;
            };
            if let Some(value) = trace.value {
                row.node = place(value);
                for id in self.graph.outputs(index) {
                    row.node = row.node.or(bearer.get(id).copied().flatten());
                }
            }
            if row.node.is_some() {
                for value in self.graph.inputs(index).iter().flatten() {
                    if let Some(slot) = bearer.get_mut(*value) {
                        *slot = row.node;
                    }
                }
            }
            // A page names the layer, too.
            let layer = row.node.zip(self.network.as_ref());
            let layer = layer.map_or("", |(at, network)| &network.node(at).name);
            self.budget.text(layer.len().saturating_mul(2));
            if !self.budget.refusal.is_none() {
                return Vec::new();
            }
            row.status = match (&trace.status, self.class(trace, places, &sources)) {
                (Some(status), _) => status.clone(),
                (None, Some(class)) => Status::Recognised(class),
                (None, None) if row.node.is_some() => Status::FoldedInto(layer.to_string()),
                _ => Status::Skipped,
            };
        }
        rows
    }

    /// The class of a node's layers, of the first that is more than structure if there is one. Of merged
    /// layers the one that was kept is still itself.
    fn class(
        &self,
        trace: &Trace,
        places: &[Option<NodeId>],
        sources: &[Option<NodeId>],
    ) -> Option<Class> {
        let mut found = None;
        for &id in &trace.pushed {
            let class = match &self.network {
                // Of a network that was not finished.
                None => self.builder.node(id).map(|node| node.layer.class()),
                Some(network) => match places.get(id).copied().flatten() {
                    Some(at) if sources.get(at) == Some(&Some(id)) => {
                        Some(network.node(at).layer.class())
                    }
                    _ => None,
                },
            };
            if matches!(found, None | Some(Class::Structure)) {
                found = class.or(found);
            }
        }
        found
    }
}
