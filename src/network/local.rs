//! Which part of a node's values a change reaches, and how just that part is computed (drawings in `docs/masked-inputs.md`).
//!
//! A part is a box ([`Region`]) over channels, depth, height and width. Every element of it comes out
//! bit-equal to that of the whole forward pass, since kernels sum each element in one order.

use super::layer::NOWHERE;
use super::{Layer, LinearShape, Network, NodeId, Scratch, Subnetwork, WeightModifier};
use crate::error::Result;
use crate::kernels::conv::{ConvShape, Plan};
use crate::kernels::geometry::{Extent, Geometry};
use crate::kernels::region::{self, Axes, Region};
use crate::kernels::{pointwise, pool};

/// The smallest box that holds these flat elements of an array; none for no element.
pub(crate) fn bounding_box(axes: Axes, elements: &[usize]) -> Option<Region> {
    let mut all: Option<Region> = None;
    for &element in elements {
        let mut rest = element;
        let mut low = [0; 4];
        for d in (0..4).rev() {
            low[d] = rest % axes[d];
            rest /= axes[d];
        }
        let one = Region { low, high: low.map(|n| n + 1) };
        all = Some(all.map_or(one, |all| all.join(&one)));
    }
    all
}

/// How a node's values are seen as channels, depth, height and width.
pub(crate) fn axes(shape: &[usize]) -> Axes {
    match *shape {
        [c, w] => [c, 1, 1, w],
        [c, h, w] => [c, 1, h, w],
        [c, d, h, w] => [c, d, h, w],
        [c, ref rest @ ..] if rest.len() > 3 => [c, 1, 1, rest.iter().product()],
        _ => [1, 1, 1, shape.iter().product()],
    }
}

/// By node: whether it is local, that is, each of these boxes in the source reaches at most half of it, and what
/// it reads of what depends on the source is local, too. The boxes are looked at one by one and not kept.
pub(super) fn local_nodes(
    subnetwork: &Subnetwork<'_>,
    features: &mut dyn Iterator<Item = Result<Region>>,
) -> Result<Vec<bool>> {
    let network = subnetwork.network();
    let count = network.nodes().len();
    let (mut local, mut parts) = (vec![false; count], vec![None; count]);
    local[subnetwork.source()] = true;
    subnetwork.nodes().iter().for_each(|&id| local[id] = true);
    // A node that one of the boxes rules out is not looked at for the next.
    let mut left = subnetwork.nodes().to_vec();
    for feature in features {
        parts[subnetwork.source()] = Some(feature?);
        left.retain(|&id| {
            let node = network.node(id);
            local[id] = node.inputs.iter().all(|&i| local[i] || !subnetwork.reaches(i));
            if local[id] {
                parts[id] = projective_field(network, id, &|i| parts[i]);
                // Half of a node is not worth the copying.
                local[id] = parts[id].is_none_or(|part| 2 * part.volume() <= node.len());
            }
            local[id]
        });
    }
    Ok(local)
}

/// The part of a node that changes with these parts of its inputs (none: that input does not
/// change). All of it, where nothing smaller is known.
pub(super) fn projective_field(
    network: &Network,
    id: NodeId,
    changed: &dyn Fn(NodeId) -> Option<Region>,
) -> Option<Region> {
    let node = network.node(id);
    let own = axes(&node.shape);
    let inputs = node.inputs.iter().enumerate();
    let mut parts = inputs.filter_map(|(k, &i)| changed(i).map(|part| (k, i, part)));
    let (first, input, part) = parts.next()?;
    let seen = axes(&network.node(input).shape);
    match &node.layer {
        Layer::Add => Some(parts.fold(part, |all, (_, _, part)| all.join(&part))),
        Layer::Activation(_) => Some(part),
        Layer::LocalResponseNorm { channels, inner, .. }
            if [*channels, *inner] == [own[0], own[1..].iter().product()] =>
        {
            Some(all_channels(part, own))
        }
        Layer::MaxPool { geometry } | Layer::AveragePool { geometry, .. }
            if seen[1..] == geometry.input =>
        {
            geometry.reached(&part)
        }
        Layer::Linear(linear) => match linear.shape() {
            LinearShape::Scale { .. } => Some(part),
            LinearShape::Dense { inputs, .. } if seen[3] == *inputs => {
                let mut rows = part;
                (rows.low[3], rows.high[3]) = (0, own[3]);
                Some(rows)
            }
            LinearShape::Conv(plan) if slides(&plan.shape.geometry, plan.shape.inputs, seen) => {
                plan.shape.geometry.reached(&part).map(|part| all_channels(plan.tiled(part), own))
            }
            _ => Some(Region::whole(own)),
        },
        Layer::Concat { chunks } => {
            let mut around = moved(own, seen, &part, &|i| concatenated(chunks, first, i));
            for (k, input, part) in parts {
                let seen = axes(&network.node(input).shape);
                let more = moved(own, seen, &part, &|i| concatenated(chunks, k, i));
                around = around.into_iter().chain(more).reduce(|a, b| a.join(&b));
            }
            around
        }
        Layer::Reshape => moved(own, seen, &part, &|i| i),
        Layer::Rearrange { map, .. } => {
            let mut inside = vec![false; network.node(input).len()];
            part.runs(seen, &mut |run| inside[run].fill(true));
            let taken = |j: &usize| map[*j] != NOWHERE && inside[map[*j] as usize];
            bounding_box(own, &(0..map.len()).filter(taken).collect::<Vec<_>>())
        }
        Layer::Embedding { width, .. } => {
            let mut ends = Vec::new();
            part.runs(seen, &mut |run| ends.extend([run.start * width, run.end * width - 1]));
            bounding_box(own, &ends)
        }
        _ => Some(Region::whole(own)),
    }
}

