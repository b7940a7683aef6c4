//! What JavaScript sees; with its helpers the only place that names `JsValue`.
//!
//! Results are plain values with typed arrays; the handles are [`Model`] and [`Search`]. Those of quick calls
//! are numbers in a fixed order, which `pkg/result.js` names: objects made here would cost more than a small
//! network. Arguments come from `pkg/`, which checks their JavaScript types; names and ranges are checked
//! by the core.

mod catalog;
mod explanation;
mod inspect;
mod object;
mod request;
mod support;
mod text;

use crate::error::{Code, Error, Result};
use crate::methods::{self, CATALOG, Proposal, Share};
use crate::network::{Class, Edit, Node};
use crate::onnx::{self, Activations};
use crate::recipe::Recipe;
use crate::text::Reader;
use explanation::{cam_layers, explanation};
use js_sys::{Array, Float64Array, Function, Reflect};
use object::{Record, array, count, doubles, floats, record, shape};
use request::{Request, split};
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

/// Which instructions this module was built for.
#[wasm_bindgen]
pub fn build() -> String {
    if cfg!(target_feature = "relaxed-simd") { "relaxed-simd" } else { "simd128" }.to_owned()
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

/// A model that was made, what reads texts for it, and the names of its classes.
#[wasm_bindgen]
pub struct Model(onnx::Model, Option<Reader>, Vec<String>);

#[wasm_bindgen]
impl Model {
    /// Makes a model from an ONNX file. `axes` are pairs of a named axis and the size it gets, `activation` says how
    /// raw outputs are read; `forgotten` are the layers that are drawn anew and the seed, `ranges` the input's range and
    /// the one that it gets: two numbers each.
    #[wasm_bindgen(constructor)]
    pub fn new(
        bytes: &[u8],
        axes: &Array,
        activation: Option<String>,
        forgotten: Option<Vec<f64>>,
        ranges: Option<Vec<f32>>,
    ) -> std::result::Result<Model, JsValue> {
        let mut recipe = Recipe::new(bytes);
        for pair in axes.iter() {
            let pair = Array::from(&pair);
            if let (Some(name), Some(size)) = (pair.get(0).as_string(), pair.get(1).as_f64()) {
                recipe.options.dimensions.insert(name, size as usize);
            }
        }
        recipe.options.activations = activation.map(|text| activations(&text)).transpose()?;
        if let Some([layers, seed]) = forgotten.as_deref() {
            let (layers, seed) = (*layers as usize, *seed as u64);
            recipe.edits.push(Edit::Randomize { layers, seed });
        }
        if let Some(&[a, b, c, d]) = ranges.as_deref() {
            recipe.edits.push(Edit::InputRange { from: (a, b), to: (c, d) });
        }
        let model = recipe.model().map_err(throw)?;
        let reader = Reader::new(&model, &recipe).map_err(throw)?;
        let labels = model.labels();
        Ok(Model(model, reader, labels))
    }

    /// What the model is, with its support report.
    pub fn info(&self) -> JsValue {
        let network = &self.0.network;
        let node = |&id: &usize| network.node(id);
        Record::new()
            .set("inputs", array(network.inputs().iter().map(node).map(input)))
            .set("outputs", array(network.outputs().iter().map(|o| output(o, node(&o.node)))))
            .set("metadata", record(self.0.metadata.iter().map(|(k, v)| (k.as_str(), v.into()))))
            .set("nodes", inspect::nodes(network))
            .set("camLayers", cam_layers(network))
            .set("parameters", count(network.nodes().iter().map(inspect::parameters).sum()))
            .set("opset", JsValue::from_f64(self.0.opset as f64))
            .set("producer", (&self.0.producer).into())
            .set("batched", self.0.batched.into())
            .set(
                "vocabulary",
                self.1.as_ref().map_or(JsValue::NULL, |r| count(r.vocabulary().len())),
            )
            .set("nonfiniteWeights", count(self.0.nonfinite_weights))
            .set("labels", array(self.2.iter().map(|label| label.into())))
            .set("support", self.support())
            .done()
    }

    /// Raw outputs and probabilities (null where there are none), in turn for each of the model's results, of `batch`
    /// examples that lie behind one another in `input`.
    pub fn predict(&self, input: &[f32], batch: usize) -> std::result::Result<JsValue, JsValue> {
        self.try_predict(input, batch).map_err(throw)
    }

    /// Explains one example. With `piece` that piece of a sampled method, as numbers; with `known` what
    /// is left when these are the numbers of all pieces.
    pub fn explain(
        &self,
        input: &[f32],
        request: &Array,
        piece: Option<usize>,
        known: Option<Vec<f64>>,
        progress: &Function,
    ) -> std::result::Result<JsValue, JsValue> {
        let share = match (piece, known) {
            (Some(piece), _) => Share::Piece(piece),
            (None, Some(known)) => Share::Known(known),
            (None, None) => Share::Whole,
        };
        self.try_explain(input, request, share, progress).map_err(throw)
    }

    /// Begins a share (number, of how many) of a search for sufficient input subsets.
    pub fn search(
        &self,
        input: &[f32],
        request: &Array,
        share: usize,
        shares: usize,
    ) -> std::result::Result<Search, JsValue> {
        self.try_search(input, request, (share, shares)).map_err(throw)
    }
}

/// A share of a search for sufficient input subsets.
#[wasm_bindgen]
pub struct Search {
    search: methods::Search<'static>,
}

#[wasm_bindgen]
impl Search {
    /// `[numbers, values]`: this share's best as feature (−1: none), score and values; then evaluations done
    /// and to do, sets found, and 1 if the search is finished.
    pub fn propose(&mut self) -> std::result::Result<JsValue, JsValue> {
        let best = self.search.propose().map_err(throw)?;
        let (feature, score, values) = match &best {
            Some(best) => (best.feature as f64, best.score, best.values.as_slice()),
            None => (-1.0, 0.0, [].as_slice()),
        };
        let (done, total) = self.search.progress();
        let (found, finished) = (self.search.found(), self.search.finished());
        let finished = f64::from(finished);
        let numbers = [feature, score, done as f64, total as f64, found as f64, finished];
        Ok(array([doubles(&numbers), floats(values)]))
    }

    /// Takes the next step, given the best of all shares (feature −1: none).
    pub fn adopt(
        &mut self,
        feature: f64,
        score: f64,
        values: Vec<f32>,
    ) -> std::result::Result<(), JsValue> {
        let best = Proposal { feature: feature as usize, score, values };
        self.search.adopt((feature >= 0.0).then_some(best)).map_err(throw)
    }

    /// The sets found so far.
    pub fn explanation(&self) -> std::result::Result<JsValue, JsValue> {
        self.search.explanation().map(|result| explanation(&result)).map_err(throw)
    }
}

impl Model {
    fn try_predict(&self, input: &[f32], batch: usize) -> Result<JsValue> {
        let network = &self.0.network;
        let results = network.predict(&split(network, input, batch)?)?;
        let all = Array::new();
        for (output, logits) in network.outputs().iter().zip(results) {
            let logits = logits.into_raw_vec_and_offset().0;
            let what = format_args!("the network's output '{}' contains", output.name);
            methods::check_finite(&logits, &what)?;
            let probabilities = network.probabilities(output, &logits);
            all.push(&floats(&logits));
            all.push(&object::probabilities(probabilities));
        }
        Ok(all.into())
    }

    fn try_explain(
        &self,
        input: &[f32],
        request: &Array,
        mut share: Share,
        progress: &Function,
    ) -> Result<JsValue> {
        let network = &self.0.network;
        let Request { method, target, at } = Request::read(network, &self.2, request)?;
        let mut progress = |done: usize, total: usize| {
            progress.call2(&JsValue::NULL, &count(done), &count(total)).is_ok()
        };
        let inputs = split(network, input, 1)?;
        let piece = matches!(share, Share::Piece(_));
        let (shared, tell) = (&mut share, &mut progress);
        let result = methods::explain_share(network, &inputs, &method, &target, at, shared, tell);
        match share {
            Share::Known(numbers) if piece => Ok(doubles(&numbers)),
            // Nothing had to be sampled.
            _ if piece => result.map(|_| Float64Array::new_with_length(0).into()),
            _ => Ok(explanation(&result?)),
        }
    }

    fn try_search(&self, input: &[f32], request: &Array, share: (usize, usize)) -> Result<Search> {
        let network = self.0.network.clone();
        let Request { method, target, at } = Request::read(&network, &self.2, request)?;
        let inputs = split(&network, input, 1)?;
        let search = methods::search(network.clone(), &inputs, &method, &target, at, share)?;
        Ok(Search { search })
    }
}

/// How raw outputs are read, in words.
fn activations(text: &str) -> std::result::Result<Activations, JsValue> {
    Activations::parse(text).ok_or_else(|| {
        let message = "an output activation is softmax, sigmoid or identity";
        throw(Error::new(Code::Request, message))
    })
}

fn input(node: &Node) -> JsValue {
    Record::new().set("name", (&node.name).into()).set("shape", shape(&node.shape)).done()
}

fn output(output: &crate::network::Output, node: &Node) -> JsValue {
    Record::new()
        .set("name", (&output.name).into())
        .set("node", (&node.name).into())
        .set("shape", shape(&node.shape))
        .set("activation", output.activation.name().map_or(JsValue::NULL, JsValue::from))
        .done()
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
        Class::Product => "product",
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
