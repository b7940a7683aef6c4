//! Occlusion by captum's definition: the first window lies in the first corner, windows follow at the stride
//! until everything is covered, and the last ones are cut off at the border. A position's number is
//! the mean over the windows that cover it.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::error::Code;
use heatlens::methods::{
    Baseline, Occlusion, OcclusionMap, Outcome, PIECES, Share, explain, explain_share,
};
use heatlens::network::{Activation, Builder, Network, Operation, OutputActivation, Window};
use heatlens::random::Random;
use ndarray::ArrayD;
use support::cases::Case;
use support::files::difference;
use support::networks::{class, conv, dense, image, run};

fn occlusion(window: usize, stride: usize, map: OcclusionMap) -> Occlusion {
    Occlusion { window, stride, mask: Baseline::Constant(0.3), map }
}

/// Drops of all windows with the grid's shape, and their means, each by a whole forward pass.
fn plain(
    network: &Network,
    x: &ArrayD<f32>,
    (window, stride): (usize, usize),
) -> (Vec<usize>, Vec<f32>, Vec<f32>) {
    let shape = &x.shape()[1..];
    let space: Vec<usize> = if shape.len() > 1 { shape[1..].to_vec() } else { shape.to_vec() };
    let positions: usize = space.iter().product();
    // ⌈(n − w) / s⌉ + 1 windows along each axis.
    let grid: Vec<usize> = space.iter().map(|n| (n - window).div_ceil(stride) + 1).collect();
    let place = |mut flat: usize, extents: &[usize]| {
        let mut place = vec![0; extents.len()];
        for (axis, n) in extents.iter().enumerate().rev() {
            place[axis] = flat % n;
            flat /= n;
        }
        place
    };
    let score = |x: &ArrayD<f32>| f64::from(network.predict(&[x.view()]).unwrap()[0][[0, 0]]);
    let whole = score(x);
    let (mut drops, mut sums) = (Vec::new(), vec![(0.0, 0); positions]);
    for k in 0..grid.iter().product() {
        let corner = place(k, &grid);
        let covered: Vec<usize> = (0..positions)
            .filter(|&p| {
                let mut axes = place(p, &space).into_iter().zip(&corner);
                axes.all(|(at, k)| (k * stride..k * stride + window).contains(&at))
            })
            .collect();
        let mut masked = x.clone();
        for (i, value) in masked.iter_mut().enumerate() {
            if covered.contains(&(i % positions)) {
                *value = 0.3;
            }
        }
        let drop = whole - score(&masked);
        for p in covered {
            sums[p] = (sums[p].0 + drop, sums[p].1 + 1);
        }
        drops.push(drop as f32);
    }
    assert!(sums.iter().all(|(_, windows)| *windows > 0), "everything is covered");
    let means = sums.into_iter().map(|(sum, n)| (sum / f64::from(n)) as f32).collect();
    (grid, drops, means)
}

/// A convolution with pooling over an image of this shape, or a dense network over a vector.
fn network(random: &mut Random, shape: &[usize]) -> Network {
    let mut b = Builder::new();
    let mut at = b.input("x", shape).unwrap();
    if shape.len() > 1 {
        let window = Window::new(&vec![2; shape.len() - 1]).padding(&vec![1; shape.len() - 1]);
        let conv = conv(random, shape[0], 3, window);
        at = b.push("conv", conv, &[at]).unwrap();
        at = b.push("relu", Operation::Activation(Activation::Relu), &[at]).unwrap();
    }
    let len = b.shape(at).iter().product();
    at = b.push("flat", Operation::Reshape { shape: vec![len] }, &[at]).unwrap();
    let dense = dense(random, len, 2);
    at = b.push("fc", dense, &[at]).unwrap();
    b.finish(vec![("y".into(), at, OutputActivation::Identity)]).unwrap()
}

