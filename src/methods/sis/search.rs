//! The search for sufficient input subsets, step by step.

mod candidates;

use crate::error::{Code, Result, ensure};
use crate::explanation::{Explanation, Sis, SisSet};
use crate::methods::features::{Layout, channels, finite};
use crate::methods::{Baseline, Job, Objective, Progress, Windows, go_on};
use crate::network::{MaskedInputs, Precision, Subnetwork, Tape};
use crate::serialize;
use candidates::Candidate;
use serde::Serialize;

/// The features behind the last step at which the score is still at least τ, last masked first.
fn find(order: &[usize], values: &[f64], threshold: f64) -> Vec<usize> {
    let steps = order.iter().zip(values).rev();
    steps.take_while(|(_, value)| **value < threshold).map(|(&feature, _)| feature).collect()
}

/// A feature that may be masked next.
#[derive(Clone, Debug, Serialize)]
pub struct Proposal {
    /// The feature.
    pub feature: usize,
    /// The score when it is masked, too.
    pub score: f64,
    /// What the network then computes behind the part that keeps the feature's place: who adopts it need
    /// not. Empty where that is not at hand.
    #[serde(serialize_with = "serialize::f32s")]
    pub values: Vec<f32>,
}

/// A search for sufficient input subsets, step by step. Several workers can share one: each evaluates
/// its own candidates, and all adopt the best of what they propose, so that all are in the same state.
pub struct Search<'n> {
    subnetwork: Subnetwork<'n>,
    objective: Objective,
    tape: Tape,
    masked_inputs: MaskedInputs<'n>,
    /// Where each feature lies in the source: windows of one position.
    windows: Windows,
    layout: Layout,
    mask: Vec<f32>,
    threshold: f64,
    /// Most sets to look for.
    most: usize,
    /// Which share of the candidates is evaluated here, of how many.
    share: (usize, usize),
    /// The best of those evaluated exactly in this step.
    top: Option<Proposal>,
    /// Largest difference of an estimated and an exact log-odds so far.
    rounding: f64,
    /// Scores of the example, as it is and as a probability.
    score: f64,
    initial: f64,
    /// Features of the sets found so far, and the score without them.
    masked: Vec<bool>,
    rest: f64,
    sets: Vec<SisSet>,
    /// The backward selection under way; none when the search is over.
    selection: Option<Selection>,
    /// Evaluations in earlier selections.
    evaluated: usize,
}

/// One backward selection.
struct Selection {
    /// This worker's share of the free features whose masking changes something.
    candidates: Vec<Candidate>,
    /// How many there are in all shares: at first, and now.
    expensive: usize,
    remaining: usize,
    /// Free features that already equal their mask, the last one first.
    unchanged: Vec<usize>,
    order: Vec<usize>,
    values: Vec<f64>,
    current: f64,
    /// Whether the candidates have been asked for what they keep.
    prepared: bool,
    /// Whether the candidates have to be estimated anew.
    changed: bool,
}

impl<'n> Search<'n> {
    pub(in crate::methods) fn new(
        job: &Job<'_, 'n>,
        threshold: f64,
        mask: &Baseline,
        most: usize,
        share: (usize, usize),
    ) -> Result<Self> {
        ensure(threshold.is_finite(), Code::Request, || "the threshold is no number".into())?;
        ensure(share.0 < share.1, Code::Request, || format!("share {} of {}", share.0, share.1))?;
        let (subnetwork, objective) = (job.subnetwork, &job.objective);
        objective.require_certainty()?;
        let layout = channels(subnetwork);
        let count = layout.positions();
        let mask = mask.values(subnetwork.x().len())?;
        let initial = objective.certainty(&job.tape, 0);
        let windows = Windows::new(subnetwork, &layout, 1, 1);
        let masked_inputs = MaskedInputs::new(
            subnetwork,
            objective.node(),
            &mut windows.regions(),
            mask.clone(),
            Precision::Estimates,
        )?;
        let mut search = Search {
            subnetwork: subnetwork.clone(),
            objective: objective.clone(),
            tape: subnetwork.tape(),
            masked_inputs,
            windows,
            layout,
            mask,
            threshold,
            most,
            share,
            top: None,
            rounding: 0.0,
            score: job.score()?,
            initial,
            masked: vec![false; count],
            rest: initial,
            sets: Vec::new(),
            selection: None,
            evaluated: 0,
        };
        search.select()?;
        Ok(search)
    }

