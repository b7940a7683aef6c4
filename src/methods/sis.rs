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
//! 2. Only what a mask reaches is computed ([`Variants`]); what candidates keep stays true until
//!    something in their reach is masked.
//! 3. Candidates are ranked by estimates that are equal up to rounding. Those that may be the best, seen
//!    the rounding that occurs, are evaluated as the whole forward pass does, and these decide.

use super::features::{Layout, batch_size, channels, finite, regions, scores};
use super::{Fill, Job};
use crate::error::{Code, Result, ensure};
use crate::explanation::{Explanation, Sis, SisSet};
use crate::kernels::region::Region;
use crate::network::{Precision, Variant, Variants};

/// Values that all candidates together may keep: 64 MB. Those beyond are evaluated exactly.
const KEPT: usize = if cfg!(test) { 50 } else { 16 << 20 };
/// How much larger than any seen so far a rounding error may be.
const SAFETY: f64 = 8.0;

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
    let positions: Vec<Vec<usize>> = (0..count).map(|p| vec![p]).collect();
    let regions = regions(job.section, &layout, &positions)?;
    let goal = job.objective.node();
    let variants = Variants::new(job.section, goal, &regions, mask.clone(), Precision::Estimates)?;
    let mut search =
        Search { job, variants, regions, layout, mask, total: count, rounding: 0.0, found: 0 };
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
    variants: Variants<'j, 'n>,
    /// Where each feature lies in the source.
    regions: Vec<Region>,
    layout: Layout,
    mask: Vec<f32>,
    /// Features in all.
    total: usize,
    /// Largest difference of an estimated and an exact margin so far.
    rounding: f64,
    /// Sets found so far, for the progress report.
    found: usize,
}

/// A free feature whose masking changes the input.
struct Candidate {
    feature: usize,
    /// Nothing, where there is no memory to keep it.
    variant: Option<Variant>,
    /// Estimated margin of the score with this feature masked, too.
    margin: f64,
    /// The score itself.
    score: Option<f64>,
}

