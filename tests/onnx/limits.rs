//! Files that ask for more than the limits, or for much in few bytes.

use crate::hostile::{golden, read, refused, relu};
use crate::support::onnx_writer::{Attribute, Message, Model, floats, ints, node};
use heatlens::error::Code;
use heatlens::onnx::{self, Limits, Options};

#[test]
fn more_than_the_limits() {
    let chain = |n: usize| {
        let mut nodes: Vec<Message> = (0..n - 1)
            .map(|i| {
                let from = if i == 0 { "x".to_string() } else { format!("v{i}") };
                node("Relu", &from, &format!("v{}", i + 1), &[])
            })
            .collect();
        nodes.push(node("Relu", &format!("v{}", n - 1), "y", &[]));
        Model { nodes, ..relu() }.bytes()
    };
    assert!(read(&chain(10_000)).is_ok());
    refused(&chain(10_001), Code::Limit, "10000 nodes");
    // Two million empty names in one node.
    let names = Message::new().raw(&[0x0a, 0x00].repeat(2_000_000)).text(2, "y").text(4, "Sum");
    refused(&Model { nodes: vec![names], ..relu() }.bytes(), Code::Limit, "more than");
    // Ten thousand nodes of one name.
    let same = |i: usize| node("Relu", "x", &format!("v{i}"), &[]).text(3, "same");
    let mut nodes: Vec<Message> = (0..9_000).map(same).collect();
    let all: Vec<String> = (0..9_000).map(|i| format!("v{i}")).collect();
    nodes.push(node("Sum", &all.join(" "), "y", &[]));
    assert!(read(&Model { nodes, ..relu() }.bytes()).is_ok());
    let limits = Limits { file: 100, ..Limits::default() };
    let error = onnx::read(&golden("case01_mlp"), &Options { limits, ..Options::default() });
    assert_eq!(error.unwrap_err().code(), Code::Limit);
}

/// Small files that ask for much: each node makes `y` from `x` of shape `[N, 1, 64, 64]`.
#[test]
fn small_files_that_ask_for_much() {
    let shape = |dims: &[i64]| ints("s", &[dims.len() as i64], dims);
    let large: &[(&str, Vec<Message>, Vec<Message>)] = &[
        (
            "ConstantOfShape",
            vec![node("ConstantOfShape", "s", "c", &[]), node("Add", "x c", "y", &[])],
            vec![shape(&[1, 1 << 14, 1 << 14])],
        ),
        (
            "ConstantOfShape beyond usize",
            vec![node("ConstantOfShape", "s", "c", &[]), node("Add", "x c", "y", &[])],
            vec![shape(&[1 << 40, 1 << 40])],
        ),
        (
            "Expand",
            vec![node("Expand", "c s", "e", &[]), node("Add", "x e", "y", &[])],
            vec![floats("c", &[1], &[1.0]), shape(&[1 << 14, 1 << 14])],
        ),
        (
            "Tile",
            vec![node("Tile", "c s", "e", &[]), node("Add", "x e", "y", &[])],
            vec![floats("c", &[1], &[1.0]), shape(&[1 << 30])],
        ),
        (
            "Range",
            vec![node("Range", "a b d", "e", &[]), node("Add", "x e", "y", &[])],
            vec![ints("a", &[], &[0]), ints("b", &[], &[1 << 40]), ints("d", &[], &[1])],
        ),
        (
            "Pad",
            vec![node("Pad", "x s", "y", &[])],
            vec![shape(&[0, 0, 1 << 14, 1 << 14, 0, 0, 0, 0])],
        ),
        (
            "Pad beyond usize",
            vec![node("Pad", "x s", "y", &[])],
            vec![shape(&[0, 0, i64::MAX, i64::MAX, 0, 0, i64::MAX, 0])],
        ),
        (
            "Conv with padding",
            vec![node("Conv", "x w", "y", &[("pads", Attribute::Ints(&[1 << 14; 4]))])],
            vec![floats("w", &[1, 1, 1, 1], &[1.0])],
        ),
        (
            "AveragePool with padding",
            vec![node(
                "AveragePool",
                "x",
                "y",
                &[
                    ("kernel_shape", Attribute::Ints(&[2, 2])),
                    ("pads", Attribute::Ints(&[1 << 14; 4])),
                ],
            )],
            vec![],
        ),
        (
            "MaxPool whose window is larger than all",
            vec![node(
                "MaxPool",
                "x",
                "y",
                &[
                    ("kernel_shape", Attribute::Ints(&[1 << 62, 1 << 62])),
                    ("dilations", Attribute::Ints(&[1 << 62, 1 << 62])),
                ],
            )],
            vec![],
        ),
    ];
    for (what, nodes, initializers) in large {
        let bytes = Model::new(&[-1, 1, 64, 64], nodes.clone(), initializers.clone()).bytes();
        let error = read(&bytes).map(|_| ()).unwrap_err();
        println!("{what}: {error}");
    }
    // Sums that double, and doubling by concat, thirty times over.
    for op in ["Add", "Concat"] {
        let nodes = (0..40)
            .map(|i| {
                let from = if i == 0 { "x".to_string() } else { format!("v{i}") };
                let to = if i == 39 { "y".to_string() } else { format!("v{}", i + 1) };
                node(op, &format!("{from} {from}"), &to, &[])
            })
            .collect();
        let result = read(&Model { nodes, ..relu() }.bytes());
        assert_eq!(result.is_ok(), op == "Add");
    }
    // A forward pass that would not end.
    let pool = |from: &str, to: &str| {
        let kernel = [
            ("kernel_shape", Attribute::Ints(&[4001, 4001])),
            ("pads", Attribute::Ints(&[2000; 4])),
        ];
        node("MaxPool", from, to, &kernel)
    };
    let bytes = Model::new(&[-1, 1, 4001, 4001], vec![pool("x", "y")], vec![]).bytes();
    refused(&bytes, Code::Limit, "operations");
}
