//! Inputs that are indices into the table of an embedding: between two of them there is nothing, so they have
//! no gradient, and what replaces one must be one.

use super::{Baseline, Job, Method, Need};
use crate::backward::no_gradient;
use crate::error::{Code, Error, Result};
use crate::network::{Layer, NodeId, Subnetwork};

/// An error where `method` moves indices off whole numbers, or replaces them by what is none.
pub(super) fn check(job: &Job<'_, '_>, method: &dyn Method) -> Result<()> {
    let (subnetwork, readout) = (job.subnetwork, job.objective.node());
    if method.descriptor().needs.contains(&Need::Gradients) {
        differentiable(subnetwork, readout)?;
    }
    match method.replacement() {
        Some((name, fill)) => replaceable(subnetwork, readout, name, fill),
        None => Ok(()),
    }
}

/// An error where the explained values are indices.
pub(super) fn differentiable(subnetwork: &Subnetwork<'_>, readout: NodeId) -> Result<()> {
    let network = subnetwork.network();
    match embedding(subnetwork, readout) {
        Some(id) => Err(no_gradient().context(format_args!("node '{}'", network.node(id).name))),
        None => Ok(()),
    }
}

/// An error where the explained values are indices and `fill`, the parameter of this name, holds others.
pub(crate) fn replaceable(
    subnetwork: &Subnetwork<'_>,
    readout: NodeId,
    name: &str,
    fill: &Baseline,
) -> Result<()> {
    if embedding(subnetwork, readout).is_none() {
        return Ok(());
    }
    let values = fill.values(subnetwork.x().len())?;
    subnetwork.record(&values, &mut subnetwork.tape()).map_err(|error| match error.code() {
        Code::Input => Error::new(
            Code::Request,
            format!("the {name} must be an index, as the input is: {}", error.message()),
        ),
        _ => error,
    })
}

/// The first embedding that the explained values go through on their way to `readout`.
fn embedding(subnetwork: &Subnetwork<'_>, readout: NodeId) -> Option<NodeId> {
    let network = subnetwork.network();
    let is_embedding = |id: &NodeId| matches!(network.node(*id).layer, Layer::Embedding { .. });
    // Most networks have none, and finding the way takes longer than looking.
    let any = subnetwork.nodes().iter().any(is_embedding);
    any.then(|| subnetwork.path(readout))?.into_iter().find(is_embedding)
}