/// A box of an input that holds all that `part` of a node is computed from; none where that is nothing.
pub(super) fn receptive_field(
    network: &Network,
    id: NodeId,
    input: NodeId,
    part: &Region,
) -> Option<Region> {
    let seen = axes(&network.node(input).shape);
    match &network.node(id).layer {
        Layer::Add | Layer::Activation(_) => Some(*part),
        Layer::MaxPool { geometry } | Layer::AveragePool { geometry, .. } => geometry.seen(part),
        Layer::Linear(linear) => match linear.shape() {
            LinearShape::Conv(plan) => {
                plan.shape.geometry.seen(part).map(|part| all_channels(part, seen))
            }
            _ => Some(Region::whole(seen)),
        },
        _ => Some(Region::whole(seen)),
    }
}

fn all_channels(mut part: Region, own: Axes) -> Region {
    (part.low[0], part.high[0]) = (0, own[0]);
    part
}

/// Whether a window slides over just these axes.
fn slides(geometry: &Geometry, channels: usize, seen: Axes) -> bool {
    seen[0] == channels && seen[1..] == geometry.input
}

/// The box round the places where the elements of `part` come to lie.
fn moved(own: Axes, seen: Axes, part: &Region, to: &dyn Fn(usize) -> usize) -> Option<Region> {
    let mut places = Vec::with_capacity(part.volume());
    part.runs(seen, &mut |run| places.extend(run.map(to)));
    bounding_box(own, &places)
}

/// Where element `i` of input `k` lies in a concatenation.
fn concatenated(chunks: &[usize], k: usize, i: usize) -> usize {
    let total: usize = chunks.iter().sum();
    let before: usize = chunks[..k].iter().sum();
    i / chunks[k] * total + before + i % chunks[k]
}

/// Computes parts of nodes; keeps what it needs again.
#[derive(Default)]
pub(super) struct Parts {
    /// Convolutions over just as much as a part needs, by node and extent of the part.
    plans: Vec<(NodeId, Extent, Plan)>,
    scratch: Scratch,
    inputs: [Vec<f32>; 2],
}

