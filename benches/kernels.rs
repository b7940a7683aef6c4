//! Kernels at the shapes of the benches' networks, beside the textbook loop and beside the crate
//! matrixmultiply at the product of the same shape (as ndarray calls it; laying out a convolution's input
//! for it is not counted), and methods on the reference network, as ratios of one run.
//! `cargo bench --bench kernels`.
#![allow(clippy::unwrap_used, missing_docs)]

use heatlens::kernels::conv::{self, Plan, Scratch};
use heatlens::kernels::geometry::Geometry;
use heatlens::kernels::{dense, naive};
use heatlens::methods::{
    Baseline, Composite, DeepLift, GuidedBackprop, Lrp, Method, Norm, Saliency, Target, explain,
};
use heatlens::network::{Activation, Builder, Network, Operation, OutputActivation, Window};
use heatlens::random::Random;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayD, IxDyn};
use std::time::Instant;

/// Channels, outputs, side of the input, of the kernel, stride, padding.
const CONVOLUTIONS: [(usize, usize, usize, usize, usize, usize); 9] = [
    // mnist-cnn
    (1, 32, 28, 3, 1, 0),
    (32, 64, 26, 3, 1, 0),
    // lenet
    (1, 8, 28, 5, 1, 0),
    (8, 16, 12, 5, 1, 0),
    // squeezenet
    (3, 64, 224, 3, 2, 0),
    (64, 16, 55, 1, 1, 0),
    (16, 64, 55, 3, 1, 1),
    (48, 192, 13, 3, 1, 1),
    (512, 1000, 13, 1, 1, 0),
];

/// Inputs, outputs, batch.
const DENSE: [(usize, usize, usize); 4] =
    [(9216, 128, 1), (9216, 128, 32), (256, 64, 1), (256, 64, 32)];

