//! What a page asks of a model, read from its objects and arrays.

use crate::error::{Code, Error, Result, ensure};
use crate::methods::{ClassName, Method, Options, Target, Value, method_from_options};
use crate::network::{Network, NodeId};
use js_sys::{Array, Float32Array};
use ndarray::{ArrayView1, ArrayViewD, IxDyn};
use wasm_bindgen::prelude::*;

/// What is asked of a model.
pub(super) struct Request {
    pub method: Method,
    pub target: Target,
    pub at: Option<NodeId>,
}

impl Request {
    /// `[method, at, output, class, against, node, index, channel, …parameters]` with null for what is
    /// left out; parameters are a name, a value (number, word or Float32Array), and so on. In a fixed order: names
    /// of fields would cost more than a small network.
    pub fn read(network: &Network, labels: &[String], request: &Array) -> Result<Request> {
        let (name, options) = method(request)?;
        let method = method_from_options(network, &name, &options)?;
        let (target, at) = place(network, labels, request)?;
        Ok(Request { method, target, at })
    }
}

/// The node that a field names, if it does.
fn node(network: &Network, list: &Array, field: u32) -> Result<Option<NodeId>> {
    list.get(field).as_string().map(|name| network.find(&name)).transpose()
}

/// The inputs that lie behind one another in `values`: all examples of the first, then of the next.
pub(super) fn split<'v>(
    network: &Network,
    mut values: &'v [f32],
    batch: usize,
) -> Result<Vec<ArrayViewD<'v, f32>>> {
    let mut views = Vec::new();
    for &id in network.inputs() {
        let node = network.node(id);
        let wanted = node.len().saturating_mul(batch);
        let Some((own, rest)) = values.split_at_checked(wanted) else {
            return Err(Error::new(
                Code::Input,
                format!("input '{}' needs {wanted} values, {} are left", node.name, values.len()),
            ));
        };
        let shape: Vec<usize> = std::iter::once(batch).chain(node.shape.iter().copied()).collect();
        let view = ArrayView1::from(own).into_shape_with_order(IxDyn(&shape));
        views.push(view.map_err(|error| Error::new(Code::Input, error.to_string()))?);
        values = rest;
    }
    ensure(values.is_empty(), Code::Input, || {
        format!("{} values more than the network's inputs take", values.len())
    })?;
    Ok(views)
}

/// The method's name and its parameters.
pub(super) fn method(request: &Array) -> Result<(String, Options)> {
    let mut options = Options::new();
    for at in (8..request.length()).step_by(2) {
        let (name, value) = (request.get(at).as_string().unwrap_or_default(), request.get(at + 1));
        let value = if let Some(number) = value.as_f64() {
            Value::Number(number)
        } else if let Some(word) = value.as_string() {
            Value::Word(word)
        } else if let Some(numbers) = value.dyn_ref::<Float32Array>() {
            Value::Numbers(numbers.to_vec())
        } else {
            return Err(Error::new(
                Code::Request,
                format!("'{name}' has a value of no known kind"),
            ));
        };
        options.insert(name, value);
    }
    Ok((request.get(0).as_string().unwrap_or_default(), options))
}

/// What is explained, and at which node.
pub(super) fn place(
    network: &Network,
    labels: &[String],
    request: &Array,
) -> Result<(Target, Option<NodeId>)> {
    let number = |field: u32| request.get(field).as_f64().map(|value| value as usize);
    let output = number(2).unwrap_or(0);
    let word = |field: u32| request.get(field).as_string();
    let (words, numbers) = ([word(3), word(4)], [number(3), number(4)]);
    let class = |k: usize| match (&words[k], numbers[k]) {
        (Some(word), _) => Some(ClassName::Word(word)),
        (None, number) => number.map(ClassName::Number),
    };
    let target = match (node(network, request, 5)?, number(7), class(0)) {
        (Some(node), Some(channel), _) => Target::Channel { node, channel },
        (Some(node), None, _) => Target::Unit { node, index: number(6).unwrap_or(0) },
        (None, _, None) => Target::Top,
        (None, _, Some(name)) => Target::of_class(network, labels, output, name, class(1))?,
    };
    Ok((target, node(network, request, 1)?))
}
