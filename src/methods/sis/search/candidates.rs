//! The free features of one share, ranked by estimates and judged exactly.

use super::{Proposal, Search};
use crate::error::Result;
use crate::methods::features::{batch_size, finite};
use crate::network::Variant;

/// Values that all candidates together may keep: 64 MB. Those beyond are evaluated exactly.
const KEPT: usize = if cfg!(test) { 50 } else { 16 << 20 };
/// How much larger than any seen so far a rounding error may be.
const SAFETY: f64 = 8.0;

/// A free feature whose masking changes the input.
pub(super) struct Candidate {
    pub feature: usize,
    /// Nothing, where there is no memory to keep it.
    pub variant: Option<Variant>,
    /// Estimated margin of the score with this feature masked, too.
    margin: f64,
    /// The score itself.
    pub score: Option<f64>,
}

impl Search<'_> {
    /// The candidates of these features.
    pub(super) fn candidates(&mut self, features: &[usize]) -> Result<Vec<Candidate>> {
        let mut candidates = Vec::with_capacity(features.len());
        let mut kept = 0;
        for &feature in features {
            let variant = if kept > KEPT {
                None
            } else {
                let variant = self.variants.variant(self.regions[feature])?;
                kept += variant.size();
                Some(variant)
            };
            candidates.push(Candidate { feature, variant, margin: f64::NAN, score: None });
        }
        Ok(candidates)
    }

    /// Estimates the margins of all candidates that keep a variant.
    pub(super) fn estimate(&mut self, candidates: &mut [Candidate]) -> Result<()> {
        for candidates in candidates.chunks_mut(batch_size(&self.section)) {
            let kept: Vec<&Variant> =
                candidates.iter().filter_map(|c| c.variant.as_ref()).collect();
            let rows = self.variants.estimate(&kept)?;
            let mut row = 0;
            for candidate in candidates {
                candidate.score = None;
                if candidate.variant.is_some() {
                    candidate.margin = self.objective.margin(rows, row);
                    row += 1;
                }
            }
        }
        Ok(())
    }

    /// Evaluates exactly every candidate that may be the best and at least `floor`.
    pub(super) fn decide(
        &mut self,
        candidates: &mut [Candidate],
        floor: Option<f64>,
    ) -> Result<()> {
        loop {
            let objective = &self.objective;
            let scale = objective.scale(self.variants.base());
            let slack = SAFETY * self.rounding.max(f64::from(f32::EPSILON) * scale);
            // Rounding of the probabilities themselves.
            let bounds = |margin: f64| {
                let (low, high) =
                    (objective.at_margin(margin - slack), objective.at_margin(margin + slack));
                (low - low.abs() * 1e-15, high + high.abs() * 1e-15)
            };
            for candidate in &mut *candidates {
                if objective.is_certain(candidate.margin - slack) {
                    candidate.score = Some(1.0);
                }
            }
            let mut least = floor.unwrap_or(f64::NEG_INFINITY);
            for candidate in &*candidates {
                // Not a number (not estimated, or an overflow) is no bound.
                least = least.max(candidate.score.unwrap_or(bounds(candidate.margin).0));
            }
            let open: Vec<usize> = (0..candidates.len())
                .filter(|&k| candidates[k].score.is_none())
                .filter(|&k| {
                    let high = bounds(candidates[k].margin).1;
                    high.is_nan() || high >= least
                })
                .collect();
            if open.is_empty() {
                return Ok(());
            }
            for open in open.chunks(batch_size(&self.section)) {
                self.evaluate(candidates, open)?;
            }
        }
    }

    /// Evaluates these candidates as the whole forward pass does.
    fn evaluate(&mut self, candidates: &mut [Candidate], chosen: &[usize]) -> Result<()> {
        let mut fresh = Vec::new();
        for &k in chosen {
            if candidates[k].variant.is_none() {
                fresh.push(self.variants.variant(self.regions[candidates[k].feature])?);
            }
        }
        let mut fresh = fresh.iter();
        let variants: Vec<&Variant> = chosen
            .iter()
            .filter_map(|&k| candidates[k].variant.as_ref().or_else(|| fresh.next()))
            .collect();
        let rows = self.variants.exact(&variants)?;
        let objective = &self.objective;
        let (mut top, mut top_row) = (self.top.take(), None);
        for (row, &k) in chosen.iter().enumerate() {
            let score = objective.certainty(rows, row);
            finite(score)?;
            candidates[k].score = Some(score);
            let feature = candidates[k].feature;
            if top
                .as_ref()
                .is_none_or(|top| score > top.score || score == top.score && feature < top.feature)
            {
                top = Some(Proposal { feature, score, values: Vec::new() });
                top_row = Some(row);
            }
            let error = (objective.margin(rows, row) - candidates[k].margin).abs();
            if error.is_finite() {
                self.rounding = self.rounding.max(error);
            }
        }
        if let (Some(top), Some(row)) = (&mut top, top_row) {
            top.values = self.variants.row(row);
        }
        self.top = top;
        Ok(())
    }
}
