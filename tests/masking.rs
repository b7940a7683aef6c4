//! Methods that mask a small part of the input again and again, against plain algorithms that run the
//! whole network each time: bit-equal scores, and in sufficient input subsets the identical order,
//! ties and near-ties included.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::evaluate::{Flipping, pixel_flipping};
use heatlens::explanation::Sis;
use heatlens::methods::{Baseline, Occlusion, OcclusionMap, SufficientInputSubsets, Target};
use heatlens::network::{
    Activation, Builder, Network, NodeId, Operation, OutputActivation, Window,
};
use heatlens::random::Random;
use ndarray::{ArrayD, Axis, IxDyn};
use support::networks::{class, run};

/// Numbers for weights and inputs: with `coarse` multiples of ½, whose sums are exact and often
/// equal.
struct Numbers {
    random: Random,
    coarse: bool,
}

impl Numbers {
    fn vec(&mut self, len: usize) -> Vec<f32> {
        let values = self.random.vec(len);
        if self.coarse { values.iter().map(|v| (v * 2.0).round() / 2.0).collect() } else { values }
    }

    fn below(&mut self, n: usize) -> usize {
        self.random.below(n)
    }

    fn conv(&mut self, channels: usize, axes: usize) -> Operation {
        let extent = |n: &mut Self| -> Vec<usize> { (0..axes).map(|_| 1 + n.below(3)).collect() };
        let kernel = extent(self);
        let outputs = 1 + self.below(4);
        let groups = if channels == outputs && self.below(3) == 0 { channels } else { 1 };
        let mut window = Window::new(&kernel);
        let mut each = |from: usize| (0..axes).map(|_| from + self.below(2)).collect();
        (window.pad_begin, window.pad_end) = (each(0), each(0));
        (window.stride, window.dilation) = (each(1), each(1));
        let weight = self.vec(outputs * channels / groups * kernel.iter().product::<usize>());
        Operation::Conv { weight, outputs, bias: self.vec(outputs), window, groups }
    }

    fn pool(&mut self, axes: usize) -> Operation {
        let kernel: Vec<usize> = (0..axes).map(|_| 1 + self.below(3)).collect();
        let mut window = Window::new(&kernel);
        window.stride = (0..axes).map(|_| 1 + self.below(2)).collect();
        window.pad_begin = kernel.iter().map(|&k| self.below(k).min(k / 2)).collect();
        let ceil = self.below(2) == 0;
        if self.below(2) == 0 {
            Operation::MaxPool { window, ceil }
        } else {
            Operation::AveragePool { window, ceil, count_include_pad: self.below(2) == 0 }
        }
    }

    fn dense(&mut self, inputs: usize, outputs: usize) -> Operation {
        Operation::Dense { weight: self.vec(inputs * outputs), outputs, bias: self.vec(outputs) }
    }
}

/// One random layer on `[channels, *space]`; a layer that does not fit is left out.
fn layer(b: &mut Builder, n: &mut Numbers, at: NodeId, name: &str) -> NodeId {
    let shape = b.shape(at).to_vec();
    let (channels, axes) = (shape[0], shape.len() - 1);
    let inner = shape[1..].iter().product();
    let operation = match n.below(13) {
        // Wide enough for Winograd's method, whose tiles lie at even positions.
        12 if axes == 2 && n.below(4) == 0 => {
            let mut at = at;
            for k in 0..2 {
                let mut window = Window::new(&[3, 3]);
                (window.pad_begin, window.pad_end) =
                    (vec![1 + n.below(2), 1], vec![1, 1 + n.below(2)]);
                let weight = n.vec(16 * b.shape(at)[0] * 9);
                let (bias, groups) = (n.vec(16), 1);
                let conv = Operation::Conv { weight, outputs: 16, bias, window, groups };
                at = b.push(&format!("{name}w{k}"), conv, &[at]).unwrap();
            }
            return at;
        }
        0..=3 => n.conv(channels, axes),
        4 | 5 => n.pool(axes),
        6 => Operation::Activation(Activation::Tanh),
        7 => Operation::Scale { scale: n.vec(channels), shift: n.vec(channels), inner },
        8 => Operation::LocalResponseNorm { size: 3, alpha: 0.5, beta: 0.75, bias: 1.0 },
        9 => {
            let pad = vec![1; axes + 1];
            Operation::Pad { before: pad.clone(), after: vec![0; axes + 1], value: 0.5 }
        }
        10 => {
            let duplicate = b
                .push(&format!("{name}a"), Operation::Activation(Activation::Relu), &[at])
                .unwrap();
            return b.push(name, Operation::Add, &[at, duplicate]).unwrap();
        }
        _ => {
            let duplicate = b
                .push(&format!("{name}a"), Operation::Activation(Activation::Tanh), &[at])
                .unwrap();
            return b
                .push(name, Operation::Concat { axis: n.below(axes + 1) }, &[duplicate, at])
                .unwrap();
        }
    };
    let Ok(next) = b.push(name, operation, &[at]) else { return at };
    if n.below(2) == 0 {
        return b
            .push(&format!("{name}r"), Operation::Activation(Activation::Relu), &[next])
            .unwrap();
    }
    next
}

