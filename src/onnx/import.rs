//! The import itself: nodes in topological order, each either computed (constants) or built (layers).
//!
//! In *batched* mode axis 0 of every activation is the batch and does not exist in the network's
//! shapes; an operator that touches it gives a refusal of kind `Batch`, and the caller tries again
//! unbatched, where the whole ONNX shape is the shape of one example.

use super::Options;
use super::decode::{Stored, is_whole};
use super::graph::{Graph, Title, ValueId, base_name};
use super::limits::Budget;
use super::names::Named;
use super::operators;
use super::proto::{NodeProto, Part};
use super::refusal::Kind;
use super::report::{ReportRow, Status};
use super::tensor::{BATCH, Shape, Tensor};
use super::value::{Item, Value};
use crate::error::{Code, Error, Result};
use crate::network::{Builder, Layer, Network, NodeId, Operation, OutputActivation};
use std::fmt::{Display, Write};

/// A border of zeros that a following window can take over.
#[derive(Clone, Debug)]
pub(super) struct Border {
    /// The node with the border.
    pub padded: NodeId,
    /// The value without.
    pub source: Value,
    pub before: Vec<usize>,
    pub after: Vec<usize>,
}

/// What is known about a node of the file on the way.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    pub status: Option<Status>,
    pub pushed: Vec<NodeId>,
    pub value: Option<NodeId>,
    /// Its value was there already, as this node's.
    folded: bool,
}

/// The network in the making.
#[derive(Debug)]
pub(super) struct Import<'g, 'a> {
    pub graph: &'g Graph<'g, 'a>,
    pub budget: &'g Budget<'g>,
    pub opset: i64,
    /// Whether axis 0 of activations is the batch.
    pub batched: bool,
    /// The batch size, where the file fixes it.
    pub batch: Option<i64>,
    pub builder: Builder,
    pub borders: Vec<Border>,
    /// Non-finite numbers in the constants.
    pub nonfinite: usize,
    pub items: Vec<Item<'g>>,
    /// The inputs of the node that is being imported; `None` for one that is left out.
    pub inputs: Vec<Option<Value>>,
    /// What the node puts out behind its first output.
    pub more: Vec<Value>,
    pub traces: Vec<Trace>,
    /// What became of each node, once all is done.
    pub rows: Vec<ReportRow>,
    /// The network, if nothing was refused.
    pub network: Option<Network>,
    /// Whether a node mixes the examples of a batch.
    pub mixes: bool,
    /// Whether a node is not supported.
    pub unsupported: bool,
    /// The first contradiction in the file, or the limit that was reached.
    pub broken: Option<Error>,
    options: &'g Options,
    /// What every edge carries; `None` for what comes from a refused node.
    values: Vec<Option<Value>>,
    activations: Vec<(ValueId, OutputActivation)>,
    names: Named<usize>,
    layers: usize,
    /// The node of the file that is being imported.
    current: usize,
}

/// Imports the graph.
pub(super) fn run<'g, 'a>(
    graph: &'g Graph<'g, 'a>,
    options: &'g Options,
    budget: &'g Budget<'g>,
    opset: i64,
    batched: bool,
) -> Import<'g, 'a> {
    let mut import = Import {
        graph,
        budget,
        opset,
        batched,
        batch: None,
        builder: Builder::new(),
        borders: Vec::new(),
        nonfinite: 0,
        items: Vec::new(),
        inputs: Vec::new(),
        more: Vec::new(),
        traces: vec![Trace::default(); graph.proto.nodes.len()],
        rows: Vec::new(),
        network: None,
        mixes: false,
        unsupported: false,
        broken: None,
        options,
        values: vec![None; graph.uses.len()],
        activations: Vec::new(),
        names: Named::default(),
        layers: 0,
        current: usize::MAX,
    };
    for (part, &id) in graph.proto.inputs.iter().zip(&graph.graph_inputs) {
        import.input_value(part, id);
        import.record(&format_args!("input '{}'", part.name));
    }
    for &index in &graph.order {
        import.node_of_file(index);
        if import.broken.as_ref().is_some_and(|error| error.code() == Code::Limit) {
            break;
        }
    }
    import.finish();
    import
}

