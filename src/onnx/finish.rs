//! From the last node to the network and the report.

use super::import::Import;
use super::refusal::short;
use super::tensor::Tensor;
use crate::error::{Code, Result};
use crate::network::{NodeId, OutputActivation};

impl Import<'_, '_> {
    /// The outputs that are constants, with their names.
    pub fn constants(&self) -> impl Iterator<Item = Result<(String, Tensor)>> + '_ {
        let outputs = self.graph.proto.outputs.iter().zip(&self.graph.graph_outputs);
        outputs.filter_map(|(part, &id)| {
            let value = self.value(id).filter(|value| self.node(*value).is_none())?;
            Some(self.to_tensor(value).map(|tensor| (part.name.to_string(), tensor)))
        })
    }

    /// The network, if nothing was refused, and what became of each node.
    pub fn finish(&mut self) {
        let (graph, mut outputs, mut elements) = (self.graph, Vec::new(), 0u64);
        for (part, &id) in graph.proto.outputs.iter().zip(&graph.graph_outputs) {
            self.load(id);
            if let Some(node) = self.value(id).and_then(|value| self.node(value)) {
                let own = self.activations.iter().find(|(of, _)| *of == id);
                let activation = own.map_or(OutputActivation::Unknown, |(_, own)| *own);
                let extents = self.builder.shape(node).iter();
                let len = extents.fold(1, |len: u64, &n| len.saturating_mul(n as u64));
                elements = elements.saturating_add(len);
                let most = self.budget.limits().results;
                let why = format_args!("results of {elements} elements; the limit is {most}");
                self.budget.demand(elements <= most, Code::Limit, &why);
                self.budget.text(part.name.len());
                outputs.push((part.name.to_string(), node, activation));
            }
            self.record(&format_args!("output '{}'", short(part.name)));
        }
        let mut places = Vec::new();
        if self.complete() && !outputs.is_empty() {
            let mut builder = std::mem::take(&mut self.builder);
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
        self.record(&"the report");
    }
}
