//! Sufficient input subsets (Carter et al. 2019).
//!
//! ```text
//! BackSelect(free):   mask, one after another, the free feature whose masking leaves f highest
//! FindSIS:            walk that order backwards, collecting features until f ≥ τ is met
//! collection:         mask the found set for good; repeat while f(rest) ≥ τ
//! ```
//!
//! Ties go to the lowest index. Departures for speed, with an identical trace:
//! 1. A feature that already equals its mask changes nothing: its score is the current one.
//! 2. Only what a mask reaches is computed ([`MaskedInputs`]); what candidates keep stays true until
//!    something in their reach is masked.
//! 3. Candidates are ranked by estimates that are equal up to rounding. Those that may be the best, seen
//!    the rounding that occurs, are evaluated as the whole forward pass does, and these decide.

mod search;

pub use search::{Proposal, Search};

use super::descriptor::{baseline, integer, number};
use super::{Baseline, Contrast, Descriptor, Job, Method, Outcome, Reader, go_on};
use crate::error::Result;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "Small sets of values each of which, all else masked, is enough for the decision.",
    sums: "nothing: every set is numbered",
    source: "Carter et al. 2019",
    signed: false,
    needs: &[],
    contrast: Contrast::Propagated,
    quick: false,
    params: &[
        number("threshold", (0.0, 1.0), 0.7, false, "τ: the probability that each set must keep."),
        baseline("mask", 0.0, "What replaces masked values."),
        integer("sets", (1, 1000), 1000, "Most sets to look for."),
    ],
    ..Descriptor::new("sis", "Sufficient input subsets", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(SufficientInputSubsets {
        threshold: read.number("threshold")?,
        mask: read.baseline("mask")?,
        sets: read.integer("sets")?,
    }))
}

/// Sufficient input subsets.
#[derive(Clone, Debug)]
pub struct SufficientInputSubsets {
    /// τ, on the probability of the target.
    pub threshold: f64,
    /// What replaces masked features.
    pub mask: Baseline,
    /// Most subsets to look for.
    pub sets: usize,
}

impl Method for SufficientInputSubsets {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn replacement(&self) -> Option<(&'static str, &Baseline)> {
        Some(("mask", &self.mask))
    }

    fn search<'n>(&self, job: &Job<'_, 'n>, share: (usize, usize)) -> Result<Search<'n>> {
        Search::new(job, self.threshold, &self.mask, self.sets, share)
    }

    fn run(&self, job: &mut Job<'_, '_>, _: f64) -> Result<Outcome> {
        let mut search = self.search(job, (0, 1))?;
        while !search.finished() {
            let (done, total) = search.progress();
            go_on(job.progress, done, total)?;
            let best = search.propose(job.progress)?;
            search.adopt(best)?;
        }
        Ok(search.explanation()?.into())
    }
}

#[cfg(test)]
mod tests {
    use crate::methods::{Baseline, SufficientInputSubsets, Target, explain};
    use crate::network::{Builder, Operation, OutputActivation};
    use ndarray::{ArrayD, IxDyn};

    #[test]
    fn candidates_without_memory_are_judged_like_those_with() {
        let mut b = Builder::new();
        let x = b.input("x", &[40]).unwrap();
        // Of these contributions only the first dozen candidates can be kept.
        let weight: Vec<f32> = (0..40).map(|i| ((i * 17) % 41) as f32 - 20.0).collect();
        let dense = Operation::Dense { weight: weight.clone(), outputs: 1, bias: vec![] };
        let y = b.push("y", dense, &[x]).unwrap();
        let network = b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();
        let x = ArrayD::from_elem(IxDyn(&[1, 40]), 1.0);
        let method =
            SufficientInputSubsets { threshold: -1e3, mask: Baseline::Constant(0.0), sets: 1 };
        let explanation =
            explain(&network, &[x.view()], &method, &Target::Top, None, &mut |_, _| true).unwrap();
        let mut expected: Vec<usize> = (0..40).collect();
        expected.sort_by(|&a, &b| weight[a].total_cmp(&weight[b]));
        assert_eq!(explanation.sis.unwrap().sets[0].order, expected);
    }
}
