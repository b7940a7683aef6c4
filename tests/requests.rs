//! Bad numbers and wrong requests: an error that names what is wrong, never a wrong picture.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::error::Code;
use heatlens::methods::{
    Baseline, CATALOG, DeepLift, Gradient, Method, Norm, Options, Saliency, Segments, Shapley,
    Target, Value, explain, method_from_options,
};
use heatlens::network::{Builder, NodeId, Operation, OutputActivation};
use heatlens::random::Random;
use ndarray::{ArrayD, IxDyn};
use support::networks::{class, classifier, image, run};

#[test]
fn bad_numbers_are_errors_and_zeros_are_not() {
    let mut random = Random::new(20);
    let network = classifier(&mut random, false);
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut x = image(&mut random, &[1, 8, 8]);
        x.as_slice_mut().unwrap()[7] = bad;
        let result =
            explain(&network, &[x.view()], &Gradient, &Target::Top, None, &mut |_, _| true);
        assert_eq!(result.unwrap_err().code(), Code::Nonfinite);
    }
    // All zeros: every denominator of LRP is 0.
    let zeros = ArrayD::zeros(IxDyn(&[1, 1, 8, 8]));
    for entry in CATALOG {
        let mut options = Options::new();
        if entry.params.iter().any(|param| param.name == "segment") {
            options.insert("segment".into(), Value::Number(4.0));
        }
        let method = method_from_options(&network, entry.name, &options).unwrap();
        let explanation = run(&network, &zeros, &*method, &class(1));
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
        let network = b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();
        let x = ArrayD::from_elem(IxDyn(&[1, 2]), 1.0);
        for entry in CATALOG {
            let method = method_from_options(&network, entry.name, &Options::new()).unwrap();
            let result =
                explain(&network, &[x.view()], &*method, &class(0), None, &mut |_, _| true);
            assert_eq!(result.unwrap_err().code(), Code::Nonfinite, "{}", entry.name);
        }
    }
}

#[test]
fn wrong_requests_say_what_is_wrong() {
    let mut random = Random::new(21);
    let network = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]);
    let fails = |x: &ArrayD<f32>, method: &dyn Method, target: &Target, at: Option<NodeId>| {
        explain(&network, &[x.view()], method, target, at, &mut |_, _| true).unwrap_err()
    };
    let small = image(&mut random, &[1, 7, 8]);
    let error = fails(&small, &Gradient, &Target::Top, None);
    assert!(error.code() == Code::Input && error.message().contains("[N, 1, 8, 8]"), "{error}");
    let two = ArrayD::zeros(IxDyn(&[2, 1, 8, 8]));
    assert_eq!(fails(&two, &Gradient, &Target::Top, None).code(), Code::Input);
    for target in [
        class(4),
        Target::Contrast { output: 0, class: 1, against: 1 },
        Target::Class { output: 1, class: 0 },
        Target::Unit { node: 99, index: 0 },
        Target::Channel { node: 1, channel: 5 },
        Target::Channel { node: 1, channel: usize::MAX },
    ] {
        assert_eq!(fails(&x, &Gradient, &target, None).code(), Code::Request, "{target:?}");
    }
    assert_eq!(fails(&x, &Gradient, &Target::Top, Some(99)).code(), Code::Request);
    let baseline = Baseline::Each(vec![0.0; 3]);
    let error = fails(&x, &DeepLift { baseline }, &Target::Top, None);
    assert!(error.message().contains('3') && error.message().contains("64"), "{error}");
    let shapley = Shapley { baseline: Baseline::Constant(0.0), segments: Segments::Blocks(1) };
    assert_eq!(fails(&x, &shapley, &Target::Top, None).code(), Code::NotApplicable);
    let saliency = Saliency { norm: Norm::Max };
    let fc = network.find("fc").unwrap();
    let error = fails(&x, &saliency, &Target::Unit { node: 0, index: 0 }, Some(fc));
    assert_eq!(error.code(), Code::Request);
}

#[test]
fn no_class_is_the_highest_where_an_output_is_not_a_number() {
    let mut b = Builder::new();
    let x = b.input("x", &[1]).unwrap();
    let weight = vec![1.0, f32::NAN, 3.0];
    let y = b.push("y", Operation::Dense { weight, outputs: 3, bias: vec![] }, &[x]).unwrap();
    let network = b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();
    let x = ArrayD::from_elem(IxDyn(&[1, 1]), 1.0);
    let ask =
        |target: &Target| explain(&network, &[x.view()], &Gradient, target, None, &mut |_, _| true);
    let error = ask(&Target::Top).unwrap_err();
    assert_eq!(error.code(), Code::Nonfinite);
    assert!(error.message().contains("'y'") && error.message().contains("NaN"), "{error}");
    // A class that is asked for by its number has a score of its own.
    assert_eq!(ask(&class(2)).unwrap().score, 3.0);
}
