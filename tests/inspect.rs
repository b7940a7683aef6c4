//! Looking into a network: passes layer by layer, single neurons, rules per layer, layers drawn anew,
//! gradient ascent.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::error::Code;
use heatlens::methods::{
    ActivationMaximization, Composite, Gradient, Lrp, Method, Options, Saliency, Target, Value,
    explain, maximize_activation, method_from_options, neuron, node_support, trace,
};
use heatlens::network::{Builder, Layer, Network, Operation, OutputActivation};
use heatlens::random::Random;
use heatlens::rules::LinearRule;
use ndarray::{ArrayD, IxDyn, array};
use support::networks::{class, classifier, everything, image, run};

fn lrp(words: &[(&str, &str)], network: &Network) -> heatlens::error::Result<Box<dyn Method>> {
    let options = words.iter().map(|(k, v)| ((*k).to_owned(), Value::Word((*v).to_owned())));
    method_from_options(network, "lrp", &options.collect::<Options>())
}

/// 2 inputs, 2 hidden units with a rectifier, 1 output; every number by hand.
fn by_hand() -> Network {
    let mut b = Builder::new();
    let x = b.input("x", &[2]).unwrap();
    let dense = |weight: &[f32], outputs, bias: &[f32]| Operation::Dense {
        weight: weight.to_vec(),
        outputs,
        bias: bias.to_vec(),
    };
    let h = b.push("h", dense(&[1.0, 2.0, 3.0, -1.0], 2, &[0.5, 0.0]), &[x]).unwrap();
    let r = b.push("r", Operation::Activation(heatlens::network::Activation::Relu), &[h]).unwrap();
    let y = b.push("y", dense(&[2.0, 1.0], 1, &[]), &[r]).unwrap();
    b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap()
}

#[test]
fn a_neuron_shows_the_numbers_of_the_slide() {
    // x = (1, 2): z_h = (1·1 + 2·2 + 0.5, 3·1 − 1·2) = (5.5, 1), y = 2·5.5 + 1 = 12, R_h = (11, 1).
    let network = by_hand();
    let x = array![[1.0, 2.0]].into_dyn();
    let zero = lrp(&[("composite", "zero")], &network).unwrap();
    let h = network.find("h").unwrap();
    let unit = neuron(&network, &[x.view()], &*zero, &class(0), (h, 0)).unwrap();
    assert_eq!((unit.output, unit.bias, unit.relevance_in), (5.5, 0.5, 11.0));
    let terms: Vec<_> = unit.terms.iter().map(|t| (t.input, t.value, t.weight)).collect();
    assert_eq!(terms, [(0, 1.0, 1.0), (1, 2.0, 2.0)]);
    // R_i = z_ij / z_j · R_j: the bias keeps 0.5/5.5 of it.
    assert_eq!(unit.terms[0].relevance, 1.0 / 5.5 * 11.0);
    assert_eq!(unit.terms[1].relevance, 4.0 / 5.5 * 11.0);
    let wrong = |node, index| {
        neuron(&network, &[x.view()], &*zero, &class(0), (network.find(node).unwrap(), index))
            .unwrap_err()
    };
    assert!(wrong("r", 0).message().contains("'r' has no weights"));
    assert!(wrong("h", 2).message().contains("no element 2"));
}

#[test]
fn a_trace_is_the_explanation_layer_by_layer() {
    let mut random = Random::new(4);
    let network = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]);
    for composite in ["epsilon", "epsilon-plus-flat", "gamma"] {
        let method = lrp(&[("composite", composite)], &network).unwrap();
        let whole = run(&network, &x, &*method, &class(1));
        let trace = trace(&network, &[x.view()], &*method, &class(1), None).unwrap();
        let input = network.inputs()[0];
        assert_eq!(trace.adjoints[input], whole.relevance.iter().copied().collect::<Vec<f32>>());
        assert_eq!((trace.score, &trace.layers), (whole.score, &whole.layers));
        // S2-5: what a layer is said to hand on arrives at the node below it, and what it does not hand on is
        // what its biases and ε take.
        let sum = |id: usize| trace.adjoints[id].iter().map(|&r| f64::from(r)).sum::<f64>();
        let size = trace.score.abs().max(1.0);
        for layer in &trace.layers {
            let node = network.find(&layer.node).unwrap();
            let [below] = network.node(node).inputs[..] else { panic!("{layer:?}") };
            assert!((sum(node) - layer.relevance_in).abs() < 1e-5 * size, "{layer:?}");
            assert!((sum(below) - layer.relevance_out).abs() < 1e-5 * size, "{layer:?}");
            let rest = layer.relevance_in - layer.relevance_out - layer.bias - layer.stabilizer;
            // w² and flat, at the input, do not look at biases.
            assert!(rest.abs() < 1e-4 * size, "{layer:?}");
        }
        assert!((trace.layers[0].relevance_in - trace.score).abs() < 1e-5 * size);
        let logits = network.predict(&[x.view()]).unwrap().remove(0);
        let output = network.outputs()[0].node;
        assert_eq!(trace.tape.value(output), logits.as_slice().unwrap());
    }
    // The gradient at an inner node is what explaining that node's sum of effects gives.
    let gradient = trace(&network, &[x.view()], &Gradient, &class(0), None).unwrap();
    let direct = run(&network, &x, &Gradient, &class(0));
    assert_eq!(
        gradient.adjoints[network.inputs()[0]],
        direct.relevance.iter().copied().collect::<Vec<f32>>()
    );
    assert!(gradient.layers.is_empty());
    let saliency = Saliency { norm: heatlens::methods::Norm::Max };
    let error = heatlens::methods::trace(&network, &[x.view()], &saliency, &class(0), None);
    assert_eq!(error.unwrap_err().code(), Code::NotApplicable);
}

