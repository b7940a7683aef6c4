//! Builds the network that a golden case describes in its JSON.

use super::safetensors::Tensor;
use heatlens::network::{
    Activation, Builder, Network, NodeId, Operation, OutputActivation, Window,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// The network with its nodes as described: batch norm is not folded.
pub fn build(case: &Value, tensors: &BTreeMap<String, Tensor>) -> Network {
    let mut builder = Builder::new();
    let mut ids: BTreeMap<String, NodeId> = BTreeMap::new();
    let input = case["input"]["name"].as_str().unwrap();
    let shape = list(&case["input"]["shape"]);
    ids.insert(input.into(), builder.input(input, &shape[1..]).unwrap());
    for node in case["nodes"].as_array().unwrap() {
        let name = node["name"].as_str().unwrap();
        let inputs: Vec<NodeId> =
            node["inputs"].as_array().unwrap().iter().map(|i| ids[i.as_str().unwrap()]).collect();
        let from = builder.shape(inputs[0]).to_vec();
        let id = builder.push(name, operation(node, tensors, &from), &inputs).unwrap();
        let expected = list(&case["node_shapes"][name]);
        assert_eq!(builder.shape(id), &expected[1..], "shape of '{name}'");
        ids.insert(name.into(), id);
    }
    let output = ids[case["output"].as_str().unwrap()];
    let activation = if builder.shape(output) == [1] {
        OutputActivation::Sigmoid
    } else {
        OutputActivation::Softmax
    };
    builder.finish(vec![("logits".into(), output, activation)]).unwrap()
}

fn operation(node: &Value, tensors: &BTreeMap<String, Tensor>, from: &[usize]) -> Operation {
    let name = node["name"].as_str().unwrap();
    let weight = |key: &str| -> Vec<f32> {
        node[key].as_str().map_or(Vec::new(), |tensor| tensors[tensor].f32())
    };
    let number = |key: &str| node[key].as_f64().unwrap() as f32;
    let flag = |key: &str| node[key].as_bool().unwrap();
    match node["op"].as_str().unwrap() {
        "dense" => Operation::Dense {
            weight: weight("weight"),
            outputs: node["out_features"].as_u64().unwrap() as usize,
            bias: weight("bias"),
        },
        "conv" => Operation::Conv {
            weight: weight("weight"),
            outputs: node["out_channels"].as_u64().unwrap() as usize,
            bias: weight("bias"),
            window: window(node),
            groups: node["groups"].as_u64().unwrap() as usize,
        },
        "batchnorm" => {
            let part = |part: &str| tensors[&format!("w/{name}.{part}")].f32();
            let (mean, variance) = (part("running_mean"), part("running_var"));
            let (gamma, beta) = (part("weight"), part("bias"));
            let eps = node["eps"].as_f64().unwrap();
            let scale: Vec<f32> = (0..gamma.len())
                .map(|c| (f64::from(gamma[c]) / (f64::from(variance[c]) + eps).sqrt()) as f32)
                .collect();
            let shift = (0..gamma.len()).map(|c| beta[c] - mean[c] * scale[c]).collect();
            Operation::Scale { scale, shift, inner: from[1..].iter().product() }
        }
        "maxpool" => Operation::MaxPool { window: window(node), ceil: flag("ceil_mode") },
        "avgpool" => Operation::AveragePool {
            window: window(node),
            ceil: flag("ceil_mode"),
            count_include_pad: flag("count_include_pad"),
        },
        "global_maxpool" => Operation::MaxPool { window: Window::new(&from[1..]), ceil: false },
        "global_avgpool" => Operation::AveragePool {
            window: Window::new(&from[1..]),
            ceil: false,
            count_include_pad: false,
        },
        "relu" => Operation::Activation(Activation::Relu),
        "leaky_relu" => Operation::Activation(Activation::LeakyRelu { alpha: number("alpha") }),
        "relu6" => Operation::Activation(Activation::Clip { low: 0.0, high: 6.0 }),
        "clip" => {
            Operation::Activation(Activation::Clip { low: number("low"), high: number("high") })
        }
        "silu" => Operation::Activation(Activation::Silu),
        "elu" => Operation::Activation(Activation::Elu { alpha: number("alpha") }),
        "tanh" => Operation::Activation(Activation::Tanh),
        "sigmoid" => Operation::Activation(Activation::Sigmoid),
        "softplus" => Operation::Activation(Activation::Softplus),
        "gelu" => Operation::Activation(Activation::Gelu),
        "add" => Operation::Add,
        "concat" => Operation::Concat { axis: node["axis"].as_u64().unwrap() as usize - 1 },
        "flatten" => Operation::Reshape { shape: vec![from.iter().product()] },
        "transpose" => {
            Operation::Transpose { perm: list(&node["perm"])[1..].iter().map(|a| a - 1).collect() }
        }
        "embedding" => Operation::Embedding {
            table: weight("weight"),
            width: node["embedding_dim"].as_u64().unwrap() as usize,
        },
        other => panic!("'{name}': unknown operator '{other}'"),
    }
}

fn window(node: &Value) -> Window {
    let window = Window::new(&list(&node["kernel"]))
        .stride(&list(&node["stride"]))
        .padding(&list(&node["padding"]));
    match node.get("dilation") {
        Some(dilation) => window.dilation(&list(dilation)),
        None => window,
    }
}

/// A JSON array of whole numbers.
pub fn list(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect()
}
