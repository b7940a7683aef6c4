//! What must hold for every network: derivatives against differences, completeness, linearity,
//! conservation, and rules against their papers' formulas.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use heatlens::error::Code;
use heatlens::explanation::Explanation;
use heatlens::methods::{
    Composite, Fill, Lrp, Method, Norm, OcclusionMap, Options, Quadrature, Segments, Target,
    explain, method_from_options,
};
use heatlens::network::{Builder, Link, Network, NodeId, Operation, Unit, Window};
use heatlens::random::Random;
use heatlens::rules::LinearRule;
use ndarray::{ArrayD, IxDyn};

fn run(network: &Network, x: &ArrayD<f32>, method: &Method, target: &Target) -> Explanation {
    explain(network, &[x.view()], method, target, None, &mut |_, _| true)
        .unwrap_or_else(|error| panic!("{method:?}: {error}"))
}

fn image(random: &mut Random, shape: &[usize]) -> ArrayD<f32> {
    let shape: Vec<usize> = std::iter::once(1).chain(shape.iter().copied()).collect();
    ArrayD::from_shape_vec(IxDyn(&shape), random.vec(shape.iter().product())).unwrap()
}

fn dense(random: &mut Random, inputs: usize, outputs: usize) -> Operation {
    Operation::Dense { weight: random.vec(inputs * outputs), outputs, bias: random.vec(outputs) }
}

fn conv(random: &mut Random, inputs: usize, outputs: usize, window: Window) -> Operation {
    let taps: usize = window.kernel.iter().product();
    let weight = random.vec(inputs * outputs * taps);
    Operation::Conv { weight, outputs, bias: random.vec(outputs), window, groups: 1 }
}

/// A network in which every kind of layer occurs, smooth apart from ReLU and max pooling.
fn everything(random: &mut Random) -> Network {
    let mut b = Builder::new();
    let x = b.input("x", &[2, 7, 7]).unwrap();
    let pad = Operation::Pad { before: vec![0, 1, 0], after: vec![0, 0, 1], value: 0.5 };
    let padded = b.push("pad", pad, &[x]).unwrap();
    let c1 = conv(random, 2, 4, Window::new(&[3, 3]).padding(&[1, 1]));
    let c1 = b.push("conv1", c1, &[padded]).unwrap();
    let r1 = b.push("relu1", Operation::Unit(Unit::Relu), &[c1]).unwrap();
    let lrn = Operation::LocalResponseNorm { size: 3, alpha: 0.5, beta: 0.75, bias: 1.0 };
    let n1 = b.push("lrn", lrn, &[r1]).unwrap();
    let pool = Operation::MaxPool { window: Window::new(&[2, 2]).stride(&[2, 2]), ceil: false };
    let p1 = b.push("pool", pool, &[n1]).unwrap();
    let c2 = conv(random, 4, 4, Window::new(&[3, 3]).padding(&[1, 1]));
    let c2 = b.push("conv2", c2, &[p1]).unwrap();
    let t2 = b.push("tanh", Operation::Unit(Unit::Tanh), &[c2]).unwrap();
    let sum = b.push("sum", Operation::Add, &[p1, t2]).unwrap();
    let scale = Operation::Scale { scale: random.vec(4), shift: random.vec(4), inner: 16 };
    let scaled = b.push("scale", scale, &[sum]).unwrap();
    let both = b.push("concat", Operation::Concat { axis: 0 }, &[scaled, t2]).unwrap();
    let c3 = conv(random, 8, 3, Window::new(&[2, 2]).stride(&[2, 2]).dilation(&[1, 2]));
    let c3 = b.push("conv3", c3, &[both]).unwrap();
    let turned = b.push("transpose", Operation::Transpose { perm: vec![1, 2, 0] }, &[c3]).unwrap();
    let soft = b.push("softmax", Operation::Softmax { axis: 2 }, &[turned]).unwrap();
    let slice = Operation::Slice { axis: 2, start: 2, len: 2, step: -1 };
    let cut = b.push("slice", slice, &[soft]).unwrap();
    let average = Operation::AveragePool {
        window: Window::new(&[2]).padding(&[1]),
        ceil: true,
        count_include_pad: false,
    };
    let mean = b.push("average", average, &[cut]).unwrap();
    let len = b.shape(mean).iter().product();
    let flat = b.push("flatten", Operation::Reshape { shape: vec![len] }, &[mean]).unwrap();
    let fc = dense(random, len, 5);
    let fc = b.push("fc", fc, &[flat]).unwrap();
    b.finish(vec![("logits".into(), fc, Link::Softmax)]).unwrap()
}