#[test]
fn rules_per_layer_are_the_composite_where_they_agree_with_it_and_else_not() {
    let mut random = Random::new(5);
    let network = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]);
    let linear: Vec<&str> = network
        .nodes()
        .iter()
        .filter(|node| matches!(node.layer, Layer::Linear(_)))
        .map(|node| node.name.as_str())
        .collect();
    let text = |rule: &str| {
        linear.iter().map(|name| format!("{name}={rule}")).collect::<Vec<_>>().join(",")
    };
    let map =
        |words: &[(&str, &str)]| run(&network, &x, &*lrp(words, &network).unwrap(), &class(1));
    // From composites that treat pooling alike.
    for (base, rule, composite) in [
        ("flat", "plus", "alpha1-beta0"),
        ("flat", "gamma", "gamma"),
        ("gamma", "flat", "flat"),
        ("gamma", "w-square", "w-square"),
        ("gamma", "alpha-beta", "alpha-beta"),
    ] {
        let single = map(&[("composite", base), ("rules", &text(rule))]);
        assert_eq!(single.relevance, map(&[("composite", composite)]).relevance, "{rule}");
    }
    let one = format!("{}=gamma", linear[0]);
    let changed = map(&[("composite", "epsilon"), ("rules", &one)]);
    assert_ne!(changed.relevance, map(&[("composite", "epsilon")]).relevance);
    for bad in ["nowhere=gamma", "x", "=", &format!("{}=astrology", linear[0]), "a=b=c"] {
        let error = lrp(&[("rules", bad)], &network).unwrap_err();
        assert_eq!(error.code(), Code::Request, "{bad}");
    }
}

#[test]
fn layers_drawn_anew_change_the_network_from_the_top() {
    let build = || classifier(&mut Random::new(6), true);
    let x = image(&mut Random::new(7), &[1, 8, 8]);
    let weights = |network: &Network| -> Vec<Vec<f32>> {
        let linear = network.nodes().iter().filter_map(|node| match &node.layer {
            Layer::Linear(linear) => Some(linear.weight().to_vec()),
            _ => None,
        });
        linear.collect()
    };
    let original = weights(&build());
    let drawn = |layers, seed| {
        let mut network = build();
        network.randomize(layers, seed);
        (weights(&network), network.predict(&[x.view()]).unwrap().remove(0))
    };
    assert_eq!(drawn(0, 1).0, original);
    assert_eq!(drawn(1, 1), drawn(1, 1));
    assert_ne!(drawn(1, 1).0, drawn(1, 2).0);
    let count = original.len();
    for layers in 1..=count {
        let (now, _) = drawn(layers, 1);
        for (i, (now, before)) in now.iter().zip(&original).enumerate() {
            assert_eq!(now == before, i < count - layers, "layer {i} of {count}, {layers} drawn");
        }
        // The last layer does not depend on how many are drawn.
        assert_eq!(now.last(), drawn(1, 1).0.last());
    }
}

#[test]
fn another_input_range_leaves_the_answers_and_changes_what_is_nothing() {
    for biases in [false, true] {
        let mut random = Random::new(9);
        let mut network = classifier(&mut random, biases);
        let mut x = image(&mut random, &[1, 8, 8]).mapv(|value| value.abs().min(1.0));
        x.as_slice_mut().unwrap()[..24].fill(0.0);
        let signed = x.mapv(|value| 2.0 * value - 1.0);
        // By the ε rule a value of 0 has no relevance: black in one range, mid-grey in the other.
        let black = |network: &Network, x: &ArrayD<f32>| -> f32 {
            let epsilon = lrp(&[("composite", "epsilon")], network).unwrap();
            let map = run(network, x, &*epsilon, &class(1));
            map.relevance.iter().take(24).map(|r| r.abs()).sum()
        };
        let before = network.predict(&[x.view()]).unwrap().remove(0);
        assert_eq!(black(&network, &x), 0.0);
        network.change_input_range((0.0, 1.0), (-1.0, 1.0)).unwrap();
        let after = network.predict(&[signed.view()]).unwrap().remove(0);
        for (a, b) in before.iter().zip(&after) {
            assert!((a - b).abs() < 1e-5 * (1.0 + a.abs()), "{a} {b}");
        }
        assert!(black(&network, &signed) > 1e-3);
    }
    let mut network = classifier(&mut Random::new(9), true);
    let error = network.change_input_range((0.0, 1.0), (1.0, 1.0)).unwrap_err();
    assert_eq!(error.code(), Code::Request);
}

