//! What must hold for every network: derivatives against differences, completeness, linearity.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::error::Code;
use heatlens::methods::{
    Baseline, Composite, Deconvnet, DeepLift, Gradient, GuidedBackprop, IntegratedGradients, Lrp,
    Method, Occlusion, OcclusionMap, Options, Quadrature, Segments, Shapley,
    SufficientInputSubsets, Target, Value, explain, method_from_options,
};
use heatlens::network::{Activation, Builder, NodeId, Operation, OutputActivation};
use heatlens::random::Random;
use heatlens::rules::LinearRule;
use ndarray::{ArrayD, IxDyn};
use support::networks::{class, classifier, dense, everything, image, run};

#[test]
fn gradient_agrees_with_central_differences_through_every_layer() {
    let mut random = Random::new(11);
    let network = everything(&mut random);
    let x = image(&mut random, &[2, 7, 7]);
    let gradient = run(&network, &x, &Gradient, &class(2)).relevance;
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
    let methods: [(&dyn Method, f64); 3] = [
        (&DeepLift { baseline: Baseline::Constant(0.25) }, 1e-4),
        (
            &IntegratedGradients {
                steps: 2000,
                quadrature: Quadrature::Midpoint,
                baseline: Baseline::Constant(0.25),
            },
            2e-3,
        ),
        (&Shapley { baseline: Baseline::Constant(0.25), segments: Segments::Blocks(3) }, 1e-4),
    ];
    for (method, tolerance) in methods {
        for target in [class(1), Target::Contrast { output: 0, class: 3, against: 0 }] {
            let explanation = run(&network, &x, method, &target);
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
    let distance = |method: &dyn Method| {
        let contrast = Target::Contrast { output: 0, class: 3, against: 1 };
        let whole = run(&network, &x, method, &contrast).relevance;
        let parts = run(&network, &x, method, &class(3)).relevance
            - run(&network, &x, method, &class(1)).relevance;
        let scale = parts.iter().map(|r| r.abs()).fold(1e-9, f32::max);
        (whole - parts).iter().map(|d| d.abs()).fold(0.0, f32::max) / scale
    };
    let lrp = |composite| Lrp::new(composite);
    let linear: [&dyn Method; 6] = [
        &Gradient,
        &DeepLift { baseline: Baseline::Constant(0.0) },
        &lrp(Composite::find("epsilon-plus-flat").unwrap()),
        &lrp(Composite::find("epsilon-gamma-box").unwrap()),
        &lrp(Composite::find("epsilon-alpha2-beta1").unwrap()),
        &Occlusion { window: 2, stride: 1, mask: Baseline::Constant(0.0), map: OcclusionMap::Mean },
    ];
    for method in linear {
        assert!(distance(method) < 2e-5, "{method:?}: {}", distance(method));
    }
    for method in [&Deconvnet as &dyn Method, &GuidedBackprop] {
        assert!(distance(method) > 1e-2, "{method:?}: {}", distance(method));
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
    let lrp = Lrp::new(Composite::Uniform(LinearRule::ZERO));
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
    let passed = whole.layers.iter().find(|layer| layer.node == "conv2").unwrap().relevance_out;
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
    let network = b.finish(vec![("y".into(), sum, OutputActivation::Identity)]).unwrap();
    let input = image(&mut random, &[4]);
    let method =
        Occlusion { window: 1, stride: 1, mask: Baseline::Constant(0.0), map: OcclusionMap::Mean };
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
    let method =
        Occlusion { window: 2, stride: 2, mask: Baseline::Constant(0.0), map: OcclusionMap::Mean };
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
    let relu = b.push("relu", Operation::Activation(Activation::Relu), &[hidden]).unwrap();
    let out = Operation::Dense { weight: vec![2.0, 1.0, 1.0], outputs: 1, bias: vec![-3.0] };
    let out = b.push("out", out, &[relu]).unwrap();
    let network = b.finish(vec![("y".into(), out, OutputActivation::Sigmoid)]).unwrap();
    let x = ArrayD::from_elem(IxDyn(&[1, 4]), 1.0);
    let method = SufficientInputSubsets { threshold: 0.9, mask: Baseline::Constant(0.0), sets: 10 };
    let sis = run(&network, &x, &method, &class(0)).sis.unwrap();
    let mut found = sis.sets[0].features.clone();
    found.sort_unstable();
    assert_eq!(found, [0, 1]);
    assert!(sis.sets[0].score >= 0.9 && sis.rest < 0.9 && sis.complete);
    // Below the threshold there is no subset at all.
    let method =
        SufficientInputSubsets { threshold: 0.9999, mask: Baseline::Constant(0.0), sets: 10 };
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
            options.insert("threshold".into(), Value::Number(0.0));
        }
        let method = method_from_options(&network, name, &options).unwrap();
        let mut reports = Vec::new();
        let result =
            explain(&network, &[x.view()], &*method, &Target::Top, None, &mut |done, total| {
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