/// A plain image classifier: conv, ReLU, max pool, conv, ReLU, average pool, dense.
fn classifier(random: &mut Random, biases: bool) -> Network {
    let mut b = Builder::new();
    let x = b.input("x", &[1, 8, 8]).unwrap();
    let strip = |operation| match operation {
        Operation::Conv { weight, outputs, window, groups, .. } if !biases => {
            Operation::Conv { weight, outputs, bias: vec![], window, groups }
        }
        Operation::Dense { weight, outputs, .. } if !biases => {
            Operation::Dense { weight, outputs, bias: vec![] }
        }
        other => other,
    };
    let c1 = strip(conv(random, 1, 5, Window::new(&[3, 3])));
    let c1 = b.push("conv1", c1, &[x]).unwrap();
    let r1 = b.push("relu1", Operation::Unit(Unit::Relu), &[c1]).unwrap();
    let pool = Operation::MaxPool { window: Window::new(&[2, 2]).stride(&[2, 2]), ceil: false };
    let p1 = b.push("pool1", pool, &[r1]).unwrap();
    let c2 = strip(conv(random, 5, 6, Window::new(&[2, 2])));
    let c2 = b.push("conv2", c2, &[p1]).unwrap();
    let r2 = b.push("relu2", Operation::Unit(Unit::Relu), &[c2]).unwrap();
    let average = Operation::AveragePool {
        window: Window::new(&[2, 2]),
        ceil: false,
        count_include_pad: false,
    };
    let p2 = b.push("pool2", average, &[r2]).unwrap();
    let flat = b.push("flatten", Operation::Reshape { shape: vec![6] }, &[p2]).unwrap();
    let fc = strip(dense(random, 6, 4));
    let fc = b.push("fc", fc, &[flat]).unwrap();
    b.finish(vec![("logits".into(), fc, Link::Softmax)]).unwrap()
}

fn class(class: usize) -> Target {
    Target::Class { output: 0, class }
}

#[test]
fn gradient_agrees_with_central_differences_through_every_layer() {
    let mut random = Random::new(11);
    let network = everything(&mut random);
    let x = image(&mut random, &[2, 7, 7]);
    let gradient = run(&network, &x, &Method::Gradient, &class(2)).relevance;
    let h = 1e-2f32;
    let mut compared = 0;
    for (i, g) in gradient.iter().enumerate() {
        let at = |step: f32| {
            let mut moved = x.clone();
            moved.as_slice_mut().unwrap()[i] += step;
            f64::from(network.predict(&[moved.view()]).unwrap()[0][[0, 2]])
        };
        let wide = (at(h) - at(-h)) / f64::from(2.0 * h);
        let narrow = (at(h / 2.0) - at(-h / 2.0)) / f64::from(h);
        // Where two steps disagree there is a kink between them.
        if (wide - narrow).abs() < 2e-4 {
            assert!((narrow - f64::from(*g)).abs() < 1e-3, "element {i}: {narrow} {g}");
            compared += 1;
        }
    }
    assert!(compared > 70, "only {compared} of 98 elements could be compared");
}

#[test]
fn completeness() {
    let mut random = Random::new(12);
    let network = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]);
    let methods = [
        (Method::DeepLift { baseline: Fill::Constant(0.25) }, 1e-4),
        (
            Method::IntegratedGradients {
                steps: 2000,
                quadrature: Quadrature::Midpoint,
                baseline: Fill::Constant(0.25),
            },
            2e-3,
        ),
        (Method::Shapley { baseline: Fill::Constant(0.25), segments: Segments::Blocks(3) }, 1e-4),
    ];
    for (method, tolerance) in methods {
        for target in [class(1), Target::Contrast { output: 0, class: 3, against: 0 }] {
            let explanation = run(&network, &x, &method, &target);
            let expected = explanation.expected.unwrap();
            assert!(
                (explanation.sum() - expected).abs() < tolerance,
                "{method:?}: {}",
                explanation.sum()
            );
        }
    }
}

