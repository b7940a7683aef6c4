//! Propagation rules against their papers' formulas, and what they conserve.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::methods::{Composite, Lrp, Method, Target};
use heatlens::network::{Builder, Operation, OutputActivation, Window};
use heatlens::random::Random;
use heatlens::rules::LinearRule;
use ndarray::{ArrayD, IxDyn};
use support::networks::{class, classifier, image, run};

#[test]
fn without_biases_relevance_is_conserved_down_to_the_input() {
    let mut random = Random::new(14);
    let network = classifier(&mut random, false);
    let x = image(&mut random, &[1, 8, 8]).mapv(f32::abs);
    for composite in [
        Composite::Uniform(LinearRule::epsilon(1e-9)),
        Composite::EpsilonPlus,
        Composite::EpsilonPlusFlat,
        Composite::Uniform(LinearRule::Gamma { gamma: 0.25 }),
    ] {
        let explanation =
            run(&network, &x, &Method::Lrp(Lrp::new(composite.clone())), &Target::Top);
        for layer in &explanation.layers {
            assert!(
                (layer.passed - explanation.score).abs() < 1e-4 * explanation.score.abs(),
                "{composite:?}: {layer:?} of {}",
                explanation.score
            );
        }
        assert!((explanation.sum() - explanation.score).abs() < 1e-4 * explanation.score.abs());
    }
}

/// Relevance of a dense layer by a rule, element by element in f64.
fn formula(rule: &LinearRule, w: &[f32], b: &[f32], x: &[f32], relevance: &[f64]) -> Vec<f64> {
    let pos = |v: f64| v.max(0.0);
    let neg = |v: f64| v.min(0.0);
    let stable = |v: f64, e: f64| if v >= 0.0 { v + e } else { v - e };
    let (n, m) = (x.len(), b.len());
    let mut r = vec![0.0; n];
    for j in 0..m {
        let bias = f64::from(b[j]);
        let pair = |i: usize| (f64::from(x[i]), f64::from(w[j * n + i]));
        let z: Vec<f64> = (0..n).map(|i| pair(i).0 * pair(i).1).collect();
        let sum = z.iter().sum::<f64>() + bias;
        let mut give = |parts: &dyn Fn(usize) -> f64, denominator: f64, amount: f64| {
            for (i, r) in r.iter_mut().enumerate() {
                *r += parts(i) / denominator * amount;
            }
        };
        match rule {
            LinearRule::Epsilon { epsilon, .. } => {
                give(&|i| z[i], stable(sum, f64::from(*epsilon)), relevance[j]);
            }
            LinearRule::Gamma { gamma } => {
                let gamma = f64::from(*gamma);
                // Contributions of the output's own sign are favoured.
                let favoured =
                    |v: f64| if sum > 0.0 { v + gamma * pos(v) } else { v + gamma * neg(v) };
                let total = z.iter().map(|&z| favoured(z)).sum::<f64>() + favoured(bias);
                give(&|i| favoured(z[i]), stable(total, 1e-6), relevance[j]);
            }
            LinearRule::AlphaBeta { alpha, beta } => {
                let up = z.iter().map(|&z| pos(z)).sum::<f64>() + pos(bias);
                let down = z.iter().map(|&z| neg(z)).sum::<f64>() + neg(bias);
                give(&|i| pos(z[i]), stable(up, 1e-6), f64::from(*alpha) * relevance[j]);
                give(&|i| neg(z[i]), stable(down, 1e-6), -f64::from(*beta) * relevance[j]);
            }
            LinearRule::WSquare => {
                let total = (0..n).map(|i| pair(i).1.powi(2)).sum::<f64>() + bias * bias;
                give(&|i| pair(i).1.powi(2), stable(total, 1e-6), relevance[j]);
            }
            LinearRule::Flat => give(&|_| 1.0, n as f64 + 1e-6, relevance[j]),
            LinearRule::Gradient | LinearRule::ZBox { .. } => unreachable!("not in this table"),
        }
    }
    r
}

#[test]
fn rules_agree_with_their_formulas_on_a_dense_layer() {
    let mut random = Random::new(15);
    let (n, m) = (9, 5);
    for rule in [
        LinearRule::ZERO,
        LinearRule::epsilon(0.25),
        LinearRule::Gamma { gamma: 0.5 },
        LinearRule::Z_PLUS,
        LinearRule::ALPHA2_BETA1,
        LinearRule::AlphaBeta { alpha: 1.5, beta: 0.5 },
        LinearRule::WSquare,
        LinearRule::Flat,
    ] {
        for nonnegative in [false, true] {
            let (w, b) = (random.vec(n * m), random.vec(m));
            let mut x = image(&mut random, &[n]);
            if nonnegative {
                x.mapv_inplace(f32::abs);
            }
            let mut builder = Builder::new();
            let input = builder.input("x", &[n]).unwrap();
            let layer = Operation::Dense { weight: w.clone(), outputs: m, bias: b.clone() };
            let y = builder.push("y", layer, &[input]).unwrap();
            let network =
                builder.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();
            let logits = network.predict(&[x.view()]).unwrap().remove(0);
            let target = Target::Contrast { output: 0, class: 3, against: 1 };
            let method = Method::Lrp(Lrp::new(Composite::Uniform(rule.clone())));
            let ours = run(&network, &x, &method, &target).relevance;
            let mut start = vec![0.0; m];
            start[3] = f64::from(logits[[0, 3]]);
            start[1] = -f64::from(logits[[0, 1]]);
            let expected = formula(&rule, &w, &b, x.as_slice().unwrap(), &start);
            for (a, b) in ours.iter().zip(&expected) {
                assert!((f64::from(*a) - b).abs() < 2e-5 * b.abs().max(1.0), "{rule:?}: {a} {b}");
            }
        }
    }
}

#[test]
fn tied_maxima_share_equally_on_request() {
    let mut b = Builder::new();
    let x = b.input("x", &[1, 1, 4]).unwrap();
    let pool = Operation::MaxPool { window: Window::new(&[1, 4]), ceil: false };
    let y = b.push("y", pool, &[x]).unwrap();
    let network = b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();
    let x = ArrayD::from_shape_vec(IxDyn(&[1, 1, 1, 4]), vec![2.0, 1.0, 2.0, 0.0]).unwrap();
    let mut lrp = Lrp::new(Composite::EpsilonPlus);
    let first = run(&network, &x, &Method::Lrp(lrp.clone()), &class(0));
    assert_eq!(first.relevance.as_slice().unwrap(), [2.0, 0.0, 0.0, 0.0]);
    assert_eq!(first.layers[0].ties, 2.0);
    lrp.split_ties = true;
    let equal = run(&network, &x, &Method::Lrp(lrp), &class(0));
    assert_eq!(equal.relevance.as_slice().unwrap(), [1.0, 0.0, 1.0, 0.0]);
}
