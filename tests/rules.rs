//! Propagation rules against their papers' formulas, and what they conserve.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::methods::{Composite, Lrp, Target, explain};
use heatlens::network::{Activation, Builder, Operation, OutputActivation, Window};
use heatlens::random::Random;
use heatlens::rules::{BiasRule, CustomRule, InputModifier, LinearRule, WeightModifier};
use ndarray::{ArrayD, IxDyn};
use support::networks::{class, classifier, image, run};

#[test]
fn without_biases_relevance_is_conserved_down_to_the_input() {
    let mut random = Random::new(14);
    let network = classifier(&mut random, false);
    let x = image(&mut random, &[1, 8, 8]).mapv(f32::abs);
    for composite in [
        Composite::Uniform(LinearRule::epsilon(1e-9)),
        Composite::find("epsilon-plus").unwrap(),
        Composite::find("epsilon-plus-flat").unwrap(),
        Composite::Uniform(LinearRule::Gamma { gamma: 0.25 }),
    ] {
        let explanation = run(&network, &x, &Lrp::new(composite.clone()), &Target::Top);
        for layer in &explanation.layers {
            assert!(
                (layer.relevance_out - explanation.score).abs() < 1e-4 * explanation.score.abs(),
                "{composite:?}: {layer:?} of {}",
                explanation.score
            );
        }
        assert!((explanation.sum() - explanation.score).abs() < 1e-4 * explanation.score.abs());
    }
}

/// Relevance of a dense layer by a rule, element by element in f64.
/// `b` are the biases in the denominators; `real` those of the layer.
fn formula(
    rule: &LinearRule,
    w: &[f32],
    (b, real): (&[f32], &[f32]),
    x: &[f32],
    relevance: &[f64],
) -> Vec<f64> {
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
                // Contributions of the output's own sign are favoured, biases or not.
                let z_j = sum - bias + f64::from(real[j]);
                let favoured =
                    |v: f64| if z_j > 0.0 { v + gamma * pos(v) } else { v + gamma * neg(v) };
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
            LinearRule::Custom(rule) => {
                let weight = |w: f64| match rule.weight {
                    WeightModifier::Plain => w,
                    WeightModifier::Positive => pos(w),
                    WeightModifier::Negative => neg(w),
                    WeightModifier::GammaPositive(gamma) => w + f64::from(gamma) * pos(w),
                    WeightModifier::Squared => w * w,
                    WeightModifier::Ones => 1.0,
                    other => unreachable!("{other:?} is not in this table"),
                };
                let input = |x: f64| match rule.input {
                    InputModifier::Plain => x,
                    InputModifier::Positive => pos(x),
                    InputModifier::Negative => neg(x),
                    InputModifier::Ones => 1.0,
                    other => unreachable!("{other:?} is not in this table"),
                };
                let part = |i: usize| input(pair(i).0) * weight(pair(i).1);
                let own = if rule.weight == WeightModifier::Ones { 0.0 } else { weight(bias) };
                let total = (0..n).map(part).sum::<f64>() + own;
                give(&part, stable(total, f64::from(rule.stabilizer)), relevance[j]);
            }
            LinearRule::Gradient | LinearRule::ZBox { .. } => unreachable!("not in this table"),
        }
    }
    r
}

/// Every composition of the words for modifiers, each with an ε that matters.
fn composed() -> impl Iterator<Item = LinearRule> {
    let weights = ["plain", "positive", "negative", "gamma:0.5", "squared", "ones"];
    let inputs = ["plain", "positive", "negative", "ones"];
    let texts = weights.map(|weight| inputs.map(|input| format!("{weight}/{input}/0.25")));
    texts.into_iter().flatten().map(|text| LinearRule::Custom(CustomRule::parse(&text).unwrap()))
}

