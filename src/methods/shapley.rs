//! Shapley values (Shapley 1953; Lundberg and Lee 2017), exact by enumeration or by the weighted
//! least squares of Kernel SHAP. Both sum to f(x) − f(baseline).

use super::coalition::{self, Coalitions, Players};
use super::regression::{self, Symmetric};
use super::{Fill, Job, Segments};
use crate::error::{Code, Result, ensure};
use crate::explanation::Explanation;

/// φ_i = Σ_{S∌i} |S|! (n−|S|−1)! / n! · (v(S∪i) − v(S)).
pub(super) fn exact(
    job: &mut Job<'_, '_>,
    baseline: &Fill,
    segments: &Segments,
    score: f64,
) -> Result<Explanation> {
    let players = Players::new(job, baseline, segments)?;
    let n = players.count;
    let values = players.values(job, &coalition::all(n)?)?;
    // weight[s] = s! (n−s−1)! / n!, from s = 0 on by its ratio to the one before.
    let mut weight = vec![1.0 / n as f64];
    for s in 1..n {
        weight.push(weight[s - 1] * s as f64 / (n - s) as f64);
    }
    let mut phi = vec![0.0; n];
    for (row, value) in values.iter().enumerate() {
        for (f, phi) in phi.iter_mut().enumerate() {
            let bit = 1 << (n - 1 - f);
            if row & bit == 0 {
                let size = row.count_ones() as usize;
                *phi += weight[size] * (values[row | bit] - value);
            }
        }
    }
    finish(job, "shapley", &players, &phi, score, score - values[0])
}

/// Kernel SHAP: minimise Σ π(z) (v(z) − v(0) − φ·z)² subject to Σφ = v(1) − v(0).
pub(super) fn kernel(
    job: &mut Job<'_, '_>,
    baseline: &Fill,
    segments: &Segments,
    coalitions: &Coalitions,
    score: f64,
) -> Result<Explanation> {
    let players = Players::new(job, baseline, segments)?;
    let n = players.count;
    let none = players.none(job)?;
    let difference = score - none;
    if n == 1 {
        return finish(job, "kernel-shap", &players, &[difference], score, difference);
    }
    if let Coalitions::Sampled { samples, .. } = coalitions {
        regression::bounded(2 * (n - 1), n)?;
        // A coalition and its complement say the same of n − 1 unknowns.
        ensure(samples / 2 >= n - 1, Code::Request, || {
            format!("{samples} coalitions for {n} features; {} are needed or more", 2 * (n - 1))
        })?;
    }
    let rows = coalition::choose(coalitions, n, false)?;
    // φ_n = difference − Σ others, so one unknown goes and the constraint with it.
    let m = n - 1;
    job.solving = regression::steps(rows.len() / n, m);
    let values = players.values(job, &rows)?;
    let (mut system, mut right) = (Symmetric::new(m)?, vec![0.0; m]);
    for (row, value) in rows.chunks_exact(n).zip(&values) {
        let size = row.iter().filter(|&&present| present).count();
        if size == 0 || size == n {
            continue;
        }
        // Sampled sizes already follow π.
        let weight = match coalitions {
            Coalitions::Sampled { .. } => 1.0,
            Coalitions::All | Coalitions::Given(_) => kernel_weight(n, size),
        };
        // z − z_n is 1 for those present where n is absent, −1 for those absent where n is present, else 0.
        let (last, sign) = if row[m] { (1.0, -1.0) } else { (0.0, 1.0) };
        let places = regression::places(&row[..m], !row[m]);
        system.add(job, &places, weight)?;
        let y = value - none - last * difference;
        places.into_iter().for_each(|f| right[f] += weight * sign * y);
    }
    let mut phi = system.solve(job, right)?;
    phi.push(difference - phi.iter().sum::<f64>());
    finish(job, "kernel-shap", &players, &phi, score, difference)
}

/// π(s) = (n − 1) / (C(n, s) s (n − s)).
fn kernel_weight(n: usize, s: usize) -> f64 {
    let choose: f64 = (0..s).map(|k| (n - k) as f64 / (k + 1) as f64).product();
    (n - 1) as f64 / (choose * (s * (n - s)) as f64)
}

fn finish(
    job: &Job<'_, '_>,
    method: &'static str,
    players: &Players,
    phi: &[f64],
    score: f64,
    expected: f64,
) -> Result<Explanation> {
    job.result(method, players.spread(phi), score, Some(expected))
}