#[test]
fn linear_methods_subtract_and_clamping_ones_do_not() {
    let mut random = Random::new(13);
    let network = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]);
    let distance = |method: &Method| {
        let contrast = Target::Contrast { output: 0, class: 3, against: 1 };
        let whole = run(&network, &x, method, &contrast).relevance;
        let parts = run(&network, &x, method, &class(3)).relevance
            - run(&network, &x, method, &class(1)).relevance;
        let scale = parts.iter().map(|r| r.abs()).fold(1e-9, f32::max);
        (whole - parts).iter().map(|d| d.abs()).fold(0.0, f32::max) / scale
    };
    let lrp = |composite| Method::Lrp(Lrp::new(composite));
    for method in [
        Method::Gradient,
        Method::DeepLift { baseline: Fill::Constant(0.0) },
        lrp(Composite::EpsilonPlusFlat),
        lrp(Composite::EpsilonGammaBox),
        lrp(Composite::EpsilonAlpha2Beta1),
        Method::Occlusion {
            window: 2,
            stride: 1,
            mask: Fill::Constant(0.0),
            map: OcclusionMap::Mean,
        },
    ] {
        assert!(distance(&method) < 2e-5, "{method:?}: {}", distance(&method));
    }
    for method in [Method::Deconvnet, Method::GuidedBackprop] {
        assert!(distance(&method) > 1e-2, "{method:?}: {}", distance(&method));
    }
}

#[test]
fn without_biases_relevance_is_conserved_down_to_the_input() {
    let mut random = Random::new(14);
    let network = classifier(&mut random, false);
    let x = image(&mut random, &[1, 8, 8]).mapv(f32::abs);
    for composite in [
        Composite::Uniform(LinearRule::epsilon(1e-9)),
        Composite::EpsilonPlus,
        Composite::EpsilonPlusFlat,
        Composite::Uniform(LinearRule::Gamma { gamma: 0.25 }),
    ] {
        let explanation =
            run(&network, &x, &Method::Lrp(Lrp::new(composite.clone())), &Target::Top);
        for layer in &explanation.layers {
            assert!(
                (layer.passed - explanation.score).abs() < 1e-4 * explanation.score.abs(),
                "{composite:?}: {layer:?} of {}",
                explanation.score
            );
        }
        assert!((explanation.sum() - explanation.score).abs() < 1e-4 * explanation.score.abs());
    }
}

/// Relevance of a dense layer by a rule, element by element in f64.
fn formula(rule: &LinearRule, w: &[f32], b: &[f32], x: &[f32], relevance: &[f64]) -> Vec<f64> {
    let pos = |v: f64| v.max(0.0);
    let neg = |v: f64| v.min(0.0);
    let stable = |v: f64, e: f64| if v >= 0.0 { v + e } else { v - e };
    let (n, m) = (x.len(), b.len());
    let mut r = vec![0.0; n];
    for j in 0..m {
        let bias = f64::from(b[j]);
        let pair = |i: usize| (f64::from(x[i]), f64::from(w[j * n + i]));
        let z: Vec<f64> = (0..n).map(|i| pair(i).0 * pair(i).1).collect();
        let sum = z.iter().sum::<f64>() + bias;
        let mut give = |parts: &dyn Fn(usize) -> f64, denominator: f64, amount: f64| {
            for (i, r) in r.iter_mut().enumerate() {
                *r += parts(i) / denominator * amount;
            }
        };
        match rule {
            LinearRule::Epsilon { epsilon, .. } => {
                give(&|i| z[i], stable(sum, f64::from(*epsilon)), relevance[j]);
            }
            LinearRule::Gamma { gamma } => {
                let gamma = f64::from(*gamma);
                // Contributions of the output's own sign are favoured.
                let favoured =
                    |v: f64| if sum > 0.0 { v + gamma * pos(v) } else { v + gamma * neg(v) };
                let total = z.iter().map(|&z| favoured(z)).sum::<f64>() + favoured(bias);
                give(&|i| favoured(z[i]), stable(total, 1e-6), relevance[j]);
            }
            LinearRule::AlphaBeta { alpha, beta } => {
                let up = z.iter().map(|&z| pos(z)).sum::<f64>() + pos(bias);
                let down = z.iter().map(|&z| neg(z)).sum::<f64>() + neg(bias);
                give(&|i| pos(z[i]), stable(up, 1e-6), f64::from(*alpha) * relevance[j]);
                give(&|i| neg(z[i]), stable(down, 1e-6), -f64::from(*beta) * relevance[j]);
            }
            LinearRule::WSquare => {
                let total = (0..n).map(|i| pair(i).1.powi(2)).sum::<f64>() + bias * bias;
                give(&|i| pair(i).1.powi(2), stable(total, 1e-6), relevance[j]);
            }
            LinearRule::Flat => give(&|_| 1.0, n as f64 + 1e-6, relevance[j]),
            LinearRule::Gradient | LinearRule::ZBox { .. } => unreachable!("not in this table"),
        }
    }
    r
}

