//! Occlusion (Zeiler and Fergus 2014): f(x) − f(x with a window masked). With a window of 1 this is
//! ablation, feature by feature or word by word.
//!
//! Windows lie as Captum's `Occlusion` has them: ⌈(n − window) / stride⌉ + 1 along an axis of n positions,
//! the first in the corner, the last cut off at the border, so that every position is covered.

use super::descriptor::{baseline, choice, integer};
use super::features::{batch_size, channels, finite};
use super::{Baseline, Descriptor, Job, Method, Outcome, Reader, Sampled, Windows};
use crate::error::{Code, Result, ensure};
use crate::network::{MaskedInput, MaskedInputs, Precision};

/// Numbers added up between two looks at whether to go on.
const STEP: usize = 1 << 24;

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
        let windows = Windows::new(job.subnetwork, &layout, window, stride);
        let count = windows.count();
        let mut masked_inputs = None;
        let drops = job.sample(count, count, &mut |job, range, drops| {
            // Once for all pieces that are done here, and not where only their numbers are put together.
            let masked_inputs = match &mut masked_inputs {
                Some(masked_inputs) => masked_inputs,
                None => masked_inputs.insert(MaskedInputs::new(
                    job.subnetwork,
                    job.objective.node(),
                    &mut windows.regions(),
                    mask.clone(),
                    Precision::Exact,
                )?),
            };
            let size = batch_size(job.subnetwork);
            for first in range.clone().step_by(size) {
                let masked: Vec<MaskedInput> = (first..range.end.min(first + size))
                    .map(|k| masked_inputs.masked_input(windows.region(k)?))
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
        let mut added = 0;
        for (k, drop) in drops.iter().enumerate() {
            windows.runs(k, &mut |run| {
                added += run.len();
                for (sum, n) in &mut sums[run] {
                    *sum += drop;
                    *n += 1;
                }
            })?;
            if added >= STEP {
                added = 0;
                job.advance(0)?;
            }
        }
        let mean = sums.iter().map(|&(sum, n)| (sum / n as f64) as f32).collect();
        Ok(job.shaped("occlusion", mean, &layout.space, score, None)?.into())
    }
}
