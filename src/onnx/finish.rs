//! From the last node to the network and the report.

use super::diagnostic::short;
use super::graph::base_name;
use super::import::Import;
use super::report::{ImportLog, ReportRow, Status};
use super::tensor::Tensor;
use crate::error::{Code, Result};
use crate::network::{Class, NodeId};

impl Import<'_, '_> {
    /// The outputs that are constants, with their names.
    pub fn constants(&self) -> impl Iterator<Item = Result<(String, Tensor)>> + '_ {
        let outputs = self.graph.proto.outputs.iter().zip(&self.graph.graph_outputs);
        outputs.filter_map(|(part, &id)| {
            let value = self.value(id).filter(|value| self.builder.node(*value).is_none())?;
            Some(self.builder.to_tensor(value).map(|tensor| (part.name.to_string(), tensor)))
        })
    }

    /// The network, if nothing was refused, and what became of each node.
    pub fn finish(&mut self) {
        let (graph, mut outputs, mut elements) = (self.graph, Vec::new(), 0u64);
        for (part, &id) in graph.proto.outputs.iter().zip(&graph.graph_outputs) {
            self.load(id);
            if let Some(node) = self.value(id).and_then(|value| self.builder.node(value)) {
                let activation = self.builder.activation_of(id);
                let extents = self.builder.node_shape(node).iter();
                let len = extents.fold(1, |len: u64, &n| len.saturating_mul(n as u64));
                elements = elements.saturating_add(len);
                let most = self.budget.limits().results;
                let why = format_args!("results of {elements} elements; the limit is {most}");
                self.budget.require(elements <= most, Code::Limit, &why);
                self.budget.text(part.name.len());
                outputs.push((part.name.to_string(), node, activation));
            }
            self.take_diagnostic(&format_args!("output '{}'", short(part.name)));
        }
        let mut places = Vec::new();
        if self.complete() && !outputs.is_empty() {
            let mut builder = self.builder.take_network();
            builder.number_names();
            match builder.finish(outputs) {
                Ok(network) => {
                    let (network, place) = network.prune();
                    let (network, folded) =
                        if self.options.fold { network.fold() } else { (network, Vec::new()) };
                    let after = |id: NodeId| folded.get(id).copied().unwrap_or(id);
                    places = place.into_iter().map(|id| id.map(after)).collect();
                    self.network = Some(network);
                }
                Err(error) => self.broken = Some(error),
            }
        }
        self.rows = self.report(&places);
        self.take_diagnostic(&"the report");
    }

    /// One row per node of the file; none if they take too much memory. `places` says where each node of the builder went.
    fn report(&self, places: &[Option<NodeId>]) -> Vec<ReportRow> {
        let nodes = &self.graph.proto.nodes;
        let place = |id: NodeId| places.get(id).copied().flatten();
        // Where each value of the file went.
        let mut bearer: Vec<Option<NodeId>> = vec![None; self.graph.uses.len()];
        let mut rows: Vec<ReportRow> = Vec::with_capacity(nodes.len());
        for node in nodes {
            self.budget.text(base_name(node).len().saturating_add(node.domain.len()));
            self.budget.text(node.op.len());
            if !self.budget.diagnostic.is_none() {
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
            let (Some(row), Some(log)) = (rows.get_mut(index), self.builder.logs().get(index))
            else {
                continue;
            };
            if let Some(value) = log.value {
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
            if !self.budget.diagnostic.is_none() {
                return Vec::new();
            }
            row.status = match (&log.status, self.class(log, places, &sources)) {
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
        log: &ImportLog,
        places: &[Option<NodeId>],
        sources: &[Option<NodeId>],
    ) -> Option<Class> {
        let mut found = None;
        for &id in &log.pushed {
            let class = match &self.network {
                // Of a network that was not finished.
                None => self.builder.network().node(id).map(|node| node.layer.class()),
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
