//! The free features of one share, ranked by estimates and judged exactly.

use super::{Proposal, Search};
use crate::error::Result;
use crate::methods::features::{batch_size, finite};
use crate::network::MaskedInput;

/// Bytes that all candidates together may keep. Those beyond are evaluated exactly.
const KEPT: usize = if cfg!(test) { 1500 } else { 64 << 20 };
/// Candidates that are prepared between two looks at whether to go on.
const PREPARED: usize = 256;
/// How much larger than any seen so far a rounding error may be.
const SAFETY: f64 = 8.0;

/// A free feature whose masking changes the input.
pub(super) struct Candidate {
    pub feature: usize,
    /// Nothing, where there is no memory to keep it.
    pub masked_input: Option<MaskedInput>,
    /// Estimated log-odds of the score with this feature masked, too.
    log_odds: f64,
    /// The score itself.
    pub score: Option<f64>,
}

impl Candidate {
    pub fn new(feature: usize) -> Self {
        Candidate { feature, masked_input: None, log_odds: f64::NAN, score: None }
    }
}

/// Says that a step is under way; an error if the caller wants to stop.
type Tell<'t> = &'t mut dyn FnMut() -> Result<()>;

impl Search<'_> {
    /// Computes what the first candidates, as many as there is memory for, keep.
    pub(super) fn prepare(&mut self, candidates: &mut [Candidate], tell: Tell<'_>) -> Result<()> {
        let mut kept = 0;
        for candidates in candidates.chunks_mut(PREPARED) {
            tell()?;
            for candidate in candidates {
                if kept > KEPT {
                    return Ok(());
                }
                let region = self.windows.region(candidate.feature)?;
                let masked_input = self.masked_inputs.masked_input(region)?;
                kept += masked_input.size();
                candidate.masked_input = Some(masked_input);
            }
        }
        Ok(())
    }

    /// Estimates the margins of all candidates that keep a masked input.
    pub(super) fn estimate(&mut self, candidates: &mut [Candidate], tell: Tell<'_>) -> Result<()> {
        for candidates in candidates.chunks_mut(batch_size(&self.subnetwork)) {
            tell()?;
            let kept: Vec<&MaskedInput> =
                candidates.iter().filter_map(|c| c.masked_input.as_ref()).collect();
            let rows = self.masked_inputs.estimate(&kept)?;
            let mut row = 0;
            for candidate in candidates {
                candidate.score = None;
                if candidate.masked_input.is_some() {
                    candidate.log_odds = self.objective.log_odds(rows, row);
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
        tell: Tell<'_>,
    ) -> Result<()> {
        loop {
            let objective = &self.objective;
            let scale = objective.scale(self.masked_inputs.base());
            let slack = SAFETY * self.rounding.max(f64::from(f32::EPSILON) * scale);
            // Rounding of the probabilities themselves.
            let bounds = |log_odds: f64| {
                let (low, high) = (
                    objective.at_log_odds(log_odds - slack),
                    objective.at_log_odds(log_odds + slack),
                );
                (low - low.abs() * 1e-15, high + high.abs() * 1e-15)
            };
            for candidate in &mut *candidates {
                if objective.saturates(candidate.log_odds - slack) {
                    candidate.score = Some(1.0);
                }
            }
            let mut least = floor.unwrap_or(f64::NEG_INFINITY);
            for candidate in &*candidates {
                // Not a number (not estimated, or an overflow) is no bound.
                least = least.max(candidate.score.unwrap_or(bounds(candidate.log_odds).0));
            }
            let open: Vec<usize> = (0..candidates.len())
                .filter(|&k| candidates[k].score.is_none())
                .filter(|&k| {
                    let high = bounds(candidates[k].log_odds).1;
                    high.is_nan() || high >= least
                })
                .collect();
            if open.is_empty() {
                return Ok(());
            }
            for open in open.chunks(batch_size(&self.subnetwork)) {
                tell()?;
                self.evaluate(candidates, open)?;
            }
        }
    }

    /// Evaluates these candidates as the whole forward pass does.
    fn evaluate(&mut self, candidates: &mut [Candidate], chosen: &[usize]) -> Result<()> {
        let mut fresh = Vec::new();
        for &k in chosen {
            if candidates[k].masked_input.is_none() {
                let region = self.windows.region(candidates[k].feature)?;
                fresh.push(self.masked_inputs.masked_input(region)?);
            }
        }
        let mut fresh = fresh.iter();
        let masked_inputs: Vec<&MaskedInput> = chosen
            .iter()
            .filter_map(|&k| candidates[k].masked_input.as_ref().or_else(|| fresh.next()))
            .collect();
        let rows = self.masked_inputs.exact(&masked_inputs)?;
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
            let error = (objective.log_odds(rows, row) - candidates[k].log_odds).abs();
            if error.is_finite() {
                self.rounding = self.rounding.max(error);
            }
        }
        if let (Some(top), Some(row)) = (&mut top, top_row) {
            top.values = self.masked_inputs.row(row);
        }
        self.top = top;
        Ok(())
    }
}
