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
use memory::{held, peak};
use ndarray::{ArrayD, Axis, IxDyn, Slice};
use std::path::Path;
use std::time::Instant;
use support::networks::{class, conv, dense, image, run};

/// A small classifier of photos: two convolutions, pooling, a dense layer.
fn photo_network() -> Network {
    let mut random = Random::new(71);
    let mut b = Builder::new();
    let x = b.input("x", &[3, 224, 224]).unwrap();
    let first = conv(&mut random, 3, 8, Window::new(&[3, 3]).stride(&[2, 2]).padding(&[1, 1]));
    let mut at = b.push("first", first, &[x]).unwrap();
    at = b.push("relu", Operation::Activation(Activation::Relu), &[at]).unwrap();
    let pool = Window::new(&[4, 4]).stride(&[4, 4]);
    at = b.push("pool", Operation::MaxPool { window: pool, ceil: false }, &[at]).unwrap();
    let second = conv(&mut random, 8, 16, Window::new(&[3, 3]).padding(&[1, 1]));
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

/// The number in front of `unit` in the sentence of docs/methods.md that begins so.
fn stated(sentence: &str, unit: &str) -> usize {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/methods.md");
    let text = std::fs::read_to_string(path).unwrap().replace('\n', " ");
    let start = text.find(sentence).unwrap_or_else(|| panic!("'{sentence}' is not stated"));
    let rest = &text[start + sentence.len()..];
    let number = rest[..rest.find(unit).unwrap()].split_whitespace().last().unwrap();
    number.replace(',', "").parse().unwrap()
}

/// The segments that a refusal says would fit.
fn advised(error: &Error) -> f64 {
    let (_, rest) = error.message().split_once("take larger segments, of ").unwrap();
    rest.split_once(" or more").unwrap().0.parse().unwrap()
}

#[test]
fn every_black_box_method_answers_or_says_what_would_fit_within_the_stated_memory() {
    let memory = stated("no black-box method holds more than", "MB") << 20;
    let (network, x) = (photo_network(), image(&mut Random::new(72), &[3, 224, 224]));
    let black = CATALOG.iter().filter(|entry| !entry.looks_inside());
    let mut cases: Vec<(&str, Vec<(&str, f64)>)> = black.map(|e| (e.name, vec![])).collect();
    assert!(cases.len() >= 5);
    // Many windows, each of which covers much.
    for window in [3.0, 56.0] {
        cases.push(("occlusion", vec![("window", window), ("stride", 1.0)]));
    }
    for (name, mut options) in cases {
        // Subsets are searched for with billions of passes: what candidates keep is there after some hundred reports.
        let stop = if name == "sis" { 400 } else { usize::MAX };
        let start = Instant::now();
        let (result, held) = measured(&network, &x, name, &options, stop);
        let outcome = match &result {
            Ok(explanation) => format!("{} numbers", explanation.relevance.len()),
            Err(error) => error.to_string(),
        };
        let took = start.elapsed();
        println!("{name} {options:?}: {:.1} MB, {took:.2?}, {outcome}", held as f64 / 1048576.0);
        assert!(held <= memory, "{name} {options:?} holds {held} bytes");
        match result {
            Ok(explanation) => {
                assert_eq!(
                    explanation.relevance.shape().iter().rev().take(2).product::<usize>(),
                    224 * 224
                );
                assert!(explanation.relevance.iter().any(|&r| r != 0.0), "{name}");
            }
            Err(error) if error.code() == Code::Cancelled => assert_eq!(name, "sis"),
            Err(error) => {
                assert!([Code::Limit, Code::NotApplicable].contains(&error.code()), "{error}");
                // What it advises is accepted, and nothing smaller is.
                let segment = advised(&error);
                options.push(("segment", segment - 1.0));
                let (smaller, _) = measured(&network, &x, name, &options, 3);
                assert_eq!(advised(&smaller.unwrap_err()), segment, "{name}");
                options.pop();
                options.push(("segment", segment));
            }
        }
        // It can be stopped.
        let (stopped, held) = measured(&network, &x, name, &options, 3);
        assert_eq!(stopped.unwrap_err().code(), Code::Cancelled, "{name} {options:?}");
        assert!(held <= memory, "{name} {options:?} holds {held} bytes");
    }
}

#[test]
fn refusals_state_the_limit_that_the_documents_do() {
    let entries = stated("coalitions times features may be at most", "entries");
    let (network, x) = (photo_network(), image(&mut Random::new(72), &[3, 224, 224]));
    for (name, samples, segment) in
        [("lime", 100_000.0, 4.0), ("kernel-shap", 1_000.0, 4.0), ("kernel-shap", 6_270.0, 4.0)]
    {
        let options = [("samples", samples), ("segment", segment)];
        let error = measured(&network, &x, name, &options, 1).0.unwrap_err();
        assert_eq!(error.code(), Code::Limit);
        assert!(error.message().contains(&format!("the limit is {entries}: ")), "{error}");
        let fits = [("samples", samples), ("segment", advised(&error))];
        let error = measured(&network, &x, name, &fits, 1).0.unwrap_err();
        assert_eq!(error.code(), Code::Cancelled, "{name} {fits:?}: {error}");
    }
    // Fewer features than the limit, more than the coalitions can tell apart.
    let options = [("samples", 1_000.0), ("segment", 7.0)];
    let error = measured(&network, &x, "kernel-shap", &options, 1).0.unwrap_err();
    assert_eq!((error.code(), advised(&error)), (Code::Request, 11.0), "{error}");
}

/// A convolution over volumes, pooling, a dense layer.
fn volume_network(shape: &[usize]) -> Network {
    let mut random = Random::new(73);
    let mut b = Builder::new();
    let x = b.input("x", shape).unwrap();
    let window = Window::new(&[3, 3, 3]).padding(&[1, 1, 1]).stride(&[2, 2, 2]);
    let mut at = b.push("conv", conv(&mut random, shape[0], 3, window), &[x]).unwrap();
    at = b.push("relu", Operation::Activation(Activation::Relu), &[at]).unwrap();
    let pool = Window::new(&[2, 2, 2]).stride(&[2, 2, 2]);
    at = b.push("pool", Operation::MaxPool { window: pool, ceil: false }, &[at]).unwrap();
    let len = b.shape(at).iter().product();
    at = b.push("flat", Operation::Reshape { shape: vec![len] }, &[at]).unwrap();
    at = b.push("fc", dense(&mut random, len, 2), &[at]).unwrap();
    b.finish(vec![("y".into(), at, OutputActivation::Identity)]).unwrap()
}

#[test]
fn occlusion_of_a_volume_is_that_of_whole_passes() {
    for (shape, window, stride) in
        [([1, 16, 32, 32], 8, 5), ([1, 16, 32, 32], 16, 8), ([2, 9, 16, 12], 4, 3)]
    {
        let [channels, space @ ..] = shape;
        let network = volume_network(&shape);
        let x = image(&mut Random::new(74), &shape);
        let score = |x: &ArrayD<f32>| f64::from(network.predict(&[x.view()]).unwrap()[0][[0, 0]]);
        let whole = score(&x);
        let grid = space.map(|n: usize| (n - window).div_ceil(stride) + 1);
        let (mut drops, mut sums) = (Vec::new(), ArrayD::from_elem(IxDyn(&space), (0.0f64, 0u32)));
        for [i, j, k] in (0..grid[0])
            .flat_map(|i| (0..grid[1]).flat_map(move |j| (0..grid[2]).map(move |k| [i, j, k])))
        {
            let along =
                |d: usize, k: usize| Slice::from(k * stride..space[d].min(k * stride + window));
            let mut masked = x.clone();
            let mut part = masked.view_mut();
            for (d, k) in [i, j, k].into_iter().enumerate() {
                part.slice_axis_inplace(Axis(d + 2), along(d, k));
            }
            assert_eq!(part.shape()[1], channels);
            part.fill(0.3);
            let drop = whole - score(&masked);
            drops.push(drop as f32);
            let mut covered = sums.view_mut();
            for (d, k) in [i, j, k].into_iter().enumerate() {
                covered.slice_axis_inplace(Axis(d), along(d, k));
            }
            covered.mapv_inplace(|(sum, n)| (sum + drop, n + 1));
        }
        let means = sums.mapv(|(sum, n)| (sum / f64::from(n)) as f32);
        let of = |map| {
            let mask = Baseline::Constant(0.3);
            run(&network, &x, &Occlusion { window, stride, mask, map }, &class(0)).relevance
        };
        assert_eq!(of(OcclusionMap::Mean), means, "{shape:?} {window} {stride}");
        let windows = of(OcclusionMap::Windows);
        assert_eq!((windows.shape(), windows.as_slice()), (&grid[..], Some(&drops[..])));
    }
}

#[test]
fn four_spatial_axes_are_refused_in_words() {
    let mut b = Builder::new();
    let x = b.input("x", &[1, 3, 3, 3, 3]).unwrap();
    let flat = b.push("flat", Operation::Reshape { shape: vec![81] }, &[x]).unwrap();
    let y = b.push("y", dense(&mut Random::new(75), 81, 2), &[flat]).unwrap();
    let network = b.finish(vec![("y".into(), y, OutputActivation::Softmax)]).unwrap();
    let x = image(&mut Random::new(76), &[1, 3, 3, 3, 3]);
    let options = [("window", 2.0)];
    let error = measured(&network, &x, "occlusion", &options, usize::MAX).0.unwrap_err();
    assert_eq!(error.code(), Code::Request);
    assert!(error.message().contains("more than three spatial axes"), "{error}");
}

#[test]
fn weights_of_a_convolution_lie_in_memory_once_for_each_direction() {
    let (channels, mut random) = (512, Random::new(77));
    let bytes = (channels * channels * 4) as f64;
    let before = held();
    let mut b = Builder::new();
    let mut at = b.input("x", &[channels, 2, 2]).unwrap();
    at =
        b.push("conv", conv(&mut random, channels, channels, Window::new(&[1, 1])), &[at]).unwrap();
    let network = b.finish(vec![("y".into(), at, OutputActivation::Identity)]).unwrap();
    // In copies of the weights.
    let copies = || (held() - before) as f64 / bytes;
    let mut seen = vec![copies()];
    let x = image(&mut random, &[channels, 2, 2]);
    drop(network.predict(&[x.view()]).unwrap());
    seen.push(copies());
    for (name, composite) in [("gradient", None), ("lrp", Some("epsilon-alpha2-beta1"))] {
        let mut options = Options::new();
        if let Some(composite) = composite {
            options.insert("composite".into(), Value::Word(composite.into()));
        }
        let method = method_from_options(&network, name, &options).unwrap();
        drop(run(&network, &x, &*method, &class(0)));
        seen.push(copies());
    }
    println!("copies when read, predicted with, differentiated, explained by LRP-α2β1: {seen:.2?}");
    // The model's; packed as well; packed both ways; and the positive and the negative part, packed one way.
    for (seen, most) in seen.into_iter().zip([1.0, 2.0, 2.0, 4.0]) {
        assert!((most - 0.1..most + 0.1).contains(&seen), "{seen} copies, {most} expected");
    }
}
