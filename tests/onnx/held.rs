//! What a model makes a page hold is bounded before the page holds it: classes, labels, names, texts.

use crate::hostile::relu;
use crate::memory::peak;
use crate::support::onnx_writer::{Attribute, Message, Model, node, value};
use heatlens::error::{Code, Error};
use heatlens::onnx::{self, Limits, Options, Status};

/// Memory of a reader that refuses, beside four times the file.
const SPARE: usize = 16 << 20;

#[track_caller]
fn read(bytes: &[u8]) -> Result<onnx::Model, Error> {
    let mut result = None;
    let held = peak(|| result = Some(onnx::read(bytes, &Options::default())));
    let result = result.unwrap();
    if result.is_err() {
        assert!(held <= 4 * bytes.len() + SPARE, "{held} bytes for a file of {}", bytes.len());
    }
    result
}

#[track_caller]
fn refused(model: &Model, words: &[&str]) {
    let error = read(&model.bytes()).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::Limit, "{error}");
    assert!(error.message().len() < 1_000, "{} bytes", error.message().len());
    for word in words {
        assert!(error.message().contains(word), "'{word}': {error}");
    }
}

fn with_metadata(key: &str, text: String) -> Model {
    Model { metadata: vec![(key.into(), text)], ..relu() }
}

/// A result of 2^`doublings` times `width` elements.
fn doubled(width: i64, doublings: usize) -> Model {
    let nodes = (0..doublings).map(|i| {
        let from = if i == 0 { "x".into() } else { format!("v{i}") };
        let to = if i + 1 == doublings { "y".into() } else { format!("v{}", i + 1) };
        node("Concat", &format!("{from} {from}"), &to, &[("axis", Attribute::Int(1))])
    });
    Model::new(&[-1, width], nodes.collect(), vec![])
}

