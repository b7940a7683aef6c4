//! Grad-CAM and guided Grad-CAM (Selvaraju et al. 2017): feature maps A_k weighted by the mean of
//! their gradients, map = Σ_k mean(∂f/∂A_k)·A_k.

use super::Job;
use super::features::channels;
use super::white_box::signal;
use crate::backward::{Keep, backward};
use crate::error::{Code, Error, Result, ensure};
use crate::explanation::Explanation;
use crate::kernels::pointwise::clip;
use crate::methods::objective::Start;
use crate::network::{Class, NodeId};
use crate::rules::Rules;

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

pub(super) fn explain(
    job: &mut Job<'_, '_>,
    layer: Option<NodeId>,
    relu: bool,
    upsample: Upsample,
    score: f64,
) -> Result<Explanation> {
    let (map, from) = weighted_maps(job, layer, relu)?;
    let to = channels(job.section).space;
    let (map, shape) = match upsample {
        Upsample::None => (map, from),
        Upsample::Nearest => (nearest(&map, &from, &to)?, to),
        Upsample::Bilinear => (linear(&map, &from, &to)?, to),
    };
    job.shaped("grad-cam", map, &shape, score, None)
}

pub(super) fn guided(
    job: &mut Job<'_, '_>,
    layer: Option<NodeId>,
    score: f64,
) -> Result<Explanation> {
    let (map, from) = weighted_maps(job, layer, true)?;
    let layout = channels(job.section);
    let map = layout.spread(&nearest(&map, &from, &layout.space)?);
    let mut relevance = signal(job, &Rules::guided())?;
    for (r, m) in relevance.iter_mut().zip(&map) {
        *r *= m;
    }
    job.result("guided-grad-cam", relevance, score, None)
}

/// The map at the size of the feature maps, and that size.
fn weighted_maps(
    job: &Job<'_, '_>,
    layer: Option<NodeId>,
    relu: bool,
) -> Result<(Vec<f32>, Vec<usize>)> {
    let network = job.section.network();
    let last = || {
        let convs = job.section.nodes().iter().copied();
        convs.rev().find(|&id| network.node(id).layer.class() == Class::Conv)
    };
    let layer = layer.or_else(last).ok_or_else(|| {
        Error::new(Code::NotApplicable, "Grad-CAM needs a convolution, and the network has none")
    })?;
    let node = network.node(layer);
    let [maps, space @ ..] = node.shape.as_slice() else {
        return Err(Error::new(Code::Request, format!("'{}' has no feature maps", node.name)));
    };
    ensure(!space.is_empty(), Code::NotApplicable, || {
        format!("'{}' has no feature maps: its shape is {:?}", node.name, node.shape)
    })?;
    let seed = job.objective.seed(&job.tape, Start::Derivative);
    let pass = backward(job.section, &job.tape, None, &Rules::gradient(), seed, Keep::All)?;
    let gradient = &pass.signals[layer];
    ensure(!gradient.is_empty(), Code::Request, || {
        format!("the target does not depend on '{}'", node.name)
    })?;
    let positions: usize = space.iter().product();
    let mut map = vec![0.0f32; positions];
    for k in 0..*maps {
        let range = k * positions..(k + 1) * positions;
        let weight = gradient[range.clone()].iter().sum::<f32>() / positions as f32;
        for (map, a) in map.iter_mut().zip(&job.tape.value(layer)[range]) {
            *map += weight * a;
        }
    }
    if relu {
        for map in &mut map {
            *map = map.max(0.0);
        }
    }
    Ok((map, space.to_vec()))
}

fn same_rank(from: &[usize], to: &[usize]) -> Result<()> {
    ensure(from.len() == to.len(), Code::NotApplicable, || {
        format!("a map over {from:?} cannot be laid over an input of {to:?}")
    })
}

fn nearest(map: &[f32], from: &[usize], to: &[usize]) -> Result<Vec<f32>> {
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
