//! Inputs as large as photos: methods that try many changed copies answer soon, tell how far they are, or
//! refuse in words.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

#[path = "support/cpu.rs"]
mod cpu;
mod support;

use cpu::least;
use heatlens::error::{Code, Error};
use heatlens::explanation::Explanation;
use heatlens::methods::{Options, Target, Value, explain, method_from_options};
use heatlens::network::{Builder, Network, Operation, OutputActivation};
use heatlens::onnx;
use heatlens::random::Random;
use ndarray::{ArrayD, IxDyn};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn photo_network() -> Arc<Network> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let bytes = std::fs::read(folder.join("lime_224.onnx")).unwrap();
    onnx::read(&bytes, &onnx::Options::default()).unwrap().network
}

/// y = Σ wᵢ·xᵢ over a square image of one channel.
fn linear(side: usize) -> Network {
    let mut b = Builder::new();
    let x = b.input("x", &[1, side, side]).unwrap();
    let flat = b.push("flat", Operation::Reshape { shape: vec![side * side] }, &[x]).unwrap();
    let weight = Random::new(4).vec(side * side);
    let y = b.push("y", Operation::Dense { weight, outputs: 1, bias: vec![] }, &[flat]).unwrap();
    b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap()
}

fn image(network: &Network) -> ArrayD<f32> {
    let shape = &network.node(network.inputs()[0]).shape;
    let shape: Vec<usize> = std::iter::once(1).chain(shape.iter().copied()).collect();
    let values = Random::new(5).vec(shape.iter().product());
    ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap()
}

/// The explanation, and what was told of its progress; it is stopped at report number `stop`.
fn run(
    network: &Network,
    name: &str,
    options: &[(&str, f64)],
    stop: usize,
) -> (Result<Explanation, Error>, Vec<(usize, usize)>) {
    let options: Options =
        options.iter().map(|&(key, n)| (key.to_owned(), Value::Number(n))).collect();
    let method = method_from_options(network, name, &options).unwrap();
    let (x, mut told) = (image(network), Vec::new());
    let mut progress = |done, total| {
        told.push((done, total));
        told.len() < stop
    };
    let result = explain(network, &[x.view()], &*method, &Target::Top, None, &mut progress);
    (result, told)
}

#[test]
fn lime_with_few_samples_takes_no_longer_than_predicting_them() {
    let network = photo_network();
    let mut result = None;
    let took = least(2, || result = Some(run(&network, "lime", &[("samples", 60.0)], usize::MAX)));
    println!("LIME on 224 × 224 with 3,136 segments and 60 samples: {took:?}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    let explanation = result.unwrap().0.unwrap();
    assert_eq!(explanation.relevance.len(), 3 * 224 * 224);
    assert!(explanation.relevance.iter().any(|&r| r != 0.0));
}

#[test]
fn solving_tells_how_far_it_is_and_can_be_stopped() {
    // 1,600 features: predicting is quick, and solving takes a while.
    let network = linear(40);
    for (name, samples) in [("lime", 6_000.0), ("kernel-shap", 6_000.0)] {
        let options = [("segment", 1.0), ("samples", samples)];
        let (result, told) = run(&network, name, &options, usize::MAX);
        assert!(result.is_ok(), "{name}: {:?}", result.err());
        assert!(told.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 == pair[1].1));
        assert!(told.iter().all(|(done, total)| done <= total), "{name}");
        let solving = told.iter().filter(|(done, _)| *done > samples as usize).count();
        assert!(solving > 1, "{name} with {samples}: {solving} reports behind the samples");
        // Stopped there, it stops.
        let stop = told.len() - solving + 1;
        let (result, again) = run(&network, name, &options, stop);
        assert_eq!(result.unwrap_err().code(), Code::Cancelled, "{name}");
        assert_eq!(again[..], told[..stop]);
    }
}

#[test]
fn kernel_shap_of_a_linear_network_is_its_terms() {
    let network = linear(20);
    let options = [("segment", 1.0), ("samples", 900.0)];
    let shap = run(&network, "kernel-shap", &options, usize::MAX).0.unwrap();
    let terms = run(&network, "gradient-x-input", &[], usize::MAX).0.unwrap();
    for (a, b) in shap.relevance.iter().zip(&terms.relevance) {
        assert!((a - b).abs() < 1e-5, "{a} {b}");
    }
}

#[test]
fn what_would_take_all_memory_is_refused_in_words() {
    let wide = linear(256);
    for (name, options) in [
        // 65,536 features: their square is beyond 32 bits.
        ("lime", &[("segment", 1.0)][..]),
        ("lime", &[("segment", 1.0), ("samples", 100_000.0)]),
        ("lime", &[("segment", 2.0), ("samples", 65_537.0)]),
        ("kernel-shap", &[("segment", 2.0), ("samples", 100_000.0)]),
    ] {
        let (result, told) = run(&wide, name, options, usize::MAX);
        let error = result.unwrap_err();
        assert_eq!(error.code(), Code::Limit, "{name} {options:?}: {error}");
        for words in ["coalitions", "16777216", "larger segments"] {
            assert!(error.message().contains(words), "{error}");
        }
        assert!(told.len() < 2, "{name} {options:?}: refused after the work");
    }
    // At 224² the first piece of advice must not be one that the next refuses.
    let photo = photo_network();
    for samples in [1_000.0, 6_270.0] {
        let error = run(&photo, "kernel-shap", &[("samples", samples)], usize::MAX).0.unwrap_err();
        assert!(error.message().contains("larger segments"), "{samples}: {error}");
    }
    let error =
        run(&wide, "lime", &[("segment", 32.0), ("width", 0.01)], usize::MAX).0.unwrap_err();
    assert_eq!(error.code(), Code::Request);
    assert!(error.message().contains("take a larger one"), "{error}");
}

#[test]
fn many_large_windows_are_no_more_than_their_passes() {
    let photo = photo_network();
    for (window, stride) in [(56.0, 1.0), (112.0, 1.0), (100.0, 2.0)] {
        let options = [("window", window), ("stride", stride)];
        // Refused or begun: what is prepared takes no time to speak of.
        let (mut result, mut told) = (None, Vec::new());
        let took = least(2, || {
            let (ended, reports) = run(&photo, "occlusion", &options, 2);
            (result, told) = (Some(ended), reports);
        });
        assert_eq!(result.unwrap().unwrap_err().code(), Code::Cancelled);
        let windows = f64::ceil((224.0 - window) / stride) + 1.0;
        assert_eq!(told[1].1 as f64, windows * windows);
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
}
