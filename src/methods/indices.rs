//! Inputs that are indices into the table of an embedding: between two of them there is nothing, so they have
//! no gradient, and what replaces one must be one.

use super::{Fill, Job, Method, Need};
use crate::backward::no_gradient;
use crate::error::{Code, Error, Result};
use crate::network::{Layer, NodeId, Section};

/// An error where `method` moves indices off whole numbers, or replaces them by what is none.
pub(super) fn check(job: &Job<'_, '_>, method: &dyn Method) -> Result<()> {
    let (section, goal) = (job.section, job.objective.node());
    if method.descriptor().needs.contains(&Need::Gradients) {
        differentiable(section, goal)?;
    }
    match method.replacement() {
        Some((name, fill)) => replaceable(section, goal, name, fill),
        None => Ok(()),
    }
}

/// An error where the explained values are indices.
pub(super) fn differentiable(section: &Section<'_>, goal: NodeId) -> Result<()> {
    let network = section.network();
    match embedding(section, goal) {
        Some(id) => Err(no_gradient().context(format_args!("node '{}'", network.node(id).name))),
        None => Ok(()),
    }
}

/// An error where the explained values are indices and `fill`, the parameter of this name, holds others.
pub(crate) fn replaceable(
    section: &Section<'_>,
    goal: NodeId,
    name: &str,
    fill: &Fill,
) -> Result<()> {
    if embedding(section, goal).is_none() {
        return Ok(());
    }
    let values = fill.values(section.x().len())?;
    section.record(&values, &mut section.tape()).map_err(|error| match error.code() {
        Code::Input => Error::new(
            Code::Request,
            format!("the {name} must be an index, as the input is: {}", error.message()),
        ),
        _ => error,
    })
}

/// The first embedding that the explained values go through on their way to `goal`.
fn embedding(section: &Section<'_>, goal: NodeId) -> Option<NodeId> {
    let network = section.network();
    let is_embedding = |id: &NodeId| matches!(network.node(*id).layer, Layer::Embedding { .. });
    // Most networks have none, and finding the way takes longer than looking.
    let any = section.nodes().iter().any(is_embedding);
    any.then(|| section.path(goal))?.into_iter().find(is_embedding)
}