#[test]
fn rules_agree_with_their_formulas_on_a_dense_layer() {
    let mut random = Random::new(15);
    let (n, m) = (9, 5);
    for rule in [
        LinearRule::ZERO,
        LinearRule::epsilon(0.25),
        LinearRule::Gamma { gamma: 0.5 },
        LinearRule::Z_PLUS,
        LinearRule::ALPHA2_BETA1,
        LinearRule::AlphaBeta { alpha: 1.5, beta: 0.5 },
        LinearRule::WSquare,
        LinearRule::Flat,
    ] {
        for nonnegative in [false, true] {
            let (w, b) = (random.vec(n * m), random.vec(m));
            let mut x = image(&mut random, &[n]);
            if nonnegative {
                x.mapv_inplace(f32::abs);
            }
            let mut builder = Builder::new();
            let input = builder.input("x", &[n]).unwrap();
            let layer = Operation::Dense { weight: w.clone(), outputs: m, bias: b.clone() };
            let y = builder.push("y", layer, &[input]).unwrap();
            let network = builder.finish(vec![("y".into(), y, Link::Identity)]).unwrap();
            let logits = network.predict(&[x.view()]).unwrap().remove(0);
            let target = Target::Contrast { output: 0, class: 3, against: 1 };
            let method = Method::Lrp(Lrp::new(Composite::Uniform(rule.clone())));
            let ours = run(&network, &x, &method, &target).relevance;
            let mut start = vec![0.0; m];
            start[3] = f64::from(logits[[0, 3]]);
            start[1] = -f64::from(logits[[0, 1]]);
            let expected = formula(&rule, &w, &b, x.as_slice().unwrap(), &start);
            for (a, b) in ours.iter().zip(&expected) {
                assert!((f64::from(*a) - b).abs() < 2e-5 * b.abs().max(1.0), "{rule:?}: {a} {b}");
            }
        }
    }
}

#[test]
fn inner_units_and_channels_can_start_and_inner_nodes_can_be_explained() {
    let mut random = Random::new(16);
    let network = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]);
    let relu2 = network.find("relu2").unwrap();
    let tape = network.record(&[x.view()]).unwrap();
    let recorded = tape.value(relu2);
    let channel = (0..6).find(|c| recorded[c * 4..c * 4 + 4].iter().any(|&v| v > 0.0)).unwrap();
    let total: f64 = recorded[channel * 4..channel * 4 + 4].iter().map(|&v| f64::from(v)).sum();
    let lrp = Method::Lrp(Lrp::new(Composite::Uniform(LinearRule::ZERO)));
    let whole = run(&network, &x, &lrp, &Target::Channel { node: relu2, channel });
    assert!((whole.score - total).abs() < 1e-5);
    let mut sum = ArrayD::zeros(whole.relevance.raw_dim());
    for index in channel * 4..channel * 4 + 4 {
        sum += &run(&network, &x, &lrp, &Target::Unit { node: relu2, index }).relevance;
    }
    assert!((sum - &whole.relevance).iter().all(|d| d.abs() < 1e-4));

    // At an inner node the map is what the backward pass left there.
    let pool1 = network.find("pool1").unwrap();
    let inner =
        explain(&network, &[x.view()], &lrp, &class(0), Some(pool1), &mut |_, _| true).unwrap();
    assert_eq!(inner.relevance.shape(), [5, 3, 3]);
    let whole = run(&network, &x, &lrp, &class(0));
    let conv2 = network.find("conv2").unwrap();
    let passed = whole.layers.iter().find(|layer| layer.node == conv2).unwrap().passed;
    assert!((inner.sum() - passed).abs() < 1e-4);
}

#[test]
fn frozen_branches_keep_their_values() {
    // y = a(x) + b(x): explained at a's output, b stays as it is.
    let mut random = Random::new(17);
    let mut b = Builder::new();
    let x = b.input("x", &[4]).unwrap();
    let first = dense(&mut random, 4, 3);
    let a = b.push("a", first, &[x]).unwrap();
    let second = dense(&mut random, 4, 3);
    let c = b.push("b", second, &[x]).unwrap();
    let sum = b.push("sum", Operation::Add, &[a, c]).unwrap();
    let network = b.finish(vec![("y".into(), sum, Link::Identity)]).unwrap();
    let input = image(&mut random, &[4]);
    let method = Method::Occlusion {
        window: 1,
        stride: 1,
        mask: Fill::Constant(0.0),
        map: OcclusionMap::Mean,
    };
    let at: Option<NodeId> = Some(a);
    let drop =
        explain(&network, &[input.view()], &method, &class(1), at, &mut |_, _| true).unwrap();
    let value = network.record(&[input.view()]).unwrap().value(a)[1];
    assert_eq!(drop.relevance.as_slice().unwrap(), [0.0, drop.relevance[1], 0.0]);
    assert!((drop.relevance[1] - value).abs() < 1e-6);
}

