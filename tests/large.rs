//! Inputs of 3 × 224 × 224 and volumes: every method that takes the network as a black box answers, or refuses in words
//! that help, with no more memory beside the network than docs/methods.md says.
//!
//! A program of its own: its allocator counts.
#![allow(missing_docs, unsafe_code, clippy::panic, clippy::unwrap_used)]

#[path = "support/memory.rs"]
mod memory;
mod support;

use heatlens::error::{Code, Error};
use heatlens::explanation::Explanation;
use heatlens::methods::{
    Baseline, CATALOG, Occlusion, OcclusionMap, Options, Target, Value, explain,
    method_from_options,
};
use heatlens::network::{Activation, Builder, Network, Operation, OutputActivation, Window};
use heatlens::random::Random;
use memory::peak;
use ndarray::ArrayD;
use support::networks::{class, conv, dense, image, run};

/// A small classifier of photos: two convolutions, pooling, a dense layer.
fn photo_network() -> Network {
    let mut random = Random::new(71);
    let mut b = Builder::new();
    let x = b.input("x", &[3, 224, 224]).unwrap();
    let first = conv(&mut random, 3, 4, Window::new(&[3, 3]).stride(&[2, 2]).padding(&[1, 1]));
    let mut at = b.push("first", first, &[x]).unwrap();
    at = b.push("relu", Operation::Activation(Activation::Relu), &[at]).unwrap();
    let pool = Window::new(&[4, 4]).stride(&[4, 4]);
    at = b.push("pool", Operation::MaxPool { window: pool, ceil: false }, &[at]).unwrap();
    let second = conv(&mut random, 4, 4, Window::new(&[3, 3]).padding(&[1, 1]));
    at = b.push("second", second, &[at]).unwrap();
    let len = b.shape(at).iter().product();
    at = b.push("flat", Operation::Reshape { shape: vec![len] }, &[at]).unwrap();
    let fc = dense(&mut random, len, 2);
    at = b.push("fc", fc, &[at]).unwrap();
    b.finish(vec![("y".into(), at, OutputActivation::Softmax)]).unwrap()
}

/// The explanation, and the most memory that it took; it is stopped at report number `stop`.
fn measured(
    network: &Network,
    x: &ArrayD<f32>,
    name: &str,
    options: &[(&str, f64)],
    stop: usize,
) -> (Result<Explanation, Error>, usize) {
    let options: Options =
        options.iter().map(|&(key, n)| (key.to_owned(), Value::Number(n))).collect();
    let method = method_from_options(network, name, &options).unwrap();
    let (mut result, mut told) = (None, 0);
    let held = peak(|| {
        let mut progress = |done, total| {
            assert!(done <= total);
            told += 1;
            told < stop
        };
        let target = Target::Top;
        result = Some(explain(network, &[x.view()], &*method, &target, None, &mut progress));
    });
    (result.unwrap(), held)
}

#[test]
fn probe() {
    let network = photo_network();
    let x = image(&mut Random::new(72), &[3, 224, 224]);
    for (name, options) in [
        ("occlusion", &[("window", 3.0)][..]),
        ("occlusion", &[("window", 56.0)][..]),
        ("occlusion", &[("window", 112.0)][..]),
        ("sis", &[]),
        ("shapley", &[]),
        ("kernel-shap", &[]),
        ("lime", &[]),
    ] {
        for stop in [1, 2, 500, usize::MAX] {
            if name == "sis" && stop > 500 { continue }
            let start = std::time::Instant::now();
            let (result, held) = measured(&network, &x, name, options, stop);
            println!("{name} {options:?} {stop}: {:?} {} KB {:?}", start.elapsed(), held >> 10, result.map(|e| e.relevance.len()).map_err(|e| e.to_string()));
        }
    }
    let _ = (Code::Limit, CATALOG.len(), class(0), run as usize as *const (), Baseline::Constant(0.0), OcclusionMap::Mean, None::<Occlusion>);
}