fn main() {
    let mut random = Random::new(1);
    println!(
        "{:<38} {:>10} {:>10} {:>10} {:>8} {:>8} {:>8}",
        "kernel", "naive ms", "matmul ms", "ours ms", "/ naive", "/ matmul", "GFLOP/s"
    );
    for (channels, outputs, side, kernel, stride, pad) in CONVOLUTIONS {
        let out = (side + 2 * pad - kernel) / stride + 1;
        let geometry = Geometry {
            input: [1, side, side],
            output: [1, out, out],
            kernel: [1, kernel, kernel],
            stride: [1, stride, stride],
            dilation: [1; 3],
            pad_begin: [0, pad, pad],
            pad_end: [0, pad, pad],
        };
        let plan = Plan::new(geometry.clone(), channels, outputs, 1);
        let weight = random.vec(outputs * plan.shape.fan_in());
        let (packed, back) = (plan.pack(&weight), plan.pack_transposed(&weight));
        let (mut x, mut y) =
            (random.vec(plan.shape.input_len()), vec![0.0; plan.shape.output_len()]);
        let mut scratch = Scratch::default();
        let flops = 2.0 * (plan.shape.output_len() * plan.shape.fan_in()) as f64;
        let name = format!("conv {channels}→{outputs} {kernel}x{kernel}/{stride} on {side}x{side}");
        let product = matmul(outputs, plan.shape.fan_in(), out * out);
        let slow = median(|| naive::conv(&geometry, 1, &weight, &[], &x, &mut y));
        let fast = median(|| conv::forward(&plan, &packed, &[], &x, &mut y, &mut scratch));
        row(&name, slow, product, fast, flops);
        let ours = y.clone();
        naive::conv(&geometry, 1, &weight, &[], &x, &mut y);
        check(&name, &ours, &y);
        let slow = median(|| naive::conv_transposed(&geometry, 1, &weight, &y, &mut x));
        let fast = median(|| conv::transposed(&plan, &back, &y, &mut x, &mut scratch));
        let product = matmul(plan.shape.fan_in(), outputs, out * out);
        row(&format!("{name}, transposed"), slow, product, fast, flops);
        let ours = x.clone();
        naive::conv_transposed(&geometry, 1, &weight, &y, &mut x);
        check(&name, &ours, &x);
    }
    for (inputs, outputs, n) in DENSE {
        let weight = random.vec(inputs * outputs);
        let (x, mut y) = (random.vec(n * inputs), vec![0.0; n * outputs]);
        let slow = median(|| naive::dense(&weight, &[], inputs, outputs, &x, &mut y));
        let fast = median(|| dense::forward(&weight, &[], (inputs, outputs), &x, &mut y));
        let flops = 2.0 * (n * inputs * outputs) as f64;
        let product = matmul(n, inputs, outputs);
        let name = format!("dense {inputs}→{outputs}, batch {n}");
        row(&name, slow, product, fast, flops);
        let ours = y.clone();
        naive::dense(&weight, &[], inputs, outputs, &x, &mut y);
        check(&name, &ours, &y);
    }
    let network = mnist_cnn(&mut random);
    println!("\n{:<34} {:>12} {:>16}", "mnist-cnn, batch 1", "ms", "× forward");
    let x = ArrayD::from_shape_vec(IxDyn(&[1, 1, 28, 28]), random.vec(784)).unwrap();
    let forward = median(|| {
        network.predict(&[x.view()]).unwrap();
    });
    println!("{:<34} {forward:>12.3} {:>16.2}", "predict", 1.0);
    let methods: [(&str, Box<dyn Method>); 6] = [
        ("saliency", Box::new(Saliency { norm: Norm::Max })),
        ("guided-backprop", Box::new(GuidedBackprop)),
        (
            "lrp epsilon-plus-flat",
            Box::new(Lrp::new(Composite::find("epsilon-plus-flat").unwrap())),
        ),
        (
            "lrp epsilon-gamma-box",
            Box::new(Lrp::new(Composite::find("epsilon-gamma-box").unwrap())),
        ),
        (
            "lrp epsilon-alpha2-beta1",
            Box::new(Lrp::new(Composite::find("epsilon-alpha2-beta1").unwrap())),
        ),
        ("deeplift", Box::new(DeepLift { baseline: Baseline::Constant(0.0) })),
    ];
    for (name, method) in methods {
        let time = median(|| {
            explain(&network, &[x.view()], &*method, &Target::Top, None, &mut |_, _| true).unwrap();
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
        node =
            b.push(&format!("relu{k}"), Operation::Activation(Activation::Relu), &[node]).unwrap();
    }
    let pool = Operation::MaxPool { window: Window::new(&[2, 2]).stride(&[2, 2]), ceil: false };
    node = b.push("pool", pool, &[node]).unwrap();
    node = b.push("flatten", Operation::Reshape { shape: vec![9216] }, &[node]).unwrap();
    for (k, (from, to)) in [(9216, 128), (128, 10)].into_iter().enumerate() {
        let weight = random.vec(from * to).iter().map(|w| w / 100.0).collect();
        let dense = Operation::Dense { weight, outputs: to, bias: random.vec(to) };
        node = b.push(&format!("dense{k}"), dense, &[node]).unwrap();
        if k == 0 {
            node = b.push("relu", Operation::Activation(Activation::Relu), &[node]).unwrap();
        }
    }
    b.finish(vec![("logits".into(), node, OutputActivation::Softmax)]).unwrap()
}

/// Median time in ms after a warm-up: of 25 runs, or of as many as fit into a third of a second.
fn median(mut run: impl FnMut()) -> f64 {
    run();
    let begin = Instant::now();
    let mut times = Vec::new();
    while times.is_empty() || (times.len() < 25 && begin.elapsed().as_millis() < 300) {
        let start = Instant::now();
        run();
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// What is fast must be right: within 1e-5 of the largest value.
fn check(name: &str, ours: &[f32], plain: &[f32]) {
    let largest = plain.iter().fold(0.0_f32, |top, value| top.max(value.abs()));
    let right = ours.iter().zip(plain).all(|(a, b)| (a - b).abs() <= 1e-5 * largest);
    assert!(right, "{name} is off");
}

/// Median time in ms of `[rows, inner] · [inner, columns]`.
fn matmul(rows: usize, inner: usize, columns: usize) -> f64 {
    let a = Array2::from_elem((rows, inner), 0.5_f32);
    let b = Array2::from_elem((inner, columns), 0.5_f32);
    let mut c = Array2::zeros((rows, columns));
    median(|| general_mat_mul(1.0, &a, &b, 0.0, &mut c))
}

fn row(name: &str, slow: f64, product: f64, fast: f64, flops: f64) {
    let rate = flops / fast / 1e6;
    let ratios = (slow / fast, product / fast);
    println!(
        "{name:<38} {slow:>10.3} {product:>10.3} {fast:>10.3} {:>8.1} {:>8.2} {rate:>8.1}",
        ratios.0, ratios.1
    );
}
