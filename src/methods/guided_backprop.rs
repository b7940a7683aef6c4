//! Guided backpropagation (Springenberg et al. 2015): the pass back with max(g, 0)·f'(z) at every ReLU.

use super::objective::SeedKind;
use super::{Contrast, Descriptor, Job, Method, Outcome, Pass, Reader, notes, pass};
use crate::error::Result;
use crate::rules::Rules;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "The gradient, keeping at every ReLU only positive signals through active units: sharp, but hardly class-specific.",
    source: "Springenberg et al. 2015",
    contrast: Contrast::Propagated,
    ..Descriptor::new("guided-backprop", "Guided backprop", read)
};

fn read(_: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(GuidedBackprop))
}

/// Guided backpropagation.
#[derive(Clone, Copy, Debug)]
pub struct GuidedBackprop;

impl Method for GuidedBackprop {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let mut explanation =
            job.result("guided-backprop", pass::adjoint(job, &Rules::guided())?, score, None)?;
        explanation.notes.extend(notes::activations(job, "guided backprop"));
        Ok(explanation.into())
    }

    fn pass(&self, job: &mut Job<'_, '_>) -> Result<Pass> {
        let notes = notes::activations(job, "guided backprop").into_iter().collect();
        Ok(Pass { rules: Rules::guided(), start: SeedKind::Derivative, notes })
    }
}
