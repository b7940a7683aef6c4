//! Small networks with random weights, and how they are explained.

use heatlens::explanation::Explanation;
use heatlens::methods::{Method, Target, explain};
use heatlens::network::{Activation, Builder, Network, Operation, OutputActivation, Window};
use heatlens::random::Random;
use ndarray::{ArrayD, IxDyn};

pub fn run(
    network: &Network,
    x: &ArrayD<f32>,
    method: &dyn Method,
    target: &Target,
) -> Explanation {
    explain(network, &[x.view()], method, target, None, &mut |_, _| true)
        .unwrap_or_else(|error| panic!("{method:?}: {error}"))
}

pub fn image(random: &mut Random, shape: &[usize]) -> ArrayD<f32> {
    let shape: Vec<usize> = std::iter::once(1).chain(shape.iter().copied()).collect();
    ArrayD::from_shape_vec(IxDyn(&shape), random.vec(shape.iter().product())).unwrap()
}

pub fn dense(random: &mut Random, inputs: usize, outputs: usize) -> Operation {
    Operation::Dense { weight: random.vec(inputs * outputs), outputs, bias: random.vec(outputs) }
}

pub fn conv(random: &mut Random, inputs: usize, outputs: usize, window: Window) -> Operation {
    let taps: usize = window.kernel.iter().product();
    let weight = random.vec(inputs * outputs * taps);
    Operation::Conv { weight, outputs, bias: random.vec(outputs), window, groups: 1 }
}

/// A network in which every kind of layer occurs, smooth apart from ReLU and max pooling.
pub fn everything(random: &mut Random) -> Network {
    let mut b = Builder::new();
    let x = b.input("x", &[2, 7, 7]).unwrap();
    let pad = Operation::Pad { before: vec![0, 1, 0], after: vec![0, 0, 1], value: 0.5 };
    let padded = b.push("pad", pad, &[x]).unwrap();
    let c1 = conv(random, 2, 4, Window::new(&[3, 3]).padding(&[1, 1]));
    let c1 = b.push("conv1", c1, &[padded]).unwrap();
    let r1 = b.push("relu1", Operation::Activation(Activation::Relu), &[c1]).unwrap();
    let lrn = Operation::LocalResponseNorm { size: 3, alpha: 0.5, beta: 0.75, bias: 1.0 };
    let n1 = b.push("lrn", lrn, &[r1]).unwrap();
    let pool = Operation::MaxPool { window: Window::new(&[2, 2]).stride(&[2, 2]), ceil: false };
    let p1 = b.push("pool", pool, &[n1]).unwrap();
    let c2 = conv(random, 4, 4, Window::new(&[3, 3]).padding(&[1, 1]));
    let c2 = b.push("conv2", c2, &[p1]).unwrap();
    let t2 = b.push("tanh", Operation::Activation(Activation::Tanh), &[c2]).unwrap();
    let sum = b.push("sum", Operation::Add, &[p1, t2]).unwrap();
    let scale = Operation::Scale { scale: random.vec(4), shift: random.vec(4), inner: 16 };
    let scaled = b.push("scale", scale, &[sum]).unwrap();
    let both = b.push("concat", Operation::Concat { axis: 0 }, &[scaled, t2]).unwrap();
    let c3 = conv(random, 8, 3, Window::new(&[2, 2]).stride(&[2, 2]).dilation(&[1, 2]));
    let c3 = b.push("conv3", c3, &[both]).unwrap();
    let turned = b.push("transpose", Operation::Transpose { perm: vec![1, 2, 0] }, &[c3]).unwrap();
    let soft = b.push("softmax", Operation::Softmax { axis: 2 }, &[turned]).unwrap();
    let take = Operation::Take { axis: 2, positions: vec![2, 1, 2] };
    let cut = b.push("take", take, &[soft]).unwrap();
    let average = Operation::AveragePool {
        window: Window::new(&[2]).padding(&[1]),
        ceil: true,
        count_include_pad: false,
    };
    let mean = b.push("average", average, &[cut]).unwrap();
    let len = b.shape(mean).iter().product();
    let flat = b.push("flatten", Operation::Reshape { shape: vec![len] }, &[mean]).unwrap();
    let fc = dense(random, len, 5);
    let fc = b.push("fc", fc, &[flat]).unwrap();
    b.finish(vec![("logits".into(), fc, OutputActivation::Softmax)]).unwrap()
}

/// A plain image classifier: conv, ReLU, max pool, conv, ReLU, average pool, dense.
pub fn classifier(random: &mut Random, biases: bool) -> Network {
    let mut b = Builder::new();
    let x = b.input("x", &[1, 8, 8]).unwrap();
    let strip = |operation| match operation {
        Operation::Conv { weight, outputs, window, groups, .. } if !biases => {
            Operation::Conv { weight, outputs, bias: vec![], window, groups }
        }
        Operation::Dense { weight, outputs, .. } if !biases => {
            Operation::Dense { weight, outputs, bias: vec![] }
        }
        other => other,
    };
    let c1 = strip(conv(random, 1, 5, Window::new(&[3, 3])));
    let c1 = b.push("conv1", c1, &[x]).unwrap();
    let r1 = b.push("relu1", Operation::Activation(Activation::Relu), &[c1]).unwrap();
    let pool = Operation::MaxPool { window: Window::new(&[2, 2]).stride(&[2, 2]), ceil: false };
    let p1 = b.push("pool1", pool, &[r1]).unwrap();
    let c2 = strip(conv(random, 5, 6, Window::new(&[2, 2])));
    let c2 = b.push("conv2", c2, &[p1]).unwrap();
    let r2 = b.push("relu2", Operation::Activation(Activation::Relu), &[c2]).unwrap();
    let average = Operation::AveragePool {
        window: Window::new(&[2, 2]),
        ceil: false,
        count_include_pad: false,
    };
    let p2 = b.push("pool2", average, &[r2]).unwrap();
    let flat = b.push("flatten", Operation::Reshape { shape: vec![6] }, &[p2]).unwrap();
    let fc = strip(dense(random, 6, 4));
    let fc = b.push("fc", fc, &[flat]).unwrap();
    b.finish(vec![("logits".into(), fc, OutputActivation::Softmax)]).unwrap()
}

pub fn class(class: usize) -> Target {
    Target::Class { output: 0, class }
}
