//! LIME (Ribeiro et al. 2016): weighted ridge regression of the score on which features are present.
//! weight = exp(−D²/width²) with D² the number of absent features; the intercept is not penalised.

use super::coalition::{self, Coalitions, Players};
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
    let values = players.values(job, &rows)?;
    let rows: Vec<Vec<f64>> = rows
        .chunks_exact(n)
        .map(|row| row.iter().map(|&present| f64::from(u8::from(present))).collect())
        .collect();
    let weights: Vec<f64> = rows
        .iter()
        .map(|row| libm::exp(-(n as f64 - row.iter().sum::<f64>()) / (width * width)))
        .collect();
    // Weighted means taken off first, so that the intercept stays out of the penalty.
    let total: f64 = weights.iter().sum();
    let mean = |at: &dyn Fn(usize) -> f64| {
        weights.iter().enumerate().map(|(k, w)| w * at(k)).sum::<f64>() / total
    };
    let means: Vec<f64> = (0..n).map(|f| mean(&|k| rows[k][f])).collect();
    let value_mean = mean(&|k| values[k]);
    let (mut a, mut b) = (vec![0.0; n * n], vec![0.0; n]);
    for ((row, value), weight) in rows.iter().zip(&values).zip(&weights) {
        for i in 0..n {
            let zi = row[i] - means[i];
            b[i] += weight * zi * (value - value_mean);
            for j in 0..n {
                a[i * n + j] += weight * zi * (row[j] - means[j]);
            }
        }
    }
    for i in 0..n {
        a[i * n + i] += ridge;
    }
    let coefficients = coalition::solve(a, b);
    let intercept =
        value_mean - coefficients.iter().zip(&means).map(|(c, mean)| c * mean).sum::<f64>();
    let mut explanation = job.result("lime", players.spread(&coefficients), score, None)?;
    explanation.extra.push(("intercept", intercept));
    Ok(explanation)
}
