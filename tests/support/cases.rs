//! The cases in `tests/cases`: a small network (`NAME.onnx`), an input, and what is right for it
//! (`NAME.json`), from PyTorch, captum or zennit.

use heatlens::onnx;
use ndarray::{ArrayD, IxDyn};
use serde_json::Value as Json;
use std::path::Path;

pub struct Case {
    pub model: onnx::Model,
    pub json: Json,
    pub x: ArrayD<f32>,
}

impl Case {
    pub fn read(name: &str) -> Case {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
        let file = |ending: &str| std::fs::read(folder.join(format!("{name}.{ending}"))).unwrap();
        let model = onnx::read(&file("onnx"), &onnx::Options::default()).unwrap();
        let json: Json = serde_json::from_slice(&file("json")).unwrap();
        let input = match &json["input"] {
            Json::Object(inputs) => inputs.values().next().unwrap(),
            input => input,
        };
        let shape = &model.network.node(model.network.inputs()[0]).shape;
        let shape: Vec<usize> = [1].iter().chain(shape).copied().collect();
        let x = ArrayD::from_shape_vec(IxDyn(&shape), numbers(input)).unwrap();
        Case { model, json, x }
    }

    /// The numbers of an entry.
    pub fn numbers(&self, entry: &str) -> Vec<f32> {
        numbers(&self.json[entry])
    }

    /// The class that is explained.
    pub fn class(&self) -> usize {
        self.json["target"].as_u64().unwrap() as usize
    }
}

/// All numbers in nested lists.
fn numbers(value: &Json) -> Vec<f32> {
    match value {
        Json::Array(list) => list.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().unwrap() as f32],
    }
}
