//! What operators build with: the node at hand, the values of the graph, the layers of the network.
//!
//! Operators see a [`GraphBuilder`] and never the import, which hands them one node after another. They ask it for
//! inputs and attributes, and make constants and layers of them or refuse the node. They do not ask whether a value is
//! a constant or an activation: [`GraphBuilder::reshape`], [`GraphBuilder::take`], [`GraphBuilder::transpose`],
//! [`GraphBuilder::concat`] and [`GraphBuilder::expand`] compute the former and build layers for the latter. Axes and
//! shapes are those of the file; that a batched activation has no batch axis in the network is known here alone.

mod arguments;
mod axes;
mod constants;
mod join;
mod layers;
mod rearrange;

use super::diagnostic::{Kind, error};
use super::graph::{Graph, ValueId};
use super::limits::Budget;
use super::proto::NodeProto;
use super::report::{ImportLog, Status};
use super::tensor::Shape;
use super::value::{Item, Value};
use crate::error::Code;
use crate::network::{Builder, NodeId, OutputActivation};
use std::fmt::Display;
use std::rc::Rc;

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

/// The network in the making, and the node of the file that is being imported into it.
#[derive(Debug)]
pub(super) struct GraphBuilder<'g, 'a> {
    graph: &'g Graph<'g, 'a>,
    budget: &'g Budget<'g>,
    opset: i64,
    batched: bool,
    batch: Option<i64>,
    network: Builder,
    /// How many layers there are.
    layers: usize,
    borders: Vec<Border>,
    activations: Vec<(ValueId, OutputActivation)>,
    /// Non-finite numbers in the constants.
    nonfinite: usize,
    items: Vec<Item<'g>>,
    /// The node of the file that is being imported.
    current: usize,
    /// Its inputs; `None` for one that is left out.
    inputs: Vec<Option<Value>>,
    /// What it puts out behind its first output.
    more: Vec<Value>,
    /// What is known about each node of the file.
    logs: Vec<ImportLog>,
}

/// What the import does with it.
impl<'g, 'a> GraphBuilder<'g, 'a> {
    pub fn new(
        graph: &'g Graph<'g, 'a>,
        budget: &'g Budget<'g>,
        opset: i64,
        batched: bool,
    ) -> Self {
        GraphBuilder {
            graph,
            budget,
            opset,
            batched,
            batch: None,
            network: Builder::new(),
            layers: 0,
            borders: Vec::new(),
            activations: Vec::new(),
            nonfinite: 0,
            items: Vec::new(),
            current: usize::MAX,
            inputs: Vec::new(),
            more: Vec::new(),
            logs: vec![ImportLog::default(); graph.proto.nodes.len()],
        }
    }

    /// Goes on to a node of the file.
    pub fn begin(&mut self, node: usize) {
        self.current = node;
        self.inputs.clear();
        self.more.clear();
    }

    /// Gives the node its next input; `None` is one that is left out.
    pub fn feed(&mut self, input: Option<Value>) {
        self.inputs.push(input);
    }

    /// The inputs that the node was given.
    pub fn inputs(&self) -> impl Iterator<Item = Value> + '_ {
        self.inputs.iter().flatten().copied()
    }

    /// What the node puts out behind its first output.
    pub fn more(&self, i: usize) -> Option<Value> {
        self.more.get(i).copied()
    }

    /// Whether the batch size that an input states is that of the others.
    pub fn states_batch(&mut self, size: i64) -> bool {
        *self.batch.get_or_insert(size) == size
    }

    /// What a successful node came to, where its operator did not say.
    pub fn conclude(&mut self, value: Value) {
        let node = self.node(value);
        let Some(log) = self.logs.get_mut(self.current) else { return };
        log.value = node;
        if log.status.is_none() && log.pushed.is_empty() && !log.folded {
            log.status = Some(if node.is_none() { Status::Constant } else { Status::Skipped });
        }
    }

    /// Says what became of the node.
    #[inline(never)]
    pub fn note(&mut self, status: Status) {
        if let Some(log) = self.logs.get_mut(self.current) {
            log.status = Some(status);
        }
    }

    /// What is known about each node of the file.
    pub fn logs(&self) -> &[ImportLog] {
        &self.logs
    }

    /// How many numbers of the constants are not finite.
    pub fn nonfinite(&self) -> usize {
        self.nonfinite
    }

    /// How many values there are.
    pub fn count_values(&self) -> usize {
        self.items.len()
    }

    /// Counts uses of a value; after the last one the numbers of a constant are dropped.
    #[inline(never)]
    pub fn count_uses(&mut self, value: Value, more: usize, less: usize) {
        if let Some(item) = self.item_mut(value) {
            item.uses = item.uses.saturating_add(more).saturating_sub(less);
            if item.uses == 0 {
                item.numbers = Rc::default();
            }
        }
    }

    /// Drops the numbers of those of the newest values that nothing uses.
    pub fn drop_unused(&mut self, from: usize) {
        for item in self.items.iter_mut().skip(from) {
            if item.uses == 0 {
                item.numbers = Rc::default();
            }
        }
    }

    /// How a value of the file, an output that was taken off the end, is to be read.
    pub fn activation_of(&self, id: ValueId) -> OutputActivation {
        let own = self.activations.iter().find(|(of, _)| *of == id);
        own.map_or(OutputActivation::Unknown, |(_, own)| *own)
    }

    /// The layers.
    pub fn network(&self) -> &Builder {
        &self.network
    }

    /// The layers, to make the network of them.
    pub fn take_network(&mut self) -> Builder {
        std::mem::take(&mut self.network)
    }
}

