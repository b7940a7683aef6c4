//! Grad-CAM (Selvaraju et al. 2017): feature maps A_k weighted by the mean of
//! their gradients, map = Σ_k mean(∂f/∂A_k)·A_k.

use super::descriptor::{LAYER, choice};
use super::features::channels;
use super::{Contrast, Descriptor, Job, Method, Need, Outcome, Reader};
use crate::backward::{Keep, backward};
use crate::error::{Code, Error, Result, ensure};
use crate::kernels::pointwise::clip;
use crate::methods::objective::SeedKind;
use crate::network::{Class, Layer, Network, Node, NodeId};
use crate::rules::Rules;

/// The layer whose feature maps are weighted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CamLayer {
    /// The last convolution with more than one position: a classifier behind global pooling has none to
    /// show.
    LastConvolution,
    /// The activation that follows it.
    LastActivation,
    /// A node.
    Node(NodeId),
}

/// How the map is brought to the input's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upsample {
    /// It keeps the size of the feature maps.
    None,
    /// The nearest cell: source = floor(target · in / out).
    Nearest,
    /// Bilinear with half-pixel centres, edges clamped.
    Bilinear,
}

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "Where the feature maps that raise the score are active; as coarse as those maps.",
    source: "Selvaraju et al. 2017",
    signed: false,
    contrast: Contrast::Propagated,
    params: &[
        LAYER,
        choice("relu", &["yes", "no"], "yes", "Keep the positive part only."),
        choice(
            "upsample",
            &["bilinear", "nearest", "none"],
            "bilinear",
            "How the map is brought to the input's size.",
        ),
    ],
    needs: &[Need::Convolution],
    ..Descriptor::new("grad-cam", "Grad-CAM", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(GradCam {
        layer: read.layer()?,
        relu: read.word("relu")? == "yes",
        upsample: match read.word("upsample")? {
            "none" => Upsample::None,
            "nearest" => Upsample::Nearest,
            _ => Upsample::Bilinear,
        },
    }))
}

/// Gradient-weighted class activation map.
#[derive(Clone, Copy, Debug)]
pub struct GradCam {
    /// The layer whose maps are weighted.
    pub layer: CamLayer,
    /// Keep the positive part only.
    pub relu: bool,
    /// Bring the map to the input's size.
    pub upsample: Upsample,
}

impl Method for GradCam {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let (layer, mut notes) = resolve(job, self.layer)?;
        let (map, from) = weighted_maps(job, layer, self.relu)?;
        let empty = self.relu && map.iter().all(|&value| value == 0.0);
        let to = channels(job.subnetwork).space;
        let (map, shape) = match self.upsample {
            Upsample::None => (map, from),
            Upsample::Nearest => (nearest(&map, &from, &to)?, to),
            Upsample::Bilinear => (linear(&map, &from, &to)?, to),
        };
        let mut explanation = job.shaped("grad-cam", map, &shape, score, None)?;
        if empty {
            let note = "no position has a positive sum, so that nothing is left behind the ReLU of the map";
            notes.push(note.into());
        }
        explanation.layer = Some(job.subnetwork.network().node(layer).name.clone());
        explanation.notes = notes;
        Ok(explanation.into())
    }
}

/// Whether a node's values lie at more than one position.
fn is_spatial(node: &Node) -> bool {
    node.shape.iter().skip(1).product::<usize>() > 1
}

/// The node that is meant for this target, and what to say of it.
pub(super) fn resolve(job: &Job<'_, '_>, layer: CamLayer) -> Result<(NodeId, Vec<String>)> {
    let (network, path) = (job.subnetwork.network(), job.subnetwork.path(job.objective.node()));
    let node = layer.node(network, &path)?;
    let mut notes = Vec::new();
    if layer == CamLayer::LastConvolution && CamLayer::LastActivation.node(network, &path).is_err()
    {
        notes.push(
            "no single activation follows that convolution: its own output is weighted".into(),
        );
    }
    Ok((node, notes))
}

impl CamLayer {
    /// The node that is meant, among those on the way to the target (see [`Network::path`]). Errors: no such node, no
    /// convolution on the way, or no single activation behind it.
    pub fn node(self, network: &Network, path: &[NodeId]) -> Result<NodeId> {
        if let CamLayer::Node(id) = self {
            ensure(id < network.nodes().len(), Code::Request, || format!("no node {id}"))?;
            return Ok(id);
        }
        let is_conv = |id: &NodeId| network.node(*id).layer.class() == Class::Conv;
        let spatial = |id: &NodeId| is_conv(id) && is_spatial(network.node(*id));
        let last = path.iter().copied().rev().find(spatial).ok_or_else(|| {
            let extent = if path.iter().any(is_conv) { " with more than one position" } else { "" };
            let message =
                format!("Grad-CAM needs a convolution{extent}, and there is none on the way");
            Error::new(Code::NotApplicable, message)
        })?;
        match self {
            CamLayer::LastActivation => activation(network, path, last),
            _ => Ok(last),
        }
    }
}