#[test]
fn rules_agree_with_their_formulas_on_a_dense_layer() {
    let mut random = Random::new(15);
    let (n, m) = (9, 5);
    let named = [
        LinearRule::ZERO,
        LinearRule::epsilon(0.25),
        LinearRule::Gamma { gamma: 0.5 },
        LinearRule::Z_PLUS,
        LinearRule::ALPHA2_BETA1,
        LinearRule::AlphaBeta { alpha: 1.5, beta: 0.5 },
        LinearRule::WSquare,
        LinearRule::Flat,
    ];
    for rule in named.into_iter().chain(composed()) {
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
            let mut start = vec![0.0; m];
            start[3] = f64::from(logits[[0, 3]]);
            start[1] = -f64::from(logits[[0, 1]]);
            let zeros = vec![0.0; m];
            for (bias, counted) in [(BiasRule::Keep, &b), (BiasRule::Ignore, &zeros)] {
                let lrp = Lrp { bias, ..Lrp::new(Composite::Uniform(rule.clone())) };
                let ours = run(&network, &x, &lrp, &target);
                let x = x.as_slice().unwrap();
                let expected = formula(&rule, &w, (counted, &b), x, &start);
                for (a, b) in ours.relevance.iter().zip(&expected) {
                    let off = (f64::from(*a) - b).abs();
                    assert!(off < 2e-5 * b.abs().max(1.0), "{rule:?} {bias:?}: {a} {b}");
                }
                let layer = &ours.layers[0];
                assert_eq!(layer.rule.contains("bias ignored"), bias == BiasRule::Ignore);
                assert!(bias == BiasRule::Keep || layer.bias == 0.0, "{layer:?}");
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
    let mut lrp = Lrp::new(Composite::find("epsilon-plus").unwrap());
    let first = run(&network, &x, &lrp.clone(), &class(0));
    assert_eq!(first.relevance.as_slice().unwrap(), [2.0, 0.0, 0.0, 0.0]);
    assert_eq!(first.layers[0].ties, 2.0);
    lrp.split_ties = true;
    let equal = run(&network, &x, &lrp, &class(0));
    assert_eq!(equal.relevance.as_slice().unwrap(), [1.0, 0.0, 1.0, 0.0]);
}

/// R_i = Σ_j z_ij / (Σ_i' z_i'j + ε·sign(Σ_i' z_i'j)) · R_j, written down once more from the definition, through a whole
/// network: nothing goes to biases, and what ε takes is all that is lost.
#[test]
fn s0_9_the_epsilon_rule_without_biases_in_the_denominators() {
    let mut random = Random::new(24);
    let (epsilon, mut lost) = (0.3f32, 0.0);
    let (w1, b1, w2, b2) = (random.vec(6 * 8), random.vec(8), random.vec(8 * 3), random.vec(3));
    let mut b = Builder::new();
    let input = b.input("x", &[6]).unwrap();
    let dense = |weight: &[f32], bias: &[f32]| Operation::Dense {
        weight: weight.to_vec(),
        outputs: bias.len(),
        bias: bias.to_vec(),
    };
    let h = b.push("h", dense(&w1, &b1), &[input]).unwrap();
    let a = b.push("a", Operation::Activation(Activation::Relu), &[h]).unwrap();
    let y = b.push("y", dense(&w2, &b2), &[a]).unwrap();
    let network = b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();
    let x = image(&mut random, &[6]);
    let tape = network.record(&[x.view()]).unwrap();
    let mut step = |w: &[f32], a: &[f32], relevance: &[f64]| -> Vec<f64> {
        let n = a.len();
        let z = |i: usize, j: usize| f64::from(a[i]) * f64::from(w[j * n + i]);
        let mut r = vec![0.0; n];
        for (j, relevance) in relevance.iter().enumerate() {
            let sum: f64 = (0..n).map(|i| z(i, j)).sum();
            let sign = if sum >= 0.0 { 1.0 } else { -1.0 };
            let share = relevance / (sum + f64::from(epsilon) * sign);
            lost += share * f64::from(epsilon) * sign;
            (0..n).for_each(|i| r[i] += z(i, j) * share);
        }
        r
    };
    let score = f64::from(tape.value(y)[2]);
    let hidden = step(&w2, tape.value(a), &[0.0, 0.0, score]);
    let expected = step(&w1, x.as_slice().unwrap(), &hidden);
    let composite = Composite::Uniform(LinearRule::epsilon(epsilon));
    let lrp = Lrp { bias: BiasRule::Ignore, ..Lrp::new(composite.clone()) };
    let ours = run(&network, &x, &lrp, &class(2));
    for (a, b) in ours.relevance.iter().zip(&expected) {
        assert!((f64::from(*a) - b).abs() < 1e-5 * b.abs().max(1.0), "{a} {b}");
    }
    assert!(ours.layers.iter().all(|layer| layer.bias == 0.0));
    let taken: f64 = ours.layers.iter().map(|layer| layer.stabilizer).sum();
    assert!((taken - lost).abs() < 1e-4, "{taken} {lost}");
    assert!((ours.sum() + taken - score).abs() < 1e-4);
    let kept = run(&network, &x, &Lrp::new(composite), &class(2));
    let biases: f64 = kept.layers.iter().map(|layer| layer.bias.abs()).sum();
    assert!(biases > 0.1 && kept.relevance != ours.relevance);
}

#[test]
fn without_biases_in_denominators_relevance_is_conserved_at_every_layer() {
    let mut random = Random::new(25);
    let network = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]).mapv(f32::abs);
    for composite in [
        Composite::Uniform(LinearRule::epsilon(1e-9)),
        Composite::find("epsilon-plus-flat").unwrap(),
        Composite::find("epsilon-gamma-box").unwrap(),
        Composite::find("epsilon-alpha2-beta1").unwrap(),
    ] {
        let lrp = Lrp { bias: BiasRule::Ignore, ..Lrp::new(composite.clone()) };
        let explanation = run(&network, &x, &lrp, &Target::Top);
        for layer in &explanation.layers {
            assert_eq!(layer.bias, 0.0, "{composite:?}: {layer:?}");
            let parts = layer.relevance_out + layer.stabilizer;
            assert!((layer.relevance_in - parts).abs() < 2e-4 * layer.relevance_in.abs().max(1.0));
        }
    }
}