impl Parts {
    /// The values of a node in `part`, row-major, out of whole inputs.
    pub fn forward(
        &mut self,
        network: &Network,
        id: NodeId,
        part: &Region,
        inputs: &[&[f32]],
        out: &mut Vec<f32>,
    ) -> Result<()> {
        let node = network.node(id);
        let own = axes(&node.shape);
        let seen = |k: usize| axes(&network.node(node.inputs[k]).shape);
        let [here, other] = &mut self.inputs;
        out.clear();
        match &node.layer {
            Layer::Add => {
                region::read(inputs[0], own, part, out);
                for input in &inputs[1..] {
                    region::read(input, own, part, other);
                    for (y, x) in out.iter_mut().zip(&*other) {
                        *y += x;
                    }
                }
            }
            Layer::Activation(unit) => {
                region::read(inputs[0], own, part, here);
                out.resize(here.len(), 0.0);
                pointwise::forward(*unit, here, out);
            }
            Layer::LocalResponseNorm { channels, size, parameters, .. } => {
                region::read(inputs[0], own, part, here);
                out.resize(here.len(), 0.0);
                let inner = here.len() / channels;
                let (channels, size, parameters) = (*channels, *size, *parameters);
                Layer::LocalResponseNorm { channels, inner, size, parameters }.forward(
                    &[here],
                    out,
                    &mut self.scratch,
                )?;
            }
            Layer::MaxPool { geometry } => {
                let channels = part.low[0]..part.high[0];
                geometry.crop(inputs[0], channels, part, f32::NEG_INFINITY, here);
                out.resize(part.volume(), 0.0);
                pool::max_forward(&geometry.part(part.space()), here, out);
            }
            Layer::AveragePool { geometry, divisors } => {
                geometry.crop(inputs[0], part.low[0]..part.high[0], part, 0.0, here);
                let plane = [1, own[1], own[2], own[3]];
                let mut first = *part;
                (first.low[0], first.high[0]) = (0, 1);
                region::read(divisors, plane, &first, other);
                out.resize(part.volume(), 0.0);
                pool::average_forward(&geometry.part(part.space()), other, here, out);
            }
            Layer::Linear(linear) => match linear.shape() {
                LinearShape::Scale { inner } => {
                    let (factors, shifts) = (&*linear.weight(), linear.bias());
                    let x = inputs[0];
                    part.runs(own, &mut |run| {
                        out.extend(run.map(|i| {
                            let k = i / inner % factors.len();
                            x[i] * factors[k] + shifts.get(k).copied().unwrap_or(0.0)
                        }));
                    });
                }
                LinearShape::Dense { .. } => {
                    let mut rows = *part;
                    rows.high[3] = seen(0)[3];
                    region::read(inputs[0], seen(0), &rows, here);
                    out.resize(part.volume(), 0.0);
                    let weights = linear.weights(WeightModifier::Plain);
                    linear.forward(&weights, linear.bias(), here, out, &mut self.scratch);
                }
                LinearShape::Conv(plan) => {
                    plan.shape.geometry.crop(inputs[0], 0..plan.shape.inputs, part, 0.0, here);
                    out.resize(part.volume(), 0.0);
                    let plan = part_plan(&mut self.plans, id, plan, part.space());
                    linear.convolve(plan, here, out, &mut self.scratch);
                }
            },
            Layer::Concat { chunks } => {
                let total: usize = chunks.iter().sum();
                part.runs(own, &mut |run| {
                    out.extend(run.map(|j| {
                        let (mut k, mut rest) = (0, j % total);
                        while rest >= chunks[k] {
                            rest -= chunks[k];
                            k += 1;
                        }
                        inputs[k][j / total * chunks[k] + rest]
                    }));
                });
            }
            Layer::Rearrange { map, fill, .. } => {
                let x = inputs[0];
                let at = |j: usize| if map[j] == NOWHERE { *fill } else { x[map[j] as usize] };
                part.runs(own, &mut |run| out.extend(run.map(at)));
            }
            Layer::Embedding { width, .. } => {
                // Parts of an embedding are whole rows.
                here.clear();
                let rows = inputs[0];
                part.runs(own, &mut |run| here.push(rows[run.start / width]));
                out.resize(here.len() * width, 0.0);
                node.layer.forward(&[here], out, &mut self.scratch)?;
            }
            Layer::Reshape => region::read(inputs[0], own, part, out),
            Layer::Input | Layer::Softmax { .. } | Layer::Product { .. } => {
                other.resize(node.len(), 0.0);
                node.layer.forward(inputs, other, &mut self.scratch)?;
                region::read(other, own, part, out);
            }
        }
        Ok(())
    }
}

/// The convolution over just as much as a part of this extent needs.
fn part_plan<'p>(
    plans: &'p mut Vec<(NodeId, Extent, Plan)>,
    id: NodeId,
    whole: &Plan,
    space: Extent,
) -> &'p Plan {
    let known = plans.iter().position(|(node, extent, _)| (*node, *extent) == (id, space));
    let at = known.unwrap_or_else(|| {
        let ConvShape { geometry, inputs, outputs, groups, .. } = &whole.shape;
        let part = Plan::new(geometry.part(space), *inputs, *outputs, *groups);
        plans.push((id, space, part));
        plans.len() - 1
    });
    &plans[at].2
}
