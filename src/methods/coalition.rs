//! Coalitions of features, present or absent, and what the network makes of them.

use super::descriptor::LARGEST_SEGMENT;
use super::features::{channels, finite, scores};
use super::regression::{ENTRIES, bounded};
use super::{Baseline, Job, Sampled, Segments};
use crate::error::{Code, Result, ensure};
use crate::random::Random;

/// Which coalitions are evaluated.
#[derive(Clone, Debug, PartialEq)]
pub enum Coalitions {
    /// All of them (few features only).
    All,
    /// Given rows, one 0 or 1 per feature, flat.
    Given(Vec<bool>),
    /// Random ones.
    Sampled {
        /// How many.
        samples: usize,
        /// Seed of the generator.
        seed: u64,
    },
}

/// Most features for which all coalitions are enumerated.
pub(super) const ENUMERABLE: usize = 16;
/// Most sampled coalitions.
const SAMPLES: usize = 100_000;

/// Features of an example that are switched on and off together.
pub(super) struct Features {
    feature: Vec<Option<usize>>,
    baseline: Vec<f32>,
    /// Number of features.
    pub count: usize,
    /// Shape of the positions whose blocks they are; empty where they are no blocks.
    space: Vec<usize>,
}

impl Features {
    pub fn new(job: &Job<'_, '_>, baseline: &Baseline, segments: &Segments) -> Result<Self> {
        let (feature, count) = segments.assign(job.subnetwork)?;
        let baseline = baseline.values(job.subnetwork.x().len())?;
        ensure(count > 0, Code::Request, || "there are no features".into())?;
        let space = match segments {
            Segments::Blocks(_) => channels(job.subnetwork).space,
            Segments::Each(_) => Vec::new(),
        };
        Ok(Features { feature, baseline, count, space })
    }

    /// What to do where these are too many features and at most `most` would do.
    pub fn larger(&self, most: usize) -> String {
        let longest = self.space.iter().copied().max().unwrap_or(0).min(LARGEST_SEGMENT as usize);
        let blocks = |extent: usize| {
            self.space.iter().fold(1, |count: usize, n| count.saturating_mul(n.div_ceil(extent)))
        };
        match (1..=longest).find(|&extent| blocks(extent) <= most) {
            Some(extent) => format!("take larger segments, of {extent} or more"),
            None => format!("take larger segments, so that there are at most {most} features"),
        }
    }

    /// Scores of coalitions, `rows` flat with one entry per feature; absent features take the
    /// baseline.
    pub fn values(&self, job: &mut Job<'_, '_>, rows: &[bool]) -> Result<Sampled> {
        let total = rows.len() / self.count;
        job.sample(total, total, &mut |job, range, values| {
            let own = &rows[range.start * self.count..range.end * self.count];
            scores(job, range.len(), &mut |k, row| self.write(own, k, row), values)
        })
    }

    /// The score with every feature absent.
    pub fn none(&self, job: &mut Job<'_, '_>) -> Result<f64> {
        job.subnetwork.record(&self.baseline, &mut job.tape)?;
        let score = job.objective.score(&job.tape, 0);
        finite(score)?;
        Ok(score)
    }

    /// Switches off in an example what coalition `k` of these rows lacks.
    fn write(&self, rows: &[bool], k: usize, example: &mut [f32]) {
        let present = &rows[k * self.count..(k + 1) * self.count];
        for ((x, &feature), &absent) in example.iter_mut().zip(&self.feature).zip(&self.baseline) {
            if feature.is_some_and(|feature| !present[feature]) {
                *x = absent;
            }
        }
    }

    /// Each element gets its feature's number divided by the feature's size, so that sums stay; elements of
    /// none get 0.
    pub fn spread(&self, numbers: &[f64]) -> Vec<f32> {
        let mut sizes = vec![0usize; self.count];
        for &feature in self.feature.iter().flatten() {
            sizes[feature] += 1;
        }
        let own = |f: usize| (numbers[f] / sizes[f] as f64) as f32;
        self.feature.iter().map(|f| f.map_or(0.0, own)).collect()
    }
}

/// All 2ⁿ coalitions; row index = binary number with feature 0 as the most significant bit.
pub(super) fn all(features: &Features) -> Result<Vec<bool>> {
    let count = features.count;
    ensure(count <= ENUMERABLE, Code::NotApplicable, || {
        format!(
            "{count} features have too many coalitions to enumerate, at most {ENUMERABLE} can be: {}, or \
             a method that samples",
            features.larger(ENUMERABLE)
        )
    })?;
    Ok((0..1usize << count)
        .flat_map(|row| (0..count).map(move |f| row >> (count - 1 - f) & 1 == 1))
        .collect())
}

/// The given or sampled coalitions. Sampled ones come in pairs (one and its complement) with sizes
/// distributed as Kernel SHAP weighs them, or, `independent`ly, each feature by the toss of a coin, as LIME does.
pub(super) fn choose(
    coalitions: &Coalitions,
    features: &Features,
    independent: bool,
) -> Result<Vec<bool>> {
    let count = features.count;
    match coalitions {
        Coalitions::All => all(features),
        Coalitions::Given(rows) => {
            ensure(!rows.is_empty() && rows.len().is_multiple_of(count), Code::Request, || {
                format!("{} entries are no rows of {count} features", rows.len())
            })?;
            Ok(rows.clone())
        }
        Coalitions::Sampled { samples, seed } => {
            ensure((2..=SAMPLES).contains(samples), Code::Request, || {
                format!("{samples} coalitions; 2 to {SAMPLES} are possible")
            })?;
            bounded(*samples, count, &|| {
                format!("{}, or fewer coalitions", features.larger(ENTRIES / samples))
            })?;
            let mut random = Random::new(*seed);
            let mut rows = Vec::with_capacity(samples * count);
            while rows.len() < samples * count {
                let row: Vec<bool> = if independent {
                    (0..count).map(|_| random.below(2) == 1).collect()
                } else {
                    of_size(&mut random, count)
                };
                rows.extend(row.iter().copied());
                if !independent {
                    rows.extend(row.iter().map(|present| !present));
                }
            }
            rows.truncate(samples * count);
            Ok(rows)
        }
    }
}

/// A random proper non-empty coalition; P(size s) ∝ 1 / (s (n − s)).
fn of_size(random: &mut Random, count: usize) -> Vec<bool> {
    let weight = |s: usize| 1.0 / (s * (count - s)) as f32;
    let total: f32 = (1..count).map(weight).sum();
    let mut left = random.unit() * total;
    let mut size = 1;
    while size + 1 < count && left >= weight(size) {
        left -= weight(size);
        size += 1;
    }
    let mut row: Vec<bool> = (0..count).map(|f| f < size).collect();
    random.shuffle(&mut row);
    row
}
