//! Expected gradients (Erion et al. 2021, eq. 3): the mean of (x − x′) ⊙ ∂f/∂x at x′ + α (x − x′), with x′ drawn from
//! a set of baselines and α from 0 to 1. Integrated gradients without the choice of one baseline.

use super::descriptor::{SEED, baseline, integer};
use super::features::batch_size;
use super::objective::SeedKind;
use super::share::PIECES;
use super::{Baseline, Descriptor, Job, Method, Outcome, Reader, Sampled, check_finite};
use crate::backward::{Keep, backward};
use crate::error::{Code, Result, ensure};
use crate::random::Random;
use crate::rules::Rules;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "The score's rise on straight ways from baselines drawn at random to the input, split among the values.",
    sums: "f(x) − mean of f(baselines), up to chance",
    source: "Erion et al. 2021",
    params: &[
        baseline(
            "baselines",
            0.0,
            "Inputs that count as 'nothing there': one, or several behind one another.",
        ),
        integer("samples", (1, 10_000), 200, "Points, each on the way from a baseline."),
        SEED,
    ],
    sampled: true,
    ..Descriptor::new("expected-gradients", "Expected gradients", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(ExpectedGradients {
        baselines: read.baseline("baselines")?,
        points: Points::Drawn {
            samples: read.integer("samples")?,
            seed: read.integer("seed")? as u64,
        },
    }))
}

/// E[(x − x′) ⊙ ∂f/∂x at x′ + α (x − x′)].
#[derive(Clone, Debug)]
pub struct ExpectedGradients {
    /// x′: one number for all elements, or the elements of one or several inputs, flat.
    pub baselines: Baseline,
    /// Which baselines, and where on the way.
    pub points: Points,
}

/// Where the gradient is taken.
#[derive(Clone, Debug)]
pub enum Points {
    /// At random.
    Drawn {
        /// How many points.
        samples: usize,
        /// Seed of the generator.
        seed: u64,
    },
    /// Given: the number of a baseline, and α.
    Given(Vec<(usize, f64)>),
}

/// How far the points' generators of one seed lie from those of the next: farther than there can be points.
const STRIDE: u64 = 0x9E37_79B9_7F4A_7C15;

impl Points {
    fn count(&self) -> usize {
        match self {
            Points::Drawn { samples, .. } => *samples,
            Points::Given(points) => points.len(),
        }
    }

    /// A baseline's number and α. Each point has a generator of its own, so that nobody has to draw the ones before.
    fn point(&self, k: usize, baselines: usize) -> (usize, f64) {
        match self {
            Points::Drawn { seed, .. } => {
                let mut random = Random::new(seed.wrapping_mul(STRIDE).wrapping_add(k as u64));
                (random.below(baselines), f64::from(random.unit()))
            }
            Points::Given(points) => points[k],
        }
    }
}

impl Method for ExpectedGradients {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let x = job.subnetwork.x();
        let baselines = match &self.baselines {
            Baseline::Each(values) if values.len() > x.len() => values.clone(),
            one => one.values(x.len())?,
        };
        let sets = baselines.len() / x.len();
        ensure(baselines.len() == sets * x.len(), Code::Request, || {
            format!("baselines of {} values for an input of {}", baselines.len(), x.len())
        })?;
        check_finite(&baselines, &"the baselines contain")?;
        let count = self.points.count();
        let drawn: Vec<(usize, f64)> = (0..count).map(|k| self.points.point(k, sets)).collect();
        let given = drawn.iter().all(|&(set, a)| set < sets && (0.0..=1.0).contains(&a));
        ensure(count > 0 && given, Code::Request, || {
            format!("a point needs one of the {sets} baselines and a place from 0 to 1")
        })?;
        let baseline = |set: usize| &baselines[set * x.len()..(set + 1) * x.len()];
        let rules = Rules::gradient();
        let sampled = job.sample(count, PIECES * x.len(), &mut |job, range, sums| {
            let from = sums.len();
            sums.resize(from + x.len(), 0.0);
            for points in drawn[range].chunks(batch_size(job.subnetwork)) {
                let row = |&(set, a): &(usize, f64)| {
                    let on_the_way = move |(x, x0): (&f32, &f32)| {
                        (f64::from(*x0) + a * (f64::from(*x) - f64::from(*x0))) as f32
                    };
                    x.iter().zip(baseline(set)).map(on_the_way)
                };
                let rows: Vec<f32> = points.iter().flat_map(row).collect();
                job.subnetwork.record(&rows, &mut job.tape)?;
                let seed = job.objective.seed(&job.tape, SeedKind::Derivative);
                let pass = backward(job.subnetwork, &job.tape, None, &rules, seed, Keep::Source)?;
                let gradients = pass.adjoints[job.subnetwork.source()].chunks_exact(x.len());
                for (gradient, &(set, _)) in gradients.zip(points) {
                    let ways = x.iter().zip(baseline(set));
                    for ((sum, g), (x, x0)) in sums[from..].iter_mut().zip(gradient).zip(ways) {
                        *sum += (f64::from(*x) - f64::from(*x0)) * f64::from(*g);
                    }
                }
                job.advance(points.len())?;
            }
            Ok(())
        })?;
        let sums = match sampled {
            Sampled::All(numbers) => numbers,
            Sampled::Piece(numbers) => return Ok(Outcome::Piece(numbers)),
        };
        let element = |i: usize| sums.iter().skip(i).step_by(x.len()).sum::<f64>();
        let relevance = (0..x.len()).map(|i| (element(i) / count as f64) as f32).collect();
        let mut rest = 0.0;
        for set in 0..sets {
            job.subnetwork.record(baseline(set), &mut job.tape)?;
            rest += job.objective.score(&job.tape, 0);
        }
        let expected = score - rest / sets as f64;
        Ok(job.result("expected-gradients", relevance, score, Some(expected))?.into())
    }
}
