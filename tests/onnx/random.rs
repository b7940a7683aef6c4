//! Small graphs of random operators on random extents, most of them absurd: a network or an error, soon, and
//! within the memory that a model may take.

use crate::cpu::least;
use crate::memory::peak;
use crate::support::onnx_writer::{Attribute, Model, floats, ints, node, tensor};
use heatlens::onnx::{self, Options};
use heatlens::random::Random;
use std::time::{Duration, Instant};

/// Compiled to WebAssembly, where each takes three times as long, the first of the same.
const GRAPHS: usize = if cfg!(target_family = "wasm") { 1_000 } else { 6_000 };
/// What the limit allows a model, and what it is made from.
const MEMORY: usize = 600 << 20;
const EXTENTS: [i64; 16] = [
    -1,
    0,
    1,
    2,
    3,
    64,
    1000,
    1 << 12,
    1 << 14,
    1 << 16,
    1 << 18,
    1 << 20,
    1 << 22,
    1 << 24,
    1 << 26,
    1 << 28,
];
/// Operators that make much out of little.
const LAVISH: [&str; 20] = [
    "Add",
    "AveragePool",
    "Concat",
    "ConstantOfShape",
    "Conv",
    "Expand",
    "Gather",
    "Gemm",
    "MatMul",
    "Mul",
    "Pad",
    "Pow",
    "Range",
    "ReduceSum",
    "Reshape",
    "Slice",
    "Split",
    "Tile",
    "Transpose",
    "Where",
];

fn pick<T: Clone>(random: &mut Random, list: &[T]) -> T {
    list[random.below(list.len())].clone()
}

/// One to six operators on x, constants of some extents, and what earlier ones made.
fn graph(random: &mut Random, operators: &[&str]) -> Model {
    let mut extents = |n: usize, least: i64| -> Vec<i64> {
        (0..n).map(|_| pick(random, &EXTENTS).max(least)).collect()
    };
    let shape = extents(1, -1);
    let shape = if shape[0] < 3 { shape } else { extents(3, -1) };
    let axes = shape.len() as i64;
    let initializers = vec![
        ints("s", &[axes], &shape),
        ints("a", &[1], &extents(1, -1)),
        ints("z", &[1], &[0]),
        ints("p", &[2 * axes], &extents(2 * shape.len(), 0)),
        tensor("n", &[0, 4], 1, &[]),
    ];
    let (list, pads) = (extents(2, 1), extents(4, 0));
    let wide = [vec![-1], extents(2, 1)].concat();
    let mut nodes = Vec::new();
    for (name, value) in [("f", floats("", &[1], &[1.5])), ("w", ints("", &[1], &[2]))] {
        nodes.push(node("ConstantOfShape", "s", name, &[("value", Attribute::Tensor(value))]));
    }
    let mut names: Vec<String> =
        ["x", "x", "s", "a", "z", "p", "n", "f", "w"].map(str::to_owned).to_vec();
    for k in 0..1 + random.below(6) {
        let op = if random.below(3) > 0 { pick(random, &LAVISH) } else { pick(random, operators) };
        let inputs: Vec<String> = (0..1 + random.below(4)).map(|_| pick(random, &names)).collect();
        let (axis, flag) = (pick(random, &[0, 1, -1]), random.below(2) as i64);
        let attributes: Vec<(&str, Attribute)> = match op {
            "Concat" | "Gather" | "Split" => vec![("axis", Attribute::Int(axis))],
            "AveragePool" | "MaxPool" => {
                vec![("kernel_shape", Attribute::Ints(&list)), ("pads", Attribute::Ints(&pads))]
            }
            "Conv" => vec![("pads", Attribute::Ints(&pads)), ("strides", Attribute::Ints(&list))],
            "Gemm" => vec![("transB", Attribute::Int(flag))],
            _ => vec![],
        };
        nodes.push(node(op, &inputs.join(" "), &format!("o{k} o{k}more"), &attributes));
        // What is new is taken more often.
        names.extend(std::iter::repeat_n(format!("o{k}"), 3));
    }
    let last = names.last().cloned().unwrap_or_default();
    nodes.push(match random.below(2) {
        0 => node("Add", &format!("x {last}"), "y", &[]),
        _ => node("Identity", &last, "y", &[]),
    });
    let x = if random.below(2) == 0 { vec![-1, 4, 4] } else { wide };
    Model::new(&x, nodes, initializers)
}

#[test]
fn random_graphs_on_absurd_extents() {
    let operators: Vec<&str> = onnx::supported().collect();
    let mut random = Random::new(6);
    let (mut loaded, mut most) = (0, 0);
    for i in 0..GRAPHS {
        let bytes = graph(&mut random, &operators).bytes();
        let (mut result, start) = (None, Instant::now());
        let held = peak(|| result = Some(onnx::read(&bytes, &Options::default())));
        // Slow by the clock: because of the file, or because the machine is busy?
        if start.elapsed() > Duration::from_millis(500) {
            let took = least(3, || drop(onnx::read(&bytes, &Options::default())));
            assert!(took < Duration::from_secs(1), "graph {i}: {took:?}");
        }
        assert!(held < MEMORY, "graph {i}: {held} bytes, {:?}", result.unwrap().err());
        loaded += usize::from(result.unwrap().is_ok());
        most = most.max(held);
    }
    println!("{GRAPHS} graphs, {loaded} load, at most {} MB", most >> 20);
    assert!(loaded > GRAPHS / 100, "{loaded}");
}
