//! The import itself: nodes in topological order, each either computed (constants) or built (layers).
//!
//! In *batched* mode axis 0 of every activation is the batch and does not exist in the network's
//! shapes; an operator that touches it gives a refusal of kind `Batch`, and the caller tries again
//! unbatched, where the whole ONNX shape is the shape of one example.

use super::builder::GraphBuilder;
use super::decode::{Stored, is_whole};
use super::diagnostic::{Kind, short};
use super::graph::{Graph, Title, ValueId};
use super::limits::Budget;
use super::operators;
use super::options::{Options, Suggested};
use super::proto::{NodeProto, Part};
use super::report::{ReportRow, Status};
use super::tensor::{BATCH, Shape};
use super::value::Value;
use crate::error::{Code, Error, clip};
use crate::network::Network;
use std::fmt::{Display, Write};

/// Shapes of inputs that a message states.
const SHAPES: usize = 6;

/// Most bytes of a reason in the report.
const REASON: usize = 600;

/// An import: which node is next, what every edge carries, and what went wrong.
#[derive(Debug)]
pub(super) struct Import<'g, 'a> {
    pub graph: &'g Graph<'g, 'a>,
    pub budget: &'g Budget<'g>,
    pub options: &'g Options,
    suggested: &'g Suggested<'a>,
    /// What operators build with.
    pub builder: GraphBuilder<'g, 'a>,
    /// What every edge carries; `None` for what comes from a refused node.
    values: Vec<Option<Value>>,
    /// Whether a node mixes the examples of a batch.
    pub mixes: bool,
    /// Whether a node is not supported.
    pub unsupported: bool,
    /// The first contradiction in the file, or the limit that was reached.
    pub broken: Option<Error>,
    /// The network, once all is done, if nothing was refused.
    pub network: Option<Network>,
    /// What became of each node, once all is done.
    pub rows: Vec<ReportRow>,
}

