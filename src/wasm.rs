//! What JavaScript sees; with its two helpers the only place that names `JsValue`.
//!
//! Results are plain objects with typed arrays; the one handle is [`Model`]. Arguments come from
//! `pkg/`, which checks their JavaScript types; names and ranges are checked by the core.

mod catalog;
mod object;
mod text;

use crate::error::{Code, Error, Result, ensure};
use crate::explanation::{Explanation, Sis};
use crate::methods::{self, CATALOG, Entry, Options, Target, Value};
use crate::network::{Class, Layer, Network, Node};
use crate::onnx::{self, ReportRow, Status};
use crate::text::Reader;
use js_sys::{Array, Float32Array, Float64Array, Function, Reflect};
use ndarray::{ArrayView1, ArrayViewD, IxDyn};
use object::{Record, array, count, floats, indices, record, shape};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs when the module is instantiated: keeps the text of a panic for [`last_panic`], since the trap
/// that follows says only "unreachable".
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        LAST_PANIC.with(|text| {
            if let Ok(mut text) = text.try_borrow_mut() {
                *text = info.to_string();
            }
        });
    }));
}

/// Version of the interface between this module and the scripts around it.
#[wasm_bindgen]
pub fn abi() -> String {
    concat!("heatlens ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// The text of the last panic, empty when there was none. May be called after the trap.
#[wasm_bindgen]
pub fn last_panic() -> String {
    LAST_PANIC.with(|text| text.try_borrow().map(|text| text.clone()).unwrap_or_default())
}

/// After a trap: the next call of any export starts from a fresh instance; every handle is dead.
#[wasm_bindgen]
pub fn reset() {
    wasm_bindgen::handler::schedule_reinit();
}

/// Does nothing; completes a [`reset`] without touching a stale handle.
#[wasm_bindgen]
pub fn ping() {}

/// Panics, so that tests can see what a page makes of it.
#[wasm_bindgen]
#[allow(clippy::panic)]
pub fn panic_for_test() {
    panic!("a panic on purpose");
}

/// The catalogue of methods.
#[wasm_bindgen]
pub fn methods() -> JsValue {
    array(CATALOG.iter().map(catalog::entry))
}

/// What would become of each node of a model, even of one that is refused.
#[wasm_bindgen]
pub fn support(bytes: &[u8]) -> std::result::Result<JsValue, JsValue> {
    let rows = onnx::support(bytes, &onnx::Options::default()).map_err(throw)?;
    Ok(array(rows.iter().map(|row| support_row(row, None))))
}

/// A model that was read.
#[wasm_bindgen]
pub struct Model(onnx::Model, Option<Reader>);

#[wasm_bindgen]
impl Model {
    /// Reads an ONNX file.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> std::result::Result<Model, JsValue> {
        let model = onnx::read(bytes, &onnx::Options::default()).map_err(throw)?;
        let reader = Reader::new(&model, bytes).map_err(throw)?;
        Ok(Model(model, reader))
    }

    /// What the model is, with its support report.
    pub fn info(&self) -> JsValue {
        let network = &self.0.network;
        let node = |&id: &usize| network.node(id);
        Record::new()
            .set("inputs", array(network.inputs().iter().map(node).map(input)))
            .set("outputs", array(network.outputs().iter().map(|o| output(o, node(&o.node)))))
            .set("metadata", record(self.0.metadata.iter().map(|(k, v)| (k.as_str(), v.into()))))
            .set("nodes", array(network.nodes().iter().map(|node| inner(node, network))))
            .set("parameters", count(network.nodes().iter().map(parameters).sum()))
            .set("opset", JsValue::from_f64(self.0.opset as f64))
            .set("producer", (&self.0.producer).into())
            .set("batched", self.0.batched.into())
            .set(
                "vocabulary",
                self.1.as_ref().map_or(JsValue::NULL, |r| count(r.vocabulary().len())),
            )
            .set("nonfiniteWeights", count(self.0.nonfinite_weights))
            .set("support", array(self.0.report.iter().map(|row| support_row(row, Some(network)))))
            .done()
    }

    /// Raw outputs and probabilities of `batch` examples that lie behind one another in `input`, for
    /// each of the model's results.
    pub fn predict(&self, input: &[f32], batch: usize) -> std::result::Result<JsValue, JsValue> {
        self.try_predict(input, batch).map_err(throw)
    }

    /// Explains one example.
    pub fn explain(
        &self,
        input: &[f32],
        method: &str,
        parameters: Array,
        target: &JsValue,
        at: Option<String>,
        progress: &Function,
    ) -> std::result::Result<JsValue, JsValue> {
        let request = (method, &parameters, target, at.as_deref());
        self.try_explain(input, request, progress).map_err(throw)
    }
}

impl Model {
    fn try_predict(&self, input: &[f32], batch: usize) -> Result<JsValue> {
        let network = &self.0.network;
        let results = network.predict(&split(network, input, batch)?)?;
        let results = network.outputs().iter().zip(results).map(|(output, logits)| {
            let logits = logits.into_raw_vec_and_offset().0;
            let node = network.node(output.node);
            let rows = logits.chunks(node.len().max(1));
            let probabilities: Vec<f32> =
                rows.flat_map(|row| output.link.apply(row)).map(|p| p as f32).collect();
            Record::new()
                .set("name", (&output.name).into())
                .set("shape", shape(&node.shape))
                .set("logits", floats(&logits))
                .set("probabilities", floats(&probabilities))
                .done()
        });
        Ok(array(results))
    }

    fn try_explain(
        &self,
        input: &[f32],
        (name, parameters, target, at): (&str, &Array, &JsValue, Option<&str>),
        progress: &Function,
    ) -> Result<JsValue> {
        let network = &self.0.network;
        let options = options(parameters)?;
        let method = methods::method_from_options(network, name, &options)?;
        let target = read_target(network, target)?;
        let at = at.map(|name| network.find(name)).transpose()?;
        let mut progress = |done: usize, total: usize| {
            progress.call2(&JsValue::NULL, &count(done), &count(total)).is_ok()
        };
        let inputs = split(network, input, 1)?;
        let result = methods::explain(network, &inputs, &method, &target, at, &mut progress)?;
        Ok(explanation(&result, Entry::find(name)?, &options, network))
    }
}

/// The inputs that lie behind one another in `values`: all examples of the first, then of the next.
fn split<'v>(
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
fn options(pairs: &Array) -> Result<Options> {
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

fn read_target(network: &Network, target: &JsValue) -> Result<Target> {
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

fn explanation(
    explanation: &Explanation,
    entry: &Entry,
    options: &Options,
    network: &Network,
) -> JsValue {
    let parameters = entry.params.iter().map(|param| {
        let value = match options.get(param.name) {
            None => catalog::default(&param.kind),
            Some(&Value::Number(number)) => number.into(),
            Some(Value::Word(word)) => word.into(),
            Some(Value::Numbers(numbers)) => floats(numbers),
        };
        (param.name, value)
    });
    let layers = explanation.layers.iter().map(|layer| {
        let node = network.node(layer.node);
        Record::new()
            .set("node", (&node.name).into())
            .set("kind", kind(node.layer.class()).into())
            .set("rule", (&layer.rule).into())
            .set("out", layer.arrived.into())
            .set("passed", layer.passed.into())
            .set("bias", layer.bias.into())
            .set("stabilizer", layer.stabilizer.into())
            .set("ties", layer.ties.into())
            .done()
    });
    // A whole array of its own is in standard order.
    let relevance = explanation.relevance.as_slice().unwrap_or_default();
    Record::new()
        .set("method", entry.name.into())
        .set("parameters", record(parameters))
        .set("target", count(explanation.target))
        .set("against", explanation.against.map_or(JsValue::NULL, count))
        .set("score", explanation.score.into())
        .set("shape", shape(explanation.relevance.shape()))
        .set("relevance", floats(relevance))
        .set("sum", explanation.sum().into())
        .set("expected", explanation.expected.map_or(JsValue::NULL, JsValue::from_f64))
        .set("signed", entry.signed.into())
        .set("layers", array(layers))
        .set("sis", explanation.sis.as_ref().map_or(JsValue::NULL, subsets))
        .set("extra", record(explanation.extra.iter().map(|&(name, value)| (name, value.into()))))
        .done()
}

fn subsets(sis: &Sis) -> JsValue {
    let sets = sis.sets.iter().map(|set| {
        Record::new()
            .set("features", indices(&set.features))
            .set("order", indices(&set.order))
            .set("values", Float64Array::from(set.values.as_slice()).into())
            .set("score", set.score.into())
            .done()
    });
    Record::new()
        .set("threshold", sis.threshold.into())
        .set("initial", sis.initial.into())
        .set("features", shape(&sis.features))
        .set("sets", array(sets))
        .set("rest", sis.rest.into())
        .set("complete", sis.complete.into())
        .done()
}

fn support_row(row: &ReportRow, network: Option<&Network>) -> JsValue {
    let (status, detail) = match &row.status {
        Status::Recognised(class) => ("recognised", kind(*class)),
        Status::FoldedInto(name) => ("folded", name.as_str()),
        Status::Constant => ("constant", ""),
        Status::Skipped => ("skipped", ""),
        Status::Link(link) => ("link", link.name()),
        Status::Unused => ("unused", ""),
        Status::Blocked => ("blocked", ""),
        Status::Refused(why) => ("refused", why.as_str()),
    };
    let layer = row.node.zip(network).map(|(id, network)| network.node(id));
    Record::new()
        .set("node", (&row.name).into())
        .set("op", (&row.op).into())
        .set("status", status.into())
        .set("detail", detail.into())
        .set("layer", layer.map_or(JsValue::NULL, |node| (&node.name).into()))
        .done()
}

fn input(node: &Node) -> JsValue {
    Record::new().set("name", (&node.name).into()).set("shape", shape(&node.shape)).done()
}

fn output(output: &crate::network::Output, node: &Node) -> JsValue {
    Record::new()
        .set("name", (&output.name).into())
        .set("node", (&node.name).into())
        .set("shape", shape(&node.shape))
        .set("link", output.link.name().into())
        .done()
}

fn inner(node: &Node, network: &Network) -> JsValue {
    Record::new()
        .set("name", (&node.name).into())
        .set("kind", kind(node.layer.class()).into())
        .set("shape", shape(&node.shape))
        .set("inputs", array(node.inputs.iter().map(|&id| count(id))))
        .set(
            "output",
            network.outputs().iter().any(|o| network.node(o.node).name == node.name).into(),
        )
        .done()
}

fn parameters(node: &Node) -> usize {
    match &node.layer {
        Layer::Linear(linear) => linear.weight().len() + linear.bias().len(),
        Layer::Embedding { table, .. } => table.len(),
        _ => 0,
    }
}

fn kind(class: Class) -> &'static str {
    match class {
        Class::Input => "input",
        Class::Dense => "dense",
        Class::Conv => "conv",
        Class::Scale => "scale",
        Class::Average => "average-pool",
        Class::MaxPool => "max-pool",
        Class::Add => "add",
        Class::Unit => "unit",
        Class::Structure => "structure",
        Class::Embedding => "embedding",
        Class::Normalisation => "normalisation",
    }
}

/// A JavaScript Error named after the culprit, with its code.
#[cold]
fn throw(error: Error) -> JsValue {
    let thrown = js_sys::Error::new(error.message());
    thrown.set_name(error.culprit().name());
    // Setting a property of a fresh object cannot fail.
    let _ = Reflect::set(&thrown, &"code".into(), &error.code().as_str().into());
    thrown.into()
}
