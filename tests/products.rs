//! Products of two activations, and the two kinds of networks on molecules that are made of them:
//! against PyTorch, against differences, and what relevance and multipliers sum to.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::error::Code;
use heatlens::methods::{Baseline, Composite, DeepLift, Gradient, Lrp, Method, Target, explain};
use heatlens::network::{Activation, Builder, Network, Operation, OutputActivation};
use heatlens::onnx::{self, Model};
use heatlens::random::Random;
use heatlens::rules::LinearRule;
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, concatenate};
use support::networks::{class, image};
use support::safetensors;

/// A model of `tests/molecules/` bound to this many atoms, with its reference values.
fn reference(name: &str, atoms: usize) -> (Model, impl Fn(&str) -> ArrayD<f32>) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/molecules");
    let bytes = std::fs::read(folder.join(format!("{name}.onnx"))).unwrap();
    let mut options = onnx::Options::default();
    options.dimensions.insert("atoms".into(), atoms);
    let model = onnx::read(&bytes, &options).unwrap();
    assert!(model.batched);
    let tensors = safetensors::read(&folder.join(format!("{name}.safetensors")));
    let get = move |name: &str| {
        let tensor = &tensors[name];
        ArrayD::from_shape_vec(IxDyn(&tensor.shape), tensor.f32()).unwrap()
    };
    (model, get)
}

fn lrp_0() -> Lrp {
    Lrp::new(Composite::Uniform(LinearRule::ZERO))
}

/// Explained by the values at one node, a network agrees with PyTorch to 20 times PyTorch's own error
/// in single precision.
fn agrees(name: &str, atoms: usize, node: &str, baseline: f32) {
    let (model, value) = reference(name, atoms);
    let network = &model.network;
    let inputs = [0, 1, 2].map(|i| value(&format!("input/{i}")));
    let views = inputs.each_ref().map(|x| x.view());
    let methods: [(&str, Box<dyn Method>); 3] = [
        ("gradient", Box::new(Gradient)),
        ("lrp", Box::new(lrp_0())),
        ("deeplift", Box::new(DeepLift { baseline: Baseline::Constant(baseline) })),
    ];
    let close = |key: &str, have: ArrayViewD<'_, f32>| {
        let key = format!("{node}/{key}");
        let expected = value(&key);
        let largest = expected.iter().fold(0.0f32, |top, x| top.max(x.abs()));
        let tolerance = 20.0 * value(&format!("noise/{key}"))[[0]] + 2e-6 * largest;
        assert_eq!(have.len(), expected.len(), "{key}");
        for (have, expected) in have.iter().zip(&expected) {
            assert!((have - expected).abs() <= tolerance, "{key}: {have} {expected} {tolerance}");
        }
    };
    close("output", network.predict(&views).unwrap()[0].view());
    for (key, method) in methods {
        let source = network.find(node).unwrap();
        let target = Target::Class { output: 0, class: 0 };
        let found = explain(network, &views, &*method, &target, Some(source), &mut |_, _| true);
        close(key, found.unwrap().relevance.view());
    }
}

#[test]
fn graph_network_by_features_agrees_with_pytorch() {
    agrees("graph_network", 5, "features", 0.3);
}

#[test]
fn graph_network_by_bonds_agrees_with_pytorch() {
    agrees("graph_network", 5, "adjacency", 0.0);
}

#[test]
fn tensor_network_by_positions_agrees_with_pytorch() {
    agrees("tensor_network", 6, "positions", 0.3);
}

#[test]
fn tensor_network_by_distances_agrees_with_pytorch() {
    agrees("tensor_network", 6, "distances", 1.5);
}

/// `x` with zeros (or `fill`) behind it along every axis of extent `from`, up to `to`.
fn padded(x: &ArrayD<f32>, from: usize, to: usize, fill: f32) -> ArrayD<f32> {
    let mut x = x.clone();
    for axis in 0..x.ndim() {
        if x.shape()[axis] == from {
            let mut shape = x.shape().to_vec();
            shape[axis] = to - from;
            let border = ArrayD::from_elem(IxDyn(&shape), fill);
            x = concatenate(Axis(axis), &[x.view(), border.view()]).unwrap();
        }
    }
    x
}

