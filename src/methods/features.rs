//! Positions, channels and segments: which elements of an example belong together.

use super::Job;
use crate::error::{Code, Number, Result, ensure};
use crate::network::{Class, Subnetwork};

/// An example's elements as channels at positions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    /// Number of channels.
    pub channels: usize,
    /// Shape of the positions.
    pub space: Vec<usize>,
    /// Whether channels are the last axis (embeddings) and not the first.
    pub last: bool,
}

/// Channels are the first axis, after an embedding the last; a vector has none.
pub(crate) fn channels(subnetwork: &Subnetwork<'_>) -> Layout {
    let shape = subnetwork.shape();
    let class = subnetwork.network().node(subnetwork.source()).layer.class();
    match shape {
        [] | [_] => Layout { channels: 1, space: shape.to_vec(), last: false },
        [space @ .., channels] if class == Class::Embedding => {
            Layout { channels: *channels, space: space.to_vec(), last: true }
        }
        [channels, space @ ..] => {
            Layout { channels: *channels, space: space.to_vec(), last: false }
        }
    }
}

impl Layout {
    /// Number of positions.
    pub fn positions(&self) -> usize {
        self.space.iter().product()
    }

    /// Position of flat element `i`.
    pub fn position(&self, i: usize) -> usize {
        if self.last { i / self.channels } else { i % self.positions() }
    }

    /// The flat element of a channel at a position.
    pub fn element(&self, channel: usize, position: usize) -> usize {
        if self.last {
            position * self.channels + channel
        } else {
            channel * self.positions() + position
        }
    }

    /// Flat elements at a position.
    pub fn elements(&self, position: usize) -> impl Iterator<Item = usize> + use<> {
        let (positions, channels, last) = (self.positions(), self.channels, self.last);
        (0..channels)
            .map(move |c| if last { position * channels + c } else { c * positions + position })
    }

    /// The number of the block of this extent that each position lies in, and how many blocks there
    /// are; row-major on a grid from the first corner.
    pub fn blocks(&self, extent: usize) -> (Vec<usize>, usize) {
        let blocks = (0..self.positions()).map(|p| block(p, &self.space, extent)).collect();
        (blocks, self.space.iter().map(|n| n.div_ceil(extent)).product())
    }

    /// One number per position: channels folded from 0.
    pub fn join(&self, values: &[f32], fold: impl Fn(f32, f32) -> f32) -> Vec<f32> {
        let mut joined = vec![0.0; self.positions()];
        if self.last {
            for (joined, values) in joined.iter_mut().zip(values.chunks(self.channels.max(1))) {
                *joined = values.iter().fold(0.0, |sum, &value| fold(sum, value));
            }
        } else {
            for values in values.chunks(joined.len().max(1)) {
                for (joined, &value) in joined.iter_mut().zip(values) {
                    *joined = fold(*joined, value);
                }
            }
        }
        joined
    }

    /// One number per element: that of its position.
    pub fn spread(&self, map: &[f32]) -> Vec<f32> {
        (0..self.channels * self.positions()).map(|i| map[self.position(i)]).collect()
    }
}

/// Which elements form a feature of SHAP and LIME.
#[derive(Clone, Debug, PartialEq)]
pub enum Segments {
    /// Blocks of this extent along every spatial axis; 1 = every position alone.
    Blocks(usize),
    /// The number of the feature that each element of an example belongs to; elements of none stay as
    /// they are.
    Each(Vec<Option<usize>>),
}

impl Segments {
    /// The feature of every element, and how many features there are.
    pub(crate) fn assign(
        &self,
        subnetwork: &Subnetwork<'_>,
    ) -> Result<(Vec<Option<usize>>, usize)> {
        let len = subnetwork.x().len();
        let layout = channels(subnetwork);
        let assigned = match self {
            Segments::Each(assigned) => assigned.clone(),
            Segments::Blocks(extent) => {
                ensure(*extent > 0, Code::Request, || "segments of extent 0".into())?;
                let (blocks, _) = layout.blocks(*extent);
                (0..len).map(|i| Some(blocks[layout.position(i)])).collect()
            }
        };
        ensure(assigned.len() == len, Code::Request, || {
            format!("{} segment numbers for {len} elements", assigned.len())
        })?;
        let count = assigned.iter().flatten().max().map_or(0, |&last| last.saturating_add(1));
        let mut seen = vec![false; count.min(len)];
        for &feature in assigned.iter().flatten() {
            if let Some(seen) = seen.get_mut(feature) {
                *seen = true;
            }
        }
        ensure(count <= len && seen.iter().all(|&seen| seen), Code::Request, || {
            "segment numbers must run from 0 without gaps".into()
        })?;
        Ok((assigned, count))
    }
}

/// The number of the block that a position lies in, row-major.
fn block(position: usize, space: &[usize], extent: usize) -> usize {
    let (mut rest, mut number, mut factor) = (position, 0, 1);
    for &n in space.iter().rev() {
        number += rest % n / extent * factor;
        factor *= n.div_ceil(extent);
        rest /= n;
    }
    number
}

/// Rows that a batched evaluation takes at once: as many as fit into a few megabytes.
pub(crate) fn batch_size(subnetwork: &Subnetwork<'_>) -> usize {
    let network = subnetwork.network();
    let values: usize = subnetwork.nodes().iter().map(|&id| network.node(id).len()).sum();
    (640_000 / values.max(1)).clamp(1, 64)
}

/// Appends the scores of rows that `write(k, row)` makes out of the example, k < `count`, in order.
pub(crate) fn scores(
    job: &mut Job<'_, '_>,
    count: usize,
    write: &mut dyn FnMut(usize, &mut [f32]),
    values: &mut Vec<f64>,
) -> Result<()> {
    let (x, size) = (job.subnetwork.x(), batch_size(job.subnetwork));
    let mut rows = Vec::new();
    let mut start = 0;
    while start < count {
        let n = size.min(count - start);
        rows.clear();
        for k in start..start + n {
            let at = rows.len();
            rows.extend_from_slice(x);
            write(k, &mut rows[at..]);
        }
        job.subnetwork.record(&rows, &mut job.tape)?;
        for row in 0..n {
            let score = job.objective.score(&job.tape, row);
            finite(score)?;
            values.push(score);
        }
        job.advance(n)?;
        start += n;
    }
    Ok(())
}

/// An error, where a changed input has no score.
pub(crate) fn finite(score: f64) -> Result<()> {
    ensure(score.is_finite(), Code::Nonfinite, || {
        format!("a changed input scores {}", Number(score))
    })
}
