//! Activation functions that exporters write as several nodes, and what only looks like one.

use crate::support::imported::{classes, gives, read};
use crate::support::onnx_writer::{Attribute, Message, Model, floats, node};
use heatlens::network::{Activation, Class, Layer};
use heatlens::onnx;
use heatlens::random::Random;

/// A chain from `x` of shape `[N, 6]` and the constants c1, c2 … that it uses.
fn unit_of(nodes: Vec<Message>, constants: &[f32]) -> onnx::Model {
    let names = (1..).map(|i| format!("c{i}"));
    let constants =
        names.zip(constants).map(|(name, &value)| floats(&name, &[], &[value])).collect();
    read(&Model::new(&[-1, 6], nodes, constants))
}

#[test]
fn activations_written_as_several_nodes_become_one_layer() {
    let n = |op: &str, inputs: &str, output: &str| node(op, inputs, output, &[]);
    let root = std::f32::consts::SQRT_2;
    let x = Random::new(1).vec(12).iter().map(|v| v * 5.0).collect::<Vec<f32>>();
    let cases: Vec<(Activation, Vec<Message>, Vec<f32>)> = vec![
        (
            Activation::Gelu, // x · (1 + erf(x / √2)) · ½
            vec![
                n("Div", "x c1", "a"),
                n("Erf", "a", "b"),
                n("Add", "b c2", "c"),
                n("Mul", "x c", "d"),
                n("Mul", "d c3", "y"),
            ],
            vec![root, 1.0, 0.5],
        ),
        (
            Activation::Gelu, // (½·x) · (erf(x·(1/√2)) + 1)
            vec![
                n("Mul", "c3 x", "h"),
                n("Mul", "x c1", "a"),
                n("Erf", "a", "b"),
                n("Add", "c2 b", "c"),
                n("Mul", "h c", "y"),
            ],
            vec![1.0 / root, 1.0, 0.5],
        ),
        (
            Activation::Gelu, // x · (½·(1 + erf))
            vec![
                n("Div", "x c1", "a"),
                n("Erf", "a", "b"),
                n("Add", "b c2", "c"),
                n("Mul", "c c3", "d"),
                n("Mul", "d x", "y"),
            ],
            vec![root, 1.0, 0.5],
        ),
        (Activation::Silu, vec![n("Sigmoid", "x", "s"), n("Mul", "x s", "y")], vec![]),
        (Activation::Silu, vec![n("Sigmoid", "x", "s"), n("Mul", "s x", "y")], vec![]),
        (
            Activation::HardSwish, // x · clip(x + 3, 0, 6) / 6
            vec![
                n("Add", "x c1", "a"),
                n("Clip", "a c2 c3", "b"),
                n("Mul", "x b", "c"),
                n("Div", "c c3", "y"),
            ],
            vec![3.0, 0.0, 6.0],
        ),
        (
            Activation::HardSwish, // x · (clip(x + 3, 0, 6) / 6)
            vec![
                n("Add", "x c1", "a"),
                n("Clip", "a c2 c3", "b"),
                n("Div", "b c3", "c"),
                n("Mul", "x c", "y"),
            ],
            vec![3.0, 0.0, 6.0],
        ),
        (
            Activation::HardSwish,
            vec![
                node(
                    "HardSigmoid",
                    "x",
                    "a",
                    &[("alpha", Attribute::Float(1.0 / 6.0)), ("beta", Attribute::Float(0.5))],
                ),
                n("Mul", "x a", "y"),
            ],
            vec![],
        ),
        (
            Activation::Softsign,
            vec![n("Abs", "x", "a"), n("Add", "a c1", "b"), n("Div", "x b", "y")],
            vec![1.0],
        ),
        (Activation::Power { exponent: 2.0 }, vec![n("Mul", "x x", "y")], vec![]),
        (Activation::Power { exponent: 3.0 }, vec![n("Pow", "x c1", "y")], vec![3.0]),
        (Activation::Relu, vec![n("Clip", "x c1", "y")], vec![0.0]),
        (Activation::Relu, vec![n("Max", "c1 x", "y")], vec![0.0]),
        (Activation::Clip { low: 0.0, high: 6.0 }, vec![n("Clip", "x c1 c2", "y")], vec![0.0, 6.0]),
        (
            Activation::Clip { low: f32::NEG_INFINITY, high: 0.5 },
            vec![n("Min", "x c1", "y")],
            vec![0.5],
        ),
    ];
    for (unit, nodes, constants) in cases {
        let model = unit_of(nodes, &constants);
        let layers: Vec<&Layer> = model.network.nodes().iter().map(|n| &n.layer).skip(1).collect();
        assert!(
            matches!(layers[..], [Layer::Activation(have)] if *have == unit),
            "{unit:?} {layers:?}"
        );
        let expected: Vec<f32> = x.iter().map(|&x| unit.value(x)).collect();
        gives(&model, &[2, 6], &x, &expected);
        // Every node of the file leads to the layer.
        assert!(model.report.iter().all(|row| row.node == Some(1)), "{:?}", model.report);
    }
}

