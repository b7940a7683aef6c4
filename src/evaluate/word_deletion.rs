//! Word deletion (Arras et al. 2017): strike out words in the order that an explanation gives and watch
//! accuracy and score.

use super::Mean;
use crate::error::{Code, Result, ensure};
use crate::methods::{Options, Progress, Target};
use crate::network::top;
use crate::random::Random;
use crate::text::{EncodedText, TOKENS};

/// Texts that are predicted at a time.
const ROWS: usize = 64;

/// What gives the order in which words go.
#[derive(Clone, Debug, PartialEq)]
pub enum WordRanking {
    /// A method of the catalogue with its parameters; most relevant first. For `sis`: the backward
    /// selection of the first subset, last masked first.
    Method(String, Options),
    /// Chance.
    Random {
        /// Seed; every document draws from it and its own number.
        seed: u64,
    },
}

impl WordRanking {
    /// The tokens that the model knows, the first to go first, for document number `index` with `class`
    /// explained. Ties: the first in the text.
    pub fn order(
        &self,
        encoded: &EncodedText<'_>,
        (index, class): (usize, usize),
        progress: Progress<'_>,
    ) -> Result<Vec<usize>> {
        let token_features = encoded.token_features();
        let mut order: Vec<usize> =
            (0..token_features.len()).filter(|&i| token_features[i].is_some()).collect();
        match self {
            WordRanking::Random { seed } => {
                let own = (index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                Random::new(seed ^ own).shuffle(&mut order);
            }
            WordRanking::Method(name, options) => {
                let target = Target::Class { output: 0, class };
                let none = vec![false; token_features.len()];
                let told = encoded.explain(&none, name, options, &target, progress)?;
                let relevance = match &told.explanation.sis {
                    Some(sis) => {
                        let mut rank = vec![0.0; token_features.len()];
                        let masked = sis.sets.first().map_or(&[][..], |set| &set.order);
                        for (token, slot) in token_features.iter().enumerate() {
                            let at = masked.iter().position(|masked| Some(*masked) == *slot);
                            rank[token] = at.map_or(0.0, |at| at as f32);
                        }
                        rank
                    }
                    None => told.relevance,
                };
                order.sort_by(|&a, &b| relevance[b].total_cmp(&relevance[a]));
            }
        }
        Ok(order)
    }
}

/// What is counted after a deletion: right, raw output, probability.
type Point = (bool, f64, Option<f64>);

/// The curves of one ranking over documents: entry k is with k words struck out. Documents that have
/// fewer words stay at their last value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WordDeletion {
    /// Per document: whether the label is still predicted, the raw output of the class predicted at
    /// first, and its probability where it has one.
    documents: Vec<Vec<Point>>,
}

impl WordDeletion {
    /// Strikes out `order`, up to `steps` words (at most [`TOKENS`]), and adds the curve. `label` is the document's
    /// own class; the score is that of `class`.
    pub fn add(
        &mut self,
        encoded: &EncodedText<'_>,
        order: &[usize],
        (label, class): (usize, usize),
        steps: usize,
    ) -> Result<()> {
        ensure(steps <= TOKENS, Code::Limit, || {
            format!("{steps} words to strike out; the limit is {TOKENS}")
        })?;
        let mut struck = vec![false; encoded.token_features().len()];
        let order = &order[..order.len().min(steps)];
        let mut curve = Vec::with_capacity(steps + 1);
        let states: Vec<usize> = (0..=order.len()).collect();
        // A few at a time: all together would be the square of the words.
        for states in states.chunks(ROWS) {
            let mut rows = Vec::with_capacity(states.len());
            for &state in states {
                if let Some(last) = state.checked_sub(1) {
                    struck[order[last]] = true;
                }
                rows.push(struck.clone());
            }
            let rows: Vec<&[bool]> = rows.iter().map(Vec::as_slice).collect();
            for read in encoded.predict(&rows)? {
                ensure(class < read.logits.len(), Code::Request, || format!("no class {class}"))?;
                let hit = top(&read.logits) == label;
                let probability = read.probabilities.map(|probabilities| probabilities[class]);
                curve.push((hit, f64::from(read.logits[class]), probability));
            }
        }
        if let Some(&last) = curve.last() {
            curve.resize(steps + 1, last);
        }
        self.documents.push(curve);
        Ok(())
    }

    /// Number of documents.
    pub fn documents(&self) -> usize {
        self.documents.len()
    }

    fn over(&self, value: impl Fn(&Point) -> f64) -> Vec<f64> {
        let steps = self.documents.first().map_or(0, Vec::len);
        let mean = |k: usize| self.documents.iter().map(|curve| value(&curve[k])).sum::<f64>();
        (0..steps).map(|k| mean(k) / self.documents.len() as f64).collect()
    }

    /// Share of documents that are still right after k deletions.
    pub fn accuracy(&self) -> Vec<f64> {
        self.over(|point| f64::from(u8::from(point.0)))
    }

    /// Mean raw output of the class predicted at first.
    pub fn score(&self) -> Vec<f64> {
        self.over(|point| point.1)
    }

    /// Mean probability of the class predicted at first, where it has one.
    pub fn probability(&self) -> Option<Vec<f64>> {
        self.has_probability().then(|| self.over(|point| point.2.unwrap_or(0.0)))
    }

    fn has_probability(&self) -> bool {
        self.documents.iter().flatten().all(|point| point.2.is_some())
    }

    /// Area under the curves, as the mean over k = 0 … steps, with the standard error over documents:
    /// of the accuracy and of the probability. Lower = the words that mattered went first.
    pub fn areas(&self) -> (Mean, Option<Mean>) {
        let (accuracy, probability) = self.areas_of_documents();
        (Mean::of(&accuracy), probability.map(|areas| Mean::of(&areas)))
    }

    /// The two areas of each document.
    pub fn areas_of_documents(&self) -> (Vec<f64>, Option<Vec<f64>>) {
        let area = |value: fn(&Point) -> f64| {
            let mean = |curve: &Vec<_>| curve.iter().map(value).sum::<f64>() / curve.len() as f64;
            self.documents.iter().map(mean).collect::<Vec<f64>>()
        };
        let probability = self.has_probability().then(|| area(|point| point.2.unwrap_or(0.0)));
        (area(|point| f64::from(u8::from(point.0))), probability)
    }
}
