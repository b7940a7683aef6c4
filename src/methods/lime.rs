//! LIME (Ribeiro et al. 2016): weighted ridge regression of the score on which features are present.
//! weight = exp(−D²/width²) with D² the number of absent features; the intercept is not penalised.

use super::coalition::{self, Coalitions, Features};
use super::descriptor::{BASELINE, SEED, SEGMENT, integer, number};
use super::regression::{self, Sample};
use super::{Baseline, Descriptor, Job, Method, Outcome, Reader, Sampled, Segments};
use crate::error::{Code, Number, Result, ensure};

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "The weights of a linear model fitted to the network's answers around this input.",
    source: "Ribeiro et al. 2016",
    needs: &[],
    quick: false,
    params: &[
        BASELINE,
        SEGMENT,
        integer(
            "samples",
            (0, 100_000),
            1000,
            "Coalitions to evaluate, each feature kept by the toss of a coin; 0 = all of them (at most 16 features). Times the number of features at most 16,777,216.",
        ),
        SEED,
        number("width", (0.0, 1000.0), 0.0, false, "Width of the kernel; 0 = ¾·√features."),
        number("ridge", (0.0, 1000.0), 0.1, true, "Penalty on squared weights."),
    ],
    sampled: true,
    ..Descriptor::new("lime", "LIME", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(Lime {
        baseline: read.baseline("baseline")?,
        segments: read.segments()?,
        coalitions: read.coalitions()?,
        width: Some(read.number("width")?).filter(|&width| width > 0.0),
        ridge: read.number("ridge")?,
    }))
}

/// LIME: weighted ridge regression on coalitions.
#[derive(Clone, Debug)]
pub struct Lime {
    /// What replaces absent features.
    pub baseline: Baseline,
    /// Which elements form a feature.
    pub segments: Segments,
    /// The coalitions to evaluate.
    pub coalitions: Coalitions,
    /// Width of the exponential kernel; none = ¾·√features.
    pub width: Option<f64>,
    /// Penalty on squared coefficients.
    pub ridge: f64,
}

impl Method for Lime {
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
        let width = self.width.unwrap_or(0.75 * libm::sqrt(n as f64));
        ensure(width > 0.0 && self.ridge >= 0.0, Code::Request, || {
            format!(
                "kernel width {} and ridge {} must be positive",
                Number(width),
                Number(self.ridge)
            )
        })?;
        let rows = coalition::choose(&self.coalitions, &features, true)?;
        let samples = rows.len() / n;
        job.solving = regression::ridge_steps(samples, n);
        let values = match features.values(job, &rows)? {
            Sampled::All(values) => values,
            Sampled::Piece(numbers) => return Ok(Outcome::Piece(numbers)),
        };
        let absent = |row: &[bool]| row.iter().filter(|&&present| !present).count() as f64;
        let weights: Vec<f64> =
            rows.chunks_exact(n).map(|row| libm::exp(-absent(row) / (width * width))).collect();
        ensure(weights.iter().any(|&weight| weight > 0.0), Code::Request, || {
            let width = Number(width);
            format!("with a kernel width of {width} no sample counts: take a larger one")
        })?;
        let sample = Sample { rows: &rows, features: n, values: &values, weights: &weights };
        let (coefficients, intercept) = sample.ridge(job, self.ridge)?;
        let mut explanation = job.result("lime", features.spread(&coefficients), score, None)?;
        explanation.extra.push(("intercept", intercept));
        Ok(explanation.into())
    }
}
