//! Integrated gradients (Sundararajan et al. 2017): (x − x₀) ⊙ Σ_k w_k ∂f/∂x at x₀ + a_k (x − x₀).

use super::descriptor::{BASELINE, choice, integer};
use super::features::batch_size;
use super::objective::SeedKind;
use super::share::PIECES;
use super::{Baseline, Descriptor, Job, Method, Outcome, Reader, Sampled, quadrature};
use crate::backward::{Keep, backward};
use crate::error::{Code, Result, ensure};
use crate::rules::Rules;

/// Where the points on the line are and what they weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quadrature {
    /// Gauss and Legendre: fewest points for smooth functions.
    GaussLegendre,
    /// Middles of equal parts.
    Midpoint,
    /// Both ends with half weight.
    Trapezoid,
    /// As Captum has it: weights sum to (n − 1)/n.
    TrapezoidCaptum,
}

/// Most points on the line.
const STEPS: usize = 2000;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "The score's rise on the straight way from the baseline to the input, split among the values.",
    sums: "f(x) − f(baseline)",
    source: "Sundararajan et al. 2017",
    params: &[
        integer("steps", (1, 2000), 32, "Points on the way."),
        choice(
            "quadrature",
            &["gauss-legendre", "midpoint", "trapezoid", "trapezoid-captum"],
            "gauss-legendre",
            "How the points are spread and weighed.",
        ),
        BASELINE,
    ],
    sampled: true,
    ..Descriptor::new("integrated-gradients", "Integrated gradients", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(IntegratedGradients {
        steps: read.integer("steps")?,
        quadrature: match read.word("quadrature")? {
            "midpoint" => Quadrature::Midpoint,
            "trapezoid" => Quadrature::Trapezoid,
            "trapezoid-captum" => Quadrature::TrapezoidCaptum,
            _ => Quadrature::GaussLegendre,
        },
        baseline: read.baseline("baseline")?,
    }))
}

/// (x − x₀) ⊙ ∫ ∂f/∂x along the straight line from x₀ to x.
#[derive(Clone, Debug)]
pub struct IntegratedGradients {
    /// Number of points on the line.
    pub steps: usize,
    /// Where the points are and what they weigh.
    pub quadrature: Quadrature,
    /// x₀.
    pub baseline: Baseline,
}

impl Method for IntegratedGradients {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let IntegratedGradients { steps, quadrature, ref baseline } = *self;
        ensure((1..=STEPS).contains(&steps), Code::Request, || {
            format!("{steps} steps; 1 to {STEPS} are possible")
        })?;
        let x = job.subnetwork.x();
        let x0 = baseline.values(x.len())?;
        let points = match quadrature {
            Quadrature::GaussLegendre => quadrature::gauss_legendre(steps),
            Quadrature::Midpoint => quadrature::midpoint(steps),
            Quadrature::Trapezoid => quadrature::trapezoid(steps),
            Quadrature::TrapezoidCaptum => quadrature::trapezoid_captum(steps),
        };
        let rules = Rules::gradient();
        let sums = job.sample(points.len(), PIECES * x.len(), &mut |job, range, sums| {
            let from = sums.len();
            sums.resize(from + x.len(), 0.0);
            for points in points[range].chunks(batch_size(job.subnetwork)) {
                let rows: Vec<f32> = points
                    .iter()
                    .flat_map(|(a, _)| {
                        x.iter().zip(&x0).map(move |(x, x0)| {
                            (f64::from(*x0) + a * (f64::from(*x) - f64::from(*x0))) as f32
                        })
                    })
                    .collect();
                job.subnetwork.record(&rows, &mut job.tape)?;
                let seed = job.objective.seed(&job.tape, SeedKind::Derivative);
                let pass = backward(job.subnetwork, &job.tape, None, &rules, seed, Keep::Source)?;
                let gradients = pass.adjoints[job.subnetwork.source()].chunks_exact(x.len());
                for (gradient, (_, weight)) in gradients.zip(points) {
                    for (sum, g) in sums[from..].iter_mut().zip(gradient) {
                        *sum += weight * f64::from(*g);
                    }
                }
                job.advance(points.len())?;
            }
            Ok(())
        })?;
        let sums = match sums {
            Sampled::All(numbers) => numbers,
            Sampled::Piece(numbers) => return Ok(Outcome::Piece(numbers)),
        };
        let mut mean = vec![0.0; x.len()];
        for (i, sum) in sums.iter().enumerate() {
            mean[i % x.len()] += sum;
        }
        let relevance = mean
            .iter()
            .zip(x.iter().zip(&x0))
            .map(|(g, (x, x0))| ((f64::from(*x) - f64::from(*x0)) * g) as f32)
            .collect();
        job.subnetwork.record(&x0, &mut job.tape)?;
        let expected = score - job.objective.score(&job.tape, 0);
        Ok(job.result("integrated-gradients", relevance, score, Some(expected))?.into())
    }
}
