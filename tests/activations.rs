//! Deconvnet and guided backprop at activations: which of them they treat as a ReLU, and that they say at
//! which they are the plain gradient.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::methods::{
    CamLayer, Deconvnet, Gradient, GuidedBackprop, GuidedGradCam, Method, Saliency, trace,
};
use heatlens::network::{Activation, Builder, Network, Operation, OutputActivation, Window};
use heatlens::random::Random;
use ndarray::{ArrayD, IxDyn};
use support::cases::Case;
use support::files::difference;
use support::networks::{class, classifier, conv, image, run};

/// Functions that are 0 below a threshold and otherwise rise, or are cut off.
const RECTIFIERS: [Activation; 5] = [
    Activation::Relu,
    Activation::Clip { low: 0.0, high: 6.0 },
    Activation::Clip { low: 0.0, high: 0.5 },
    Activation::ThresholdedRelu { alpha: 0.2 },
    Activation::ThresholdedRelu { alpha: 0.0 },
];

/// dense → function → dense, and the weights.
fn network(random: &mut Random, function: Activation) -> (Network, Vec<f32>, Vec<f32>) {
    let mut b = Builder::new();
    let x = b.input("x", &[6]).unwrap();
    let (first, second) = (random.vec(6 * 40), random.vec(40 * 2));
    let dense = |weight: &[f32], outputs| Operation::Dense {
        weight: weight.to_vec(),
        outputs,
        bias: vec![],
    };
    let h = b.push("h", dense(&first, 40), &[x]).unwrap();
    let a = b.push("a", Operation::Activation(function), &[h]).unwrap();
    let y = b.push("y", dense(&second, 2), &[a]).unwrap();
    (b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap(), first, second)
}

#[test]
fn relu6_is_guided_as_other_tools_patch_it() {
    let case = Case::read("guided_relu6");
    let map = |method: &dyn Method| {
        run(&case.model.network, &case.x, method, &class(case.class())).relevance
    };
    let guided = map(&GuidedBackprop);
    let d = difference(guided.as_slice().unwrap(), &case.numbers("expected"));
    assert!(d < 2e-6, "{d}");
    let maps = [map(&Gradient), map(&Deconvnet), guided];
    assert!(maps[0] != maps[1] && maps[1] != maps[2] && maps[0] != maps[2]);
}

#[test]
fn at_every_rectifier_the_rule_is_its_formula() {
    let mut random = Random::new(71);
    for function in RECTIFIERS {
        let (network, first, second) = network(&mut random, function);
        let x = ArrayD::from_shape_vec(IxDyn(&[1, 6]), random.vec(6)).unwrap();
        let tape = network.record(&[x.view()]).unwrap();
        let z = tape.value(1);
        for (method, is_guided) in [(&Deconvnet as &dyn Method, false), (&GuidedBackprop, true)] {
            let mut expected = vec![0.0f64; 6];
            let mut cut = 0;
            for j in 0..40 {
                let g = second[40 + j];
                let active = function.derivative(z[j]) > 0.0;
                if g > 0.0 && (active || !is_guided) {
                    for (i, sum) in expected.iter_mut().enumerate() {
                        *sum += f64::from(g) * f64::from(first[j * 6 + i]);
                    }
                } else {
                    cut += 1;
                }
            }
            assert!(cut > 5 && cut < 38, "{function:?}: {cut}");
            let expected: Vec<f32> = expected.into_iter().map(|sum| sum as f32).collect();
            let ours = run(&network, &x, method, &class(1)).relevance;
            let d = difference(ours.as_slice().unwrap(), &expected);
            assert!(d < 1e-5, "{function:?} {method:?}: {d}");
        }
    }
}

/// Functions at which the rules are the gradient, and what the note calls them.
const OTHERS: [(Activation, &str); 15] = [
    (Activation::LeakyRelu { alpha: 0.1 }, "leaky ReLU"),
    (Activation::Elu { alpha: 1.0 }, "ELU"),
    (Activation::Selu { alpha: 1.67, gamma: 1.05 }, "SELU"),
    (Activation::Softplus, "softplus"),
    (Activation::Gelu, "GELU"),
    (Activation::Tanh, "tanh"),
    (Activation::Sigmoid, "sigmoid"),
    (Activation::Clip { low: -1.0, high: 1.0 }, "clip"),
    (Activation::HardSigmoid { alpha: 0.2, beta: 0.5 }, "hard sigmoid"),
    (Activation::HardSwish, "hard swish"),
    (Activation::Silu, "SiLU"),
    (Activation::Softsign, "softsign"),
    (Activation::ThresholdedRelu { alpha: -0.5 }, "thresholded ReLU"),
    (Activation::Exp, "exponential"),
    (Activation::Abs, "absolute value"),
];

