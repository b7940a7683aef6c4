//! Deconvolution network (Zeiler and Fergus 2014): the pass back with max(g, 0) at every ReLU.

use super::objective::SeedKind;
use super::{Contrast, Descriptor, Job, Method, Outcome, Pass, Reader, notes, pass};
use crate::error::Result;
use crate::rules::Rules;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "The output sent back through the layers, keeping only positive signals at every ReLU.",
    source: "Zeiler and Fergus 2014",
    contrast: Contrast::Propagated,
    // But for the switches of max pooling.
    input_dependent: false,
    ..Descriptor::new("deconvnet", "Deconvnet", read)
};

fn read(_: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(Deconvnet))
}

/// Deconvolution network.
#[derive(Clone, Copy, Debug)]
pub struct Deconvnet;

impl Method for Deconvnet {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let mut explanation =
            job.result("deconvnet", pass::adjoint(job, &Rules::deconvnet())?, score, None)?;
        explanation.notes.extend(notes::activations(job, "deconvnet"));
        Ok(explanation.into())
    }

    fn pass(&self, job: &mut Job<'_, '_>) -> Result<Pass> {
        let notes = notes::activations(job, "deconvnet").into_iter().collect();
        Ok(Pass { rules: Rules::deconvnet(), start: SeedKind::Derivative, notes })
    }
}