#[test]
fn atoms_that_are_not_there_change_nothing() {
    // All zero is no atom; to no atom it is 100 Å.
    for (name, atoms, fills) in
        [("graph_network", 5, [0.0, 0.0, 0.0]), ("tensor_network", 6, [0.0, 0.0, 1e4])]
    {
        let (small, value) = reference(name, atoms);
        let (large, _) = reference(name, atoms + 3);
        let inputs = [0, 1, 2].map(|i| value(&format!("input/{i}")));
        let wide = [0, 1, 2].map(|i| padded(&inputs[i], atoms, atoms + 3, fills[i]));
        let (exact, padded) = (predict(&small, &inputs), predict(&large, &wide));
        assert!((exact - padded).abs() <= 1e-6 * exact.abs(), "{name}: {exact} {padded}");
    }
}

fn predict(model: &Model, inputs: &[ArrayD<f32>; 3]) -> f32 {
    model.network.predict(&inputs.each_ref().map(|x| x.view())).unwrap()[0][[0, 0]]
}

#[test]
fn an_atom_that_is_not_present_counts_as_cut_out_with_its_bonds() {
    let (model, value) = reference("graph_network", 5);
    let inputs = [0, 1, 2].map(|i| value(&format!("input/{i}")));
    for atom in 0..5 {
        let (mut marked, mut cut) = (inputs.clone(), inputs.clone());
        marked[2][[0, atom]] = 0.0;
        cut[0].index_axis_mut(Axis(1), atom).fill(0.0);
        for axis in [2, 3] {
            cut[1].index_axis_mut(Axis(axis), atom).fill(0.0);
        }
        let (marked, cut) = (predict(&model, &marked), predict(&model, &cut));
        assert!((marked - cut).abs() <= 1e-6 * cut.abs(), "atom {atom}: {marked} {cut}");
    }
}

#[test]
fn energies_of_the_atoms_sum_to_the_energy() {
    let (model, value) = reference("tensor_network", 6);
    let inputs = [0, 1, 2].map(|i| value(&format!("input/{i}")));
    let outputs = model.network.predict(&inputs.each_ref().map(|x| x.view())).unwrap();
    let sum: f32 = outputs[1].iter().sum();
    assert!((sum - outputs[0][[0, 0]]).abs() < 1e-5, "{sum} {}", outputs[0][[0, 0]]);
}

/// Two matrix products and one of elements, of which both sides depend on the input [3, 4].
fn products(random: &mut Random, bias: bool) -> Network {
    let mut b = Builder::new();
    let mut dense = |inputs: usize, outputs: usize| Operation::Dense {
        weight: random.vec(inputs * outputs),
        outputs,
        bias: if bias { random.vec(outputs) } else { Vec::new() },
    };
    let x = b.input("x", &[3, 4]).unwrap();
    let q = b.push("q", dense(4, 5), &[x]).unwrap();
    let k = b.push("k", dense(4, 5), &[x]).unwrap();
    let turned = b.push("turned", Operation::Transpose { perm: vec![1, 0] }, &[k]).unwrap();
    let scores = b.push("scores", Operation::MatMul, &[q, turned]).unwrap();
    let bent = b.push("bent", Operation::Activation(Activation::Tanh), &[scores]).unwrap();
    let mixed = b.push("mixed", Operation::MatMul, &[bent, q]).unwrap();
    let gated = b.push("gated", Operation::Product, &[mixed, k]).unwrap();
    let flat = b.push("flat", Operation::Reshape { shape: vec![15] }, &[gated]).unwrap();
    let y = b.push("y", dense(15, 2), &[flat]).unwrap();
    b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap()
}

fn run(
    network: &Network,
    x: &ArrayD<f32>,
    method: &dyn Method,
) -> heatlens::explanation::Explanation {
    explain(network, &[x.view()], method, &class(1), None, &mut |_, _| true).unwrap()
}

#[test]
fn gradient_through_products_agrees_with_central_differences() {
    let mut random = Random::new(31);
    let network = products(&mut random, true);
    let x = image(&mut random, &[3, 4]);
    let gradient = run(&network, &x, &Gradient).relevance;
    let h = 1e-2f32;
    for (i, g) in gradient.iter().enumerate() {
        let at = |step: f32| {
            let mut moved = x.clone();
            moved.as_slice_mut().unwrap()[i] += step;
            f64::from(network.predict(&[moved.view()]).unwrap()[0][[0, 1]])
        };
        // Fourth order, so that the step may be large.
        let difference =
            (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * f64::from(h));
        assert!((difference - f64::from(*g)).abs() < 1e-3, "element {i}: {difference} {g}");
    }
}

