//! Looking into a model: backward passes layer by layer, single neurons, pixel flipping, gradient ascent.

use super::explanation::{layer_sums, lines};
use super::object::{Record, array, count, doubles, floats, indices};
use super::request::{Request, place, split};
use super::{Model, throw};
use crate::error::Result;
use crate::evaluate::{Curve, Flipping, Order, pixel_flipping};
use crate::methods::{Ascent, Fill, Term, ascend, neuron, trace};
use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Model {
    /// `[score, nodes, layers, words]`: what every node computed and what the method's backward pass left
    /// there; the layers, their rules and the notes as in an explanation.
    pub fn trace(&self, input: &[f32], request: &Array) -> std::result::Result<JsValue, JsValue> {
        self.try_trace(input, request).map_err(throw)
    }

    /// One neuron of a layer with weights during the method's backward pass.
    pub fn neuron(
        &self,
        input: &[f32],
        request: &Array,
        node: &str,
        index: usize,
    ) -> std::result::Result<JsValue, JsValue> {
        self.try_neuron(input, request, node, index).map_err(throw)
    }

    /// Scores while positions are replaced by `mask`, in the order of `relevance`.
    #[allow(clippy::too_many_arguments)]
    pub fn flip(
        &self,
        input: &[f32],
        request: &Array,
        relevance: &[f32],
        steps: usize,
        block: usize,
        mask: Vec<f32>,
        least_first: bool,
        progress: &Function,
    ) -> std::result::Result<JsValue, JsValue> {
        let order = if least_first { Order::LeastRelevantFirst } else { Order::MostRelevantFirst };
        let flipping = Flipping { order, block, replacement: fill(mask), steps };
        self.try_flip(input, request, relevance, &flipping, progress).map_err(throw)
    }

    /// Changes the values at `at` so that the target's score rises.
    #[allow(clippy::too_many_arguments)]
    pub fn ascend(
        &self,
        input: &[f32],
        request: &Array,
        steps: usize,
        rate: f32,
        penalty: f32,
        low: f32,
        high: f32,
        sign: bool,
        progress: &Function,
    ) -> std::result::Result<JsValue, JsValue> {
        let ascent = Ascent { steps, rate, penalty, bounds: (low, high), sign };
        self.try_ascend(input, request, &ascent, progress).map_err(throw)
    }
}

/// A single number stands for all.
fn fill(values: Vec<f32>) -> Fill {
    match values[..] {
        [value] => Fill::Constant(value),
        _ => Fill::Each(values),
    }
}

fn teller(progress: &Function) -> impl FnMut(usize, usize) -> bool {
    move |done, total| progress.call2(&JsValue::NULL, &count(done), &count(total)).is_ok()
}

impl Model {
    fn try_trace(&self, input: &[f32], request: &Array) -> Result<JsValue> {
        let network = &self.0.network;
        let Request { method, target, at } = Request::read(network, &self.2, request)?;
        let trace = trace(network, &split(network, input, 1)?, &method, &target, at)?;
        let nodes = network.nodes().iter().zip(&trace.signals).enumerate();
        let nodes = nodes.map(|(id, (node, signal))| {
            Record::new()
                .set("node", (&node.name).into())
                .set("values", floats(trace.tape.value(id)))
                .set("signal", if signal.is_empty() { JsValue::NULL } else { floats(signal) })
                .done()
        });
        let (mut numbers, mut words) = (Vec::new(), String::new());
        layer_sums(&trace.layers, &mut numbers, &mut words);
        lines(&trace.notes, &mut words);
        Ok(Array::of4(&trace.score.into(), &array(nodes), &doubles(&numbers), &words.into()).into())
    }

    fn try_neuron(
        &self,
        input: &[f32],
        request: &Array,
        node: &str,
        index: usize,
    ) -> Result<JsValue> {
        let network = &self.0.network;
        let Request { method, target, .. } = Request::read(network, &self.2, request)?;
        let place = (network.find(node)?, index);
        let neuron = neuron(network, &split(network, input, 1)?, &method, &target, place)?;
        let inputs: Vec<usize> = neuron.terms.iter().map(|term| term.input).collect();
        let column =
            |read: fn(&Term) -> f32| floats(&neuron.terms.iter().map(read).collect::<Vec<f32>>());
        Ok(Record::new()
            .set("output", neuron.output.into())
            .set("bias", neuron.bias.into())
            .set("arrived", neuron.arrived.into())
            .set("inputs", indices(&inputs))
            .set("values", column(|term| term.value))
            .set("weights", column(|term| term.weight))
            .set("contributions", column(|term| term.value * term.weight))
            .set("relevance", column(|term| term.relevance))
            .done())
    }

    fn try_flip(
        &self,
        input: &[f32],
        request: &Array,
        relevance: &[f32],
        flipping: &Flipping,
        progress: &Function,
    ) -> Result<JsValue> {
        let network = &self.0.network;
        let (target, _) = place(network, &self.2, request)?;
        let inputs = split(network, input, 1)?;
        let tell = &mut teller(progress);
        let curve = pixel_flipping(network, &inputs, (&target, None), relevance, flipping, tell)?;
        Ok(Record::new()
            .set("order", indices(&curve.order))
            .set("scores", doubles(&curve.logit))
            .set(
                "probabilities",
                curve.probability.as_ref().map_or(JsValue::NULL, |values| doubles(values)),
            )
            .set("aopc", Curve::aopc(&curve.logit, flipping.steps).into())
            .done())
    }

    fn try_ascend(
        &self,
        input: &[f32],
        request: &Array,
        ascent: &Ascent,
        progress: &Function,
    ) -> Result<JsValue> {
        let network = &self.0.network;
        let (target, place) = place(network, &self.2, request)?;
        let inputs = split(network, input, 1)?;
        let climb = ascend(network, &inputs, &target, place, ascent, &mut teller(progress))?;
        Ok(Record::new()
            .set("values", floats(&climb.values))
            .set("scores", doubles(&climb.scores))
            .set("objectives", doubles(&climb.objectives))
            .done())
    }
}
