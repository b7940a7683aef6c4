//! Broken and hostile ONNX files: every one gives a network or an error, soon and in little memory.

use crate::hostile::{golden, read, refused, relu, with_weights};
use crate::support::onnx_writer::{Attribute, Message, Model, floats, node, tensor, value};
use heatlens::error::{Code, Culprit, Error};
use heatlens::onnx::{self, Options, Status};
use heatlens::random::Random;

#[test]
fn truncated_anywhere() {
    let small = golden("case01_mlp");
    for len in 0..small.len() {
        let result = read(&small[..len]);
        assert!(result.is_err(), "{len}");
    }
    for name in ["case05_activations", "case12_vgg", "case08_textcnn"] {
        let bytes = golden(name);
        for i in 0..1000 {
            let _ = read(&bytes[..bytes.len() * i / 1000]);
        }
    }
    refused(&small[..small.len() / 2], Code::Truncated, "byte ");
    refused(&[], Code::Malformed, "no ONNX graph");
    refused(b"<!DOCTYPE html><html>", Code::Malformed, "byte ");
}

#[test]
fn lengths_that_lie() {
    let content = relu().graph().0;
    let n = content.len() as u64;
    let head = || Message::new().int(1, 8);
    let opset = Message::new().int(2, 17);
    assert!(read(&head().lie(7, n, &content).message(8, &opset).0).is_ok());
    for len in [0, n - 1, n + 1, 1 << 31, (1 << 32) + 8, 1 << 63, u64::MAX] {
        let error = read(&head().lie(7, len, &content).0).map(|_| ()).unwrap_err();
        assert_eq!(error.culprit(), Culprit::Model, "{len}: {error}");
    }
    // The same inside a tensor: raw data, packed dimensions.
    for len in [0u64, 15, 17, 1 << 31, (1 << 32) + 8, 1 << 63, u64::MAX] {
        let lie = Message::new().int(1, 4).int(2, 1).text(8, "w").lie(9, len, &[0; 16]);
        assert!(read(&with_weights(lie)).is_err(), "{len}");
    }
    let endless = Message::new().raw(&[0xff; 11]);
    refused(&endless.0, Code::Malformed, "longer than 64 bits");
}

#[test]
fn fields_that_must_not_be() {
    let graph = relu().graph();
    for wire in [3u64, 4, 6, 7] {
        let group = Message::new().key(30, wire).0;
        refused(&[group, relu().bytes()].concat(), Code::Malformed, "wire type");
    }
    refused(&[vec![0x02, 0x00], relu().bytes()].concat(), Code::Malformed, "number 0");
    // Unknown fields of known kinds are skipped.
    let unknown =
        Message::new().int(900, 1).float(901, 1.0).text(902, "x").key(903, 1).raw(&[0; 8]);
    assert!(read(&[unknown.0, relu().bytes()].concat()).is_ok());
    refused(&Message::new().message(7, &graph).message(7, &graph).0, Code::Duplicate, "twice");
    refused(&Message::new().int(7, 3).0, Code::Malformed, "field 7");
    refused(&[relu().bytes(), vec![0x08]].concat(), Code::Truncated, "byte ");
    let bad_name = node("Relu", "x", "y", &[]).bytes(3, &[0xff, 0xfe]);
    let model = Model { nodes: vec![bad_name], ..relu() };
    refused(&model.bytes(), Code::Malformed, "UTF-8");
}

#[test]
fn names_that_occur_twice_or_never() {
    let with = |nodes: Vec<Message>| Model { nodes, ..relu() }.bytes();
    let w = || floats("w", &[1], &[2.0]);
    let twice = Model { initializers: vec![w(), w()], ..relu() };
    refused(&twice.bytes(), Code::Duplicate, "'w'");
    let twice = Model { inputs: vec![value("x", 1, &[-1, 4]), value("x", 1, &[-1, 4])], ..relu() };
    refused(&twice.bytes(), Code::Duplicate, "'x'");
    let twice = Model { outputs: vec![value("y", 1, &[]), value("y", 1, &[])], ..relu() };
    refused(&twice.bytes(), Code::Duplicate, "'y'");
    let twice = with(vec![node("Relu", "x", "y", &[]), node("Tanh", "x", "y", &[])]);
    refused(&twice, Code::Duplicate, "'y'");
    refused(&with(vec![node("Relu", "x", "y y", &[])]), Code::Duplicate, "'y'");
    refused(&with(vec![node("Relu", "x", "x", &[])]), Code::Duplicate, "'x'");
    refused(&with(vec![node("Relu", "z", "y", &[])]), Code::Dangling, "'z'");
    refused(&with(vec![node("Relu", "x", "z", &[])]), Code::Dangling, "'y'");
    let mut model = relu();
    model.metadata = vec![("k".into(), "1".into()), ("k".into(), "2".into())];
    refused(&model.bytes(), Code::Duplicate, "'k'");
    let alpha = || ("alpha", Attribute::Float(1.0));
    refused(&with(vec![node("Elu", "x", "y", &[alpha(), alpha()])]), Code::Duplicate, "alpha");
}

