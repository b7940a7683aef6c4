//! Explanations as JavaScript sees them, and the layers that Grad-CAM would take.

use super::object::{Record, array, doubles, floats, indices, shape};
use crate::explanation::{Explanation, LayerSum, Sis};
use crate::methods::CamLayer;
use crate::network::{Network, Side};
use js_sys::Array;
use wasm_bindgen::JsValue;

/// `[numbers, relevance, words, sis]`, as `pkg/result.js` reads them: target, against (or −1), side (1 yes, −1 no,
/// 0 none), score, sum, expected sum (or NaN), the node whose maps were weighted (or −1), the map's shape with its length in front, the
/// layers with their number in front, extra numbers; the words are the layers' rules, the names of the
/// extra numbers and the notes, line by line.
pub(super) fn explanation(explanation: &Explanation) -> JsValue {
    let shape = explanation.relevance.shape();
    let mut numbers = vec![
        explanation.target as f64,
        explanation.against.map_or(-1.0, |class| class as f64),
        explanation.side.map_or(0.0, |side| if side == Side::Yes { 1.0 } else { -1.0 }),
        explanation.score,
        explanation.sum(),
        explanation.expected.unwrap_or(f64::NAN),
        explanation.layer.map_or(-1.0, |node| node as f64),
        shape.len() as f64,
    ];
    numbers.extend(shape.iter().map(|&n| n as f64));
    let mut words = String::new();
    layer_sums(&explanation.layers, &mut numbers, &mut words);
    for &(name, value) in &explanation.extra {
        numbers.push(value);
        lines(&[name], &mut words);
    }
    lines(&explanation.notes, &mut words);
    // A whole array of its own is in standard order.
    let relevance = explanation.relevance.as_slice().unwrap_or_default();
    let sis = explanation.sis.as_ref().map_or(JsValue::NULL, subsets);
    Array::of4(&doubles(&numbers), &floats(relevance), &words.into(), &sis).into()
}

/// Adds each text as a line.
pub(super) fn lines(texts: &[impl AsRef<str>], words: &mut String) {
    for text in texts {
        words.push_str(text.as_ref());
        words.push('\n');
    }
}

/// How many layers, then for each its node, arrived, passed, bias, stabilizer and ties; their rules as
/// lines.
pub(super) fn layer_sums(layers: &[LayerSum], numbers: &mut Vec<f64>, rules: &mut String) {
    numbers.push(layers.len() as f64);
    for layer in layers {
        let LayerSum { node, rule, arrived, passed, bias, stabilizer, ties } = layer;
        numbers.extend([*node as f64, *arrived, *passed, *bias, *stabilizer, *ties]);
        lines(&[rule], rules);
    }
}

fn subsets(sis: &Sis) -> JsValue {
    let sets = sis.sets.iter().map(|set| {
        Record::new()
            .set("features", indices(&set.features))
            .set("order", indices(&set.order))
            .set("values", doubles(&set.values))
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

/// The nodes that the words for Grad-CAM's layer stand for, from the first input to the first result.
pub(super) fn cam_layers(network: &Network) -> JsValue {
    let ends = network.inputs().first().zip(network.outputs().first());
    let path = ends.map_or(Vec::new(), |(&input, output)| network.path(input, output.node));
    let name = |layer: CamLayer| match layer.node(network, &path) {
        Ok(id) => JsValue::from(&network.node(id).name),
        Err(_) => JsValue::NULL,
    };
    Record::new()
        .set("last-conv", name(CamLayer::LastConvolution))
        .set("last-activation", name(CamLayer::LastActivation))
        .done()
}
