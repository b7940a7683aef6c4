//! Looking into a model: backward passes layer by layer, single neurons, pixel flipping, gradient ascent.

use super::request::{ExplainRequest, Request, place, split};
use super::typed::Typed;
use super::{Model, give, teller};
use crate::error::Result;
use crate::evaluate::{Curve, Flipping, Order, pixel_flipping};
use crate::explanation::{LayerSum, layer_sums};
use crate::methods::{
    ActivationMaximization, Baseline, MaximizedActivation, Term, maximize_activation, neuron, trace,
};
use js_sys::{Float32Array, Float64Array, Function, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// A backward pass, node by node.
#[derive(Serialize)]
struct Trace {
    score: f64,
    nodes: Vec<TracedNode>,
    #[serde(serialize_with = "layer_sums")]
    layers: Vec<LayerSum>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct TracedNode {
    node: String,
    values: Typed<Float32Array>,
    /// What the pass left there; none where nothing arrived.
    adjoint: Option<Typed<Float32Array>>,
}

/// One neuron, its inputs as columns.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Neuron {
    output: f32,
    bias: f32,
    relevance_in: f32,
    inputs: Typed<Uint32Array>,
    values: Typed<Float32Array>,
    weights: Typed<Float32Array>,
    contributions: Typed<Float32Array>,
    relevance: Typed<Float32Array>,
}

/// Scores while positions are replaced.
#[derive(Serialize)]
struct FlippingCurve {
    order: Typed<Uint32Array>,
    scores: Typed<Float64Array>,
    probabilities: Option<Typed<Float64Array>>,
    aopc: f64,
}

#[wasm_bindgen]
impl Model {
    /// What every node computed and what the method's backward pass left there.
    pub fn trace(
        &self,
        input: &[f32],
        request: &ExplainRequest,
    ) -> std::result::Result<JsValue, JsValue> {
        give(self.try_trace(input, request))
    }

    /// One neuron of a layer with weights during the method's backward pass.
    pub fn neuron(
        &self,
        input: &[f32],
        request: &ExplainRequest,
        node: &str,
        index: usize,
    ) -> std::result::Result<JsValue, JsValue> {
        give(self.try_neuron(input, request, node, index))
    }

    /// Scores while positions are replaced by `mask`, in the order of `relevance`.
    #[allow(clippy::too_many_arguments)]
    pub fn flip(
        &self,
        input: &[f32],
        request: &ExplainRequest,
        relevance: &[f32],
        steps: usize,
        block: usize,
        mask: Vec<f32>,
        least_first: bool,
        progress: &Function,
    ) -> std::result::Result<JsValue, JsValue> {
        let order = if least_first { Order::LeastRelevantFirst } else { Order::MostRelevantFirst };
        let flipping = Flipping { order, block, replacement: fill(mask), steps };
        give(self.try_flip(input, request, relevance, &flipping, progress))
    }

    /// Changes the values at `at` so that the target's score rises.
    #[allow(clippy::too_many_arguments)]
    #[wasm_bindgen(js_name = maximizeActivation)]
    pub fn maximize_activation(
        &self,
        input: &[f32],
        request: &ExplainRequest,
        steps: usize,
        rate: f32,
        penalty: f32,
        low: f32,
        high: f32,
        sign: bool,
        progress: &Function,
    ) -> std::result::Result<JsValue, JsValue> {
        let ascent = ActivationMaximization { steps, rate, penalty, bounds: (low, high), sign };
        give(self.try_maximize_activation(input, request, &ascent, progress))
    }
}

/// A single number stands for all.
fn fill(values: Vec<f32>) -> Baseline {
    match values[..] {
        [value] => Baseline::Constant(value),
        _ => Baseline::Each(values),
    }
}

impl Model {
    fn try_trace(&self, input: &[f32], request: &ExplainRequest) -> Result<Trace> {
        let network = &self.0.network;
        let Request { method, target, at, .. } = Request::read(network, &self.2, request)?;
        let traced = trace(network, &split(network, input, 1)?, &*method, &target, at)?;
        let nodes = network.nodes().iter().zip(traced.adjoints).enumerate();
        let nodes = nodes.map(|(id, (node, adjoint))| TracedNode {
            node: node.name.clone(),
            values: traced.tape.value(id).into(),
            adjoint: (!adjoint.is_empty()).then(|| adjoint.as_slice().into()),
        });
        let nodes = nodes.collect();
        Ok(Trace { score: traced.score, nodes, layers: traced.layers, notes: traced.notes })
    }

    fn try_neuron(
        &self,
        input: &[f32],
        request: &ExplainRequest,
        node: &str,
        index: usize,
    ) -> Result<Neuron> {
        let network = &self.0.network;
        let Request { method, target, .. } = Request::read(network, &self.2, request)?;
        let place = (network.find(node)?, index);
        let neuron = neuron(network, &split(network, input, 1)?, &*method, &target, place)?;
        let inputs: Vec<usize> = neuron.terms.iter().map(|term| term.input).collect();
        let column = |read: fn(&Term) -> f32| {
            Typed::from(neuron.terms.iter().map(read).collect::<Vec<f32>>().as_slice())
        };
        Ok(Neuron {
            output: neuron.output,
            bias: neuron.bias,
            relevance_in: neuron.relevance_in,
            inputs: inputs.as_slice().into(),
            values: column(|term| term.value),
            weights: column(|term| term.weight),
            contributions: column(|term| term.value * term.weight),
            relevance: column(|term| term.relevance),
        })
    }

    fn try_flip(
        &self,
        input: &[f32],
        request: &ExplainRequest,
        relevance: &[f32],
        flipping: &Flipping,
        progress: &Function,
    ) -> Result<FlippingCurve> {
        let network = &self.0.network;
        let (target, _) = place(network, &self.2, request)?;
        let inputs = split(network, input, 1)?;
        let tell = &mut teller(progress);
        let curve = pixel_flipping(network, &inputs, (&target, None), relevance, flipping, tell)?;
        Ok(FlippingCurve {
            aopc: Curve::aopc(&curve.logit, flipping.steps),
            order: curve.order.as_slice().into(),
            scores: curve.logit.as_slice().into(),
            probabilities: curve.probability.as_deref().map(Typed::from),
        })
    }

    fn try_maximize_activation(
        &self,
        input: &[f32],
        request: &ExplainRequest,
        ascent: &ActivationMaximization,
        progress: &Function,
    ) -> Result<MaximizedActivation> {
        let network = &self.0.network;
        let (target, place) = place(network, &self.2, request)?;
        let inputs = split(network, input, 1)?;
        maximize_activation(network, &inputs, &target, place, ascent, &mut teller(progress))
    }
}
