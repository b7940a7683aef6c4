//! One backward pass over the recorded example, which several methods are or begin with.

use super::Job;
use super::objective::SeedKind;
use crate::backward::{Keep, backward};
use crate::error::Result;
use crate::rules::Rules;

/// A method as one backward pass: a table of rules, where it starts, and what a reader has to know of it.
pub struct Pass {
    pub(crate) rules: Rules,
    pub(super) start: SeedKind,
    pub(super) notes: Vec<String>,
}

/// The adjoint at the source, started from the derivative of what is explained.
pub(super) fn adjoint(job: &Job<'_, '_>, rules: &Rules) -> Result<Vec<f32>> {
    let seed = job.objective.seed(&job.tape, SeedKind::Derivative);
    let mut pass = backward(job.subnetwork, &job.tape, None, rules, seed, Keep::Source)?;
    Ok(std::mem::take(&mut pass.adjoints[job.subnetwork.source()]))
}
