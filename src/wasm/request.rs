//! What a page asks of a model, read from its objects and arrays.

use crate::error::{Code, Error, Result, ensure};
use crate::methods::{Entry, Method, Options, Target, Value, method_from_options};
use crate::network::{Network, NodeId};
use js_sys::{Array, Float32Array, Reflect};
use ndarray::{ArrayView1, ArrayViewD, IxDyn};
use wasm_bindgen::prelude::*;

/// What is asked of a model.
pub(super) struct Request {
    pub entry: &'static Entry,
    pub options: Options,
    pub method: Method,
    pub target: Target,
    pub at: Option<NodeId>,
}

impl Request {
    /// A request's fields `method`, `parameters`, `target` and `at`.
    pub fn read(network: &Network, request: &JsValue) -> Result<Request> {
        let field = |name: &str| Reflect::get(request, &name.into()).unwrap_or(JsValue::NULL);
        let entry = Entry::find(&field("method").as_string().unwrap_or_default())?;
        let options = options(&Array::from(&field("parameters")))?;
        let method = method_from_options(network, entry.name, &options)?;
        let target = read_target(network, &field("target"))?;
        let at = at(network, &field("at"))?;
        Ok(Request { entry, options, method, target, at })
    }
}

/// The node that a name stands for, if it is a name.
pub(super) fn at(network: &Network, name: &JsValue) -> Result<Option<NodeId>> {
    name.as_string().map(|name| network.find(&name)).transpose()
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

/// Parameters as pairs of name and number, word or Float32Array.
pub(super) fn options(pairs: &Array) -> Result<Options> {
    let mut options = Options::new();
    for pair in pairs.iter() {
        let pair = Array::from(&pair);
        let (name, value) = (pair.get(0).as_string().unwrap_or_default(), pair.get(1));
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
    Ok(options)
}

pub(super) fn read_target(network: &Network, target: &JsValue) -> Result<Target> {
    let field = |name: &str| Reflect::get(target, &name.into()).unwrap_or(JsValue::NULL);
    let number = |name: &str| field(name).as_f64().map(|value| value as usize);
    if let Some(name) = field("node").as_string() {
        let node = network.find(&name)?;
        return Ok(match number("channel") {
            Some(channel) => Target::Channel { node, channel },
            None => Target::Unit { node, index: number("index").unwrap_or(0) },
        });
    }
    let output = number("output").unwrap_or(0);
    match (number("class"), number("against")) {
        (None, _) => Ok(Target::Top),
        (Some(class), None) => Ok(Target::Class { output, class }),
        (Some(class), Some(against)) => Ok(Target::Contrast { output, class, against }),
    }
}