#[test]
fn graphs_that_go_round() {
    let with = |nodes: Vec<Message>| Model { nodes, ..relu() }.bytes();
    refused(&with(vec![node("Add", "x y", "y", &[])]), Code::Cycle, "'y' (Add)");
    let circle = vec![
        node("Add", "x c", "a", &[]),
        node("Relu", "a", "b", &[]),
        node("Tanh", "b", "c", &[]),
        node("Relu", "c", "y", &[]),
    ];
    refused(&with(circle), Code::Cycle, "→");
    // Ten thousand nodes in one circle.
    let mut nodes: Vec<Message> = (0..9_999)
        .map(|i| node("Relu", &format!("v{i}"), &format!("v{}", (i + 1) % 9_999), &[]))
        .collect();
    nodes.push(node("Relu", "v0", "y", &[]));
    refused(&with(nodes), Code::Cycle, "…");
}

#[test]
fn graphs_of_random_wiring() {
    let mut random = Random::new(4);
    for _ in 0..10_000 {
        let nodes = (0..1 + random.below(12))
            .map(|i| {
                let op = ["Relu", "Add", "Sum", "Concat", "Identity"][random.below(5)];
                let inputs: Vec<String> =
                    (0..1 + random.below(2)).map(|_| format!("v{}", random.below(12))).collect();
                node(op, &inputs.join(" "), &format!("v{}", i + 1), &[])
            })
            .collect();
        let model = Model { nodes, inputs: vec![value("v0", 1, &[-1, 2])], ..relu() };
        let outputs = vec![value(&format!("v{}", random.below(12)), 1, &[])];
        let _ = read(&Model { outputs, ..model }.bytes());
    }
}

#[test]
fn tensors_that_contradict_themselves() {
    let bytes = vec![0u8; 64];
    for (dims, code) in [
        (vec![4, 4], None),
        (vec![4, 0], Some(Code::Malformed)),
        (vec![-4, -4], Some(Code::Shape)),
        (vec![1 << 40], Some(Code::Limit)),
        (vec![i64::MAX, i64::MAX, 4], Some(Code::Limit)),
        (vec![1 << 32, 1 << 32], Some(Code::Limit)),
        (vec![1; 33], Some(Code::Limit)),
        (vec![4, 3], Some(Code::Malformed)),
        (vec![4, 5], Some(Code::Malformed)),
    ] {
        let result = read(&with_weights(tensor("w", &dims, 1, &bytes)));
        assert_eq!(result.as_ref().err().map(Error::code), code, "{dims:?} {:?}", result.err());
    }
    // The data is there twice, or in another type's field.
    refused(&with_weights(floats("w", &[1], &[1.0]).float(4, 1.0)), Code::Malformed, "twice");
    let other = Message::new().int(1, 4).int(2, 1).text(8, "w").int(7, 1);
    refused(&with_weights(other), Code::Malformed, "0 elements");
    for data_type in [0, 8, 14, 15, 17, 23, 99, -1] {
        refused(&with_weights(tensor("w", &[4, 4], data_type, &bytes)), Code::Dtype, "'w'");
    }
    let external = Message::new().int(1, 4).int(2, 1).text(8, "w").int(14, 1);
    let entry = Message::new().text(1, "location").text(2, "../../etc/passwd");
    refused(&with_weights(external.message(13, &entry)), Code::External, "'w'");
    let sparse = relu().graph().message(15, &Message::new());
    let opset = Message::new().int(2, 17);
    let model = Message::new().message(7, &sparse).message(8, &opset);
    refused(&model.0, Code::Unsupported, "sparse");
}

