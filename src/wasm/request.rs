//! What a page asks of a model, read from its objects and arrays.

use crate::error::{Code, Error, Result, ensure};
use crate::methods::{
    ClassName, Descriptor, Method, Options, Parameters, Target, Value, method_from_options,
};
use crate::network::{Network, NodeId};
use js_sys::{Array, Float32Array};
use ndarray::{ArrayView1, ArrayViewD, IxDyn};
use wasm_bindgen::prelude::*;

/// What is asked of a model.
pub(super) struct Request {
    pub method: Box<dyn Method>,
    /// Every parameter with the value that is used.
    pub parameters: Parameters,
    pub target: Target,
    pub at: Option<NodeId>,
}

impl Request {
    /// Reads a request to a network whose first result has classes with these labels.
    pub fn read(network: &Network, labels: &[String], request: &ExplainRequest) -> Result<Request> {
        let (name, given) = method(request)?;
        let method = method_from_options(network, &name, &given)?;
        let parameters = Descriptor::find(&name)?.parameters(&given);
        let (target, at) = place(network, labels, request)?;
        Ok(Request { method, parameters, target, at })
    }
}

// Getters and no serde: the messages of its deserializer bring the formatting of floating-point numbers, 25 KB.
#[wasm_bindgen]
extern "C" {
    /// A request as it comes from JavaScript: `ExplainRequest` in `pkg/protocol.js`.
    pub type ExplainRequest;
    /// None where no method is needed.
    #[wasm_bindgen(method, getter)]
    fn method(this: &ExplainRequest) -> Option<String>;
    /// Pairs of a name and a number, word or Float32Array.
    #[wasm_bindgen(method, getter)]
    fn parameters(this: &ExplainRequest) -> Option<Array>;
    #[wasm_bindgen(method, getter)]
    fn target(this: &ExplainRequest) -> TargetRequest;
    #[wasm_bindgen(method, getter)]
    fn at(this: &ExplainRequest) -> Option<String>;

    /// Which number is explained: `Target` in `pkg/protocol.js`.
    type TargetRequest;
    #[wasm_bindgen(method, getter)]
    fn output(this: &TargetRequest) -> f64;
    /// A number, a label, or null.
    #[wasm_bindgen(method, getter)]
    fn class(this: &TargetRequest) -> JsValue;
    /// The same.
    #[wasm_bindgen(method, getter)]
    fn against(this: &TargetRequest) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn node(this: &TargetRequest) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn index(this: &TargetRequest) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn channel(this: &TargetRequest) -> Option<f64>;
}

/// The method's name, and the parameters that are given.
pub(super) fn method(request: &ExplainRequest) -> Result<(String, Options)> {
    let mut options = Options::new();
    for pair in request.parameters().unwrap_or_default().iter() {
        let pair = Array::from(&pair);
        let (name, value) = (pair.get(0).as_string().unwrap_or_default(), pair.get(1));
        let value = if let Some(number) = value.as_f64() {
            Value::Number(number)
        } else if let Some(word) = value.as_string() {
            Value::Word(word)
        } else if let Some(numbers) = value.dyn_ref::<Float32Array>() {
            Value::Numbers(numbers.to_vec())
        } else {
            let message = format!("'{name}' has a value of no known kind");
            return Err(Error::new(Code::Request, message));
        };
        options.insert(name, value);
    }
    Ok((request.method().unwrap_or_default(), options))
}

/// What is explained, and at which node.
pub(super) fn place(
    network: &Network,
    labels: &[String],
    request: &ExplainRequest,
) -> Result<(Target, Option<NodeId>)> {
    let target = request.target();
    let find = |name: Option<String>| name.map(|name| network.find(&name)).transpose();
    let words = [target.class(), target.against()].map(|value| (value.as_f64(), value.as_string()));
    let class = |k: usize| match &words[k] {
        (Some(number), _) => Some(ClassName::Number(*number as usize)),
        (None, word) => word.as_deref().map(ClassName::Word),
    };
    let (channel, index) = (target.channel(), target.index().unwrap_or(0.0) as usize);
    let explained = match (find(target.node())?, channel, class(0)) {
        (Some(node), Some(channel), _) => Target::Channel { node, channel: channel as usize },
        (Some(node), None, _) => Target::Unit { node, index },
        (None, _, None) => Target::Top,
        (None, _, Some(name)) => {
            Target::of_class(network, labels, target.output() as usize, name, class(1))?
        }
    };
    Ok((explained, find(request.at())?))
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
