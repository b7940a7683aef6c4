//! Layers with fixed weights: average pooling and sums of activations.

use super::Conservation;
use crate::error::Number;
use crate::kernels::geometry::Geometry;
use crate::kernels::pool;
use crate::kernels::relevance::stabilize;

/// How average pooling and sums of activations hand relevance on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ProportionalRule {
    /// The gradient.
    Gradient,
    /// In proportion to the summands, stabilised by ε.
    Epsilon(f32),
    /// In proportion to the summands; R/0 := 0.
    Exact,
}

impl ProportionalRule {
    /// The rule in a few words, for reports.
    pub fn label(self) -> String {
        match self {
            ProportionalRule::Gradient => "gradient".into(),
            ProportionalRule::Exact => "in proportion".into(),
            ProportionalRule::Epsilon(epsilon) => {
                format!("in proportion, ε = {}", Number(epsilon.into()))
            }
        }
    }

    /// What each unit of summand receives: R / stabilised z.
    fn share(self, z: f32, relevance: f32, conservation: &mut Conservation) -> f32 {
        let stable = match self {
            ProportionalRule::Gradient => return relevance,
            ProportionalRule::Epsilon(epsilon) => stabilize(z, epsilon),
            ProportionalRule::Exact => z,
        };
        if stable == 0.0 {
            conservation.stabilizer += f64::from(relevance);
            return 0.0;
        }
        let share = relevance / stable;
        conservation.stabilizer += f64::from(share) * (f64::from(stable) - f64::from(z));
        share
    }
}

/// Average pooling: `r` is overwritten.
pub(crate) fn average(
    geometry: &Geometry,
    divisors: &[f32],
    rule: ProportionalRule,
    (x, z): (&[f32], &[f32]),
    relevance: &[f32],
    r: &mut [f32],
) -> Conservation {
    let mut conservation = Conservation::default();
    let ratios: Vec<f32> =
        z.iter().zip(relevance).map(|(z, r)| rule.share(*z, *r, &mut conservation)).collect();
    pool::average_transposed(geometry, divisors, &ratios, r);
    if rule != ProportionalRule::Gradient {
        for (r, x) in r.iter_mut().zip(x) {
            *r *= x;
        }
    }
    conservation
}

/// A sum of activations with total `z`: what one unit of each summand receives.
pub(crate) fn add_share(
    rule: ProportionalRule,
    z: &[f32],
    relevance: &[f32],
) -> (Vec<f32>, Conservation) {
    let mut conservation = Conservation::default();
    let ratios =
        z.iter().zip(relevance).map(|(z, r)| rule.share(*z, *r, &mut conservation)).collect();
    (ratios, conservation)
}
