//! The import itself: nodes in topological order, each either computed (constants) or built (layers).
//!
//! In *batched* mode axis 0 of every activation is the batch and does not exist in the network's
//! shapes; an operator that touches it gives a refusal of kind `Batch`, and the caller tries again unbatched,
//! where the whole ONNX shape is the shape of one example.

use super::Options;
use super::decode::{decode, is_float, is_int};
use super::graph::{Graph, Title, ValueId, base_name};
use super::limits::Budget;
use super::names::Named;
use super::operators::{self, Call};
use super::proto::{Dim, ValueInfo};
use super::refusal::{Kind, Outcome, Refusal, context, ensure, misshapen, mixes_batch};
use super::report::{ReportRow, Status};
use super::tensor::Tensor;
use crate::error::{Code, Error, Result};
use crate::network::{Builder, Layer, Link, Network, NodeId, Operation};
use std::rc::Rc;

/// What an edge of the graph carries.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Known when the file is read.
    Constant(Rc<Tensor>),
    /// Computed by the network; `whole` if the file says that the numbers are integers.
    Node { id: NodeId, whole: bool },
    /// Comes from a refused node.
    Unknown,
}

impl Value {
    #[inline(never)]
    pub fn constant(tensor: Tensor) -> Self {
        Value::Constant(Rc::new(tensor))
    }

    /// Whether the numbers are whole.
    pub fn is_whole(&self) -> bool {
        match self {
            Value::Constant(tensor) => tensor.is_whole(),
            Value::Node { whole, .. } => *whole,
            Value::Unknown => false,
        }
    }

    pub fn float(id: NodeId) -> Self {
        Value::Node { id, whole: false }
    }
}

/// A border of zeros that a following window can take over.
#[derive(Clone, Debug)]
pub(super) struct Border {
    pub source: NodeId,
    pub before: Vec<usize>,
    pub after: Vec<usize>,
}

/// What is known about a node of the file on the way.
#[derive(Debug, Default)]
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
    /// Borders of zeros, by the node that adds them.
    pub borders: Vec<(NodeId, Border)>,
    /// Non-finite numbers in the constants.
    pub nonfinite: usize,
    options: &'g Options,
    values: Vec<Option<Value>>,
    remaining: Vec<usize>,
    links: Vec<(ValueId, Link)>,
    names: Named<usize>,
    layers: usize,
    /// The node of the file that is being imported.
    current: usize,
    pub traces: Vec<Trace>,
}

/// What an attempt came to.
pub(super) struct Attempt {
    pub rows: Vec<ReportRow>,
    /// The first refusals of each kind.
    pub batch: bool,
    pub unsupported: bool,
    pub broken: Option<Error>,
    pub network: Option<Network>,
    pub nonfinite: usize,
    /// Outputs that are constants.
    pub constants: Named<Tensor>,
}

/// Imports the graph.
pub(super) fn run<'g>(
    graph: &'g Graph<'g, '_>,
    options: &'g Options,
    budget: &'g Budget<'g>,
    opset: i64,
    batched: bool,
) -> Attempt {
    let mut import = Import {
        graph,
        budget,
        opset,
        batched,
        batch: None,
        builder: Builder::new(),
        borders: Vec::new(),
        nonfinite: 0,
        options,
        values: vec![None; graph.uses.len()],
        remaining: graph.uses.clone(),
        links: Vec::new(),
        names: Named::default(),
        layers: 0,
        current: usize::MAX,
        traces: graph.proto.nodes.iter().map(|_| Trace::default()).collect(),
    };
    let mut attempt = Attempt {
        rows: Vec::new(),
        batch: false,
        unsupported: false,
        broken: None,
        network: None,
        nonfinite: 0,
        constants: Named::default(),
    };
    if let Err(refusal) = import.inputs() {
        attempt.record(refusal);
    }
    for &index in &graph.order {
        import.node(index, &mut attempt);
        if let Some(error) = &attempt.broken
            && error.code() == Code::Limit
        {
            break;
        }
    }
    import.finish(&mut attempt);
    attempt
}

impl Attempt {
    /// Whether everything was imported.
    pub fn complete(&self) -> bool {
        !self.batch && !self.unsupported && self.broken.is_none()
    }

    /// Notes the refusal and says why in words.
    fn record(&mut self, refusal: Refusal) -> String {
        let (kind, error) = refusal.open();
        let why = error.message().to_string();
        match kind {
            Kind::Batch => self.batch = true,
            Kind::Unsupported => self.unsupported = true,
            Kind::Broken => drop(self.broken.get_or_insert(error)),
        }
        why
    }
}

impl Import<'_, '_> {
    /// Makes network inputs of the graph inputs that have no initializer and are not bound.
    fn inputs(&mut self) -> Outcome<()> {
        for (info, &id) in self.graph.proto.inputs.iter().zip(&self.graph.graph_inputs) {
            if let Some(tensor) = self.options.constants.get(info.name) {
                self.budget.allocate(tensor.len() as u64, tensor.width())?;
                self.set(id, Value::constant(tensor.clone()));
                continue;
            }
            if id < self.graph.proto.initializers.len() {
                continue;
            }
            self.input(info, id)
                .map_err(|refusal| context(refusal, &format_args!("input '{}'", info.name)))?;
        }
        Ok(())
    }

