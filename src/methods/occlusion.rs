//! Occlusion (Zeiler and Fergus 2014): f(x) − f(x with a window masked). With a window of 1 this is
//! ablation, feature by feature or word by word.
//!
//! Windows lie as Captum's `Occlusion` has them: ⌈(n − window) / stride⌉ + 1 along an axis of n positions,
//! the first in the corner, the last cut off at the border, so that every position is covered.

use super::features::{batch_size, channels, finite, region};
use super::{Fill, Job};
use crate::error::{Code, Result, ensure};
use crate::explanation::Explanation;
use crate::kernels::region::Region;
use crate::network::{Precision, Variant, Variants};

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

pub(super) fn explain(
    job: &mut Job<'_, '_>,
    (window, stride): (usize, usize),
    mask: &Fill,
    map: OcclusionMap,
    score: f64,
) -> Result<Explanation> {
    let layout = channels(job.section);
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
    let mask = mask.values(job.section.x().len())?;
    let windows = Windows::new(&layout.space, window, stride);
    let count: usize = windows.grid.iter().product();
    let places = layout.space.iter().fold(count, |places, _| places.saturating_mul(window));
    ensure(places <= PLACES, Code::Limit, || {
        format!(
            "{count} windows cover {places} places; the limit is {PLACES}: take a larger stride"
        )
    })?;
    let regions = (0..count)
        .map(|k| region(job.section, &layout, &windows.positions(k)))
        .collect::<Result<Vec<Region>>>()?;
    let goal = job.objective.node();
    let mut variants = Variants::new(job.section, goal, &regions, mask, Precision::Exact)?;
    let drops = job.sample(count, count, &mut |job, range, drops| {
        for regions in regions[range].chunks(batch_size(job.section)) {
            let masked: Vec<Variant> =
                regions.iter().map(|&region| variants.variant(region)).collect::<Result<_>>()?;
            let rows = variants.exact(&masked.iter().collect::<Vec<_>>())?;
            for row in 0..masked.len() {
                let masked = job.objective.score(rows, row);
                finite(masked)?;
                drops.push(score - masked);
            }
            job.advance(masked.len())?;
        }
        Ok(())
    })?;
    if map == OcclusionMap::Windows {
        let drops = drops.iter().map(|&drop| drop as f32).collect();
        return job.shaped("occlusion", drops, &windows.grid, score, None);
    }
    let mut sums = vec![(0.0f64, 0usize); layout.positions()];
    for (k, drop) in drops.iter().enumerate() {
        for position in windows.positions(k) {
            sums[position].0 += drop;
            sums[position].1 += 1;
        }
    }
    let mean = sums.iter().map(|&(sum, n)| (sum / n as f64) as f32).collect();
    job.shaped("occlusion", mean, &layout.space, score, None)
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
