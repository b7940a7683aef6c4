//! Names to numbers: every value of the graph gets an index, nodes get an order in which inputs come
//! first, and what leads to no output is left out.

use super::diagnostic::{ensure, error, short};
use super::proto::{GraphProto, NodeProto, duplicate};
use crate::error::{Code, Error, Result};
use crate::network::Names;
use std::fmt;
use std::ops::Range;

/// Index of a value (an edge of the graph): initializers, then inputs, then the outputs of all nodes.
pub(super) type ValueId = usize;

/// The graph with names resolved.
#[derive(Debug)]
pub(super) struct Graph<'p, 'a> {
    pub proto: &'p GraphProto<'a>,
    /// Inputs of each node; `None` for an optional one that is left out.
    pub inputs: Vec<Vec<Option<ValueId>>>,
    /// For every node, its first output.
    first_output: Vec<ValueId>,
    /// For every value, the node that makes it.
    producer: Vec<Option<usize>>,
    /// Nodes in an order in which inputs come first.
    pub order: Vec<usize>,
    /// Whether a node leads to an output.
    pub needed: Vec<bool>,
    /// For every value, how many inputs of needed nodes and graph outputs it feeds.
    pub uses: Vec<usize>,
    /// The values that are graph inputs, in the order of the file.
    pub graph_inputs: Vec<ValueId>,
    /// The values that are graph outputs, in the order of the file.
    pub graph_outputs: Vec<ValueId>,
}

/// A node as messages name it.
pub(super) struct Title<'n, 'a>(pub &'n NodeProto<'a>);

impl fmt::Display for Title<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node '{}' ({})", short(base_name(self.0)), short(self.0.op))
    }
}

/// The name that a node of the file gives to its layers.
#[inline(never)]
pub(super) fn base_name<'a>(node: &NodeProto<'a>) -> &'a str {
    let output = || node.outputs.iter().find(|name| !name.is_empty()).copied();
    if node.name.is_empty() { output().unwrap_or(node.op) } else { node.name }
}

/// Adds one to a number of a list.
fn count(list: &mut [usize], at: usize) {
    if let Some(n) = list.get_mut(at) {
        *n = n.saturating_add(1);
    }
}

impl<'p, 'a> Graph<'p, 'a> {
    pub fn new(proto: &'p GraphProto<'a>) -> Result<Self> {
        let mut graph = Graph {
            proto,
            inputs: Vec::new(),
            first_output: Vec::new(),
            producer: Vec::new(),
            order: Vec::new(),
            needed: vec![false; proto.nodes.len()],
            uses: Vec::new(),
            graph_inputs: Vec::new(),
            graph_outputs: Vec::new(),
        };
        let names = graph.define()?;
        graph.resolve(&names)?;
        graph.uses = vec![0; graph.producer.len()];
        graph.sort()?;
        graph.need();
        Ok(graph)
    }

