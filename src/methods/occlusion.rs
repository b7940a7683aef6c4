//! Occlusion (Zeiler and Fergus 2014): f(x) − f(x with a window masked). With a window of 1 this is
//! ablation, feature by feature or word by word.
//!
//! Windows lie as Captum's `Occlusion` has them: ⌈(n − window) / stride⌉ + 1 along an axis of n positions,
//! the first in the corner, the last cut off at the border, so that every position is covered.

use super::descriptor::{baseline, choice, integer};
use super::features::{batch_size, channels, finite, region};
use super::{Baseline, Descriptor, Job, Method, Outcome, Reader, Sampled};
use crate::error::{Code, Result, ensure};
use crate::kernels::region::Region;
use crate::network::{MaskedInput, MaskedInputs, Precision};

/// Most places under all windows together, which are listed.
const PLACES: usize = 1 << 24;

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcclusionMap {
    /// Per position, the mean over all windows that cover it.
    Mean,
    /// Per window: ⌈(n − window) / stride⌉ + 1 numbers along an axis of n positions, without a last one that would
    /// begin outside.
    Windows,
}

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "How much the score drops when a small window is covered.",
    source: "Zeiler and Fergus 2014",
    needs: &[],
    params: &[
        integer("window", (1, 1000), 3, "Side of the covered window."),
        integer(
            "stride",
            (1, 1000),
            1,
            "Step from window to window; the last windows are cut off at the border.",
        ),
        baseline("mask", 0.0, "What covers the window."),
        choice(
            "map",
            &["mean", "windows"],
            "mean",
            "A value per position (mean over its windows) or per window: ⌈(size − window) / stride⌉ + 1 along an axis, without one that would begin outside.",
        ),
    ],
    sampled: true,
    ..Descriptor::new("occlusion", "Occlusion", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(Occlusion {
        window: read.integer("window")?,
        stride: read.integer("stride")?,
        mask: read.baseline("mask")?,
        map: match read.word("map")? {
            "windows" => OcclusionMap::Windows,
            _ => OcclusionMap::Mean,
        },
    }))
}

/// Score drop when a sliding window is masked.
#[derive(Clone, Debug)]
pub struct Occlusion {
    /// Extent of the window along each spatial axis.
    pub window: usize,
    /// Step of the window.
    pub stride: usize,
    /// What replaces the window.
    pub mask: Baseline,
    /// A value per position or per window.
    pub map: OcclusionMap,
}

impl Method for Occlusion {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn replacement(&self) -> Option<(&'static str, &Baseline)> {
        Some(("mask", &self.mask))
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let Occlusion { window, stride, ref mask, map } = *self;
        let layout = channels(job.subnetwork);
        ensure(window > 0 && stride > 0, Code::Request, || {
            "window and stride must be positive".into()
        })?;
        ensure(layout.space.iter().all(|&n| window <= n), Code::Request, || {
            format!("a window of {window} is larger than the input of {:?}", layout.space)
        })?;
        let covers = layout.space.iter().all(|&n| window == n || stride <= window);
        ensure(covers || map == OcclusionMap::Windows, Code::Request, || {
            format!(
                "a stride of {stride} leaves gaps between windows of {window}, and positions there would have \
                 no number: take a stride of at most {window}, or map=windows"
            )
        })?;
        let mask = mask.values(job.subnetwork.x().len())?;
        let windows = Windows::new(&layout.space, window, stride);
        let count: usize = windows.grid.iter().product();
        let places = layout.space.iter().fold(count, |places, _| places.saturating_mul(window));
        ensure(places <= PLACES, Code::Limit, || {
            format!(
                "{count} windows cover {places} places; the limit is {PLACES}: take a larger stride"
            )
        })?;
        let regions = (0..count)
            .map(|k| region(job.subnetwork, &layout, &windows.positions(k)))
            .collect::<Result<Vec<Region>>>()?;
        let readout = job.objective.node();
        let mut masked_inputs =
            MaskedInputs::new(job.subnetwork, readout, &regions, mask, Precision::Exact)?;
        let drops = job.sample(count, count, &mut |job, range, drops| {
            for regions in regions[range].chunks(batch_size(job.subnetwork)) {
                let masked: Vec<MaskedInput> = regions
                    .iter()
                    .map(|&region| masked_inputs.masked_input(region))
                    .collect::<Result<_>>()?;
                let rows = masked_inputs.exact(&masked.iter().collect::<Vec<_>>())?;
                for row in 0..masked.len() {
                    let masked = job.objective.score(rows, row);
                    finite(masked)?;
                    drops.push(score - masked);
                }
                job.advance(masked.len())?;
            }
            Ok(())
        })?;
        let drops = match drops {
            Sampled::All(numbers) => numbers,
            Sampled::Piece(numbers) => return Ok(Outcome::Piece(numbers)),
        };
        if map == OcclusionMap::Windows {
            let drops = drops.iter().map(|&drop| drop as f32).collect();
            return Ok(job.shaped("occlusion", drops, &windows.grid, score, None)?.into());
        }
        let mut sums = vec![(0.0f64, 0usize); layout.positions()];
        for (k, drop) in drops.iter().enumerate() {
            for position in windows.positions(k) {
                sums[position].0 += drop;
                sums[position].1 += 1;
            }
        }
        let mean = sums.iter().map(|&(sum, n)| (sum / n as f64) as f32).collect();
        Ok(job.shaped("occlusion", mean, &layout.space, score, None)?.into())
    }
}

/// A window sliding over positions.
struct Windows<'s> {
    space: &'s [usize],
    /// Number of windows along each axis.
    grid: Vec<usize>,
    extent: usize,
    stride: usize,
}

impl<'s> Windows<'s> {
    fn new(space: &'s [usize], extent: usize, stride: usize) -> Self {
        // A stride beyond the extent may step over the border: such a window would be empty.
        let along = |n: &usize| (n - extent).div_ceil(stride).min((n - 1) / stride) + 1;
        Windows { space, grid: space.iter().map(along).collect(), extent, stride }
    }

    /// Flat positions under window `k`, ascending.
    fn positions(&self, k: usize) -> Vec<usize> {
        let (mut places, mut inner) = (vec![0], self.grid.iter().product::<usize>());
        for (&n, windows) in self.space.iter().zip(&self.grid) {
            inner /= windows;
            let first = k / inner % windows * self.stride;
            let along = first..n.min(first + self.extent);
            let row = |place: usize| along.clone().map(move |i| place * n + i);
            places = places.into_iter().flat_map(row).collect();
        }
        places
    }
}
