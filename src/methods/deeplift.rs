//! DeepLIFT with the rescale rule (Shrikumar et al. 2017): multipliers against the reference, times the difference of
//! the inputs.

use super::descriptor::BASELINE;
use super::objective::SeedKind;
use super::{Baseline, Descriptor, Job, Method, Outcome, Reader};
use crate::backward::{Keep, backward};
use crate::error::Result;
use crate::rules::Rules;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "The difference from the baseline's score, split by finite differences instead of slopes.",
    sums: "f(x) − f(baseline)",
    source: "Shrikumar et al. 2017 (rescale rule)",
    params: &[BASELINE],
    ..Descriptor::new("deeplift", "DeepLIFT", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(DeepLift { baseline: read.baseline("baseline")? }))
}

/// DeepLIFT, rescale rule.
#[derive(Clone, Debug)]
pub struct DeepLift {
    /// The reference input.
    pub baseline: Baseline,
}

impl Method for DeepLift {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let x = job.subnetwork.x();
        let x0 = self.baseline.values(x.len())?;
        let mut reference = job.subnetwork.tape();
        job.subnetwork.record(&x0, &mut reference)?;
        let seed = job.objective.seed(&job.tape, SeedKind::Derivative);
        let rules = Rules::deeplift();
        let pass =
            backward(job.subnetwork, &job.tape, Some(&reference), &rules, seed, Keep::Source)?;
        let multipliers = &pass.adjoints[job.subnetwork.source()];
        let relevance =
            multipliers.iter().zip(x.iter().zip(&x0)).map(|(m, (x, x0))| m * (x - x0)).collect();
        let expected = score - job.objective.score(&reference, 0);
        Ok(job.result("deeplift", relevance, score, Some(expected))?.into())
    }
}
