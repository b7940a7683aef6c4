//! Gradient ascent on the explained values: activation maximisation (Erhan et al. 2009; Simonyan et al.
//! 2014) and the fast gradient sign method (Goodfellow et al. 2015).

use super::indices::differentiable;
use super::objective::SeedKind;
use super::{Job, Progress, Target, go_on, prepare};
use crate::backward::{Keep, backward};
use crate::error::{Code, Result, ensure};
use crate::network::{Network, NetworkRef, NodeId};
use crate::rules::Rules;
use crate::serialize;
use ndarray::ArrayViewD;
use serde::Serialize;

/// Most halvings of one step before the top counts as reached.
const HALVINGS: usize = 24;

/// How to climb. The objective is the score minus `penalty`·Σx².
#[derive(Clone, Debug, PartialEq)]
pub struct ActivationMaximization {
    /// Most steps.
    pub steps: usize,
    /// Length of the first step, in units of the gradient; with `sign` the change of every value.
    pub rate: f32,
    /// λ, the weight of the squared values.
    pub penalty: f32,
    /// Bounds of the values.
    pub bounds: (f32, f32),
    /// Go by the sign of the gradient, exactly `rate` in every step, uphill or not.
    pub sign: bool,
}

/// Where a climb led.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MaximizedActivation {
    /// The values at the explained node.
    #[serde(serialize_with = "serialize::f32s")]
    pub values: Vec<f32>,
    /// The score after each step; entry 0 is the start.
    #[serde(serialize_with = "serialize::f64s")]
    pub scores: Vec<f64>,
    /// The objective after each step; it rises with every one unless `sign` is set.
    #[serde(serialize_with = "serialize::f64s")]
    pub objectives: Vec<f64>,
}

/// Changes the values at `at` (none: the first input) so that the target's score rises.
pub fn maximize_activation(
    network: &Network,
    inputs: &[ArrayViewD<'_, f32>],
    target: &Target,
    at: Option<NodeId>,
    ascent: &ActivationMaximization,
    progress: Progress<'_>,
) -> Result<MaximizedActivation> {
    let (low, high) = ascent.bounds;
    ensure(low <= high && ascent.rate > 0.0 && ascent.rate.is_finite(), Code::Request, || {
        "the bounds must be in order and the rate above 0".into()
    })?;
    ensure(ascent.penalty >= 0.0 && ascent.penalty.is_finite(), Code::Request, || {
        "the penalty must be 0 or more".into()
    })?;
    let (subnetwork, tape) = prepare(NetworkRef::Borrowed(network), inputs, at)?;
    let mut x = subnetwork.x().to_vec();
    let mut job = Job::new(&subnetwork, tape, target, progress)?;
    differentiable(&subnetwork, job.objective.node())?;
    let objective = |x: &[f32], score: f64| {
        let squares: f64 = x.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
        score - f64::from(ascent.penalty) * squares
    };
    let mut climb = MaximizedActivation {
        values: Vec::new(),
        scores: vec![job.score()?],
        objectives: Vec::new(),
    };
    climb.objectives.push(objective(&x, climb.scores[0]));
    let mut rate = ascent.rate;
    let mut next = subnetwork.tape();
    'climb: for step in 0..ascent.steps {
        go_on(job.progress, step, ascent.steps)?;
        let seed = job.objective.seed(&job.tape, SeedKind::Derivative);
        let pass = backward(&subnetwork, &job.tape, None, &Rules::gradient(), seed, Keep::Source)?;
        let slope = &pass.adjoints[subnetwork.source()];
        for _ in 0..HALVINGS {
            let moved: Vec<f32> = x
                .iter()
                .zip(slope)
                .map(|(&x, &slope)| {
                    let slope = slope - 2.0 * ascent.penalty * x;
                    let by = if ascent.sign { sign(slope) } else { slope };
                    (x + rate * by).max(low).min(high)
                })
                .collect();
            subnetwork.record(&moved, &mut next)?;
            let score = job.objective.score(&next, 0);
            let reached = objective(&moved, score);
            if ascent.sign || reached > climb.objectives[step] {
                super::finite(score)?;
                climb.scores.push(score);
                climb.objectives.push(reached);
                x = moved;
                std::mem::swap(&mut job.tape, &mut next);
                rate = if ascent.sign { rate } else { rate * 2.0 };
                continue 'climb;
            }
            rate /= 2.0;
        }
        break;
    }
    climb.values = x;
    Ok(climb)
}

/// −1, 0 or 1.
fn sign(value: f32) -> f32 {
    if value == 0.0 { 0.0 } else { value.signum() }
}