#[test]
fn the_last_windows_are_cut_off_at_the_border_as_captum_has_it() {
    let case = Case::read("occlusion_edge");
    let map = OcclusionMap::Mean;
    let method = Occlusion { window: 3, stride: 2, mask: Baseline::Constant(0.0), map };
    let ours = run(&case.model.network, &case.x, &method, &class(case.class()));
    let expected = case.numbers("expected_captum");
    let d = difference(ours.relevance.as_slice().unwrap(), &expected);
    assert!(d < 2e-6, "{d}");
}

#[test]
fn maps_are_those_of_whole_passes_over_one_to_three_axes() {
    let mut random = Random::new(61);
    let shapes: [&[usize]; 6] =
        [&[9], &[3, 10], &[1, 5, 8], &[2, 7, 6], &[1, 4, 5, 3], &[2, 3, 4, 5]];
    let mut uneven = 0;
    for shape in shapes {
        let network = network(&mut random, shape);
        let x = image(&mut random, shape);
        let space = if shape.len() > 1 { &shape[1..] } else { shape };
        for window in 1..=*space.iter().min().unwrap() {
            for stride in 1..=window {
                uneven += space.iter().filter(|&n| (n - window) % stride > 0).count();
                let (grid, drops, means) = plain(&network, &x, (window, stride));
                let of = |map| run(&network, &x, &occlusion(window, stride, map), &class(0));
                let windows = of(OcclusionMap::Windows).relevance;
                assert_eq!(windows.shape(), grid, "{shape:?}: window {window}, stride {stride}");
                assert_eq!(windows.as_slice().unwrap(), drops, "{shape:?} {window} {stride}");
                let mean = of(OcclusionMap::Mean).relevance;
                assert_eq!(mean.shape(), space);
                assert_eq!(mean.as_slice().unwrap(), means, "{shape:?} {window} {stride}");
            }
        }
    }
    assert!(uneven > 20, "{uneven} axes that windows do not fill evenly");
}

#[test]
fn pieces_of_the_work_give_the_same_bits() {
    let mut random = Random::new(62);
    let network = network(&mut random, &[2, 9, 7]);
    let x = image(&mut random, &[2, 9, 7]);
    for map in [OcclusionMap::Mean, OcclusionMap::Windows] {
        let method = occlusion(4, 3, map);
        let whole = run(&network, &x, &method, &class(1));
        let mut numbers = Vec::new();
        let go_on = &mut |_, _| true;
        for piece in 0..PIECES {
            let share = Share::Piece(piece);
            let outcome =
                explain_share(&network, &[x.view()], &method, &class(1), None, share, go_on);
            let Ok(Outcome::Piece(own)) = outcome else { panic!("piece {piece} has no numbers") };
            numbers.extend(own);
        }
        let known = Share::Known(numbers);
        let joined = explain_share(&network, &[x.view()], &method, &class(1), None, known, go_on);
        assert_eq!(joined.unwrap().explanation().unwrap(), whole);
    }
}

#[test]
fn a_stride_that_leaves_gaps_is_refused_for_a_map_of_positions() {
    let mut random = Random::new(63);
    let network = network(&mut random, &[1, 9, 4]);
    let x = image(&mut random, &[1, 9, 4]);
    let of = |window, stride, map| {
        let method = occlusion(window, stride, map);
        explain(&network, &[x.view()], &method, &class(0), None, &mut |_, _| true)
    };
    let error = of(2, 3, OcclusionMap::Mean).unwrap_err();
    assert_eq!(error.code(), Code::Request);
    assert!(error.message().contains("stride") && error.message().contains('2'), "{error}");
    // A number per window needs no position to be covered; no window lies outside.
    let windows = of(1, 6, OcclusionMap::Windows).unwrap();
    assert_eq!(windows.relevance.shape(), [2, 1]);
    // One window covers the shorter axis whole, so that its stride does not matter there.
    assert!(of(4, 4, OcclusionMap::Mean).is_ok());
}