#[test]
fn inputs_that_cannot_be() {
    let with = |dims: &[i64]| Model { inputs: vec![value("x", 1, dims)], ..relu() }.bytes();
    for (dims, code) in [
        (vec![-1, 0], Code::Shape),
        (vec![1, 1 << 40], Code::Limit),
        (vec![1, 1 << 16, 1 << 16], Code::Limit),
        (vec![1; 12], Code::Limit),
        (vec![1, -1], Code::Shape),
    ] {
        refused(&with(&dims), code, "input 'x'");
    }
    let text = Model { inputs: vec![value("x", 8, &[-1, 4])], ..relu() };
    refused(&text.bytes(), Code::Dtype, "input 'x'");
    let nothing = Model { inputs: vec![Message::new().text(1, "x")], ..relu() };
    refused(&nothing.bytes(), Code::Dtype, "input 'x'");
    let none = Model { inputs: vec![], ..relu() };
    refused(&none.bytes(), Code::Dangling, "'x'");
    let none = Model { outputs: vec![], ..relu() };
    assert!(read(&none.bytes()).is_err());
}

#[test]
fn nested_deeply() {
    let mut message = Message::new();
    for _ in 0..100_000 {
        let len = message.0.len() as u64;
        let mut outer = Message::new().key(7, 2).varint(len).0;
        // Built from the inside out, back to front, to stay linear.
        outer.reverse();
        message = message.raw(&outer);
    }
    message.0.reverse();
    assert!(read(&message.0).is_err());
    // A graph in an attribute in a graph …: nothing looks inside.
    let mut graph = relu().graph();
    for _ in 0..200 {
        let branch = node("If", "x", "y", &[("then_branch", Attribute::Graph(graph))]);
        graph = Model { nodes: vec![branch], ..relu() }.graph();
    }
    let opset = Message::new().int(2, 17);
    let model = Message::new().message(7, &graph).message(8, &opset);
    refused(&model.0, Code::Unsupported, "control flow");
}

#[test]
fn everything_that_is_not_supported_is_listed_at_once() {
    let nodes = vec![
        node("Relu", "x", "a", &[]),
        node("LSTM", "a", "b", &[]).text(3, "first"),
        node("Tanh", "b", "c", &[]),
        node("Einsum", "c", "d", &[]).text(3, "second"),
        node("Elu", "x", "e", &[("bogus", Attribute::Int(1))]).text(3, "third"),
        node("Fused", "x", "f", &[]).text(3, "fourth").text(7, "com.microsoft"),
        node("Scan", "x", "unused", &[]).text(3, "fifth"),
        node("Sum", "d e f", "y", &[]),
    ];
    let bytes = Model { nodes, ..relu() }.bytes();
    let error = read(&bytes).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::Unsupported);
    for part in
        ["4 of 8", "first", "second", "third", "bogus", "com.microsoft", "Supported", "Gemm"]
    {
        assert!(error.message().contains(part), "{part}: {error}");
    }
    assert!(!error.message().contains("fifth"), "{error}");
    let rows = onnx::support(&bytes, &Options::default()).unwrap();
    let count = |wanted: fn(&Status) -> bool| rows.iter().filter(|r| wanted(&r.status)).count();
    assert_eq!(rows.len(), 8);
    assert_eq!(count(|s| matches!(s, Status::Refused(_))), 4);
    assert_eq!(count(|s| matches!(s, Status::Blocked)), 2);
    assert_eq!(count(|s| matches!(s, Status::Unused)), 1);
    for opset in [0, 5, 22, i64::MAX, -1] {
        let model = Model { opset, ..relu() };
        refused(&model.bytes(), Code::Unsupported, "operator set");
    }
}

#[test]
fn weights_that_are_no_numbers_are_counted() {
    let mut values = [1.0f32; 16];
    values[3] = f32::NAN;
    values[7] = f32::INFINITY;
    values[9] = f32::NEG_INFINITY;
    let model = read(&with_weights(floats("w", &[4, 4], &values))).unwrap();
    assert_eq!(model.nonfinite_weights, 3);
}