#[test]
fn masking_what_is_already_masked_changes_nothing() {
    let mut random = Random::new(18);
    let network = classifier(&mut random, true);
    let mut x = image(&mut random, &[1, 8, 8]);
    x.as_slice_mut().unwrap()[..16].fill(0.0);
    let method = Method::Occlusion {
        window: 2,
        stride: 2,
        mask: Fill::Constant(0.0),
        map: OcclusionMap::Mean,
    };
    let drop = run(&network, &x, &method, &Target::Top).relevance;
    assert!(drop.iter().take(16).all(|&d| d == 0.0));
    assert!(drop.iter().skip(16).any(|&d| d != 0.0));
}

#[test]
fn backward_selection_finds_what_forward_selection_misses() {
    // The class needs x0 and x1 together: alone each is worth less than x2 or x3.
    let mut b = Builder::new();
    let x = b.input("x", &[4]).unwrap();
    let hidden = Operation::Dense {
        weight: vec![4.0, 4.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        outputs: 3,
        bias: vec![-4.0, 0.0, 0.0],
    };
    let hidden = b.push("hidden", hidden, &[x]).unwrap();
    let relu = b.push("relu", Operation::Unit(Unit::Relu), &[hidden]).unwrap();
    let out = Operation::Dense { weight: vec![2.0, 1.0, 1.0], outputs: 1, bias: vec![-3.0] };
    let out = b.push("out", out, &[relu]).unwrap();
    let network = b.finish(vec![("y".into(), out, Link::Sigmoid)]).unwrap();
    let x = ArrayD::from_elem(IxDyn(&[1, 4]), 1.0);
    let method = Method::Sis { threshold: 0.9, mask: Fill::Constant(0.0), sets: 10 };
    let sis = run(&network, &x, &method, &class(0)).sis.unwrap();
    let mut found = sis.sets[0].features.clone();
    found.sort_unstable();
    assert_eq!(found, [0, 1]);
    assert!(sis.sets[0].score >= 0.9 && sis.rest < 0.9 && sis.complete);
    // Below the threshold there is no subset at all.
    let method = Method::Sis { threshold: 0.9999, mask: Fill::Constant(0.0), sets: 10 };
    let none = run(&network, &x, &method, &class(0)).sis.unwrap();
    assert!(none.sets.is_empty() && none.initial < 0.9999);
}

#[test]
fn long_work_can_be_cancelled_and_progress_never_runs_backwards() {
    let mut random = Random::new(19);
    let network = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]);
    for name in ["sis", "kernel-shap", "lime", "occlusion", "integrated-gradients", "smooth-grad"] {
        let mut options = Options::new();
        if name == "sis" {
            options.insert("threshold".into(), heatlens::methods::Value::Number(0.0));
        }
        let method = method_from_options(&network, name, &options).unwrap();
        let mut reports = Vec::new();
        let result =
            explain(&network, &[x.view()], &method, &Target::Top, None, &mut |done, total| {
                reports.push((done, total));
                reports.len() < 2
            });
        if reports.len() >= 2 {
            assert_eq!(result.unwrap_err().code(), Code::Cancelled, "{name}");
        }
        assert!(reports.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{name}: {reports:?}");
        assert!(!reports.is_empty(), "{name}");
    }
}

#[test]
fn bad_numbers_are_errors_and_zeros_are_not() {
    let mut random = Random::new(20);
    let network = classifier(&mut random, false);
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut x = image(&mut random, &[1, 8, 8]);
        x.as_slice_mut().unwrap()[7] = bad;
        let result =
            explain(&network, &[x.view()], &Method::Gradient, &Target::Top, None, &mut |_, _| true);
        assert_eq!(result.unwrap_err().code(), Code::Nonfinite);
    }
    // All zeros: every denominator of LRP is 0.
    let zeros = ArrayD::zeros(IxDyn(&[1, 1, 8, 8]));
    for entry in heatlens::methods::CATALOG {
        let mut options = Options::new();
        if entry.params.iter().any(|param| param.name == "segment") {
            options.insert("segment".into(), heatlens::methods::Value::Number(4.0));
        }
        let method = method_from_options(&network, entry.name, &options).unwrap();
        let explanation = run(&network, &zeros, &method, &class(1));
        assert!(explanation.relevance.iter().all(|r| r.is_finite()), "{}", entry.name);
        if entry.name == "lrp" {
            assert!(explanation.relevance.iter().all(|&r| r == 0.0));
        }
    }
}

