//! Sufficient input subsets (Carter et al. 2019).
//!
//! ```text
//! BackSelect(free):   mask, one after another, the free feature whose masking leaves f highest
//! FindSIS:            walk that order backwards, collecting features until f ≥ τ is met
//! collection:         mask the found set for good; repeat while f(rest) ≥ τ
//! ```
//!
//! Ties go to the lowest index. Departures for speed, with an identical trace:
//! 1. A feature that already equals its mask changes nothing: its score is the current one.
//! 2. After masking such a feature the scores of all others still hold.

use super::features::{Layout, channels, scores};
use super::{Fill, Job};
use crate::error::{Code, Result, ensure};
use crate::explanation::{Explanation, Sis, SisSet};

pub(super) fn explain(
    job: &mut Job<'_, '_>,
    threshold: f64,
    mask: &Fill,
    most: usize,
    score: f64,
) -> Result<Explanation> {
    ensure(threshold.is_finite(), Code::Request, || "the threshold is no number".into())?;
    let layout = channels(job.section);
    let count = layout.positions();
    let mask = mask.values(job.section.x().len())?;
    let initial = job.objective.probability(&job.tape, 0);
    let mut search = Search { job, layout, mask, total: count, found: 0 };
    let mut masked = vec![false; count];
    let mut sets: Vec<SisSet> = Vec::new();
    let mut rest = initial;
    while rest >= threshold && sets.len() < most {
        let (order, values) = search.back_select(&masked, rest)?;
        let features = find(&order, &values, threshold);
        let mut alone = vec![true; count];
        for &feature in &features {
            alone[feature] = false;
            masked[feature] = true;
        }
        let score = search.score(&alone)?;
        search.found += 1;
        let empty = features.is_empty();
        sets.push(SisSet { features, order, values, score });
        if empty {
            // Nothing at all is already enough: every further set would be empty, too.
            break;
        }
        rest = search.score(&masked)?;
    }
    let complete = rest < threshold || sets.last().is_some_and(|set| set.features.is_empty());
    let features = search.layout.space.clone();
    let mut map = vec![0.0; count];
    for (k, set) in sets.iter().enumerate() {
        for &feature in &set.features {
            map[feature] = (k + 1) as f32;
        }
    }
    let mut explanation = job.shaped("sis", map, &features, score, None)?;
    explanation.sis = Some(Sis { threshold, initial, features, sets, rest, complete });
    Ok(explanation)
}

/// The features behind the last step at which the score is still at least τ, last masked first.
fn find(order: &[usize], values: &[f64], threshold: f64) -> Vec<usize> {
    let steps = order.iter().zip(values).rev();
    steps.take_while(|(_, value)| **value < threshold).map(|(&feature, _)| feature).collect()
}

struct Search<'s, 'j, 'n> {
    job: &'s mut Job<'j, 'n>,
    layout: Layout,
    mask: Vec<f32>,
    /// Features in all.
    total: usize,
    /// Sets found so far, for the progress report.
    found: usize,
}

impl Search<'_, '_, '_> {
    /// The order in which the free features are masked, and the score after each step. `current` is
    /// the score with the given features masked.
    fn back_select(&mut self, masked: &[bool], current: f64) -> Result<(Vec<usize>, Vec<f64>)> {
        let x = self.job.section.x();
        let mut masked = masked.to_vec();
        let mut current = current;
        let free = masked.iter().filter(|&&m| !m).count();
        let (mut order, mut values) = (Vec::with_capacity(free), Vec::with_capacity(free));
        // Features whose values differ from the mask: only these cost an evaluation.
        let differs: Vec<bool> = (0..self.total)
            .map(|feature| self.layout.elements(feature).any(|i| x[i] != self.mask[i]))
            .collect();
        let work = |n: usize| n * (n + 1) / 2;
        let costly = (0..self.total).filter(|&f| !masked[f] && differs[f]).count();
        let mut left = costly;
        // Scores of the costly candidates; they stay true until the input changes.
        let mut scored: Vec<(usize, f64)> = Vec::new();
        let mut changed = true;
        while order.len() < free {
            if changed {
                // The unit of progress is an evaluation; sets still to come are not known.
                self.job.tick(work(costly) - work(left), work(costly).max(1))?;
                scored = self.candidates(&masked, &differs)?;
            }
            let same = (0..self.total).find(|&f| !masked[f] && !differs[f]);
            let mut best = same.map(|feature| (feature, current));
            for &(feature, value) in &scored {
                let better = best
                    .is_none_or(|(lowest, top)| value > top || (value == top && feature < lowest));
                if better {
                    best = Some((feature, value));
                }
            }
            let Some((feature, value)) = best else { break };
            changed = differs[feature];
            left -= usize::from(changed);
            masked[feature] = true;
            current = value;
            order.push(feature);
            values.push(value);
        }
        Ok((order, values))
    }

    /// The score after masking each free feature that differs from its mask, beside the ones masked
    /// already.
    fn candidates(&mut self, masked: &[bool], differs: &[bool]) -> Result<Vec<(usize, f64)>> {
        let candidates: Vec<usize> =
            (0..self.total).filter(|&f| !masked[f] && differs[f]).collect();
        let (layout, mask) = (&self.layout, &self.mask);
        let mut scored = Vec::with_capacity(candidates.len());
        scores(
            self.job,
            candidates.len(),
            true,
            |k, row| {
                for feature in (0..masked.len()).filter(|&f| masked[f]).chain([candidates[k]]) {
                    for i in layout.elements(feature) {
                        row[i] = mask[i];
                    }
                }
            },
            |k, value| scored.push((candidates[k], value)),
        )?;
        Ok(scored)
    }

    /// The score with these features masked.
    fn score(&mut self, masked: &[bool]) -> Result<f64> {
        let (layout, mask) = (&self.layout, &self.mask);
        let mut result = 0.0;
        scores(
            self.job,
            1,
            true,
            |_, row| {
                for feature in (0..masked.len()).filter(|&f| masked[f]) {
                    for i in layout.elements(feature) {
                        row[i] = mask[i];
                    }
                }
            },
            |_, value| result = value,
        )?;
        Ok(result)
    }
}
