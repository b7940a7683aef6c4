//! SmoothGrad (Smilkov et al. 2017), its squared form and VarGrad (Adebayo et al. 2018): statistics
//! of the gradient over noisy copies of the input.

use super::Job;
use super::features::batch_size;
use super::objective::Start;
use super::share::PIECES;
use crate::backward::backward;
use crate::error::{Code, Result, ensure};
use crate::explanation::Explanation;
use crate::random::Random;
use crate::rules::Rules;

/// The noise of the copies.
#[derive(Clone, Debug, PartialEq)]
pub enum Noise {
    /// Gaussian.
    Gaussian {
        /// Number of copies.
        samples: usize,
        /// Standard deviation, as a share of the input's range (max − min).
        level: f32,
        /// Seed of the generator.
        seed: u64,
    },
    /// Given: `[copies, *shape]`, flat.
    Given(Vec<f32>),
}

/// What becomes of the copies' gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Mean.
    Mean,
    /// Mean of squares.
    MeanSquare,
    /// Population variance.
    Variance,
}

/// Most copies.
const SAMPLES: usize = 10_000;

pub(super) fn explain(
    job: &mut Job<'_, '_>,
    noise: &Noise,
    statistic: Statistic,
    score: f64,
) -> Result<Explanation> {
    let x = job.section.x();
    let noise = draw(noise, x)?;
    let total = noise.len() / x.len();
    let rules = Rules::gradient();
    // Per element the sum and the sum of squares.
    let pieces = job.sample(total, PIECES * 2 * x.len(), &mut |job, range, sums| {
        let from = sums.len();
        sums.resize(from + 2 * x.len(), 0.0);
        let noise = &noise[range.start * x.len()..range.end * x.len()];
        for noise in noise.chunks(batch_size(job.section) * x.len()) {
            let rows: Vec<f32> =
                noise.iter().enumerate().map(|(i, noise)| x[i % x.len()] + noise).collect();
            job.section.record(&rows, &mut job.tape)?;
            let seed = job.objective.seed(&job.tape, Start::Derivative);
            let pass = backward(job.section, &job.tape, None, &rules, seed)?;
            for gradient in pass.signals[job.section.source()].chunks_exact(x.len()) {
                for (sums, g) in sums[from..].chunks_exact_mut(2).zip(gradient) {
                    let g = f64::from(*g);
                    sums[0] += g;
                    sums[1] += g * g;
                }
            }
            job.advance(noise.len() / x.len())?;
        }
        Ok(())
    })?;
    let mut sums = vec![0.0; 2 * x.len()];
    for (i, sum) in pieces.iter().enumerate() {
        sums[i % (2 * x.len())] += sum;
    }
    let n = total as f64;
    let map = sums.chunks_exact(2).map(|sums| {
        let (mean, square) = (sums[0] / n, sums[1] / n);
        (match statistic {
            Statistic::Mean => mean,
            Statistic::MeanSquare => square,
            Statistic::Variance => (square - mean * mean).max(0.0),
        }) as f32
    });
    let name = match statistic {
        Statistic::Mean => "smooth-grad",
        Statistic::MeanSquare => "smooth-grad-squared",
        Statistic::Variance => "vargrad",
    };
    job.result(name, map.collect(), score, None)
}

fn draw(noise: &Noise, x: &[f32]) -> Result<Vec<f32>> {
    match noise {
        Noise::Given(noise) => {
            ensure(
                !noise.is_empty() && noise.len().is_multiple_of(x.len()),
                Code::Request,
                || format!("{} noise values for an input of {}", noise.len(), x.len()),
            )?;
            Ok(noise.clone())
        }
        Noise::Gaussian { samples, level, seed } => {
            ensure((1..=SAMPLES).contains(samples), Code::Request, || {
                format!("{samples} copies; 1 to {SAMPLES} are possible")
            })?;
            let (low, high) = x
                .iter()
                .fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), &x| (l.min(x), h.max(x)));
            let deviation = level * (high - low);
            let mut random = Random::new(*seed);
            Ok((0..samples * x.len()).map(|_| deviation * random.normal()).collect())
        }
    }
}