#[test]
fn elsewhere_they_are_the_gradient_and_say_so() {
    let mut random = Random::new(72);
    for (function, name) in OTHERS {
        let (network, ..) = network(&mut random, function);
        let x = ArrayD::from_shape_vec(IxDyn(&[1, 6]), random.vec(6)).unwrap();
        let gradient = run(&network, &x, &Gradient, &class(1));
        assert!(gradient.notes.is_empty());
        for (method, title) in
            [(&Deconvnet as &dyn Method, "deconvnet"), (&GuidedBackprop, "guided backprop")]
        {
            let ours = run(&network, &x, method, &class(1));
            assert_eq!(ours.relevance, gradient.relevance, "{function:?}");
            let note = format!(
                "there is no ReLU on the way, only 1 {name}: {title} is the plain gradient"
            );
            assert_eq!(ours.notes, [note]);
            let traced = trace(&network, &[x.view()], method, &class(1), None).unwrap();
            assert_eq!(traced.notes, ours.notes);
        }
    }
}

/// conv → first → conv → second → flatten, with a branch beside that no target depends on.
fn convolutions(random: &mut Random, functions: [Activation; 2]) -> Network {
    let mut b = Builder::new();
    let x = b.input("x", &[1, 6, 6]).unwrap();
    let mut at = x;
    for (k, function) in functions.into_iter().enumerate() {
        let channels = b.shape(at)[0];
        let layer = conv(random, channels, 3, Window::new(&[2, 2]));
        at = b.push(&format!("conv{k}"), layer, &[at]).unwrap();
        at = b.push(&format!("unit{k}"), Operation::Activation(function), &[at]).unwrap();
    }
    let beside = b.push("beside", Operation::Activation(Activation::Silu), &[x]).unwrap();
    let flat = b.push("flat", Operation::Reshape { shape: vec![48] }, &[at]).unwrap();
    b.finish(vec![
        ("y".into(), flat, OutputActivation::Identity),
        ("z".into(), beside, OutputActivation::Identity),
    ])
    .unwrap()
}

#[test]
fn a_note_counts_the_units_on_the_way_to_the_target() {
    let mut random = Random::new(73);
    let x = image(&mut random, &[1, 6, 6]);
    let notes = |network: &Network, method: &dyn Method| run(network, &x, method, &class(1)).notes;
    let mixed = convolutions(&mut random, [Activation::Relu, Activation::HardSwish]);
    let said = notes(&mixed, &GuidedBackprop);
    assert_eq!(
        said,
        ["where a unit is no ReLU (1 hard swish) guided backprop is the plain gradient"]
    );
    let layer = CamLayer::LastConvolution;
    assert_eq!(notes(&mixed, &GuidedGradCam { layer }), said);
    assert!(notes(&mixed, &Saliency { norm: heatlens::methods::Norm::Max }).is_empty());
    // A bound from above, as min(max(x, 0), 6) ends in one, is no activation of its own.
    let capped = Activation::Clip { low: f32::NEG_INFINITY, high: 6.0 };
    let plain = convolutions(&mut random, [Activation::Relu, capped]);
    assert!(notes(&plain, &Deconvnet).is_empty());
    let twice = convolutions(&mut random, [Activation::Silu, Activation::Silu]);
    assert!(notes(&twice, &Deconvnet)[0].contains("only 2 SiLU"));
    let linear = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]);
    let behind = linear.find("pool2").unwrap();
    let go_on = &mut |_, _| true;
    let explanation = heatlens::methods::explain(
        &linear,
        &[x.view()],
        &GuidedBackprop,
        &class(1),
        Some(behind),
        go_on,
    );
    let said = explanation.unwrap().notes;
    assert_eq!(said, ["there is no ReLU on the way: guided backprop is the plain gradient"]);
}
