//! What integrated gradients promise: Σ = f(x) − f(x₀).
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::methods::{Baseline, IntegratedGradients, Quadrature};
use heatlens::network::{Builder, OutputActivation};
use heatlens::random::Random;
use support::networks::{class, dense, image, run};

const QUADRATURES: [Quadrature; 4] = [
    Quadrature::GaussLegendre,
    Quadrature::Midpoint,
    Quadrature::Trapezoid,
    Quadrature::TrapezoidCaptum,
];

#[test]
fn one_step_of_any_quadrature_is_exact_on_a_linear_network() {
    let mut random = Random::new(81);
    let mut b = Builder::new();
    let x = b.input("x", &[5]).unwrap();
    let layer = dense(&mut random, 5, 3);
    let y = b.push("y", layer, &[x]).unwrap();
    let network = b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();
    let x = image(&mut random, &[5]);
    for quadrature in QUADRATURES {
        for steps in 1..6 {
            let baseline = Baseline::Constant(0.5);
            let method = IntegratedGradients { steps, quadrature, baseline };
            let explanation = run(&network, &x, &method, &class(2));
            let n = steps as f64;
            // Captum's weights sum to (n − 1)/n; a single trapezoid has both its ends.
            let share = match quadrature {
                Quadrature::TrapezoidCaptum if steps > 1 => (n - 1.0) / n,
                _ => 1.0,
            };
            let expected = share * explanation.expected.unwrap();
            let gap = (explanation.sum() - expected).abs();
            assert!(gap < 1e-5, "{quadrature:?} with {steps}: {} {expected}", explanation.sum());
        }
    }
}