#[test]
fn bad_weights_are_named_at_the_output() {
    for bad in [f32::NAN, f32::INFINITY] {
        let mut b = Builder::new();
        let x = b.input("x", &[2]).unwrap();
        let dense = Operation::Dense { weight: vec![bad, 1.0], outputs: 1, bias: vec![] };
        let y = b.push("y", dense, &[x]).unwrap();
        let network = b.finish(vec![("y".into(), y, Link::Identity)]).unwrap();
        let x = ArrayD::from_elem(IxDyn(&[1, 2]), 1.0);
        for entry in heatlens::methods::CATALOG {
            let method = method_from_options(&network, entry.name, &Options::new()).unwrap();
            let result = explain(&network, &[x.view()], &method, &class(0), None, &mut |_, _| true);
            assert_eq!(result.unwrap_err().code(), Code::Nonfinite, "{}", entry.name);
        }
    }
}

#[test]
fn wrong_requests_say_what_is_wrong() {
    let mut random = Random::new(21);
    let network = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]);
    let fails = |x: &ArrayD<f32>, method: &Method, target: &Target, at: Option<NodeId>| {
        explain(&network, &[x.view()], method, target, at, &mut |_, _| true).unwrap_err()
    };
    let small = image(&mut random, &[1, 7, 8]);
    let error = fails(&small, &Method::Gradient, &Target::Top, None);
    assert!(error.code() == Code::Input && error.message().contains("[N, 1, 8, 8]"), "{error}");
    let two = ArrayD::zeros(IxDyn(&[2, 1, 8, 8]));
    assert_eq!(fails(&two, &Method::Gradient, &Target::Top, None).code(), Code::Input);
    for target in [
        class(4),
        Target::Contrast { output: 0, class: 1, against: 1 },
        Target::Class { output: 1, class: 0 },
        Target::Unit { node: 99, index: 0 },
        Target::Channel { node: 1, channel: 5 },
        Target::Channel { node: 1, channel: usize::MAX },
    ] {
        assert_eq!(fails(&x, &Method::Gradient, &target, None).code(), Code::Request, "{target:?}");
    }
    assert_eq!(fails(&x, &Method::Gradient, &Target::Top, Some(99)).code(), Code::Request);
    let baseline = Fill::Each(vec![0.0; 3]);
    let error = fails(&x, &Method::DeepLift { baseline }, &Target::Top, None);
    assert!(error.message().contains('3') && error.message().contains("64"), "{error}");
    let shapley = Method::Shapley { baseline: Fill::Constant(0.0), segments: Segments::Blocks(1) };
    assert_eq!(fails(&x, &shapley, &Target::Top, None).code(), Code::NotApplicable);
    let saliency = Method::Saliency { norm: Norm::Max };
    let fc = network.find("fc").unwrap();
    let error = fails(&x, &saliency, &Target::Unit { node: 0, index: 0 }, Some(fc));
    assert_eq!(error.code(), Code::Request);
}

#[test]
fn tied_maxima_share_equally_on_request() {
    let mut b = Builder::new();
    let x = b.input("x", &[1, 1, 4]).unwrap();
    let pool = Operation::MaxPool { window: Window::new(&[1, 4]), ceil: false };
    let y = b.push("y", pool, &[x]).unwrap();
    let network = b.finish(vec![("y".into(), y, Link::Identity)]).unwrap();
    let x = ArrayD::from_shape_vec(IxDyn(&[1, 1, 1, 4]), vec![2.0, 1.0, 2.0, 0.0]).unwrap();
    let mut lrp = Lrp::new(Composite::EpsilonPlus);
    let first = run(&network, &x, &Method::Lrp(lrp.clone()), &class(0));
    assert_eq!(first.relevance.as_slice().unwrap(), [2.0, 0.0, 0.0, 0.0]);
    assert_eq!(first.layers[0].ties, 2.0);
    lrp.split_ties = true;
    let equal = run(&network, &x, &Method::Lrp(lrp), &class(0));
    assert_eq!(equal.relevance.as_slice().unwrap(), [1.0, 0.0, 1.0, 0.0]);
}