impl<'g, 'a> Import<'g, 'a> {
    /// Whether everything was imported.
    pub fn complete(&self) -> bool {
        !self.mixes && !self.unsupported && self.broken.is_none()
    }

    /// Notes the refusal, if there is one, and says why in words: where, if the file is to blame.
    #[inline(never)]
    fn record(&mut self, place: &dyn Display) -> Option<String> {
        self.budget.refusal.at(place);
        let (kind, error) = self.budget.refusal.take()?;
        let why = error.message().to_string();
        match kind {
            Kind::Batch => self.mixes = true,
            Kind::Unsupported => self.unsupported = true,
            Kind::Broken => drop(self.broken.get_or_insert(error)),
        }
        Some(why)
    }

    /// Gives a graph input its value: a constant if it is bound, else a network input; nothing if it
    /// has an initializer.
    fn input_value(&mut self, part: &Part<'_>, id: ValueId) {
        if let Some(tensor) = self.options.constants.get(part.name) {
            self.budget.allocate(tensor.dims());
            let value = self.tensor(tensor.clone());
            self.set(id, Some(value));
        } else if id >= self.graph.proto.initializers.len() {
            let value = self.network_input(part);
            self.set(id, self.budget.refusal.is_none().then_some(value));
        }
    }

    fn network_input(&mut self, part: &Part<'_>) -> Value {
        let (kind, dims) = part.on(self.budget).tensor_type();
        let whole = is_whole(kind);
        let why = format_args!("data type {kind} is not supported");
        self.budget.demand(whole.is_some(), Code::Dtype, &why);
        let Some(dims) = dims else { return self.misshapen(&"the file states no shape") };
        if self.batched && dims.is_empty() {
            return self.mixes_batch(&"a scalar has no batch axis");
        }
        let mut extents = Vec::with_capacity(dims.len());
        for (axis, &(fixed, name)) in dims.iter().enumerate() {
            if self.batched && axis == 0 {
                if let Some(n) = fixed
                    && *self.batch.get_or_insert(n) != n
                {
                    return self.mixes_batch(&"inputs differ in their first axis");
                }
                continue;
            }
            let bound = self.options.dimensions.get(name).copied();
            match fixed {
                // What is beyond usize is beyond the limit, too.
                Some(n @ 1..) => extents.push(usize::try_from(n).unwrap_or(usize::MAX)),
                Some(n) => return self.misshapen(&format_args!("an axis of {n} elements")),
                // The batch, written as an axis of one example.
                None if axis == 0 => extents.push(bound.unwrap_or(1)),
                None => match bound {
                    Some(n) => extents.push(n),
                    None => {
                        return self.misshapen(&format_args!(
                            "axis '{name}' has no fixed size; bind it to a number"
                        ));
                    }
                },
            }
        }
        self.budget.allocate(&extents);
        if !self.budget.refusal.is_none() {
            return Value::default();
        }
        let name = self.unique(part.name);
        let id = self.builder.input(&name, &extents);
        let value = self.built(id);
        self.whole(value, whole == Some(true))
    }

    /// What a node of the network computes, if it could be built.
    #[inline(never)]
    fn built(&mut self, id: Result<NodeId>) -> Value {
        match id {
            Ok(id) => self.output(id),
            Err(error) => {
                self.budget.refusal.keep(Kind::Broken, error);
                Value::default()
            }
        }
    }

    /// The node of the file that is being imported.
    pub fn call(&self) -> Option<&'g NodeProto<'a>> {
        self.graph.proto.nodes.get(self.current)
    }

