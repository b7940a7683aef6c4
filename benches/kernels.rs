//! Kernels and methods on the reference networks: ours beside the textbook loop, as ratios of one
//! run. `cargo bench --bench kernels`.
#![allow(clippy::unwrap_used, missing_docs)]

use heatlens::kernels::conv::{self, Plan, Scratch};
use heatlens::kernels::geometry::Geometry;
use heatlens::kernels::{dense, naive};
use heatlens::methods::{Composite, Fill, Lrp, Method, Norm, Target, explain};
use heatlens::network::{Builder, Link, Network, Operation, Unit, Window};
use heatlens::random::Random;
use ndarray::{ArrayD, IxDyn};
use std::time::Instant;

fn main() {
    let mut random = Random::new(1);
    println!(
        "{:<34} {:>12} {:>12} {:>8} {:>10}",
        "kernel", "naive ms", "ours ms", "ratio", "GFLOP/s"
    );
    for (channels, outputs, side, kernel) in [(1, 32, 28, 3), (32, 64, 26, 3), (24, 48, 12, 5)] {
        let out = side - kernel + 1;
        let geometry = Geometry {
            input: [1, side, side],
            output: [1, out, out],
            kernel: [1, kernel, kernel],
            stride: [1; 3],
            dilation: [1; 3],
            pad_begin: [0; 3],
            pad_end: [0; 3],
        };
        let plan = Plan::new(geometry.clone(), channels, outputs, 1);
        let weight = random.vec(outputs * plan.fan_in());
        let (packed, back) = (plan.pack(&weight), plan.pack_transposed(&weight));
        let (mut x, mut y) = (random.vec(plan.input_len()), vec![0.0; plan.output_len()]);
        let mut scratch = Scratch::default();
        let flops = 2.0 * (plan.output_len() * plan.fan_in()) as f64;
        let name = format!("conv {channels}→{outputs} {kernel}x{kernel} on {side}x{side}");
        let slow = median(|| naive::conv(&geometry, 1, &weight, &[], &x, &mut y));
        let fast = median(|| conv::forward(&plan, &packed, &[], &x, &mut y, &mut scratch));
        row(&name, slow, fast, flops);
        let slow = median(|| naive::conv_transposed(&geometry, 1, &weight, &y, &mut x));
        let fast = median(|| conv::transposed(&plan, &back, &y, &mut x, &mut scratch));
        row(&format!("{name}, transposed"), slow, fast, flops);
    }
    for n in [1, 32] {
        let (inputs, outputs) = (9216, 128);
        let weight = random.vec(inputs * outputs);
        let (x, mut y) = (random.vec(n * inputs), vec![0.0; n * outputs]);
        let slow = median(|| naive::dense(&weight, &[], inputs, outputs, &x, &mut y));
        let fast = median(|| dense::forward(&weight, &[], (inputs, outputs), &x, &mut y));
        let flops = 2.0 * (n * inputs * outputs) as f64;
        row(&format!("dense {inputs}→{outputs}, batch {n}"), slow, fast, flops);
    }
    let network = mnist_cnn(&mut random);
    println!("\n{:<34} {:>12} {:>16}", "mnist-cnn, batch 1", "ms", "× forward");
    let x = ArrayD::from_shape_vec(IxDyn(&[1, 1, 28, 28]), random.vec(784)).unwrap();
    let forward = median(|| {
        network.predict(&[x.view()]).unwrap();
    });
    println!("{:<34} {forward:>12.3} {:>16.2}", "predict", 1.0);
    let methods: [(&str, Method); 6] = [
        ("saliency", Method::Saliency { norm: Norm::Max }),
        ("guided-backprop", Method::GuidedBackprop),
        ("lrp epsilon-plus-flat", Method::Lrp(Lrp::new(Composite::EpsilonPlusFlat))),
        ("lrp epsilon-gamma-box", Method::Lrp(Lrp::new(Composite::EpsilonGammaBox))),
        ("lrp epsilon-alpha2-beta1", Method::Lrp(Lrp::new(Composite::EpsilonAlpha2Beta1))),
        ("deeplift", Method::DeepLift { baseline: Fill::Constant(0.0) }),
    ];
    for (name, method) in methods {
        let time = median(|| {
            explain(&network, &[x.view()], &method, &Target::Top, None, &mut |_, _| true).unwrap();
        });
        println!("{name:<34} {time:>12.3} {:>16.2}", time / forward);
    }
}

/// The reference network of the speed comparisons, with random weights.
fn mnist_cnn(random: &mut Random) -> Network {
    let mut b = Builder::new();
    let mut node = b.input("input", &[1, 28, 28]).unwrap();
    for (k, (from, to)) in [(1, 32), (32, 64)].into_iter().enumerate() {
        let conv = Operation::Conv {
            weight: random.vec(from * to * 9).iter().map(|w| w / 10.0).collect(),
            outputs: to,
            bias: random.vec(to),
            window: Window::new(&[3, 3]),
            groups: 1,
        };
        node = b.push(&format!("conv{k}"), conv, &[node]).unwrap();
        node = b.push(&format!("relu{k}"), Operation::Unit(Unit::Relu), &[node]).unwrap();
    }
    let pool = Operation::MaxPool { window: Window::new(&[2, 2]).stride(&[2, 2]), ceil: false };
    node = b.push("pool", pool, &[node]).unwrap();
    node = b.push("flatten", Operation::Reshape { shape: vec![9216] }, &[node]).unwrap();
    for (k, (from, to)) in [(9216, 128), (128, 10)].into_iter().enumerate() {
        let weight = random.vec(from * to).iter().map(|w| w / 100.0).collect();
        let dense = Operation::Dense { weight, outputs: to, bias: random.vec(to) };
        node = b.push(&format!("dense{k}"), dense, &[node]).unwrap();
        if k == 0 {
            node = b.push("relu", Operation::Unit(Unit::Relu), &[node]).unwrap();
        }
    }
    b.finish(vec![("logits".into(), node, Link::Softmax)]).unwrap()
}

/// Median time in ms of a few dozen runs after a warm-up.
fn median(mut run: impl FnMut()) -> f64 {
    run();
    let mut times: Vec<f64> = (0..25)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn row(name: &str, slow: f64, fast: f64, flops: f64) {
    let rate = flops / fast / 1e6;
    println!("{name:<34} {slow:>12.3} {fast:>12.3} {:>8.1} {rate:>10.1}", slow / fast);
}
