//! Gradient times input (Shrikumar et al. 2016).

use super::{Descriptor, Job, Method, Outcome, Reader, pass};
use crate::error::Result;
use crate::rules::Rules;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "The slope times the value: what each value adds if the network is taken as linear around this input.",
    sums: "f(x) if the network is piecewise linear without biases",
    source: "Shrikumar et al. 2016",
    ..Descriptor::new("gradient-x-input", "Gradient × input", read)
};

fn read(_: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(GradientXInput))
}

/// x ⊙ ∂f/∂x.
#[derive(Clone, Copy, Debug)]
pub struct GradientXInput;

impl Method for GradientXInput {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let mut g = pass::adjoint(job, &Rules::gradient())?;
        for (g, x) in g.iter_mut().zip(job.subnetwork.x()) {
            *g *= x;
        }
        Ok(job.result("gradient-x-input", g, score, None)?.into())
    }
}