    /// Numbers the values, and says which number a name has.
    fn define(&mut self) -> Result<Names<'a>> {
        let proto = self.proto;
        let mut names = Vec::new();
        for (what, parts) in [
            ("initializer", &proto.initializers),
            ("input", &proto.inputs),
            ("output", &proto.outputs),
        ] {
            if let Some(name) = duplicate(parts) {
                let why = format_args!("two {what}s are named '{name}'");
                return Err(error(Code::Duplicate, &why));
            }
            let named = parts.iter().all(|part| !part.name.is_empty());
            ensure(named, Code::Malformed, &format_args!("an {what} has no name"))?;
        }
        // An initializer of an input's name is its default.
        for part in proto.initializers.iter().chain(&proto.inputs) {
            names.push((part.name, names.len()));
        }
        let inputs = names.len();
        self.producer.resize(inputs, None);
        for (i, node) in proto.nodes.iter().enumerate() {
            self.first_output.push(self.producer.len());
            for name in &node.outputs {
                if !name.is_empty() {
                    names.push((name, self.producer.len()));
                }
                self.producer.push(Some(i));
            }
        }
        let names = Names::new(names);
        match names.duplicate(inputs) {
            Some((name, _, second)) => {
                let node = self.producer.get(second).copied().flatten();
                let title = short(node.and_then(|i| proto.nodes.get(i)).map_or("", base_name));
                let why = format_args!("node '{title}': '{name}' is defined twice");
                Err(error(Code::Duplicate, &why))
            }
            None => Ok(names),
        }
    }

    fn resolve(&mut self, names: &Names<'a>) -> Result<()> {
        for node in &self.proto.nodes {
            let mut list = Vec::with_capacity(node.inputs.len());
            for name in &node.inputs {
                let id = names.find(name);
                ensure(
                    id.is_some() || name.is_empty(),
                    Code::Dangling,
                    &format_args!("{}: nothing defines its input '{name}'", Title(node)),
                )?;
                list.push(id);
            }
            self.inputs.push(list);
        }
        for part in &self.proto.inputs {
            self.graph_inputs.extend(names.find(part.name));
        }
        for part in &self.proto.outputs {
            let id = names.find(part.name);
            let why = format_args!("nothing defines the output '{}'", part.name);
            ensure(id.is_some(), Code::Dangling, &why)?;
            self.graph_outputs.extend(id);
        }
        Ok(())
    }

    /// The values that a node makes.
    pub fn outputs(&self, node: usize) -> Range<ValueId> {
        let first = self.first_output.get(node).copied().unwrap_or(0);
        let count = self.proto.nodes.get(node).map_or(0, |node| node.outputs.len());
        first..first.saturating_add(count)
    }

    /// The values that a node takes.
    pub fn inputs(&self, node: usize) -> &[Option<ValueId>] {
        self.inputs.get(node).map_or(&[], Vec::as_slice)
    }

    /// Whether anything that leads to an output takes a value.
    pub fn is_used(&self, id: ValueId) -> bool {
        self.uses.get(id).is_some_and(|&uses| uses > 0)
    }

    /// Depth first, in the order of the file where there is a choice.
    fn sort(&mut self) -> Result<()> {
        let mut entered = vec![false; self.proto.nodes.len()];
        let mut left = entered.clone();
        // The nodes being visited, with how many of their inputs have been.
        let mut path: Vec<(usize, usize)> = Vec::new();
        for start in 0..entered.len() {
            let mut next = Some(start);
            loop {
                if let Some(node) = next.take()
                    && left.get(node) == Some(&false)
                {
                    let Some(entered) = entered.get_mut(node) else { break };
                    if *entered {
                        return Err(self.circle(&path, node));
                    }
                    *entered = true;
                    path.push((node, 0));
                }
                let Some((node, visited)) = path.last_mut() else { break };
                let node = *node;
                match self.inputs.get(node).and_then(|list| list.get(*visited)) {
                    Some(id) => {
                        *visited = visited.saturating_add(1);
                        next = id.and_then(|id| self.producer.get(id).copied().flatten());
                    }
                    None => {
                        path.pop();
                        self.order.push(node);
                        left.get_mut(node).into_iter().for_each(|left| *left = true);
                    }
                }
            }
        }
        Ok(())
    }

    /// The error for a path that came back to a node.
    #[cold]
    fn circle(&self, path: &[(usize, usize)], node: usize) -> Error {
        let start = path.iter().position(|(other, _)| *other == node).unwrap_or(0);
        // The path leads from nodes to their sources.
        let circle = path.iter().skip(start).rev().filter_map(|(i, _)| self.proto.nodes.get(*i));
        let mut text = String::new();
        for (i, node) in circle.take(9).enumerate() {
            match i {
                0 => {}
                8 => text += " → …",
                _ => text += " → ",
            }
            if i < 8 {
                text += &Title(node).to_string();
            }
        }
        error(Code::Cycle, &format_args!("a circle of nodes: {text}"))
    }

    fn need(&mut self) {
        for &id in &self.graph_outputs {
            count(&mut self.uses, id);
        }
        for &node in self.order.iter().rev() {
            if !self.outputs(node).any(|id| self.is_used(id)) {
                continue;
            }
            self.needed.get_mut(node).into_iter().for_each(|needed| *needed = true);
            for id in self.inputs.get(node).into_iter().flatten().flatten() {
                count(&mut self.uses, *id);
            }
        }
    }
}
