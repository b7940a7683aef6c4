//! Inputs that are indices into a table: whatever would move them off whole numbers is refused in the
//! same words; what replaces them by an index is right.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::error::{Code, Error};
use heatlens::evaluate::{Flipping, Order, pixel_flipping};
use heatlens::explanation::Explanation;
use heatlens::methods::{
    ActivationMaximization, Baseline, CATALOG, Kind, Options, Target, Value, explain,
    maximize_activation, method_from_options,
};
use heatlens::network::{Network, OutputActivation};
use heatlens::onnx::{self, Activations};
use ndarray::{ArrayD, IxDyn};
use support::cases::Case;
use support::networks::class;

/// The case as a classifier, so that thresholds of probabilities can be asked for.
fn classifier() -> Case {
    let activations = Some(Activations::All(OutputActivation::Softmax));
    let options = onnx::Options { activations, ..onnx::Options::default() };
    Case::read_with("embedding_ig_message", &options)
}

const WORDS: &str = "indices have no gradient; explain at this embedding or behind it";

fn ask(
    case: &Case,
    name: &str,
    options: &[(&str, f64)],
    at: Option<usize>,
) -> Result<Explanation, Error> {
    let options = options.iter().map(|&(key, value)| (key.to_string(), Value::Number(value)));
    let network: &Network = &case.model.network;
    let method = method_from_options(network, name, &options.collect::<Options>())?;
    explain(network, &[case.x.view()], &*method, &class(1), at, &mut |_, _| true)
}

/// The parameters of a method that make it feasible here.
fn small(name: &str) -> &'static [(&'static str, f64)] {
    match name {
        "shapley" | "kernel-shap" | "lime" => &[("segment", 1.0)],
        _ => &[],
    }
}

#[test]
fn every_method_gives_a_right_answer_or_says_that_indices_have_no_gradient() {
    let case = classifier();
    let embedding = &case.model.network.node(1).name;
    for entry in CATALOG {
        let black_box = !entry.looks_inside();
        match ask(&case, entry.name, small(entry.name), None) {
            Ok(explanation) => {
                assert!(black_box, "{} has an answer", entry.name);
                assert_eq!(explanation.relevance.len(), 5, "{}", entry.name);
            }
            Err(error) => {
                assert!(!black_box, "{}: {error}", entry.name);
                if entry.name.contains("grad-cam") {
                    // There is no convolution, which is the nearer reason.
                    assert_eq!(error.code(), Code::NotApplicable, "{error}");
                    continue;
                }
                let expected = format!("node '{embedding}': {WORDS}");
                assert_eq!(error.message(), expected, "{}", entry.name);
                assert_eq!(error.code(), Code::NotApplicable, "{}", entry.name);
            }
        }
        // At the embedding itself every method but Grad-CAM has an answer.
        let there = ask(&case, entry.name, small(entry.name), Some(1));
        assert_eq!(there.is_ok(), !entry.name.contains("grad-cam"), "{}: {there:?}", entry.name);
    }
}

#[test]
fn whatever_the_parameters_the_words_are_the_same() {
    let case = classifier();
    for (name, options) in [
        ("integrated-gradients", &[("baseline", 0.5), ("steps", 1.0)][..]),
        ("integrated-gradients", &[("baseline", 1e9)]),
        ("smooth-grad", &[("noise", 0.0)]),
        ("vargrad", &[("noise", 1.0)]),
        ("deeplift", &[("baseline", 0.0)]),
        ("deeplift", &[("baseline", 0.25)]),
        ("deeplift", &[("baseline", -7.0)]),
        ("lrp", &[("low", 0.5)]),
    ] {
        let error = ask(&case, name, options, None).unwrap_err();
        assert!(error.message().ends_with(WORDS), "{name} {options:?}: {error}");
    }
    let ascent = ActivationMaximization {
        steps: 3,
        rate: 0.25,
        penalty: 0.0,
        bounds: (f32::NEG_INFINITY, f32::INFINITY),
        sign: true,
    };
    let network = &case.model.network;
    let climb =
        maximize_activation(network, &[case.x.view()], &class(1), None, &ascent, &mut |_, _| true);
    let error = climb.unwrap_err();
    assert!(error.message().ends_with(WORDS), "{error}");
}

#[test]
fn a_mask_must_be_an_index() {
    let case = classifier();
    for entry in CATALOG.iter().filter(|entry| !entry.looks_inside()) {
        let fill = entry.params.iter().find(|param| matches!(param.kind, Kind::Baseline { .. }));
        let name = fill.unwrap().name;
        for bad in [0.5, 5000.0, -5000.0] {
            let options = [small(entry.name), &[(name, bad)]].concat();
            let error = ask(&case, entry.name, &options, None).unwrap_err();
            assert_eq!(error.code(), Code::Request, "{}: {error}", entry.name);
            let message = error.message();
            let said = message.contains(name) && message.contains("must be an index");
            assert!(said, "{} {bad}: {error}", entry.name);
        }
        for good in [0.0, 2.0, -1.0] {
            let options = [small(entry.name), &[(name, good)]].concat();
            assert!(ask(&case, entry.name, &options, None).is_ok(), "{} {good}", entry.name);
        }
    }
    let flip = |value: f32| {
        let (order, replacement) = (Order::MostRelevantFirst, Baseline::Constant(value));
        let flipping = Flipping { order, block: 1, replacement, steps: 5 };
        let relevance = [5.0, 4.0, 3.0, 2.0, 1.0];
        let (network, x) = (&case.model.network, case.x.view());
        pixel_flipping(network, &[x], (&Target::Top, None), &relevance, &flipping, &mut |_, _| true)
    };
    let error = flip(0.5).unwrap_err();
    assert!(error.message().contains("must be an index"), "{error}");
    assert_eq!(flip(1.0).unwrap().logit.len(), 6);
}

#[test]
fn occlusion_of_indices_is_the_score_with_another_word() {
    let case = classifier();
    let network = &case.model.network;
    let score = |x: &ArrayD<f32>| f64::from(network.predict(&[x.view()]).unwrap()[0][[0, 1]]);
    let options = [("window", 1.0), ("mask", 2.0)];
    let map = ask(&case, "occlusion", &options, None).unwrap().relevance;
    for (i, drop) in map.iter().enumerate() {
        let mut masked = case.x.clone();
        masked[IxDyn(&[0, i])] = 2.0;
        assert_eq!(*drop, (score(&case.x) - score(&masked)) as f32);
    }
}