#[test]
fn ascent_rises_with_every_step_and_finds_the_top_of_a_linear_score() {
    let mut b = Builder::new();
    let x = b.input("x", &[3]).unwrap();
    let weight = vec![1.0, -2.0, 0.5];
    let dense = Operation::Dense { weight, outputs: 1, bias: vec![3.0] };
    let y = b.push("y", dense, &[x]).unwrap();
    let network = b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();
    let free = ActivationMaximization {
        steps: 200,
        rate: 0.1,
        penalty: 0.25,
        bounds: (f32::MIN, f32::MAX),
        sign: false,
    };
    // S4-4: w·x − λ‖x‖² is highest at x = w/(2λ), from any start.
    for start in [array![[0.0, 0.0, 0.0]], array![[5.0, 5.0, -5.0]]] {
        let start = start.into_dyn();
        let climb =
            maximize_activation(&network, &[start.view()], &class(0), None, &free, &mut |_, _| {
                true
            })
            .unwrap();
        for (x, wanted) in climb.values.iter().zip([2.0, -4.0, 1.0]) {
            assert!((x - wanted).abs() < 1e-3, "{x} {wanted}");
        }
        assert!(climb.objectives.windows(2).all(|pair| pair[1] > pair[0]));
        assert_eq!(climb.scores.len(), climb.objectives.len());
    }
    // Fast gradient sign: every value moves by ε, but not over the bounds.
    let start = array![[0.0, 0.05, 0.95]].into_dyn();
    let step = ActivationMaximization {
        steps: 1,
        rate: 0.1,
        penalty: 0.0,
        bounds: (0.0, 1.0),
        sign: true,
    };
    let climb =
        maximize_activation(&network, &[start.view()], &class(0), None, &step, &mut |_, _| true)
            .unwrap();
    assert_eq!(climb.values, [0.1, 0.0, 1.0]);
    assert!(climb.scores[1] > climb.scores[0]);
}

#[test]
fn ascent_on_a_real_network_rises_and_bad_requests_are_refused() {
    let mut random = Random::new(8);
    let network = classifier(&mut random, true);
    let x = ArrayD::zeros(IxDyn(&[1, 1, 8, 8]));
    let ascent = ActivationMaximization {
        steps: 20,
        rate: 0.1,
        penalty: 0.01,
        bounds: (0.0, 1.0),
        sign: false,
    };
    let climb = |ascent: &ActivationMaximization, target: &Target| {
        maximize_activation(&network, &[x.view()], target, None, ascent, &mut |_, _| true)
    };
    let up = climb(&ascent, &class(1)).unwrap();
    assert!(up.objectives.windows(2).all(|pair| pair[1] > pair[0]) && up.objectives.len() > 5);
    assert!(up.values.iter().all(|value| (0.0..=1.0).contains(value)));
    let logits = network
        .predict(&[ArrayD::from_shape_vec(IxDyn(&[1, 1, 8, 8]), up.values.clone()).unwrap().view()])
        .unwrap();
    assert_eq!(f64::from(logits[0][[0, 1]]), *up.scores.last().unwrap());
    for bad in [
        ActivationMaximization { bounds: (1.0, 0.0), ..ascent.clone() },
        ActivationMaximization { rate: 0.0, ..ascent.clone() },
        ActivationMaximization { rate: f32::NAN, ..ascent.clone() },
        ActivationMaximization { penalty: -1.0, ..ascent.clone() },
    ] {
        assert_eq!(climb(&bad, &class(1)).unwrap_err().code(), Code::Request, "{bad:?}");
    }
    let cancelled =
        maximize_activation(&network, &[x.view()], &class(1), None, &ascent, &mut |_, _| false);
    assert_eq!(cancelled.unwrap_err().code(), Code::Cancelled);
}

#[test]
fn a_uniform_composite_and_its_text_agree() {
    let network = by_hand();
    let x = array![[1.0, 2.0]].into_dyn();
    let typed = Lrp::new(Composite::Uniform(LinearRule::ZERO));
    let named = lrp(&[("composite", "zero")], &network).unwrap();
    let map = |method| explain(&network, &[x.view()], method, &class(0), None, &mut |_, _| true);
    assert_eq!(map(&typed).unwrap().relevance, map(&*named).unwrap().relevance);
}

#[test]
fn the_report_names_no_rule_where_lrp_has_none() {
    let network = everything(&mut Random::new(3));
    let support = node_support(&network);
    for (node, own) in network.nodes().iter().zip(&support) {
        let refused = matches!(node.layer, Layer::Softmax { .. });
        assert_eq!(own.rule == "none", refused, "{}: {}", node.name, own.rule);
    }
    assert!(support.iter().any(|own| own.rule == "none"));
}
