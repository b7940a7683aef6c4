//! SmoothGrad (Smilkov et al. 2017), its squared form and VarGrad (Adebayo et al. 2018): statistics
//! of the gradient over noisy copies of the input.

use super::descriptor::{SEED, integer, number};
use super::features::batch_size;
use super::objective::SeedKind;
use super::share::PIECES;
use super::{Contrast, Descriptor, Job, Method, Outcome, Param, Reader, Sampled};
use crate::backward::{Keep, backward};
use crate::error::{Code, Result, ensure};
use crate::random::Random;
use crate::rules::Rules;
use std::ops::Range;

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
/// Distance of two seeds: odd, and larger than any number of copies.
const STRIDE: u64 = 0x9E37_79B9_7F4A_7C15;

const NOISY: &[Param] = &[
    integer("samples", (1, 10_000), 32, "Number of noisy copies."),
    number(
        "noise",
        (0.0, 1.0),
        0.15,
        false,
        "Standard deviation of the noise, as a share of the input's range.",
    ),
    SEED,
];

pub(super) const SMOOTH_GRAD: Descriptor = Descriptor {
    summary: "The gradient averaged over noisy copies of the input, which calms its flicker.",
    source: "Smilkov et al. 2017",
    params: NOISY,
    sampled: true,
    ..Descriptor::new("smooth-grad", "SmoothGrad", |read| read_statistic(read, Statistic::Mean))
};

pub(super) const SQUARED: Descriptor = Descriptor {
    summary: "The squared gradient averaged over noisy copies of the input.",
    source: "Hooker et al. 2019",
    signed: false,
    contrast: Contrast::Propagated,
    params: NOISY,
    sampled: true,
    ..Descriptor::new("smooth-grad-squared", "SmoothGrad squared", |read| {
        read_statistic(read, Statistic::MeanSquare)
    })
};

pub(super) const VARGRAD: Descriptor = Descriptor {
    summary: "How much the gradient varies over noisy copies of the input.",
    source: "Adebayo et al. 2018",
    signed: false,
    contrast: Contrast::Propagated,
    params: NOISY,
    sampled: true,
    ..Descriptor::new("vargrad", "VarGrad", |read| read_statistic(read, Statistic::Variance))
};

fn read_statistic(read: &Reader<'_>, statistic: Statistic) -> Result<Box<dyn Method>> {
    let noise = Noise::Gaussian {
        samples: read.integer("samples")?,
        level: read.number("noise")? as f32,
        seed: read.integer("seed")? as u64,
    };
    Ok(Box::new(SmoothGrad { noise, statistic }))
}

/// Gradients at noisy copies of the input, averaged in one way or another.
#[derive(Clone, Debug)]
pub struct SmoothGrad {
    /// The copies.
    pub noise: Noise,
    /// Mean, mean square or variance.
    pub statistic: Statistic,
}

impl Method for SmoothGrad {
    fn descriptor(&self) -> &'static Descriptor {
        match self.statistic {
            Statistic::Mean => &SMOOTH_GRAD,
            Statistic::MeanSquare => &SQUARED,
            Statistic::Variance => &VARGRAD,
        }
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let (noise, x) = (&self.noise, job.subnetwork.x());
        let total = noise.copies(x.len())?;
        let rules = Rules::gradient();
        // Per element the sum and the sum of squares.
        let pieces = job.sample(total, PIECES * 2 * x.len(), &mut |job, range, sums| {
            let from = sums.len();
            sums.resize(from + 2 * x.len(), 0.0);
            let size = batch_size(job.subnetwork);
            for start in range.clone().step_by(size) {
                let copies = start..range.end.min(start + size);
                let rows = noise.add(x, copies.clone());
                job.subnetwork.record(&rows, &mut job.tape)?;
                let seed = job.objective.seed(&job.tape, SeedKind::Derivative);
                let pass = backward(job.subnetwork, &job.tape, None, &rules, seed, Keep::Source)?;
                for gradient in pass.adjoints[job.subnetwork.source()].chunks_exact(x.len()) {
                    for (sums, g) in sums[from..].chunks_exact_mut(2).zip(gradient) {
                        let g = f64::from(*g);
                        sums[0] += g;
                        sums[1] += g * g;
                    }
                }
                job.advance(copies.len())?;
            }
            Ok(())
        })?;
        let pieces = match pieces {
            Sampled::All(numbers) => numbers,
            Sampled::Piece(numbers) => return Ok(Outcome::Piece(numbers)),
        };
        let mut sums = vec![0.0; 2 * x.len()];
        for (i, sum) in pieces.iter().enumerate() {
            sums[i % (2 * x.len())] += sum;
        }
        let n = total as f64;
        let map = sums.chunks_exact(2).map(|sums| {
            let (mean, square) = (sums[0] / n, sums[1] / n);
            (match self.statistic {
                Statistic::Mean => mean,
                Statistic::MeanSquare => square,
                Statistic::Variance => (square - mean * mean).max(0.0),
            }) as f32
        });
        let mut explanation = job.result(self.descriptor().name, map.collect(), score, None)?;
        let same = x.iter().all(|value| *value == x[0]);
        if matches!(noise, Noise::Gaussian { level, .. } if *level > 0.0 && same) {
            let note = "the values are all the same, so the noise, a share of their range, is 0";
            explanation.notes.push(note.into());
        }
        Ok(explanation.into())
    }
}

impl Noise {
    /// Number of copies.
    fn copies(&self, len: usize) -> Result<usize> {
        match self {
            Noise::Given(noise) => {
                ensure(
                    !noise.is_empty() && noise.len().is_multiple_of(len),
                    Code::Request,
                    || format!("{} noise values for an input of {len}", noise.len()),
                )?;
                Ok(noise.len() / len)
            }
            Noise::Gaussian { samples, .. } => {
                ensure((1..=SAMPLES).contains(samples), Code::Request, || {
                    format!("{samples} copies; 1 to {SAMPLES} are possible")
                })?;
                Ok(*samples)
            }
        }
    }

    /// These copies of `x`, one after another. Each has a generator of its own, so that nobody has to
    /// draw the ones before.
    fn add(&self, x: &[f32], copies: Range<usize>) -> Vec<f32> {
        let mut rows = x.repeat(copies.len());
        match self {
            Noise::Given(noise) => {
                for (row, noise) in rows.iter_mut().zip(&noise[copies.start * x.len()..]) {
                    *row += noise;
                }
            }
            Noise::Gaussian { level, seed, .. } => {
                let (low, high) = x
                    .iter()
                    .fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), &x| (l.min(x), h.max(x)));
                let deviation = level * (high - low);
                for (copy, row) in copies.zip(rows.chunks_exact_mut(x.len())) {
                    let own = seed.wrapping_mul(STRIDE).wrapping_add(copy as u64);
                    let mut random = Random::new(own);
                    for value in row {
                        *value += deviation * random.normal();
                    }
                }
            }
        }
        rows
    }
}
