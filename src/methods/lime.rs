//! LIME (Ribeiro et al. 2016): weighted ridge regression of the score on which features are present.
//! weight = exp(−D²/width²) with D² the number of absent features; the intercept is not penalised.

use super::coalition::{self, Coalitions, Players};
use super::regression::{self, Sample};
use super::{Fill, Job, Segments};
use crate::error::{Code, Number, Result, ensure};
use crate::explanation::Explanation;

pub(super) fn explain(
    job: &mut Job<'_, '_>,
    baseline: &Fill,
    segments: &Segments,
    coalitions: &Coalitions,
    (width, ridge): (Option<f64>, f64),
    score: f64,
) -> Result<Explanation> {
    let players = Players::new(job, baseline, segments)?;
    let n = players.count;
    let width = width.unwrap_or(0.75 * libm::sqrt(n as f64));
    ensure(width > 0.0 && ridge >= 0.0, Code::Request, || {
        format!("kernel width {} and ridge {} must be positive", Number(width), Number(ridge))
    })?;
    let rows = coalition::choose(coalitions, n, true)?;
    let samples = rows.len() / n;
    job.solving = regression::ridge_steps(samples, n);
    let values = players.values(job, &rows)?;
    let absent = |row: &[bool]| row.iter().filter(|&&present| !present).count() as f64;
    let weights: Vec<f64> =
        rows.chunks_exact(n).map(|row| libm::exp(-absent(row) / (width * width))).collect();
    ensure(weights.iter().any(|&weight| weight > 0.0), Code::Request, || {
        let width = Number(width);
        format!("with a kernel width of {width} no sample counts: take a larger one")
    })?;
    let sample = Sample { rows: &rows, features: n, values: &values, weights: &weights };
    let (coefficients, intercept) = sample.ridge(job, ridge)?;
    let mut explanation = job.result("lime", players.spread(&coefficients), score, None)?;
    explanation.extra.push(("intercept", intercept));
    Ok(explanation)
}