#[test]
fn relevance_is_conserved_and_multipliers_explain_the_whole_difference() {
    let mut random = Random::new(32);
    let network = products(&mut random, false);
    let x = image(&mut random, &[3, 4]);
    let relevance = run(&network, &x, &lrp_0());
    for layer in &relevance.layers {
        // At 'q' and 'k' branches of the same input meet; each passes on what it got.
        assert!((layer.relevance_out - layer.relevance_in).abs() < 1e-4, "{layer:?}");
    }
    assert!((relevance.sum() - relevance.score).abs() < 1e-4, "{}", relevance.sum());
    let network = products(&mut random, true);
    let method = DeepLift { baseline: Baseline::Constant(0.25) };
    let found = run(&network, &x, &method);
    assert!((found.sum() - found.expected.unwrap()).abs() < 1e-4, "{}", found.sum());
}

#[test]
fn a_factor_that_is_not_explained_is_a_weight() {
    let mut random = Random::new(33);
    let (weight, x) = (random.vec(3 * 4), image(&mut random, &[4, 2]));
    // A·x with A an input …
    let mut b = Builder::new();
    let structure = b.input("structure", &[3, 4]).unwrap();
    let input = b.input("x", &[4, 2]).unwrap();
    let y = b.push("y", Operation::MatMul, &[structure, input]).unwrap();
    let y = b.push("flat", Operation::Reshape { shape: vec![6] }, &[y]).unwrap();
    let product = b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();
    // … and with A a dense layer.
    let mut b = Builder::new();
    let input = b.input("x", &[4, 2]).unwrap();
    let turn = || Operation::Transpose { perm: vec![1, 0] };
    let columns = b.push("columns", turn(), &[input]).unwrap();
    let dense = Operation::Dense { weight: weight.clone(), outputs: 3, bias: Vec::new() };
    let y = b.push("dense", dense, &[columns]).unwrap();
    let y = b.push("rows", turn(), &[y]).unwrap();
    let y = b.push("flat", Operation::Reshape { shape: vec![6] }, &[y]).unwrap();
    let linear = b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();

    let structure = ArrayD::from_shape_vec(IxDyn(&[1, 3, 4]), weight).unwrap();
    let methods: [&dyn Method; 3] = [
        &Gradient,
        &Lrp::new(Composite::Uniform(LinearRule::epsilon(1e-6))),
        &DeepLift { baseline: Baseline::Constant(0.5) },
    ];
    for method in methods {
        let source = Some(product.inputs()[1]);
        let inputs = [structure.view(), x.view()];
        let a = explain(&product, &inputs, method, &class(3), source, &mut |_, _| true).unwrap();
        let b = run_class(&linear, &x, method);
        for (a, b) in a.relevance.iter().zip(&b) {
            assert!((a - b).abs() < 1e-5, "{method:?}: {a} {b}");
        }
    }
}

fn run_class(network: &Network, x: &ArrayD<f32>, method: &dyn Method) -> Vec<f32> {
    let found = explain(network, &[x.view()], method, &class(3), None, &mut |_, _| true);
    found.unwrap().relevance.iter().copied().collect()
}

#[test]
fn products_of_shapes_that_do_not_fit_are_refused() {
    let shapes: [(&[usize], &[usize], Operation); 4] = [
        (&[3, 4], &[4, 3], Operation::Product),
        (&[3, 4], &[3, 4], Operation::MatMul),
        (&[2, 3, 4], &[3, 4, 5], Operation::MatMul),
        (&[4], &[4], Operation::MatMul),
    ];
    for (left, right, operation) in shapes {
        let mut b = Builder::new();
        let left = b.input("left", left).unwrap();
        let right = b.input("right", right).unwrap();
        let error = b.push("y", operation, &[left, right]).unwrap_err();
        assert_eq!(error.code(), Code::Shape, "{error}");
    }
    let mut b = Builder::new();
    let x = b.input("x", &[2]).unwrap();
    let error = b.push("y", Operation::Product, &[x]).unwrap_err();
    assert_eq!(error.code(), Code::Malformed);
}