#[test]
fn near_misses_of_patterns_keep_their_value() {
    let n = |op: &str, inputs: &str, output: &str| node(op, inputs, output, &[]);
    let x = [-2.0f32, -0.5, 0.0, 0.3, 1.0, 2.5];
    // x·sigmoid(1.702·x): silu of another argument.
    let nodes = vec![n("Mul", "x c1", "a"), n("Sigmoid", "a", "s"), n("Mul", "x s", "y")];
    let model = unit_of(nodes, &[1.702]);
    let expected: Vec<f32> = x.iter().map(|x| x / (1.0 + (-1.702 * x).exp())).collect();
    gives(&model, &[1, 6], &x, &expected);
    // 1 + erf without the square root of two.
    let nodes = vec![n("Erf", "x", "b"), n("Add", "b c1", "c"), n("Mul", "x c", "y")];
    let model = unit_of(nodes, &[1.0]);
    let expected: Vec<f32> = x.iter().map(|&x| x * (1.0 + Activation::Erf.value(x))).collect();
    gives(&model, &[1, 6], &x, &expected);
    // Behind a shift that has nothing to do with it.
    let nodes = vec![
        n("Add", "x c1", "t"),
        n("Add", "t c2", "a"),
        n("Clip", "a c3 c4", "b"),
        n("Mul", "t b", "c"),
        n("Div", "c c4", "y"),
    ];
    let model = unit_of(nodes, &[0.5, 3.0, 0.0, 6.0]);
    assert_eq!(classes(&model), [Class::Scale, Class::Activation]);
    let expected: Vec<f32> = x.iter().map(|&x| Activation::HardSwish.value(x + 0.5)).collect();
    gives(&model, &[1, 6], &x, &expected);
    // A part that something else uses stays.
    let nodes = vec![n("Sigmoid", "x", "s"), n("Mul", "x s", "a"), n("Add", "a s", "y")];
    let model = unit_of(nodes, &[]);
    assert_eq!(classes(&model), [Class::Activation, Class::Activation, Class::Add]);
    // What is no such form is just a product.
    let model = unit_of(vec![n("Tanh", "x", "t"), n("Mul", "x t", "y")], &[]);
    assert_eq!(classes(&model), [Class::Activation, Class::Product]);
    let expected: Vec<f32> = x.iter().map(|&x| x * Activation::Tanh.value(x)).collect();
    gives(&model, &[1, 6], &x, &expected);
    let nodes = vec![n("Erf", "x", "b"), n("Add", "b c2", "c"), n("Mul", "x c", "y")];
    let model = unit_of(nodes, &[1.0, 2.0]);
    assert_eq!(classes(&model), [Class::Activation, Class::Scale, Class::Product]);
    let expected: Vec<f32> = x.iter().map(|&x| x * (Activation::Erf.value(x) + 2.0)).collect();
    gives(&model, &[1, 6], &x, &expected);
}
