//! Saliency (Simonyan et al. 2014): the gradient's size, channels joined by a norm.

use super::descriptor::choice;
use super::features::channels;
use super::{Contrast, Descriptor, Job, Method, Outcome, Reader, pass};
use crate::error::Result;
use crate::rules::Rules;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "How strongly the score reacts to a small change of a value, whatever the direction.",
    source: "Simonyan et al. 2014",
    signed: false,
    contrast: Contrast::Propagated,
    params: &[choice(
        "norm",
        &["max", "l2", "abs"],
        "max",
        "How channels are joined: largest, Euclidean, or each by itself.",
    )],
    ..Descriptor::new("saliency", "Saliency", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    let norm = match read.word("norm")? {
        "abs" => Norm::Abs,
        "l2" => Norm::L2,
        _ => Norm::Max,
    };
    Ok(Box::new(Saliency { norm }))
}

/// |∂f/∂x|, or a norm of it over the channels.
#[derive(Clone, Copy, Debug)]
pub struct Saliency {
    /// How channels are joined.
    pub norm: Norm,
}

/// How channels are joined in a saliency map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norm {
    /// |g| of every element; channels stay.
    Abs,
    /// max |g| over the channels (Simonyan et al. 2014).
    Max,
    /// √Σg² over the channels.
    L2,
}

impl Method for Saliency {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let mut g = pass::adjoint(job, &Rules::gradient())?;
        let layout = channels(job.subnetwork);
        let (map, shape) = match self.norm {
            Norm::Abs => {
                g.iter_mut().for_each(|g| *g = g.abs());
                (g, job.subnetwork.shape().to_vec())
            }
            Norm::Max => (
                layout.join(&g, |top, g| if g.abs() > top { g.abs() } else { top }),
                layout.space.clone(),
            ),
            Norm::L2 => {
                let squares = layout.join(&g, |sum, g| sum + g * g);
                (squares.into_iter().map(f32::sqrt).collect(), layout.space.clone())
            }
        };
        Ok(job.shaped("saliency", map, &shape, score, None)?.into())
    }
}