    /// Whether there is nothing left to look for.
    pub fn finished(&self) -> bool {
        self.selection.is_none()
    }

    /// How many sets have been found.
    pub fn found(&self) -> usize {
        self.sets.len()
    }

    /// Evaluations done and to do; sets still to come are not known.
    pub fn progress(&self) -> (usize, usize) {
        let work = |n: usize| n * (n + 1) / 2;
        match &self.selection {
            None => (self.evaluated, self.evaluated),
            Some(s) => {
                let all = self.evaluated + work(s.expensive);
                (all - work(s.remaining), all)
            }
        }
    }

    /// The sets found so far.
    pub fn explanation(&self) -> Result<Explanation> {
        let last = self.sets.last();
        let complete =
            self.rest < self.threshold || last.is_some_and(|set| set.features.is_empty());
        let mut map = vec![0.0; self.masked.len()];
        for (k, set) in self.sets.iter().enumerate() {
            for &feature in &set.features {
                map[feature] = (k + 1) as f32;
            }
        }
        let features = self.layout.space.clone();
        let mut explanation =
            self.objective.explanation(&self.subnetwork, "sis", map, &features, self.score)?;
        explanation.sis = Some(Sis {
            threshold: self.threshold,
            initial: self.initial,
            features,
            sets: self.sets.clone(),
            rest: self.rest,
            complete,
        });
        Ok(explanation)
    }

    /// Starts the next backward selection, if there is a further set to look for.
    fn select(&mut self) -> Result<()> {
        if self.rest < self.threshold || self.sets.len() >= self.most {
            return Ok(());
        }
        let x = self.masked(&self.masked);
        let (masked, mask, layout) = (&self.masked, &self.mask, &self.layout);
        let differs = |&f: &usize| layout.elements(f).any(|i| x[i] != mask[i]);
        let (expensive, mut unchanged): (Vec<usize>, Vec<usize>) =
            (0..masked.len()).filter(|&feature| !masked[feature]).partition(differs);
        unchanged.reverse();
        self.masked_inputs.reset(&x)?;
        let (share, of) = self.share;
        let own: Vec<usize> = expensive.iter().copied().skip(share).step_by(of).collect();
        self.selection = Some(Selection {
            candidates: own.into_iter().map(Candidate::new).collect(),
            expensive: expensive.len(),
            remaining: expensive.len(),
            order: Vec::with_capacity(expensive.len() + unchanged.len()),
            values: Vec::with_capacity(expensive.len() + unchanged.len()),
            unchanged,
            current: self.rest,
            prepared: false,
            changed: true,
        });
        Ok(())
    }

    /// The best of this share's candidates, unless none is as good as a feature that equals its mask. One step may
    /// be long: `progress` is asked in between whether to go on.
    pub fn propose(&mut self, progress: Progress<'_>) -> Result<Option<Proposal>> {
        let (done, total) = self.progress();
        let tell = &mut || go_on(progress, done, total);
        let Some(mut s) = self.selection.take() else { return Ok(None) };
        if !s.prepared {
            self.prepare(&mut s.candidates, tell)?;
            s.prepared = true;
        }
        if s.changed {
            self.estimate(&mut s.candidates, tell)?;
            s.changed = false;
        }
        let floor = if s.unchanged.is_empty() { None } else { Some(s.current) };
        self.decide(&mut s.candidates, floor, tell)?;
        let mut best: Option<(usize, f64)> = None;
        for candidate in &s.candidates {
            if let Some(score) = candidate.score
                && best.is_none_or(|(_, top)| score > top)
            {
                best = Some((candidate.feature, score));
            }
        }
        self.selection = Some(s);
        let top = self.top.take();
        Ok(best.map(|(feature, score)| match top {
            Some(top) if top.feature == feature => top,
            _ => Proposal { feature, score, values: Vec::new() },
        }))
    }

