//! Kernel SHAP (Lundberg and Lee 2017): Shapley values by weighted least squares, minimising
//! Σ π(z) (v(z) − v(0) − φ·z)² subject to Σφ = v(1) − v(0).

use super::coalition::{self, Coalitions, Features};
use super::descriptor::{BASELINE, SEED, SEGMENT, integer};
use super::regression::{self, ENTRIES, Symmetric};
use super::{Baseline, Descriptor, Job, Method, Outcome, Reader, Sampled, Segments};
use crate::error::{Code, Result, ensure};

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "Shapley values estimated from sampled coalitions by weighted least squares.",
    sums: "f(x) − f(baseline)",
    source: "Lundberg and Lee 2017",
    needs: &[],
    quick: false,
    params: &[
        BASELINE,
        SEGMENT,
        integer(
            "samples",
            (0, 100_000),
            1000,
            "Coalitions to evaluate, few or nearly all features the likeliest; 0 = all of them (at most 16 features). At least 2·(features − 1); times the number of features at most 16,777,216.",
        ),
        SEED,
    ],
    sampled: true,
    ..Descriptor::new("kernel-shap", "Kernel SHAP", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(KernelShap {
        baseline: read.baseline("baseline")?,
        segments: read.segments()?,
        coalitions: read.coalitions()?,
    }))
}

/// Kernel SHAP: Shapley values by weighted least squares.
#[derive(Clone, Debug)]
pub struct KernelShap {
    /// What replaces absent features.
    pub baseline: Baseline,
    /// Which elements form a feature.
    pub segments: Segments,
    /// The coalitions to evaluate.
    pub coalitions: Coalitions,
}

impl Method for KernelShap {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn replacement(&self) -> Option<(&'static str, &Baseline)> {
        Some(("baseline", &self.baseline))
    }

    fn segments(&mut self) -> Option<&mut Segments> {
        Some(&mut self.segments)
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let features = Features::new(job, &self.baseline, &self.segments)?;
        let n = features.count;
        let none = features.none(job)?;
        let difference = score - none;
        if n == 1 {
            return finish(job, &features, &[difference], score, difference);
        }
        if let Coalitions::Sampled { samples, .. } = &self.coalitions {
            // A coalition and its complement say the same of n − 1 unknowns.
            let needed = 2 * (n - 1);
            let larger = || features.larger((samples / 2 + 1).min(ENTRIES / (*samples).max(1)));
            regression::bounded(needed, n, &|| format!("{}: so many are needed", larger()))?;
            ensure(samples / 2 >= n - 1, Code::Request, || {
                let larger = larger();
                format!(
                    "{samples} coalitions for {n} features; {needed} are needed or more: {larger}"
                )
            })?;
        }
        let rows = coalition::choose(&self.coalitions, &features, false)?;
        // φ_n = difference − Σ others, so one unknown goes and the constraint with it.
        let m = n - 1;
        job.solving = regression::steps(rows.len() / n, m);
        let values = match features.values(job, &rows)? {
            Sampled::All(values) => values,
            Sampled::Piece(numbers) => return Ok(Outcome::Piece(numbers)),
        };
        let (mut system, mut right) = (Symmetric::new(m)?, vec![0.0; m]);
        for (row, value) in rows.chunks_exact(n).zip(&values) {
            let size = row.iter().filter(|&&present| present).count();
            if size == 0 || size == n {
                continue;
            }
            // Sampled sizes already follow π.
            let weight = match self.coalitions {
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
        finish(job, &features, &phi, score, difference)
    }
}

/// π(s) = (n − 1) / (C(n, s) s (n − s)).
fn kernel_weight(n: usize, s: usize) -> f64 {
    let choose: f64 = (0..s).map(|k| (n - k) as f64 / (k + 1) as f64).product();
    (n - 1) as f64 / (choose * (s * (n - s)) as f64)
}

fn finish(
    job: &Job<'_, '_>,
    features: &Features,
    phi: &[f64],
    score: f64,
    expected: f64,
) -> Result<Outcome> {
    Ok(job.result("kernel-shap", features.spread(phi), score, Some(expected))?.into())
}