/// What operators see of their node, and how they refuse it.
impl<'g, 'a> GraphBuilder<'g, 'a> {
    /// The node of the file that is being imported.
    pub fn call(&self) -> Option<&'g NodeProto<'a>> {
        self.graph.proto.nodes.get(self.current)
    }

    /// Version of the operator set.
    pub fn opset(&self) -> i64 {
        self.opset
    }

    /// Whether axis 0 of activations is the batch.
    pub fn batched(&self) -> bool {
        self.batched
    }

    /// The batch size, where the file fixes it.
    pub fn stated_batch(&self) -> Option<i64> {
        self.batch
    }

    /// Whether one of the node's outputs leads anywhere.
    pub fn is_used(&self, output: usize) -> bool {
        let id = self.graph.outputs(self.current).nth(output);
        id.is_some_and(|id| self.graph.is_used(id))
    }

    /// Puts these out behind the first output.
    pub fn put_out_more(&mut self, values: Vec<Value>) {
        self.more = values;
    }

    /// Says that the node's value is one that was there already.
    pub fn folded(&mut self) {
        if let Some(log) = self.logs.get_mut(self.current) {
            log.folded = true;
        }
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

    /// Keeps a border for the window that may follow.
    pub fn add_border(&mut self, border: Border) {
        self.borders.push(border);
    }

    /// The border that this value ends in.
    pub fn border(&self, value: Value) -> Option<&Border> {
        let padded = self.node(value);
        self.borders.iter().find(|border| Some(border.padded) == padded)
    }

    /// Whether something went wrong.
    pub fn is_refused(&self) -> bool {
        !self.budget.diagnostic.is_none()
    }

    #[cold]
    #[inline(never)]
    fn refuse(&self, kind: Kind, code: Code, why: &dyn Display) {
        // Only the first is kept: to write the others would take long where a list is refused entry by entry.
        if !self.is_refused() {
            self.budget.diagnostic.record(kind, error(code, why));
        }
    }

    /// It uses something that is not supported.
    pub fn unsupported<T: Default>(&self, why: &dyn Display) -> T {
        self.refuse(Kind::Unsupported, Code::Unsupported, why);
        T::default()
    }

    /// It mixes the examples of a batch.
    pub fn mixes_batch<T: Default>(&self, why: &dyn Display) -> T {
        self.refuse(Kind::Batch, Code::Unsupported, why);
        T::default()
    }

    /// The file contradicts itself.
    pub fn shape_error<T: Default>(&self, why: &dyn Display) -> T {
        self.refuse(Kind::Broken, Code::Shape, why);
        T::default()
    }
}

/// What is known about values.
impl<'g> GraphBuilder<'g, '_> {
    #[inline(never)]
    fn item(&self, value: Value) -> Option<&Item<'g>> {
        self.items.get(value.index())
    }

    #[inline(never)]
    fn item_mut(&mut self, value: Value) -> Option<&mut Item<'g>> {
        self.items.get_mut(value.index())
    }

    /// A new value; none once something went wrong.
    #[inline(never)]
    fn add(&mut self, item: Item<'g>) -> Value {
        if self.is_refused() {
            return Value::default();
        }
        self.items.push(item);
        Value::last_of(self.items.len())
    }

    /// The shape that the file means.
    #[inline(never)]
    pub fn shape(&self, value: Value) -> Shape {
        self.item(value).map_or(Shape::default(), |item| item.shape)
    }

    /// Number of axes.
    pub fn rank(&self, value: Value) -> usize {
        self.shape(value).len()
    }

    /// The node of the network that computes an activation.
    #[inline(never)]
    pub fn node(&self, value: Value) -> Option<NodeId> {
        self.item(value)?.node
    }

    /// Whether axis 0 is the batch.
    pub fn is_batched(&self, value: Value) -> bool {
        self.batched && self.node(value).is_some()
    }

    /// Whether the numbers are integers.
    #[inline(never)]
    pub fn is_whole(&self, value: Value) -> bool {
        self.item(value).is_some_and(|item| item.whole)
    }

    /// The same value, said to hold integers or not.
    #[inline(never)]
    pub fn whole(&mut self, value: Value, whole: bool) -> Value {
        if let Some(item) = self.item_mut(value) {
            item.whole = whole;
        }
        value
    }
}