    fn node_of_file(&mut self, index: usize) {
        let graph = self.graph;
        self.current = index;
        let Some(node) = self.call() else { return };
        if !graph.needed.get(index).is_some_and(|&needed| needed) {
            return self.note(Status::Unused);
        }
        let items = self.items.len();
        self.more.clear();
        let mut result = self.import_node(index);
        if let Some(value) = result {
            self.settle(value);
        }
        if !self.budget.refusal.is_none() {
            let place = self.place(node);
            let why = self.record(&place).unwrap_or_default();
            self.note(Status::Refused(why));
            (result, self.more) = (None, Vec::new());
        }
        for (i, id) in graph.outputs(index).enumerate() {
            let other = i.checked_sub(1).and_then(|i| self.more.get(i).copied());
            self.set(id, if i == 0 { result } else { other });
        }
        for id in graph.inputs(index).iter().flatten() {
            if let Some(value) = self.value(*id) {
                self.count_uses(value, 0, 1);
            }
        }
        self.drop_unused(items);
    }

    /// What a node comes to; nothing if it depends on a refused one.
    fn import_node(&mut self, index: usize) -> Option<Value> {
        let (graph, mut blocked) = (self.graph, false);
        self.inputs.clear();
        for &id in graph.inputs(index) {
            let mut value = None;
            if let Some(id) = id {
                self.load(id);
                value = self.value(id);
                blocked |= value.is_none();
            }
            self.inputs.push(value);
        }
        let build = operators::find(self)?;
        if !self.budget.refusal.is_none() {
            return None;
        }
        if blocked {
            self.note(Status::Blocked);
            return None;
        }
        Some(build(self))
    }

    /// Where a refusal happened: the node, and what it is given.
    #[cold]
    fn place(&self, node: &NodeProto<'_>) -> String {
        let mut text = Title(node).to_string();
        for value in self.inputs.iter().flatten() {
            text += " [";
            for (i, &n) in self.shape(*value).iter().enumerate() {
                text += if i > 0 { ", " } else { "" };
                // Writing to a string does not fail.
                let _ = if n == BATCH { text.write_str("N") } else { write!(text, "{n}") };
            }
            text += "]";
        }
        text
    }

    /// What a successful node came to, where its operator did not say.
    fn settle(&mut self, value: Value) {
        let node = self.node(value);
        let Some(trace) = self.traces.get_mut(self.current) else { return };
        trace.value = node;
        if trace.status.is_none() && trace.pushed.is_empty() && !trace.folded {
            trace.status = Some(if node.is_none() { Status::Constant } else { Status::Skipped });
        }
    }

    /// Decodes the initializer of a value when it is needed for the first time.
    #[inline(never)]
    fn load(&mut self, id: ValueId) {
        if let (Some(part), None) = (self.graph.proto.initializers.get(id), self.value(id)) {
            let stored = Stored::new(part.on(self.budget).body);
            let value = match stored.floats() {
                Some(floats) => self.stored(Shape::new(&stored.dims), floats),
                None => self.tensor(stored.tensor()),
            };
            self.budget.refusal.at(&format_args!("tensor '{}'", part.name));
            self.set(id, Some(value));
        }
    }

    /// What an edge carries.
    pub fn value(&self, id: ValueId) -> Option<Value> {
        self.values.get(id).copied().flatten()
    }

    #[inline(never)]
    fn set(&mut self, id: ValueId, value: Option<Value>) {
        if let (Some(value), Some(&uses)) = (value, self.graph.uses.get(id)) {
            self.count_uses(value, uses, 0);
        }
        if let Some(slot) = self.values.get_mut(id) {
            *slot = value;
        }
    }

    #[inline(never)]
    fn note(&mut self, status: Status) {
        if let Some(trace) = self.traces.get_mut(self.current) {
            trace.status = Some(status);
        }
    }

    /// Says that the node's value is one that was there already.
    pub fn folded(&mut self) {
        if let Some(trace) = self.traces.get_mut(self.current) {
            trace.folded = true;
        }
    }