    fn input(&mut self, info: &ValueInfo<'_>, id: ValueId) -> Outcome<()> {
        let kind = info.data_type;
        ensure(
            is_float(kind) || is_int(kind),
            Code::Dtype,
            &format_args!("data type {kind} is not supported"),
        )?;
        let Some(dims) = &info.shape else { return misshapen("the file states no shape") };
        let mut dims = dims.as_slice();
        if self.batched {
            let Some((first, rest)) = dims.split_first() else {
                return mixes_batch("a scalar has no batch axis");
            };
            if let Dim::Fixed(n) = *first
                && *self.batch.get_or_insert(n) != n
            {
                return mixes_batch("inputs differ in their first axis");
            }
            dims = rest;
        }
        let mut shape = Vec::with_capacity(dims.len());
        for (axis, dim) in dims.iter().enumerate() {
            let bound = |name: &str| self.options.dimensions.get(name).copied();
            match *dim {
                Dim::Fixed(n) => match usize::try_from(n) {
                    Ok(n) if n > 0 => shape.push(n),
                    // Where usize has 32 bits; otherwise the limit on elements finds it.
                    Err(_) if n > 0 => {
                        let message = format!("an axis of {n} elements");
                        return Err(Error::new(Code::Limit, message).into());
                    }
                    _ => return misshapen(format_args!("an axis of {n} elements")),
                },
                Dim::Symbolic(name) => match bound(name) {
                    Some(n) => shape.push(n),
                    // The batch, written as an axis of one example.
                    None if !self.batched && axis == 0 => shape.push(1),
                    None => {
                        return misshapen(format_args!(
                            "axis '{name}' has no fixed size; bind it to a number"
                        ));
                    }
                },
            }
        }
        self.budget.allocate(super::limits::elements(&shape, self.budget.limits())?, 4)?;
        let name = self.unique(info.name);
        let node = self.builder.input(&name, &shape)?;
        self.set(id, Value::Node { id: node, whole: is_int(kind) });
        Ok(())
    }

    fn node(&mut self, index: usize, attempt: &mut Attempt) {
        let graph = self.graph;
        let Some(node) = graph.proto.nodes.get(index) else { return };
        self.current = index;
        if !graph.needed.get(index).is_some_and(|&needed| needed) {
            self.note(Status::Unused);
            return;
        }
        let outputs = graph.outputs(index);
        let result = self.arguments(index).map_err(Refusal::from).and_then(|inputs| {
            let blocked = inputs.iter().flatten().any(|value| matches!(value, Value::Unknown));
            let used = outputs.clone().map(|id| graph.is_used(id)).collect();
            let mut call = Call { node, inputs, used, budget: self.budget, opset: self.opset };
            let build = operators::find(&call)?;
            if blocked {
                self.note(Status::Blocked);
                return Ok(Vec::new());
            }
            build(self, &mut call)
        });
        match result {
            Ok(results) => {
                self.settle(&results);
                let mut results = results.into_iter();
                for id in outputs {
                    let value = results.next().unwrap_or(Value::Unknown);
                    if graph.is_used(id) {
                        self.set(id, value);
                    }
                }
            }
            Err(refusal) => {
                let why = attempt.record(context(refusal, &Title(node)));
                self.note(Status::Refused(why));
                for id in outputs {
                    self.set(id, Value::Unknown);
                }
            }
        }
    }

    /// What a successful node came to, where its operator did not say.
    fn settle(&mut self, results: &[Value]) {
        let Some(trace) = self.traces.get_mut(self.current) else { return };
        if let Some(Value::Node { id, .. }) = results.first() {
            trace.value = Some(*id);
        }
        if trace.status.is_none() && trace.pushed.is_empty() && !trace.folded {
            let constant = results.iter().all(|value| matches!(value, Value::Constant(_)));
            trace.status = Some(if constant { Status::Constant } else { Status::Skipped });
        }
    }

    /// The values of a node's inputs; those used for the last time are moved out, so that large
    /// weights can go into the network without a copy.
    fn arguments(&mut self, index: usize) -> Result<Vec<Option<Value>>> {
        let graph = self.graph;
        let ids = graph.inputs(index);
        for id in ids.iter().flatten() {
            self.load(*id)?;
        }
        let mut arguments = Vec::with_capacity(ids.len());
        for id in ids {
            arguments.push(id.and_then(|id| {
                let left = self.remaining.get_mut(id)?;
                *left = left.saturating_sub(1);
                let slot = self.values.get_mut(id)?;
                if *left == 0 { slot.take() } else { slot.clone() }
            }));
        }
        Ok(arguments)
    }

