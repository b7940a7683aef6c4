//! Names to numbers: every value of the graph gets an index, nodes get an order in which inputs come
//! first, and what leads to no output is left out.

use super::proto::{GraphProto, NodeProto};
use crate::error::{Code, Error, Result, ensure};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Index of a value (an edge of the graph).
pub(super) type ValueId = usize;

/// The graph with names resolved.
#[derive(Debug)]
pub(super) struct Graph<'p, 'a> {
    pub proto: &'p GraphProto<'a>,
    /// Inputs and outputs of each node; `None` for an optional one that is left out.
    pub inputs: Vec<Vec<Option<ValueId>>>,
    pub outputs: Vec<Vec<Option<ValueId>>>,
    /// Nodes in an order in which inputs come first.
    pub order: Vec<usize>,
    /// Whether a node leads to an output.
    pub needed: Vec<bool>,
    /// For every value, the index of its initializer.
    pub initializer: Vec<Option<usize>>,
    /// For every value, how many inputs of needed nodes and graph outputs it feeds.
    pub uses: Vec<usize>,
    /// For every value, the nodes that it feeds.
    pub consumers: Vec<Vec<usize>>,
    /// The values that are graph inputs, in the order of the file.
    pub graph_inputs: Vec<ValueId>,
    /// The values that are graph outputs, in the order of the file.
    pub graph_outputs: Vec<ValueId>,
    /// Whether a value is a graph output.
    pub is_output: Vec<bool>,
}

/// A node as messages name it.
#[inline(never)]
pub(super) fn title(node: &NodeProto<'_>) -> String {
    let output = node.outputs.iter().find(|name| !name.is_empty()).copied().unwrap_or("");
    let name = if node.name.is_empty() { output } else { node.name };
    format!("'{name}' ({})", node.op)
}

impl<'p, 'a> Graph<'p, 'a> {
    pub fn new(proto: &'p GraphProto<'a>) -> Result<Self> {
        let mut names: BTreeMap<&'a str, ValueId> = BTreeMap::new();
        let mut initializer = Vec::new();
        for (i, tensor) in proto.initializers.iter().enumerate() {
            ensure(!tensor.name.is_empty(), Code::Malformed, || {
                "an initializer has no name".into()
            })?;
            let before = names.insert(tensor.name, initializer.len());
            ensure(before.is_none(), Code::Duplicate, || {
                format!("two initializers are named '{}'", tensor.name)
            })?;
            initializer.push(Some(i));
        }
        let mut graph_inputs: Vec<ValueId> = Vec::new();
        let mut is_input = vec![false; initializer.len()];
        for info in &proto.inputs {
            ensure(!info.name.is_empty(), Code::Malformed, || "an input has no name".into())?;
            let id = *names.entry(info.name).or_insert(initializer.len());
            if id == initializer.len() {
                initializer.push(None);
                is_input.push(false);
            }
            let seen = is_input.get_mut(id).is_some_and(|seen| std::mem::replace(seen, true));
            ensure(!seen, Code::Duplicate, || format!("two inputs are named '{}'", info.name))?;
            graph_inputs.push(id);
        }
        // Who defines a value, for the edges of the sort.
        let mut producer: Vec<Option<usize>> = vec![None; initializer.len()];
        let mut outputs = Vec::with_capacity(proto.nodes.len());
        for (i, node) in proto.nodes.iter().enumerate() {
            let mut list = Vec::with_capacity(node.outputs.len());
            for name in &node.outputs {
                if name.is_empty() {
                    list.push(None);
                    continue;
                }
                let before = names.insert(name, producer.len());
                ensure(before.is_none(), Code::Duplicate, || {
                    format!("node {}: '{name}' is defined twice", title(node))
                })?;
                list.push(Some(producer.len()));
                producer.push(Some(i));
                initializer.push(None);
            }
            outputs.push(list);
        }
        let values = producer.len();
        let mut consumers: Vec<Vec<usize>> = vec![Vec::new(); values];
        let mut inputs = Vec::with_capacity(proto.nodes.len());
        for (i, node) in proto.nodes.iter().enumerate() {
            let mut list = Vec::with_capacity(node.inputs.len());
            for name in &node.inputs {
                let id = match name.is_empty() {
                    true => None,
                    false => Some(*names.get(name).ok_or_else(|| {
                        Error::new(
                            Code::Dangling,
                            format!("node {}: nothing defines its input '{name}'", title(node)),
                        )
                    })?),
                };
                if let Some(consumers) = id.and_then(|id| consumers.get_mut(id)) {
                    consumers.push(i);
                }
                list.push(id);
            }
            inputs.push(list);
        }
        let mut graph_outputs: Vec<ValueId> = Vec::new();
        let mut is_output = vec![false; values];
        for info in &proto.outputs {
            let id = *names.get(info.name).ok_or_else(|| {
                Error::new(Code::Dangling, format!("nothing defines the output '{}'", info.name))
            })?;
            let seen = is_output.get_mut(id).is_some_and(|seen| std::mem::replace(seen, true));
            ensure(!seen, Code::Duplicate, || format!("two outputs are named '{}'", info.name))?;
            graph_outputs.push(id);
        }
        let order = sort(proto, &inputs, &outputs, &producer, &consumers)?;
        let (needed, uses) = needs(&order, &inputs, &outputs, &graph_outputs, values);
        Ok(Graph {
            proto,
            inputs,
            outputs,
            order,
            needed,
            initializer,
            uses,
            consumers,
            graph_inputs,
            graph_outputs,
            is_output,
        })
    }
}

