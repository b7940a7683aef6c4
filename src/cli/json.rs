//! Results as JSON.

use super::model::Model;
use heatlens::explanation::{Explanation, LayerSum, Sis};
use heatlens::methods::{Entry, Kind, Options, Param, Target, Value as Parameter};
use heatlens::network::Side;
use serde_json::{Map, Value, json};

/// An f32 as the shortest number that reads back as the same; null if it is not finite.
pub fn number(value: f32) -> Value {
    value.to_string().parse::<f64>().ok().filter(|n| n.is_finite()).map_or(Value::Null, Value::from)
}

/// Pretty, with a newline at the end.
pub fn text(value: &Value) -> String {
    format!("{value:#}\n")
}

/// An entry of the catalogue.
pub fn entry(entry: &Entry) -> Value {
    json!({
        "name": entry.name,
        "title": entry.title,
        "summary": entry.summary,
        "sums": entry.sums,
        "source": entry.source,
        "signed": entry.signed,
        "classSpecific": entry.class_specific,
        "whiteBox": entry.white_box,
        "quick": entry.quick,
        "params": entry.params.iter().map(param).collect::<Vec<_>>(),
    })
}

fn param(param: &Param) -> Value {
    let mut value = match param.kind {
        Kind::Number { min, max, default, log } => {
            json!({"kind": "number", "min": min, "max": max, "default": default, "log": log})
        }
        Kind::Integer { min, max, default } => {
            json!({"kind": "integer", "min": min, "max": max, "default": default})
        }
        Kind::Choice { choices, default } => {
            json!({"kind": "choice", "choices": choices, "default": default})
        }
        Kind::Node { choices } => json!({"kind": "node", "choices": choices}),
        Kind::Rules => json!({"kind": "rules", "default": ""}),
        Kind::Fill { default } => json!({"kind": "fill", "default": number(default)}),
    };
    value["name"] = param.name.into();
    value["help"] = param.help.into();
    value
}

/// Everything about an explanation. `target` is explained by the values at node `at`.
pub fn explanation(
    model: &Model,
    entry: &Entry,
    options: &Options,
    (target, at): (&Target, usize),
    explanation: &Explanation,
) -> Value {
    let network = model.network();
    let class = |class: usize| match *target {
        Target::Top
        | Target::Class { .. }
        | Target::Complement { .. }
        | Target::Contrast { .. } => {
            json!({"index": class, "label": model.label_of(class, explanation.side)})
        }
        Target::Unit { node, .. } | Target::Channel { node, .. } => {
            json!({"index": class, "label": null, "node": network.node(node).name})
        }
    };
    let parameters: Map<String, Value> =
        options.iter().map(|(key, value)| (key.to_string(), parameter(value))).collect();
    let extra: Map<String, Value> =
        explanation.extra.iter().map(|(key, value)| ((*key).into(), json!(value))).collect();
    json!({
        "method": explanation.method,
        "options": parameters,
        "title": entry.title,
        "summary": entry.summary,
        "signed": entry.signed,
        "sums": entry.sums,
        "at": network.node(at).name,
        "target": class(explanation.target),
        "against": explanation.against.map(class),
        "side": explanation.side.map(Side::name),
        "score": explanation.score,
        "expected": explanation.expected,
        "sum": explanation.sum(),
        "shape": explanation.relevance.shape(),
        "relevance": explanation.relevance.iter().map(|&r| number(r)).collect::<Vec<_>>(),
        "layer": explanation.layer.map(|node| &network.node(node).name),
        "layers": explanation.layers.iter().map(|layer| self::layer(model, layer)).collect::<Vec<_>>(),
        "sis": explanation.sis.as_ref().map(sis),
        "extra": extra,
        "notes": explanation.notes,
    })
}

fn parameter(value: &Parameter) -> Value {
    match value {
        Parameter::Number(number) => json!(number),
        Parameter::Word(word) => json!(word),
        Parameter::Numbers(numbers) => numbers.iter().map(|&n| number(n)).collect(),
    }
}

fn layer(model: &Model, layer: &LayerSum) -> Value {
    json!({
        "node": model.network().node(layer.node).name,
        "rule": layer.rule,
        "arrived": layer.arrived,
        "passed": layer.passed,
        "bias": layer.bias,
        "stabilizer": layer.stabilizer,
        "ties": layer.ties,
    })
}

fn sis(sis: &Sis) -> Value {
    let sets: Vec<Value> = sis
        .sets
        .iter()
        .map(|set| {
            json!({
                "features": set.features,
                "score": set.score,
                "order": set.order,
                "values": set.values,
            })
        })
        .collect();
    json!({
        "threshold": sis.threshold,
        "initial": sis.initial,
        "features": sis.features,
        "sets": sets,
        "rest": sis.rest,
        "complete": sis.complete,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_as_the_same() {
        for value in [0.1f32, -1.0 / 3.0, f32::MAX, f32::MIN_POSITIVE / 8.0, 16_777_217.0] {
            assert_eq!(number(value).as_f64().unwrap() as f32, value);
        }
        assert_eq!(number(0.1).to_string(), "0.1");
        assert_eq!(number(f32::NAN), Value::Null);
    }
}