    /// Masks the best of what all shares propose (of equals the lowest feature), after those features
    /// that equal their mask and are better.
    pub fn adopt(&mut self, best: Option<Proposal>) -> Result<()> {
        let Some(mut s) = self.selection.take() else { return Ok(()) };
        while let Some(&feature) = s.unchanged.last()
            && best.as_ref().is_none_or(|best| {
                s.current > best.score || s.current == best.score && feature < best.feature
            })
        {
            s.unchanged.pop();
            s.order.push(feature);
            s.values.push(s.current);
            if s.unchanged.is_empty() && s.remaining > 0 {
                // Without these the candidates have to beat each other only.
                self.selection = Some(s);
                return Ok(());
            }
        }
        if let Some(Proposal { feature, score, values }) = best {
            self.mask(&mut s, feature, &values)?;
            s.current = score;
            s.order.push(feature);
            s.values.push(score);
        }
        if s.remaining > 0 || !s.unchanged.is_empty() {
            self.selection = Some(s);
            return Ok(());
        }
        self.conclude(s)
    }

    /// Makes a feature part of the base, whoever's candidate it was.
    fn mask(&mut self, s: &mut Selection, feature: usize, values: &[f32]) -> Result<()> {
        let own = s.candidates.iter().position(|c| c.feature == feature);
        let kept = own.and_then(|k| s.candidates.remove(k).masked_input);
        let chosen = match kept {
            Some(masked_input) => masked_input,
            None => self.masked_inputs.masked_input(self.windows.region(feature)?)?,
        };
        self.masked_inputs.commit(&chosen, values)?;
        for other in &mut s.candidates {
            if let Some(masked_input) = &mut other.masked_input {
                self.masked_inputs.update(masked_input, &chosen)?;
            }
        }
        s.remaining -= 1;
        s.changed = true;
        Ok(())
    }

    /// Reads a set off a selection that is complete, and goes on to the next.
    fn conclude(&mut self, selection: Selection) -> Result<()> {
        let Selection { order, values, expensive, .. } = selection;
        self.evaluated += expensive * (expensive + 1) / 2;
        let features = find(&order, &values, self.threshold);
        let mut alone = vec![true; self.masked.len()];
        for &feature in &features {
            alone[feature] = false;
            self.masked[feature] = true;
        }
        let score = self.certainty(&alone)?;
        let empty = features.is_empty();
        self.sets.push(SisSet { features, order, values, score });
        if empty {
            // Nothing at all is already enough: every further set would be empty, too.
            return Ok(());
        }
        let masked = std::mem::take(&mut self.masked);
        let rest = self.certainty(&masked);
        self.masked = masked;
        self.rest = rest?;
        self.select()
    }

    /// The example with these features masked.
    fn masked(&self, masked: &[bool]) -> Vec<f32> {
        let mut x = self.subnetwork.x().to_vec();
        for feature in (0..masked.len()).filter(|&feature| masked[feature]) {
            for i in self.layout.elements(feature) {
                x[i] = self.mask[i];
            }
        }
        x
    }

    /// The score with these features masked.
    fn certainty(&mut self, masked: &[bool]) -> Result<f64> {
        let x = self.masked(masked);
        self.subnetwork.record(&x, &mut self.tape)?;
        let score = self.objective.certainty(&self.tape, 0);
        finite(score)?;
        Ok(score)
    }
}
