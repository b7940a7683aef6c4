//! Layers with fixed weights: average pooling and sums of activations.

use super::Leak;
use crate::error::Number;
use crate::kernels::geometry::Geometry;
use crate::kernels::pool;
use crate::kernels::relevance::stabilize;

/// How average pooling and sums of activations hand relevance on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RatioRule {
    /// The gradient.
    Gradient,
    /// In proportion to the summands, stabilised by ε.
    Epsilon(f32),
    /// In proportion to the summands; R/0 := 0.
    Exact,
}

impl RatioRule {
    /// The rule in a few words, for reports.
    pub fn label(self) -> String {
        match self {
            RatioRule::Gradient => "gradient".into(),
            RatioRule::Exact => "in proportion".into(),
            RatioRule::Epsilon(epsilon) => {
                format!("in proportion, ε = {}", Number(epsilon.into()))
            }
        }
    }

    /// What each unit of summand receives: R / stabilised z.
    fn share(self, z: f32, relevance: f32, leak: &mut Leak) -> f32 {
        let stable = match self {
            RatioRule::Gradient => return relevance,
            RatioRule::Epsilon(epsilon) => stabilize(z, epsilon),
            RatioRule::Exact => z,
        };
        if stable == 0.0 {
            leak.stabilizer += f64::from(relevance);
            return 0.0;
        }
        let share = relevance / stable;
        leak.stabilizer += f64::from(share) * (f64::from(stable) - f64::from(z));
        share
    }
}

/// Average pooling: `r` is overwritten.
pub(crate) fn average(
    geometry: &Geometry,
    divisors: &[f32],
    rule: RatioRule,
    (x, z): (&[f32], &[f32]),
    relevance: &[f32],
    r: &mut [f32],
) -> Leak {
    let mut leak = Leak::default();
    let shares: Vec<f32> =
        z.iter().zip(relevance).map(|(z, r)| rule.share(*z, *r, &mut leak)).collect();
    pool::average_transposed(geometry, divisors, &shares, r);
    if rule != RatioRule::Gradient {
        for (r, x) in r.iter_mut().zip(x) {
            *r *= x;
        }
    }
    leak
}

/// A sum of activations with total `z`: what one unit of each summand receives.
pub(crate) fn add_share(rule: RatioRule, z: &[f32], relevance: &[f32]) -> (Vec<f32>, Leak) {
    let mut leak = Leak::default();
    let shares = z.iter().zip(relevance).map(|(z, r)| rule.share(*z, *r, &mut leak)).collect();
    (shares, leak)
}