#[test]
fn the_report_names_each_layers_own_rule() {
    let mut random = Random::new(26);
    let network = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]);
    let rules = |composite| {
        let explanation = run(&network, &x, &Lrp::new(composite), &Target::Top);
        let of = |name: &str| {
            explanation.layers.iter().find(|layer| layer.node == name).unwrap().rule.clone()
        };
        ["fc", "pool2", "conv1"].map(of)
    };
    let epsilon = rules(Composite::Uniform(LinearRule::epsilon(0.25)));
    assert_eq!(epsilon, ["ε = 0.25", "in proportion, ε = 0.000001", "ε = 0.25"]);
    let zero = rules(Composite::Uniform(LinearRule::ZERO));
    assert_eq!(zero, ["LRP-0", "in proportion", "LRP-0"]);
}

#[test]
fn a_composite_that_does_not_fit_says_so() {
    let mut random = Random::new(27);
    let network = classifier(&mut random, true);
    let x = image(&mut random, &[1, 8, 8]);
    let notes =
        |x: &ArrayD<f32>, composite| run(&network, x, &Lrp::new(composite), &Target::Top).notes;
    let outside = x.iter().filter(|x| !(0.0..=1.0).contains(*x)).count();
    let said = notes(&x, Composite::find("epsilon-gamma-box").unwrap());
    let expected =
        format!("{outside} of the 64 values lie outside the box that z-box takes as their bounds");
    assert_eq!(said, [expected]);
    assert!(outside > 10 && notes(&x, Composite::find("epsilon-plus-flat").unwrap()).is_empty());
    let inside = x.mapv(|x| x.clamp(0.0, 1.0));
    assert!(notes(&inside, Composite::find("epsilon-gamma-box").unwrap()).is_empty());
    let behind = network.find("pool2").unwrap();
    let ask = |composite| {
        let (method, target) = (Lrp::new(composite), Target::Top);
        explain(&network, &[x.view()], &method, &target, Some(behind), &mut |_, _| true)
    };
    let said = ask(Composite::find("epsilon-gamma-box").unwrap()).unwrap().notes;
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("no convolution"), "{said:?}");
    assert!(ask(Composite::Uniform(LinearRule::Flat)).unwrap().notes.is_empty());
}
