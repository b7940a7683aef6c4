//! Shapley values (Shapley 1953), exact by enumeration: φ_i = Σ_{S∌i} |S|! (n−|S|−1)! / n! · (v(S∪i) − v(S)). They sum
//! to f(x) − f(baseline).

use super::coalition::{self, Features};
use super::descriptor::{BASELINE, LARGEST_SEGMENT, integer};
use super::{Baseline, Descriptor, Job, Method, Outcome, Reader, Sampled, Segments};
use crate::error::Result;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "Each feature's average effect on the score over all orders in which features could be added.",
    sums: "f(x) − f(baseline)",
    source: "Shapley 1953",
    needs: &[],
    quick: false,
    params: &[
        BASELINE,
        integer(
            "segment",
            (1, LARGEST_SEGMENT),
            7,
            "Side of the square blocks that are switched together; at most 16 blocks are possible.",
        ),
    ],
    sampled: true,
    ..Descriptor::new("shapley", "Shapley values", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(Shapley { baseline: read.baseline("baseline")?, segments: read.segments()? }))
}

/// Exact Shapley values by enumeration.
#[derive(Clone, Debug)]
pub struct Shapley {
    /// What replaces absent features.
    pub baseline: Baseline,
    /// Which elements form a feature.
    pub segments: Segments,
}

impl Method for Shapley {
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
        let values = match features.values(job, &coalition::all(&features)?)? {
            Sampled::All(values) => values,
            Sampled::Piece(numbers) => return Ok(Outcome::Piece(numbers)),
        };
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
        let difference = score - values[0];
        Ok(job.result("shapley", features.spread(&phi), score, Some(difference))?.into())
    }
}