    /// Whether one of the node's outputs leads anywhere.
    pub fn is_used(&self, output: usize) -> bool {
        let id = self.graph.outputs(self.current).nth(output);
        id.is_some_and(|id| self.graph.is_used(id))
    }

    /// Takes the node off the end if it makes an output that nothing else uses; its input is then
    /// the raw output.
    #[inline(never)]
    pub fn output_activation(&mut self, activation: OutputActivation) -> bool {
        let Some(id) = self.graph.outputs(self.current).next() else { return false };
        let last = self.graph.uses.get(id) == Some(&1) && self.graph.graph_outputs.contains(&id);
        if last {
            self.activations.push((id, activation));
            self.note(Status::OutputActivation(activation));
        }
        last
    }

    /// A name that no node of the network has.
    #[inline(never)]
    fn unique(&mut self, name: &str) -> String {
        let mut candidate = name.to_string();
        while self.names.get(&candidate).is_some()
            && let Some(count) = self.names.get_mut(name)
        {
            *count = count.saturating_add(1);
            candidate = format!("{name}#{count}");
        }
        self.names.insert(candidate.clone(), 1);
        candidate
    }

    /// Adds a layer for the current node.
    #[inline(never)]
    pub fn layer(&mut self, operation: Operation, inputs: &[Value]) -> Value {
        let mut ids = Vec::with_capacity(inputs.len());
        for &value in inputs {
            ids.extend(self.node(value));
        }
        // What one element of the output costs.
        let effort = match &operation {
            Operation::Dense { weight, outputs, .. } | Operation::Conv { weight, outputs, .. } => {
                weight.len().checked_div(*outputs).unwrap_or(0)
            }
            Operation::MaxPool { window, .. } | Operation::AveragePool { window, .. } => {
                window.kernel.iter().fold(1, |n: usize, &k| n.saturating_mul(k))
            }
            Operation::LocalResponseNorm { size, .. } => *size,
            Operation::MatMul => {
                let left = ids.first().map_or(&[][..], |&id| self.builder.shape(id));
                left.last().copied().unwrap_or(0)
            }
            _ => ids.len(),
        };
        // Some operators make many layers: Split one per output.
        self.layers = self.layers.saturating_add(1);
        let most = self.budget.limits().nodes.saturating_mul(2);
        let why = format_args!("the network has more than {most} layers");
        self.budget.demand(self.layers <= most, Code::Limit, &why);
        if !self.budget.refusal.is_none() {
            return Value::default();
        }
        let name = self.unique(self.call().map_or("", base_name));
        let id = self.builder.push(&name, operation, &ids);
        let value = self.built(id);
        if let Some(id) = self.node(value) {
            let len = self.budget.allocate(self.builder.shape(id));
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

    /// The outputs that are constants, with their names.
    pub fn constants(&self) -> impl Iterator<Item = Result<(String, Tensor)>> + '_ {
        let outputs = self.graph.proto.outputs.iter().zip(&self.graph.graph_outputs);
        outputs.filter_map(|(part, &id)| {
            let value = self.value(id).filter(|value| self.node(*value).is_none())?;
            Some(self.to_tensor(value).map(|tensor| (part.name.to_string(), tensor)))
        })
    }

    fn finish(&mut self) {
        let (graph, mut outputs) = (self.graph, Vec::new());
        for (part, &id) in graph.proto.outputs.iter().zip(&graph.graph_outputs) {
            self.load(id);
            self.record(&format_args!("output '{}'", part.name));
            if let Some(node) = self.value(id).and_then(|value| self.node(value)) {
                let own = self.activations.iter().find(|(of, _)| *of == id);
                let activation = own.map_or(OutputActivation::Unknown, |(_, own)| *own);
                outputs.push((part.name.to_string(), node, activation));
            }
        }
        let mut places = Vec::new();
        if self.complete() && !outputs.is_empty() {
            match std::mem::take(&mut self.builder).finish(outputs) {
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
    }
}
