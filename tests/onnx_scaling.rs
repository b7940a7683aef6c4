// native only
//! Reading takes time and memory in proportion to the file, whatever there is much of in it.
//!
//! A program of its own, apart from `tests/onnx/`: where other tests of the process take and give back hundreds of
//! megabytes meanwhile, a reader that does so, too, can need half as much time again.

#![allow(missing_docs, unsafe_code, clippy::panic, clippy::unwrap_used)]

#[path = "support/cpu.rs"]
mod cpu;
#[path = "support/memory.rs"]
mod memory;
mod support;

use cpu::least;
use heatlens::onnx::{self, Options};
use memory::peak;
use std::time::Duration;
use support::onnx_writer::{Attribute, Message, Model, floats, ints, node, tensor, value};

/// Four times as much takes four times as long; sixteen times would be the square. Files that are read in no
/// time differ by chance.
const LONGER: u32 = 9;
const NO_TIME: Duration = Duration::from_millis(120);
/// Memory of a reader that refuses: four times the file and 16 MB. A network may keep what the limit says; what it
/// was made from is gone by then.
const SPARE: usize = 16 << 20;
const MEMORY: usize = 600 << 20;

/// A file with `n` of something.
type Family = (&'static str, usize, fn(usize) -> Vec<u8>);

/// x → y over `[N, 4]`, through these nodes.
fn model(nodes: Vec<Message>, initializers: Vec<Message>) -> Model {
    Model::new(&[-1, 4], nodes, initializers)
}

/// A chain of `n` nodes from x to y; `make(i, from, to)` is one of them.
fn chain(n: usize, make: impl Fn(usize, &str, &str) -> Message) -> Vec<Message> {
    let name = |i: usize| match i {
        0 => "x".to_owned(),
        _ if i == n => "y".to_owned(),
        _ => format!("v{i}"),
    };
    (0..n).map(|i| make(i, &name(i), &name(i + 1))).collect()
}

fn relu(from: &str, to: &str) -> Message {
    node("Relu", from, to, &[])
}

/// Nodes side by side from x, added up.
fn beside(n: usize, make: impl Fn(usize, &str) -> Message) -> Vec<Message> {
    let names: Vec<String> = (0..n).map(|i| format!("v{i}")).collect();
    let mut nodes: Vec<Message> = names.iter().enumerate().map(|(i, to)| make(i, to)).collect();
    nodes.push(node("Sum", &names.join(" "), "y", &[]));
    nodes
}

fn with_metadata(entries: impl Iterator<Item = (String, String)>) -> Vec<u8> {
    let metadata = entries.collect();
    Model { metadata, ..model(vec![relu("x", "y")], vec![]) }.bytes()
}

/// One value split into `n` results, of which one in `step` is used.
fn split(n: usize, step: usize, name: &str) -> Vec<u8> {
    let names: Vec<String> = (0..n).map(|i| format!("v{i}")).collect();
    let used: Vec<&str> = names.iter().step_by(step).map(String::as_str).collect();
    let axis = || [("axis", Attribute::Int(1))];
    let nodes = vec![
        node("Split", "x", &names.join(" "), &axis()).text(3, name),
        node("Concat", &used.join(" "), "y", &axis()),
    ];
    Model::new(&[-1, n as i64], nodes, vec![]).bytes()
}

/// A constant of a million numbers made out of nothing, and `n` nodes that compute with it.
fn constants(n: usize, make: impl Fn(&str) -> Message) -> Vec<u8> {
    let one = floats("", &[1], &[1.0]);
    let mut nodes = vec![node("ConstantOfShape", "s", "c", &[("value", Attribute::Tensor(one))])];
    nodes.extend((0..n).map(|i| make(&format!("v{i}"))));
    let names: Vec<String> = (0..n).map(|i| format!("v{i}")).collect();
    nodes.push(node("Sum", &format!("x {}", names.join(" ")), "y", &[]));
    let size = [1_000, 1_000];
    model(nodes, vec![ints("s", &[2], &size), ints("i", &[1], &[0])]).bytes()
}

const FAMILIES: [Family; 31] = [
    ("nodes in a chain", 2_000, |n| model(chain(n, |_, a, b| relu(a, b)), vec![]).bytes()),
    ("nodes whose names begin alike", 2_000, |n| {
        let named =
            |i, a: &str, b: &str| relu(a, b).text(3, &format!("{}{i}", "block/".repeat(16)));
        model(chain(n, named), vec![]).bytes()
    }),
    ("nodes of one name", 2_000, |n| {
        model(chain(n, |_, a, b| relu(a, b).text(3, "same")), vec![]).bytes()
    }),
    ("nodes of one name that others have taken with a number", 2_000, |n| {
        let named = |i, a: &str, b: &str| {
            relu(a, b)
                .text(3, &if i % 2 == 0 { "same".into() } else { format!("same#{}", i / 2 + 2) })
        };
        model(chain(n, named), vec![]).bytes()
    }),
    ("nodes side by side", 2_000, |n| model(beside(n, |_, to| relu("x", to)), vec![]).bytes()),
    ("nodes with names of 1 to 100 KB", 25, |n| {
        let named =
            |i, a: &str, b: &str| relu(a, b).text(3, &format!("{i}{}", "n".repeat(1000 * n)));
        model(chain(50, named), vec![]).bytes()
    }),
    ("results", 2_000, |n| {
        let nodes = (0..n).map(|i| relu("x", &format!("y{i}"))).collect();
        let outputs = (0..n).map(|i| value(&format!("y{i}"), 1, &[-1])).collect();
        Model { outputs, ..model(nodes, vec![]) }.bytes()
    }),
    ("results through a softmax", 2_000, |n| {
        let softmax = |i| node("Softmax", "x", &format!("y{i}"), &[("axis", Attribute::Int(1))]);
        let outputs = (0..n).map(|i| value(&format!("y{i}"), 1, &[-1])).collect();
        Model { outputs, ..model((0..n).map(softmax).collect(), vec![]) }.bytes()
    }),
    ("inputs", 2_000, |n| {
        let names: Vec<String> = (0..n).map(|i| format!("x{i}")).collect();
        let inputs = names.iter().map(|name| value(name, 1, &[-1, 4])).collect();
        Model { inputs, ..model(vec![node("Sum", &names.join(" "), "y", &[])], vec![]) }.bytes()
    }),
    ("initializers", 10_000, |n| {
        let list = (0..n).map(|i| floats(&format!("w{}", n - i), &[1], &[1.0])).collect();
        model(vec![relu("x", "y")], list).bytes()
    }),
    ("parts of a split, all used", 2_000, |n| split(n, 1, "s")),
    ("parts of a split, few used", 2_000, |n| split(n, 100, "s")),
    ("parts of a split with a long name", 1_000, |n| split(n, 1, &"n".repeat(4_000))),
    ("parts of a split with a name of 10 KB", 200, |n| split(n, 100, &"n".repeat(10_000))),
    ("metadata, the last key first", 20_000, |n| {
        with_metadata((0..n).rev().map(|i| (format!("k{i:06}"), "v".into())))
    }),
    ("suggested sizes, the last axis first", 20_000, |n| {
        with_metadata((0..n).rev().map(|i| (format!("heatlens.axis.k{i:06}"), "7".into())))
    }),
    ("labels", 50_000, |n| {
        with_metadata([("heatlens.labels".to_owned(), "label\n".repeat(n))].into_iter())
    }),
    ("metadata keys of 1 to 100 KB", 25, |n| {
        with_metadata((0..50).map(|i| (format!("{i}{}", "k".repeat(1000 * n)), "v".into())))
    }),
    ("sums of a large constant", 100, |n| {
        constants(n, |to| node("ReduceSum", "c", to, &[("keepdims", Attribute::Int(0))]))
    }),
    ("lookups in a large constant", 100, |n| constants(n, |to| node("Gather", "c i", to, &[]))),
    ("roots of a large constant", 100, |n| constants(n, |to| node("Sqrt", "c", to, &[]))),
    ("comparisons with a large constant", 100, |n| constants(n, |to| node("Less", "c i", to, &[]))),
    ("transposes of a large constant", 100, |n| constants(n, |to| node("Transpose", "c", to, &[]))),
    ("shapes of a large constant", 2_000, |n| constants(n, |to| node("Shape", "c", to, &[]))),
    ("layers that share one matrix", 100, |n| {
        let square = tensor("w", &[512, 512], 1, &vec![0; 4 << 18]);
        let nodes = chain(n, |_, a, b| node("MatMul", &format!("{a} w"), b, &[]));
        Model::new(&[-1, 512], nodes, vec![square]).bytes()
    }),
    ("scalings behind a large layer", 2_000, |n| {
        let shift = floats("c", &[512], &[0.5; 512]);
        let matrix = tensor("w", &[512, 512], 1, &vec![0; 4 << 18]);
        let nodes = chain(n, |i, a, b| {
            let (op, c) = if i == 0 { ("MatMul", "w") } else { ("Add", "c") };
            node(op, &format!("{a} {c}"), b, &[])
        });
        Model::new(&[-1, 512], nodes, vec![matrix, shift]).bytes()
    }),
    ("borders and convolutions", 1_000, |n| {
        let pads = [0, 0, 1, 1, 0, 0, 0, 0];
        let nodes = chain(2 * n, |i, a, b| match i % 2 {
            0 => node("Pad", &format!("{a} p"), b, &[]),
            _ => node("Conv", &format!("{a} w"), b, &[]),
        });
        let weight = floats("w", &[1, 1, 2, 2], &[1.0; 4]);
        Model::new(&[-1, 1, 4, 4], nodes, vec![ints("p", &[8], &pads), weight]).bytes()
    }),
    ("attributes of a node", 20_000, |n| {
        let names: Vec<String> = (0..n).map(|i| format!("a{i}")).collect();
        let list: Vec<(&str, Attribute)> =
            names.iter().map(|name| (name.as_str(), Attribute::Int(1))).collect();
        model(vec![node("Relu", "x", "y", &list)], vec![]).bytes()
    }),
    ("entries of a list", 100_000, |n| {
        let shape = vec![1; n];
        model(vec![node("Reshape", "x s", "y", &[])], vec![ints("s", &[n as i64], &shape)]).bytes()
    }),
    ("refused nodes with long names", 1_000, |n| {
        let nodes = beside(n, |i, to| {
            node("What", "x", to, &[]).text(3, &format!("{i}{}", "n".repeat(900)))
        });
        model(nodes, vec![]).bytes()
    }),
    ("fields that nobody knows", 200_000, |n| {
        let unknown = Message::new().int(900, 1).0.repeat(n);
        [unknown, model(vec![relu("x", "y")], vec![]).bytes()].concat()
    }),
];

#[test]
fn reading_takes_time_and_memory_in_proportion_to_the_file() {
    let mut faults = Vec::new();
    for (what, n, make) in FAMILIES {
        let [small, large] = [make(n), make(4 * n)];
        let read = |bytes: &[u8]| onnx::read(bytes, &Options::default()).map(|_| ());
        let support = |bytes: &[u8]| onnx::support(bytes, &Options::default()).map(|_| ());
        let mut outcome = Ok(());
        let held = peak(|| outcome = read(&large)).max(peak(|| drop(support(&large))));
        let less = peak(|| drop(read(&small)));
        let [short, long] = [&small, &large].map(|bytes| least(5, || drop(read(bytes))));
        let megabytes = large.len() as f64 / 1e6;
        let text = match &outcome {
            Ok(()) => "read".to_owned(),
            Err(error) => error.to_string().chars().take(90).collect(),
        };
        println!(
            "{what:55} {megabytes:6.2} MB {short:10.2?} {long:10.2?} {:6} KB  {text}",
            held >> 10
        );
        if long > NO_TIME && long > LONGER * short {
            faults.push(format!("{what}: {short:?} for {n}, {long:?} for {}", 4 * n));
        }
        if long > NO_TIME + Duration::from_secs_f64(megabytes.max(0.5)) {
            faults.push(format!("{what}: {long:?} for {megabytes} MB"));
        }
        let most =
            if outcome.is_ok() { MEMORY.min(6 * less + SPARE) } else { 4 * large.len() + SPARE };
        if held > most {
            faults.push(format!("{what}: {held} bytes held for {megabytes} MB"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
