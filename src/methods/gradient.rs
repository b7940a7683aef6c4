//! The gradient of the score (Simonyan et al. 2014).

use super::objective::SeedKind;
use super::{Descriptor, Job, Method, Outcome, Pass, Reader, pass};
use crate::error::Result;
use crate::rules::Rules;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "How fast the score rises when a value rises; it says what would change the decision, not what made it.",
    source: "Simonyan et al. 2014",
    ..Descriptor::new("gradient", "Gradient", read)
};

fn read(_: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(Gradient))
}

/// ∂f/∂x.
#[derive(Clone, Copy, Debug)]
pub struct Gradient;

impl Method for Gradient {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let explanation =
            job.result("gradient", pass::adjoint(job, &Rules::gradient())?, score, None)?;

        Ok(explanation.into())
    }

    fn pass(&self, _: &mut Job<'_, '_>) -> Result<Pass> {
        let notes = Vec::new();
        Ok(Pass { rules: Rules::gradient(), start: SeedKind::Derivative, notes })
    }
}