impl Search<'_, '_, '_> {
    /// The order in which the free features are masked, and the score after each step. `current` is
    /// the score with the given features masked.
    fn back_select(&mut self, masked: &[bool], current: f64) -> Result<(Vec<usize>, Vec<f64>)> {
        let mut current = current;
        let x = self.masked(masked);
        let differs = |feature| self.layout.elements(feature).any(|i| x[i] != self.mask[i]);
        let (costly, mut same): (Vec<usize>, Vec<usize>) =
            (0..self.total).filter(|&feature| !masked[feature]).partition(|&f| differs(f));
        // Taken from the end.
        same.reverse();
        self.variants.reset(&x)?;
        let mut candidates = self.candidates(&costly)?;
        let free = costly.len() + same.len();
        let (mut order, mut values) = (Vec::with_capacity(free), Vec::with_capacity(free));
        let work = |n: usize| n * (n + 1) / 2;
        let mut changed = true;
        while order.len() < free {
            if changed {
                // The unit of progress is an evaluation; sets still to come are not known.
                let (all, left) = (work(costly.len()), work(candidates.len()));
                self.job.tick(all - left, all.max(1))?;
                self.estimate(&mut candidates)?;
            }
            let floor = if same.is_empty() { None } else { Some(current) };
            self.decide(&mut candidates, floor)?;
            let mut best: Option<(usize, f64)> = None;
            for (k, candidate) in candidates.iter().enumerate() {
                if let Some(score) = candidate.score
                    && best.is_none_or(|(_, top)| score > top)
                {
                    best = Some((k, score));
                }
            }
            let unchanged = same.last().copied().filter(|&feature| {
                best.is_none_or(|(k, score)| {
                    current > score || current == score && feature < candidates[k].feature
                })
            });
            changed = unchanged.is_none();
            if let Some(feature) = unchanged {
                same.pop();
                order.push(feature);
            } else if let Some((k, score)) = best {
                let chosen = candidates.remove(k);
                current = score;
                order.push(chosen.feature);
                self.adopt(&chosen, &mut candidates)?;
            }
            values.push(current);
        }
        Ok((order, values))
    }

    /// The example with these features masked.
    fn masked(&self, masked: &[bool]) -> Vec<f32> {
        let mut x = self.job.section.x().to_vec();
        for feature in (0..self.total).filter(|&feature| masked[feature]) {
            for i in self.layout.elements(feature) {
                x[i] = self.mask[i];
            }
        }
        x
    }

    fn candidates(&mut self, features: &[usize]) -> Result<Vec<Candidate>> {
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

    /// Makes the chosen candidate part of the base.
    fn adopt(&mut self, chosen: &Candidate, others: &mut [Candidate]) -> Result<()> {
        let fresh;
        let chosen = match &chosen.variant {
            Some(variant) => variant,
            None => {
                fresh = self.variants.variant(self.regions[chosen.feature])?;
                &fresh
            }
        };
        self.variants.adopt(chosen)?;
        for other in others {
            if let Some(variant) = &mut other.variant {
                self.variants.refresh(variant, chosen)?;
            }
        }
        Ok(())
    }

    /// Estimates the margins of all candidates that keep a variant.
    fn estimate(&mut self, candidates: &mut [Candidate]) -> Result<()> {
        for candidates in candidates.chunks_mut(batch_size(self.job.section)) {
            let kept: Vec<&Variant> =
                candidates.iter().filter_map(|c| c.variant.as_ref()).collect();
            let rows = self.variants.estimate(&kept)?;
            let mut row = 0;
            for candidate in candidates {
                candidate.score = None;
                if candidate.variant.is_some() {
                    candidate.margin = self.job.objective.margin(rows, row);
                    row += 1;
                }
            }
        }
        Ok(())
    }

    /// Evaluates exactly every candidate that may be the best and at least `floor`.
    fn decide(&mut self, candidates: &mut [Candidate], floor: Option<f64>) -> Result<()> {
        loop {
            let objective = &self.job.objective;
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
            for open in open.chunks(batch_size(self.job.section)) {
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
        let objective = &self.job.objective;
        for (row, &k) in chosen.iter().enumerate() {
            let score = objective.probability(rows, row);
            finite(score)?;
            candidates[k].score = Some(score);
            let error = (objective.margin(rows, row) - candidates[k].margin).abs();
            if error.is_finite() {
                self.rounding = self.rounding.max(error);
            }
        }
        Ok(())
    }

    /// The score with these features masked.
    fn score(&mut self, masked: &[bool]) -> Result<f64> {
        let x = self.masked(masked);
        let mut result = 0.0;
        let mut write = |_, row: &mut [f32]| row.copy_from_slice(&x);
        scores(self.job, 1, true, &mut write, &mut |_, value| result = value)?;
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use crate::methods::{Fill, Method, Target, explain};
    use crate::network::{Builder, Link, Operation};
    use ndarray::{ArrayD, IxDyn};

    #[test]
    fn candidates_without_memory_are_judged_like_those_with() {
        let mut b = Builder::new();
        let x = b.input("x", &[40]).unwrap();
        // Of these contributions only the first dozen candidates can be kept.
        let weight: Vec<f32> = (0..40).map(|i| ((i * 17) % 41) as f32 - 20.0).collect();
        let dense = Operation::Dense { weight: weight.clone(), outputs: 1, bias: vec![] };
        let y = b.push("y", dense, &[x]).unwrap();
        let network = b.finish(vec![("y".into(), y, Link::Identity)]).unwrap();
        let x = ArrayD::from_elem(IxDyn(&[1, 40]), 1.0);
        let method = Method::Sis { threshold: -1e3, mask: Fill::Constant(0.0), sets: 1 };
        let explanation =
            explain(&network, &[x.view()], &method, &Target::Top, None, &mut |_, _| true).unwrap();
        let mut expected: Vec<usize> = (0..40).collect();
        expected.sort_by(|&a, &b| weight[a].total_cmp(&weight[b]));
        assert_eq!(explanation.sis.unwrap().sets[0].order, expected);
    }
}
