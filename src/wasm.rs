//! What JavaScript sees; with its helpers the only place that names `JsValue`.
//!
//! Results are plain objects with typed arrays, made by serde with the keys that the command line writes; the handles
//! are [`Model`] and [`Search`]. Arguments come from `pkg/`, which checks their JavaScript types; names and ranges
//! are checked by the core.

mod inspect;
mod picture;
mod request;
mod text;
mod typed;

use crate::error::{Code, Error, Result};
use crate::explanation::Explanation;
use crate::info::{ModelInfo, SupportRow};
use crate::methods::{self, CATALOG, Outcome, Parameters, Proposal, Share};
use crate::network::{Edit, Network};
use crate::onnx::{self, Activations};
use crate::prediction;
use crate::recipe::Recipe;
use crate::serialize::value;
use crate::text::Reader;
use js_sys::{Array, Float64Array, Function, Reflect};
use request::{ExplainRequest, Request, split};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs when the module is instantiated: keeps the text of a panic for [`last_panic`], since the trap
/// that follows says only "unreachable".
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
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

/// A result as a JavaScript value, thrown if it is an error.
fn give<T: Serialize>(result: Result<T>) -> std::result::Result<JsValue, JsValue> {
    Ok(value(&result.map_err(throw)?)?)
}

/// The catalogue of methods.
#[wasm_bindgen]
pub fn methods() -> std::result::Result<JsValue, JsValue> {
    give(Ok(CATALOG))
}

/// What would become of each node of a model, even of one that is refused.
#[wasm_bindgen]
pub fn support(bytes: &[u8]) -> std::result::Result<JsValue, JsValue> {
    let rows = onnx::support(bytes, &onnx::Options::default()).map_err(throw)?;
    give(Ok(rows.iter().map(|row| SupportRow::new(row, None)).collect::<Vec<_>>()))
}

/// A model that was made, what reads texts for it, and the names of its classes.
#[wasm_bindgen]
pub struct Model(onnx::Model, Option<Reader>, Rc<[String]>);

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
        let labels = model.labels().into();
        Ok(Model(model, reader, labels))
    }

    /// What the model is, with its support report.
    pub fn info(&self) -> std::result::Result<JsValue, JsValue> {
        let Model(model, reader, labels) = self;
        let vocabulary = reader.as_ref().map(|reader| reader.vocabulary().len());
        let support = methods::node_support(&model.network);
        give(Ok(ModelInfo::new(model, labels, vocabulary, &support)))
    }

    /// Every result for `batch` examples that lie behind one another in `input`.
    pub fn predict(&self, input: &[f32], batch: usize) -> std::result::Result<JsValue, JsValue> {
        let network = &self.0.network;
        let inputs = split(network, input, batch).map_err(throw)?;
        give(prediction::predict(network, &inputs))
    }

    /// Explains one example. With `piece` that piece of a sampled method, as numbers; with `known` what
    /// is left when these are the numbers of all pieces.
    pub fn explain(
        &self,
        input: &[f32],
        request: &ExplainRequest,
        piece: Option<usize>,
        known: Option<Vec<f64>>,
        progress: &Function,
    ) -> std::result::Result<JsValue, JsValue> {
        let share = match (piece, known) {
            (Some(piece), _) => Share::Piece(piece),
            (None, Some(known)) => Share::Known(known),
            (None, None) => Share::Whole,
        };
        self.try_explain(input, request, share, progress)
    }

    /// Begins a share (number, of how many) of a search for sufficient input subsets.
    pub fn search(
        &self,
        input: &[f32],
        request: &ExplainRequest,
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
    parameters: Parameters,
    network: Arc<Network>,
    labels: Rc<[String]>,
}

/// Where a search is.
#[derive(Serialize)]
struct Step {
    best: Option<Proposal>,
    loaded: usize,
    total: usize,
    /// Number of sets.
    found: usize,
    finished: bool,
}

#[wasm_bindgen]
impl Search {
    /// This share's best, and where the search is.
    pub fn propose(&mut self) -> std::result::Result<JsValue, JsValue> {
        let best = self.search.propose(&mut |_, _| true).map_err(throw)?;
        let (loaded, total) = self.search.progress();
        let (found, finished) = (self.search.found(), self.search.finished());
        give(Ok(Step { best, loaded, total, found, finished }))
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
        let named = |found: Explanation| {
            found.described(self.parameters.clone(), &self.network, &self.labels)
        };
        give(self.search.explanation().map(named))
    }
}

impl Model {
    fn try_explain(
        &self,
        input: &[f32],
        request: &ExplainRequest,
        share: Share,
        progress: &Function,
    ) -> std::result::Result<JsValue, JsValue> {
        let piece = matches!(share, Share::Piece(_));
        let outcome = self.explain_share(input, request, share, progress).map_err(throw)?;
        Ok(match outcome {
            Outcome::Piece(numbers) => Float64Array::from(&numbers[..]).into(),
            // Nothing had to be sampled.
            Outcome::Explanation(_) if piece => Float64Array::new_with_length(0).into(),
            Outcome::Explanation(explanation) => value(&*explanation)?,
        })
    }

    fn explain_share(
        &self,
        input: &[f32],
        request: &ExplainRequest,
        share: Share,
        progress: &Function,
    ) -> Result<Outcome> {
        let network = &self.0.network;
        let asked = Request::read(network, &self.2, request)?;
        let Request { method, parameters, target, at } = asked;
        let inputs = split(network, input, 1)?;
        let tell = &mut teller(progress);
        let found = methods::explain_share(network, &inputs, &*method, &target, at, share, tell)?;
        Ok(match found {
            Outcome::Explanation(found) => found.described(parameters, network, &self.2).into(),
            piece => piece,
        })
    }

    fn try_search(
        &self,
        input: &[f32],
        request: &ExplainRequest,
        share: (usize, usize),
    ) -> Result<Search> {
        let network = self.0.network.clone();
        let asked = Request::read(&network, &self.2, request)?;
        let Request { method, parameters, target, at } = asked;
        let inputs = split(&network, input, 1)?;
        let search = methods::search(network.clone(), &inputs, &*method, &target, at, share)?;
        Ok(Search { search, parameters, network, labels: self.2.clone() })
    }
}

/// How raw outputs are read, in words.
fn activations(text: &str) -> std::result::Result<Activations, JsValue> {
    Activations::parse(text).ok_or_else(|| {
        let message = "an output activation is softmax, sigmoid or identity";
        throw(Error::new(Code::Request, message))
    })
}

/// Tells a page how far the work is; it goes on unless the page throws.
fn teller(progress: &Function) -> impl FnMut(usize, usize) -> bool {
    move |done, total| {
        progress.call2(&JsValue::NULL, &(done as f64).into(), &(total as f64).into()).is_ok()
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