    /// Decodes the initializer of a value when it is needed for the first time.
    #[inline(never)]
    fn load(&mut self, id: ValueId) -> Result<()> {
        let have = self.values.get(id).is_none_or(Option::is_some);
        let Some(proto) = self.graph.proto.initializers.get(id) else {
            // An input that could not be imported.
            if !have {
                self.set(id, Value::Unknown);
            }
            return Ok(());
        };
        if !have {
            let tensor = decode(proto, self.budget)?;
            self.nonfinite = self.nonfinite.saturating_add(tensor.nonfinite());
            self.set(id, Value::constant(tensor));
        }
        Ok(())
    }

    #[inline(never)]
    fn set(&mut self, id: ValueId, value: Value) {
        if let Some(slot) = self.values.get_mut(id) {
            *slot = Some(value);
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

    /// Takes the node off the end if it makes an output that nothing else uses; its input is then
    /// the raw output.
    #[inline(never)]
    pub fn link(&mut self, link: Link) -> bool {
        let Some(id) = self.graph.outputs(self.current).next() else { return false };
        let last = self.graph.uses.get(id) == Some(&1) && self.graph.graph_outputs.contains(&id);
        if last {
            self.links.push((id, link));
            self.note(Status::Link(link));
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
    pub fn push(&mut self, operation: Operation, inputs: &[NodeId]) -> Outcome<NodeId> {
        let effort = match &operation {
            Operation::Dense { weight, outputs, .. } | Operation::Conv { weight, outputs, .. } => {
                weight.len().checked_div(*outputs).unwrap_or(0) as u64
            }
            Operation::MaxPool { window, .. } | Operation::AveragePool { window, .. } => {
                window.kernel.iter().fold(1, |n: u64, &k| n.saturating_mul(k as u64))
            }
            Operation::LocalResponseNorm { size, .. } => *size as u64,
            _ => inputs.len() as u64,
        };
        // Some operators make many layers: Split one per output.
        self.layers = self.layers.saturating_add(1);
        let most = self.budget.limits().nodes.saturating_mul(2);
        ensure(
            self.layers <= most,
            Code::Limit,
            &format_args!("the network has more than {most} layers"),
        )?;
        let base = self.graph.proto.nodes.get(self.current).map_or("", base_name);
        let name = self.unique(base);
        let id = self.builder.push(&name, operation, inputs)?;
        let shape = self.builder.shape(id);
        let len = self.budget.allocate(super::limits::elements(shape, self.budget.limits())?, 4)?;
        self.budget.work(effort.saturating_mul(len as u64))?;
        if let Some(trace) = self.traces.get_mut(self.current) {
            trace.pushed.push(id);
        }
        Ok(id)
    }

    /// Shape of one example at a node of the network.
    #[inline(never)]
    pub fn shape(&self, id: NodeId) -> Vec<usize> {
        self.builder.shape(id).to_vec()
    }

    /// Number of axes that the file gives to a node's values.
    #[inline(never)]
    pub fn rank(&self, id: NodeId) -> usize {
        self.builder.shape(id).len().saturating_add(usize::from(self.batched))
    }

    /// The example's axis that the file calls `axis` at a node.
    #[inline(never)]
    pub fn axis(&self, id: NodeId, axis: i64) -> Outcome<usize> {
        let axis = operators::axis(axis, self.rank(id))?;
        match (self.batched, axis.checked_sub(1)) {
            (false, _) => Ok(axis),
            (true, Some(axis)) => Ok(axis),
            (true, None) => mixes_batch("works along the batch axis"),
        }
    }

    /// The node's values in another shape.
    #[inline(never)]
    pub fn reshape(&mut self, id: NodeId, shape: Vec<usize>) -> Outcome<NodeId> {
        if self.builder.shape(id) == shape {
            return Ok(id);
        }
        self.push(Operation::Reshape { shape }, &[id])
    }

    fn finish(mut self, attempt: &mut Attempt) {
        let mut outputs = Vec::new();
        let graph = self.graph;
        for (info, &id) in graph.proto.outputs.iter().zip(&graph.graph_outputs) {
            if let Err(error) = self.load(id) {
                attempt.record(error.into());
                continue;
            }
            match self.values.get(id).cloned().flatten() {
                Some(Value::Node { id: node, .. }) => {
                    let link = self.links.iter().find(|(of, _)| *of == id);
                    let link = link.map_or(Link::Identity, |(_, link)| *link);
                    outputs.push((info.name.to_string(), node, link));
                }
                Some(Value::Constant(tensor)) => {
                    attempt.constants.insert(info.name.to_string(), (*tensor).clone());
                }
                _ => {}
            }
        }
        attempt.nonfinite = self.nonfinite;
        let mut places = Vec::new();
        if attempt.complete() && !outputs.is_empty() {
            match std::mem::take(&mut self.builder).finish(outputs) {
                Ok(network) => {
                    let (network, place) = network.prune();
                    let (network, folded) =
                        if self.options.fold { network.fold() } else { (network, Vec::new()) };
                    let after = |id: NodeId| folded.get(id).copied().unwrap_or(id);
                    places = place.into_iter().map(|id| id.map(after)).collect();
                    attempt.network = Some(network);
                }
                Err(error) => attempt.broken = Some(error),
            }
        }
        attempt.rows = self.report(attempt.network.as_ref(), &places);
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
}