/// Kahn's topological sort (1962), in the order of the file where there is a choice.
fn sort(
    proto: &GraphProto<'_>,
    inputs: &[Vec<Option<ValueId>>],
    outputs: &[Vec<Option<ValueId>>],
    producer: &[Option<usize>],
    consumers: &[Vec<usize>],
) -> Result<Vec<usize>> {
    let made_by = |value: ValueId| producer.get(value).copied().flatten();
    let mut waiting: Vec<usize> = inputs
        .iter()
        .map(|list| list.iter().flatten().filter(|&&value| made_by(value).is_some()).count())
        .collect();
    let ready = |(i, &n): (usize, &usize)| (n == 0).then_some(Reverse(i));
    let mut ready: BinaryHeap<Reverse<usize>> =
        waiting.iter().enumerate().filter_map(ready).collect();
    let mut order = Vec::with_capacity(inputs.len());
    while let Some(Reverse(node)) = ready.pop() {
        order.push(node);
        for value in outputs.get(node).into_iter().flatten().flatten() {
            for &consumer in consumers.get(*value).into_iter().flatten() {
                if let Some(n) = waiting.get_mut(consumer) {
                    *n = n.saturating_sub(1);
                    if *n == 0 {
                        ready.push(Reverse(consumer));
                    }
                }
            }
        }
    }
    if order.len() == inputs.len() {
        return Ok(order);
    }
    // Walking backwards among the nodes that still wait must come round.
    let stuck = |node: &usize| waiting.get(*node).is_some_and(|&n| n > 0);
    let mut seen = vec![false; inputs.len()];
    let mut path = Vec::new();
    let mut at = (0..inputs.len()).find(|node| stuck(node));
    while let Some(node) = at {
        if seen.get_mut(node).is_none_or(|seen| std::mem::replace(seen, true)) {
            path = path.split_off(path.iter().position(|&other| other == node).unwrap_or(0));
            break;
        }
        path.push(node);
        let sources = inputs.get(node).into_iter().flatten().flatten();
        at = sources.filter_map(|&value| made_by(value)).find(|node| stuck(node));
    }
    let names: Vec<String> =
        path.iter().rev().take(8).filter_map(|&node| proto.nodes.get(node)).map(title).collect();
    let more = if path.len() > 8 { " …" } else { "" };
    Err(Error::new(Code::Cycle, format!("nodes in a circle: {}{more}", names.join(" → "))))
}

fn needs(
    order: &[usize],
    inputs: &[Vec<Option<ValueId>>],
    outputs: &[Vec<Option<ValueId>>],
    graph_outputs: &[ValueId],
    values: usize,
) -> (Vec<bool>, Vec<usize>) {
    let mut uses = vec![0usize; values];
    for &id in graph_outputs {
        if let Some(n) = uses.get_mut(id) {
            *n = n.saturating_add(1);
        }
    }
    let mut needed = vec![false; inputs.len()];
    for &node in order.iter().rev() {
        let mut results = outputs.get(node).into_iter().flatten().flatten();
        if !results.any(|&value| uses.get(value).is_some_and(|&n| n > 0)) {
            continue;
        }
        if let Some(flag) = needed.get_mut(node) {
            *flag = true;
        }
        for &value in inputs.get(node).into_iter().flatten().flatten() {
            if let Some(n) = uses.get_mut(value) {
                *n = n.saturating_add(1);
            }
        }
    }
    (needed, uses)
}