/// Imports the nodes of the graph.
pub(super) fn run<'g, 'a>(
    graph: &'g Graph<'g, 'a>,
    (options, suggested): (&'g Options, &'g Suggested<'a>),
    budget: &'g Budget<'g>,
    opset: i64,
    batched: bool,
) -> Import<'g, 'a> {
    let mut import = Import {
        graph,
        budget,
        options,
        suggested,
        builder: GraphBuilder::new(graph, budget, opset, batched),
        values: vec![None; graph.uses.len()],
        mixes: false,
        unsupported: false,
        broken: None,
        network: None,
        rows: Vec::new(),
    };
    for (part, &id) in graph.proto.inputs.iter().zip(&graph.graph_inputs) {
        import.input_value(part, id);
        import.take_diagnostic(&format_args!("input '{}'", short(part.name)));
    }
    for &index in &graph.order {
        import.node_of_file(index);
        if import.limited() {
            break;
        }
    }
    import
}

impl Import<'_, '_> {
    /// Whether everything was imported.
    pub fn complete(&self) -> bool {
        !self.mixes && !self.unsupported && self.broken.is_none()
    }

    /// Whether a limit was reached.
    pub fn limited(&self) -> bool {
        self.broken.as_ref().is_some_and(|error| error.code() == Code::Limit)
    }

    /// Takes what went wrong, if anything did, out of the budget, and says why in words: where, if the file is
    /// to blame.
    #[inline(never)]
    pub fn take_diagnostic(&mut self, place: &dyn Display) -> Option<String> {
        self.budget.diagnostic.at(place);
        let (kind, error) = self.budget.diagnostic.take()?;
        let mut why = error.message().to_string();
        clip(&mut why, REASON);
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
            self.budget.allocate(tensor.dims(), 8);
            let value = self.builder.tensor(tensor.clone());
            self.set(id, Some(value));
        } else if id >= self.graph.proto.initializers.len() {
            let value = self.network_input(part);
            self.set(id, self.budget.diagnostic.is_none().then_some(value));
        }
    }

    fn network_input(&mut self, part: &Part<'_>) -> Value {
        let (kind, dims) = part.on(self.budget).tensor_type();
        let whole = is_whole(kind);
        let why = format_args!("data type {kind} is not supported");
        self.budget.require(whole.is_some(), Code::Dtype, &why);
        let Some(dims) = dims else { return self.builder.shape_error(&"the file states no shape") };
        if self.builder.batched() && dims.is_empty() {
            return self.builder.mixes_batch(&"a scalar has no batch axis");
        }
        let mut extents = Vec::with_capacity(dims.len());
        for (axis, &(fixed, name)) in dims.iter().enumerate() {
            if self.builder.batched() && axis == 0 {
                if let Some(n) = fixed
                    && !self.builder.states_batch(n)
                {
                    return self.builder.mixes_batch(&"inputs differ in their first axis");
                }
                continue;
            }
            let given = self.options.dimensions.get(name).copied();
            let bound = given.or_else(|| self.suggested.size(name));
            match fixed {
                // What is beyond usize is beyond the limit, too.
                Some(n @ 1..) => extents.push(usize::try_from(n).unwrap_or(usize::MAX)),
                Some(n) => {
                    return self.builder.shape_error(&format_args!("an axis of {n} elements"));
                }
                // The batch, written as an axis of one example.
                None if axis == 0 => extents.push(bound.unwrap_or(1)),
                None => match bound {
                    Some(n) => extents.push(n),
                    None => {
                        return self.builder.shape_error(&format_args!(
                            "axis '{name}' has no fixed size; bind it to a number"
                        ));
                    }
                },
            }
        }
        self.builder.network_input(part.name, &extents, whole == Some(true))
    }

    fn node_of_file(&mut self, index: usize) {
        let graph = self.graph;
        self.builder.begin(index);
        let Some(node) = self.builder.call() else { return };
        if !graph.needed.get(index).is_some_and(|&needed| needed) {
            return self.builder.note(Status::Unused);
        }
        let values = self.builder.count_values();
        let mut result = self.import_node(index);
        if let Some(value) = result {
            self.builder.conclude(value);
        }
        if !self.budget.diagnostic.is_none() {
            let place = self.place(node);
            let why = self.take_diagnostic(&place).unwrap_or_default();
            self.builder.note(Status::Refused(why));
            result = None;
            self.builder.put_out_more(Vec::new());
        }
        for (i, id) in graph.outputs(index).enumerate() {
            let other = i.checked_sub(1).and_then(|i| self.builder.more(i));
            self.set(id, if i == 0 { result } else { other });
        }
        for id in graph.inputs(index).iter().flatten() {
            if let Some(value) = self.value(*id) {
                self.builder.count_uses(value, 0, 1);
            }
        }
        self.builder.drop_unused(values);
    }

    /// What a node comes to; nothing if it depends on a refused one.
    fn import_node(&mut self, index: usize) -> Option<Value> {
        let (graph, mut blocked) = (self.graph, false);
        for &id in graph.inputs(index) {
            let mut value = None;
            if let Some(id) = id {
                self.load(id);
                value = self.value(id);
                blocked |= value.is_none();
            }
            self.builder.feed(value);
        }
        let build = operators::find(&self.builder)?;
        if !self.budget.diagnostic.is_none() {
            return None;
        }
        if blocked {
            self.builder.note(Status::Blocked);
            return None;
        }
        Some(build(&mut self.builder))
    }

    /// Where a refusal happened: the node, and what it is given.
    #[cold]
    fn place(&self, node: &NodeProto<'_>) -> String {
        let mut text = Title(node).to_string();
        for (i, value) in self.builder.inputs().enumerate() {
            if i == SHAPES {
                text += " …";
                break;
            }
            text += " [";
            for (i, &n) in self.builder.shape(value).iter().enumerate() {
                text += if i > 0 { ", " } else { "" };
                // Writing to a string does not fail.
                let _ = if n == BATCH { text.write_str("N") } else { write!(text, "{n}") };
            }
            text += "]";
        }
        text
    }

    /// Decodes the initializer of a value when it is needed for the first time.
    #[inline(never)]
    pub fn load(&mut self, id: ValueId) {
        if let (Some(part), None) = (self.graph.proto.initializers.get(id), self.value(id)) {
            let stored = Stored::new(part.on(self.budget).body);
            let value = match stored.floats() {
                Some(floats) => self.builder.stored(Shape::new(&stored.dims), floats),
                None => self.builder.tensor(stored.tensor()),
            };
            self.budget.diagnostic.at(&format_args!("tensor '{}'", short(part.name)));
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
            self.builder.count_uses(value, uses, 0);
        }
        if let Some(slot) = self.values.get_mut(id) {
            *slot = value;
        }
    }
}