#[test]
fn classes() {
    // The largest that there are in earnest: words of a language model, an image of three colours.
    for model in [doubled(16, 14), doubled(147, 10), doubled(1, 21)] {
        let network = read(&model.bytes()).unwrap().network;
        assert!(network.node(network.outputs()[0].node).len() <= 1 << 21);
    }
    for model in [doubled(3, 20), doubled(784, 16), doubled(1, 22)] {
        assert!(model.bytes().len() < 1_000);
        refused(&model, &["output 'y'", "2097152"]);
    }
    // Several results count together.
    let mut model = doubled(1, 20);
    let names: Vec<String> = (0..3).map(|i| format!("y{i}")).collect();
    model.nodes.extend(names.iter().map(|name| node("Relu", "y", name, &[])));
    model.outputs = names.iter().map(|name| value(name, 1, &[-1])).collect();
    refused(&model, &["output 'y2'", "3145728"]);
    // Who has room for more says so.
    let limits = Limits { results: 1 << 24, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    assert!(onnx::read(&doubled(3, 20).bytes(), &options).is_ok());
}

#[test]
fn labels() {
    let lines = |n: usize| (0..n).map(|i| format!("class number {i}\n")).collect::<String>();
    // As many as ImageNet has, and its largest set.
    for n in [1_000, 21_843, 100_000] {
        let model = read(&with_metadata("heatlens.labels", lines(n)).bytes()).unwrap();
        assert_eq!(model.metadata.get("heatlens.labels").unwrap().lines().count(), n);
    }
    refused(&with_metadata("heatlens.labels", lines(1_000_000)), &["labels", "12582912"]);
    refused(&with_metadata("heatlens.labels", "\n".repeat(1_000_000)), &["labels"]);
    let long = |n: usize| format!("short\n{}\nshort", "l".repeat(n));
    assert!(read(&with_metadata("heatlens.labels", long(4096)).bytes()).is_ok());
    refused(&with_metadata("heatlens.labels", long(4097)), &["a label of 4097 bytes", "4096"]);
}

#[test]
fn metadata() {
    assert!(read(&with_metadata("heatlens.vocabulary", "word\n".repeat(1 << 20)).bytes()).is_ok());
    refused(&with_metadata("anything", "x".repeat(13 << 20)), &["metadata", "12582912"]);
    refused(&with_metadata(&"k".repeat(4097), "v".into()), &["a name of 4097 bytes"]);
    let many = |n: usize| (0..n).map(|i| (format!("k{i}"), String::new())).collect();
    assert!(read(&Model { metadata: many(100_000), ..relu() }.bytes()).is_ok());
    refused(&Model { metadata: many(400_000), ..relu() }, &["metadata"]);
}

#[test]
fn names() {
    let long = |n: usize| "n".repeat(n);
    let named = |n: usize| node("Relu", "x", "y", &[]).text(3, &long(n));
    assert!(read(&Model { nodes: vec![named(4096)], ..relu() }.bytes()).is_ok());
    let domain = node("Relu", "x", "y", &[]).text(7, &long(5_000));
    let attribute = long(5_000);
    let inputs = |name: &str| vec![value(name, 1, &[-1, 4])];
    for model in [
        Model { nodes: vec![named(4097)], ..relu() },
        Model { nodes: vec![node(&long(5_000), "x", "y", &[])], ..relu() },
        Model { nodes: vec![domain], ..relu() },
        Model { nodes: vec![node("Elu", "x", "y", &[(&attribute, Attribute::Int(1))])], ..relu() },
        Model { nodes: vec![node("Relu", "x", &format!("y {}", long(5_000)), &[])], ..relu() },
        Model { inputs: inputs(&long(5_000)), ..relu() },
        Model { outputs: vec![value(&long(5_000), 1, &[-1])], ..relu() },
    ] {
        refused(&model, &["a name of", "4096"]);
    }
    // An axis, and the program that wrote the file.
    let axis = Message::new().message(1, &Message::new().text(2, &long(5_000)));
    let kind = Message::new().int(1, 1).message(2, &axis);
    let x = Message::new().text(1, "x").message(2, &Message::new().message(1, &kind));
    refused(&Model { inputs: vec![x], ..relu() }, &["a name of"]);
    let producer = [Message::new().text(3, &long(5_000)).0, relu().bytes()].concat();
    assert_eq!(read(&producer).map(|_| ()).unwrap_err().code(), Code::Limit);
}

#[test]
fn names_that_are_repeated() {
    // One long name borne by every layer, stated as what each takes, or as what each was folded into: the file
    // has it once.
    let long = "n".repeat(4_000);
    let first = || node("Relu", "x", "a", &[]).text(3, &long);
    let chain = |n: usize, op: &str| {
        let nodes = (0..n).map(|i| {
            let from = if i == 0 { "a".into() } else { format!("v{i}") };
            let to = if i + 1 == n { "y".into() } else { format!("v{}", i + 1) };
            node(op, &from, &to, &[])
        });
        Model { nodes: std::iter::once(first()).chain(nodes).collect(), ..relu() }
    };
    // Skipped nodes bear the values of the layer with the long name.
    refused(&chain(4_000, "Identity"), &["names"]);
    let sum = node("Sum", &"a ".repeat(4_000), "y", &[]);
    refused(&Model { nodes: vec![first(), sum], ..relu() }, &["names"]);
    let report = onnx::support(&chain(4_000, "Identity").bytes(), &Options::default());
    assert_eq!(report.unwrap_err().code(), Code::Limit);
    assert!(read(&chain(100, "Identity").bytes()).is_ok());
}

#[test]
fn reasons() {
    // Nodes with long names and reasons: the error names a few, the report says shortly why of each.
    let nodes = (0..1_000).map(|i| {
        let bogus = format!("{i}{}", "b".repeat(2_000));
        node("Relu", "x", &format!("v{i}"), &[(&bogus, Attribute::Int(1))])
            .text(3, &format!("{i}{}", "n".repeat(2_000)))
    });
    let names: Vec<String> = (0..1_000).map(|i| format!("v{i}")).collect();
    let nodes = nodes.chain([node("Sum", &names.join(" "), "y", &[])]).collect();
    let bytes = Model { nodes, ..relu() }.bytes();
    let error = read(&bytes).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::Unsupported);
    assert!(error.message().len() <= 4_003, "{} bytes", error.message().len());
    for words in
        ["1000 of 1001 nodes", "'0nnn", "attribute '9bbb", "and 990 more", "Supported", "Gemm"]
    {
        assert!(error.message().contains(words), "'{words}': {error}");
    }
    let rows = onnx::support(&bytes, &Options::default()).unwrap();
    assert_eq!(rows.len(), 1_001);
    for row in &rows[..1_000] {
        let Status::Refused(why) = &row.status else { panic!("{row}") };
        assert!(why.len() < 700 && why.contains("is not supported"), "{why}");
    }
}
