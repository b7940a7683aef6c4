//! Methods that are one backward pass: a table of rules and a finisher.

use super::features::channels;
use super::objective::Start;
use super::{Fill, Job, notes};
use crate::backward::{Keep, backward};
use crate::error::Result;
use crate::explanation::Explanation;
use crate::rules::Rules;

/// How channels are joined in a saliency map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norm {
    /// |g| of every element; channels stay.
    Abs,
    /// max |g| over the channels (Simonyan et al. 2014).
    Max,
    /// √Σg² over the channels.
    L2,
}

/// The signal at the source after one pass over the recorded example.
pub(super) fn signal(job: &Job<'_, '_>, rules: &Rules) -> Result<Vec<f32>> {
    let seed = job.objective.seed(&job.tape, Start::Derivative);
    let mut pass = backward(job.section, &job.tape, None, rules, seed, Keep::Source)?;
    Ok(std::mem::take(&mut pass.signals[job.section.source()]))
}

/// That signal as it is, with a note where a rule for ReLU leaves it the gradient: deconvnet, guided
/// backprop.
pub(super) fn rectified(
    job: &Job<'_, '_>,
    (method, title): (&'static str, &str),
    rules: &Rules,
    score: f64,
) -> Result<Explanation> {
    let mut explanation = signal_map(job, method, rules, score)?;
    explanation.notes.extend(notes::activations(job, title));
    Ok(explanation)
}

/// That signal as it is: the gradient.
pub(super) fn signal_map(
    job: &Job<'_, '_>,
    method: &'static str,
    rules: &Rules,
    score: f64,
) -> Result<Explanation> {
    job.result(method, signal(job, rules)?, score, None)
}

pub(super) fn saliency(job: &Job<'_, '_>, norm: Norm, score: f64) -> Result<Explanation> {
    let mut g = signal(job, &Rules::gradient())?;
    let layout = channels(job.section);
    let (map, shape) = match norm {
        Norm::Abs => {
            g.iter_mut().for_each(|g| *g = g.abs());
            (g, job.section.shape().to_vec())
        }
        Norm::Max => (
            layout.join(&g, |top, g| if g.abs() > top { g.abs() } else { top }),
            layout.space.clone(),
        ),
        Norm::L2 => {
            let squares = layout.join(&g, |sum, g| sum + g * g);
            (squares.into_iter().map(f32::sqrt).collect(), layout.space.clone())
        }
    };
    job.shaped("saliency", map, &shape, score, None)
}

pub(super) fn gradient_x_input(job: &Job<'_, '_>, score: f64) -> Result<Explanation> {
    let mut g = signal(job, &Rules::gradient())?;
    for (g, x) in g.iter_mut().zip(job.section.x()) {
        *g *= x;
    }
    job.result("gradient-x-input", g, score, None)
}

/// Multipliers against the reference, times the difference of the inputs (Shrikumar et al. 2017).
pub(super) fn deeplift(job: &Job<'_, '_>, baseline: &Fill, score: f64) -> Result<Explanation> {
    let x = job.section.x();
    let x0 = baseline.values(x.len())?;
    let mut reference = job.section.tape();
    job.section.record(&x0, &mut reference)?;
    let seed = job.objective.seed(&job.tape, Start::Derivative);
    let pass =
        backward(job.section, &job.tape, Some(&reference), &Rules::deeplift(), seed, Keep::Source)?;
    let multipliers = &pass.signals[job.section.source()];
    let relevance =
        multipliers.iter().zip(x.iter().zip(&x0)).map(|(m, (x, x0))| m * (x - x0)).collect();
    let expected = score - job.objective.score(&reference, 0);
    job.result("deeplift", relevance, score, Some(expected))
}