/// A random network over an image, a sequence or a vector.
fn network(n: &mut Numbers) -> Network {
    let mut b = Builder::new();
    let shape: &[usize] = match n.below(5) {
        0 => &[9],
        1 => &[3, 10],
        2 => &[2, 3, 3, 2],
        3 => &[1, 5, 5],
        _ => &[2, 6, 4],
    };
    let x = b.input("x", shape).unwrap();
    let mut at = x;
    if shape.len() > 1 {
        for k in 0..1 + n.below(5) {
            at = layer(&mut b, n, at, &format!("l{k}"));
        }
    }
    if shape.len() > 1 && n.below(4) == 0 {
        // A maximum over all positions.
        let window = Window::new(&b.shape(at)[1..]);
        at = b.push("peak", Operation::MaxPool { window, ceil: false }, &[at]).unwrap();
    }
    let classes = 1 + n.below(4);
    if n.below(6) == 0 {
        // Rows of a dense layer, too.
        let (last, outputs) = (*b.shape(at).last().unwrap(), 1 + n.below(3));
        let rows = n.dense(last, outputs);
        at = b.push("rows", rows, &[at]).unwrap();
    }
    let len = b.shape(at).iter().product();
    at = b.push("flat", Operation::Reshape { shape: vec![len] }, &[at]).unwrap();
    if n.below(2) == 0 {
        let width = 2 + n.below(9);
        let hidden = n.dense(len, width);
        at = b.push("hidden", hidden, &[at]).unwrap();
        at = b.push("relu", Operation::Activation(Activation::Relu), &[at]).unwrap();
    }
    let len: usize = b.shape(at).iter().product();
    if n.below(4) == 0 {
        // Division by the length, as of the counts of a text; or by that of some neighbours.
        let size = if n.below(3) == 0 { 3 } else { 2 * len };
        let length = Operation::LocalResponseNorm { size, alpha: 2.0, beta: 0.5, bias: 1e-3 };
        at = b.push("length", length, &[at]).unwrap();
    }
    let out = n.dense(len, classes);
    at = b.push("out", out, &[at]).unwrap();
    let activation = match (classes, n.below(3)) {
        (_, 0) => OutputActivation::Identity,
        (1, _) => OutputActivation::Sigmoid,
        _ => OutputActivation::Softmax,
    };
    b.finish(vec![("y".into(), at, activation)]).unwrap()
}

/// A network, an example, what masks it and what is explained.
struct Problem {
    network: Network,
    x: ArrayD<f32>,
    mask: Vec<f32>,
    target: Target,
}

/// The score for many versions of the example, by the whole forward pass.
fn scores(problem: &Problem, versions: &[Vec<usize>]) -> Vec<f64> {
    scores_through(problem.network.outputs()[0].activation, problem, versions)
}

fn scores_through(
    activation: OutputActivation,
    problem: &Problem,
    versions: &[Vec<usize>],
) -> Vec<f64> {
    let Problem { network, x, mask, target } = problem;
    let shape = x.shape()[1..].to_vec();
    let positions: usize = shape.iter().skip(usize::from(shape.len() > 1)).product();
    let mut rows = Vec::new();
    for version in versions {
        let mut row = x.as_slice().unwrap().to_vec();
        for (i, value) in row.iter_mut().enumerate() {
            if version.contains(&(i % positions)) {
                *value = mask[i];
            }
        }
        rows.extend(row);
    }
    let shape: Vec<usize> = [versions.len()].into_iter().chain(shape).collect();
    let rows = ArrayD::from_shape_vec(IxDyn(&shape), rows).unwrap();
    let y = network.predict(&[rows.view()]).unwrap().remove(0);
    let read = |row: Vec<f32>| match target {
        Target::Contrast { class, against, .. } => {
            let margin = f64::from(row[*class]) - f64::from(row[*against]);
            if activation == OutputActivation::Identity {
                margin
            } else {
                1.0 / (1.0 + libm::exp(-margin))
            }
        }
        _ => activation.apply(&row)[0],
    };
    y.axis_iter(Axis(0)).map(|row| read(row.iter().copied().collect())).collect()
}