/// The activation that all of a convolution's output goes to, directly or through sums (of a residual
/// block), scalings (a batch norm that was not folded), pooling and the like.
fn activation(network: &Network, path: &[NodeId], conv: NodeId) -> Result<NodeId> {
    let is_unit = |id: NodeId| network.node(id).layer.class() == Class::Activation;
    // Of each node the nodes that read it: how many, and the last one.
    let mut readers = vec![(0, 0); network.nodes().len()];
    for &id in path {
        for &input in &network.node(id).inputs {
            let (count, last) = &mut readers[input];
            // A sum may read one node twice.
            if *count == 0 || *last != id {
                (*count, *last) = (*count + 1, id);
            }
        }
    }
    let mut at = conv;
    while let (1, next) = readers[at] {
        let node = network.node(next);
        let passes = match node.layer {
            Layer::Concat { .. } => node.shape[1..] == network.node(at).shape[1..],
            Layer::LocalResponseNorm { .. } => true,
            _ => matches!(
                node.layer.class(),
                Class::Activation | Class::Scale | Class::Add | Class::MaxPool | Class::Average
            ),
        };
        if !passes || !is_spatial(node) {
            break;
        }
        if is_unit(next) {
            return Ok(next);
        }
        at = next;
    }
    let others = path.iter().rev().filter(|&&id| is_unit(id) && is_spatial(network.node(id)));
    let others: Vec<String> =
        others.take(4).map(|&id| format!("'{}'", network.node(id).name)).collect();
    let name = &network.node(conv).name;
    Err(Error::new(
        Code::Request,
        format!(
            "no single activation follows the last convolution, '{name}': take layer=last-conv or the name \
             of a node (the last activations: {})",
            if others.is_empty() { "none".into() } else { others.join(", ") }
        ),
    ))
}

/// The map at the size of the feature maps, and that size.
pub(super) fn weighted_maps(
    job: &Job<'_, '_>,
    layer: NodeId,
    relu: bool,
) -> Result<(Vec<f32>, Vec<usize>)> {
    let node = job.subnetwork.network().node(layer);
    ensure(node.shape.len() > 1, Code::NotApplicable, || {
        format!("'{}' has no feature maps: its shape is {:?}", node.name, node.shape)
    })?;
    ensure(job.subnetwork.reaches(layer), Code::Request, || {
        format!("'{}' does not depend on the explained node", node.name)
    })?;
    // From the layer on: what lies below it needs no derivatives.
    let subnetwork = job.subnetwork.at(layer, &job.tape);
    ensure(subnetwork.reaches(job.objective.node()), Code::Request, || {
        format!("the target does not depend on '{}'", node.name)
    })?;
    let seed = job.objective.seed(&job.tape, SeedKind::Derivative);
    let pass = backward(&subnetwork, &job.tape, None, &Rules::gradient(), seed, Keep::Source)?;
    let gradient = &pass.adjoints[layer];
    let layout = channels(&subnetwork);
    let positions = layout.positions();
    let mut map = vec![0.0f32; positions];
    for k in 0..layout.channels {
        let element = |position: usize| layout.element(k, position);
        let sum: f32 = (0..positions).map(|position| gradient[element(position)]).sum();
        let weight = sum / positions as f32;
        for (position, map) in map.iter_mut().enumerate() {
            *map += weight * subnetwork.x()[element(position)];
        }
    }
    if relu {
        for map in &mut map {
            *map = map.max(0.0);
        }
    }
    Ok((map, layout.space))
}

fn same_rank(from: &[usize], to: &[usize]) -> Result<()> {
    ensure(from.len() == to.len(), Code::NotApplicable, || {
        format!("a map over {from:?} cannot be laid over an input of {to:?}")
    })
}

pub(super) fn nearest(map: &[f32], from: &[usize], to: &[usize]) -> Result<Vec<f32>> {
    same_rank(from, to)?;
    Ok((0..to.iter().product())
        .map(|i| {
            let (mut rest, mut flat, mut stride) = (i, 0, 1);
            for (n, m) in to.iter().zip(from).rev() {
                flat += rest % n * m / n * stride;
                stride *= m;
                rest /= n;
            }
            map[flat]
        })
        .collect())
}

/// Linear along one axis after the other.
fn linear(map: &[f32], from: &[usize], to: &[usize]) -> Result<Vec<f32>> {
    same_rank(from, to)?;
    let mut values = map.to_vec();
    for axis in 0..to.len() {
        let outer: usize = to[..axis].iter().product();
        let inner: usize = from[axis + 1..].iter().product();
        let (m, n) = (from[axis], to[axis]);
        let mut next = Vec::with_capacity(outer * n * inner);
        for o in 0..outer {
            for k in 0..n {
                let at = clip((k as f32 + 0.5) * m as f32 / n as f32 - 0.5, 0.0, (m - 1) as f32);
                let (low, share) = (at as usize, at.fract());
                let high = (low + 1).min(m - 1);
                next.extend((0..inner).map(|i| {
                    let value = |cell: usize| values[(o * m + cell) * inner + i];
                    value(low) * (1.0 - share) + value(high) * share
                }));
            }
        }
        values = next;
    }
    Ok(values)
}
