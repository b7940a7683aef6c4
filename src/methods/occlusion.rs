//! Occlusion (Zeiler and Fergus 2014): f(x) − f(x with a window masked). With a window of 1 this is
//! ablation, feature by feature or word by word.

use super::features::{batch_size, channels, finite, regions};
use super::{Fill, Job};
use crate::error::{Code, Result, ensure};
use crate::explanation::Explanation;
use crate::network::{Precision, Variant, Variants};

/// Most places under all windows together, which are listed.
const PLACES: usize = 1 << 24;

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcclusionMap {
    /// Per position, the mean over all windows that cover it.
    Mean,
    /// Per window, by its first corner.
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
    let mask = mask.values(job.section.x().len())?;
    let grid: Vec<usize> = layout.space.iter().map(|n| (n - window) / stride + 1).collect();
    let count: usize = grid.iter().product();
    let places = layout.space.iter().fold(count, |places, _| places.saturating_mul(window));
    ensure(places <= PLACES, Code::Limit, || {
        format!(
            "{count} windows cover {places} places; the limit is {PLACES}: take a larger stride"
        )
    })?;
    let covered = |k: usize| positions(k, &grid, &layout.space, window, stride);
    let windows: Vec<Vec<usize>> = (0..count).map(|k| covered(k).collect()).collect();
    let regions = regions(job.section, &layout, &windows)?;
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
        return job.shaped("occlusion", drops, &grid, score, None);
    }
    let mut sums = vec![(0.0f64, 0usize); layout.positions()];
    for (drop, window) in drops.iter().zip(&windows) {
        for &position in window {
            sums[position].0 += drop;
            sums[position].1 += 1;
        }
    }
    let mean = sums.iter().map(|&(sum, n)| (sum / n.max(1) as f64) as f32).collect();
    job.shaped("occlusion", mean, &layout.space, score, None)
}

/// Flat positions under window `k` of the grid.
fn positions(
    k: usize,
    grid: &[usize],
    space: &[usize],
    window: usize,
    stride: usize,
) -> impl Iterator<Item = usize> {
    let mut corner = vec![0; grid.len()];
    let mut rest = k;
    for d in (0..grid.len()).rev() {
        corner[d] = rest % grid[d] * stride;
        rest /= grid[d];
    }
    let space = space.to_vec();
    (0..window.pow(space.len() as u32)).map(move |tap| {
        let (mut rest, mut flat, mut factor) = (tap, 0, 1);
        for d in (0..space.len()).rev() {
            flat += (corner[d] + rest % window) * factor;
            factor *= space[d];
            rest /= window;
        }
        flat
    })
}