/// Carter et al. 2019, as printed.
fn plain(problem: &Problem, threshold: f64) -> Sis {
    let shape = &problem.x.shape()[1..];
    let count: usize = shape.iter().skip(usize::from(shape.len() > 1)).product();
    let score = |masked: &[usize]| scores(problem, &[masked.to_vec()])[0];
    let mut gone: Vec<usize> = Vec::new();
    let initial = score(&[]);
    let (mut rest, mut sets) = (initial, Vec::new());
    while rest >= threshold {
        let mut masked = gone.clone();
        let (mut order, mut values) = (Vec::new(), Vec::new());
        while masked.len() < count {
            let free: Vec<usize> = (0..count).filter(|f| !masked.contains(f)).collect();
            let versions: Vec<Vec<usize>> =
                free.iter().map(|&f| masked.iter().copied().chain([f]).collect()).collect();
            let scores = scores(problem, &versions);
            let best = (0..free.len()).reduce(|a, b| if scores[b] > scores[a] { b } else { a });
            let best = best.unwrap();
            masked.push(free[best]);
            order.push(free[best]);
            values.push(scores[best]);
        }
        let mut features = Vec::new();
        for (&feature, &value) in order.iter().zip(&values).rev() {
            if value >= threshold {
                break;
            }
            features.push(feature);
        }
        gone.extend(&features);
        let alone: Vec<usize> = (0..count).filter(|f| !features.contains(f)).collect();
        let empty = features.is_empty();
        let score_alone = score(&alone);
        sets.push(heatlens::explanation::SisSet { features, order, values, score: score_alone });
        if empty {
            break;
        }
        rest = score(&gone);
    }
    let complete = true;
    Sis { threshold, initial, features: vec![count], sets, rest, complete }
}

fn problem(seed: u64) -> Problem {
    let mut numbers = Numbers { random: Random::new(seed), coarse: seed.is_multiple_of(3) };
    let network = network(&mut numbers);
    let shape = network.node(network.inputs()[0]).shape.clone();
    let len: usize = shape.iter().product();
    let mut values = numbers.vec(len);
    let mask = if numbers.below(2) == 0 { vec![0.0; len] } else { numbers.vec(len) };
    for (value, mask) in values.iter_mut().zip(&mask) {
        // Some features equal their mask.
        if numbers.random.below(5) == 0 {
            *value = *mask;
        }
    }
    let shape: Vec<usize> = [1].into_iter().chain(shape).collect();
    let x = ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap();
    let classes = network.node(network.outputs()[0].node).len();
    let target = match numbers.below(4) {
        0 if classes > 1 => Target::Contrast { output: 0, class: 0, against: 1 },
        _ => class(0),
    };
    Problem { network, x, mask, target }
}

#[test]
fn sufficient_input_subsets_are_those_of_the_plain_algorithm() {
    let (mut steps, mut ties, mut sets) = (0, 0, 0);
    for seed in 0..6000 {
        let problem = problem(seed);
        let initial = scores(&problem, &[vec![]])[0];
        let threshold = initial - 0.1 * initial.abs();
        let mask = Baseline::Each(problem.mask.clone());
        let method = SufficientInputSubsets { threshold, mask, sets: 1000 };
        let ours = run(&problem.network, &problem.x, &method, &problem.target).sis.unwrap();
        let plain = plain(&problem, threshold);
        assert_eq!(ours.initial, plain.initial, "network {seed}");
        assert_eq!(ours.sets, plain.sets, "network {seed}");
        assert_eq!(ours.rest, plain.rest, "network {seed}");
        for set in &ours.sets {
            steps += set.order.len();
            ties += set.values.windows(2).filter(|pair| pair[0] == pair[1]).count();
        }
        sets += ours.sets.len();
    }
    println!("{steps} steps, {ties} of them without a change of the score, {sets} sets");
    assert!(steps > 100_000 && ties > 10_000 && sets > 6000, "{steps} {ties} {sets}");
}

#[test]
fn occlusion_and_pixel_flipping_score_as_whole_passes_do() {
    for seed in 0..1000 {
        let mut problem = problem(seed);
        problem.target = class(0);
        let Problem { network, x, mask, target } = &problem;
        let logit = |masked: &[usize]| {
            scores_through(OutputActivation::Identity, &problem, &[masked.to_vec()])[0]
        };
        let (window, stride, map) = (1, 1, OcclusionMap::Windows);
        let fill = Baseline::Each(mask.clone());
        let method = Occlusion { window, stride, mask: fill.clone(), map };
        let drops = run(network, x, &method, target).relevance;
        for (position, drop) in drops.iter().enumerate() {
            assert_eq!(*drop, (logit(&[]) - logit(&[position])) as f32, "network {seed}");
        }
        let order = heatlens::evaluate::Order::MostRelevantFirst;
        let flipping = Flipping { order, block: 1, replacement: fill, steps: 1000 };
        let relevance = drops.as_slice().unwrap();
        let go_on = &mut |_, _| true;
        let curve =
            pixel_flipping(network, &[x.view()], (target, None), relevance, &flipping, go_on)
                .unwrap();
        for (step, value) in curve.logit.iter().enumerate() {
            assert_eq!(*value, logit(&curve.order[..step]), "network {seed}, step {step}");
        }
        assert_eq!(curve.logit.len(), drops.len() + 1);
    }
}
