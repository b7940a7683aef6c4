//! One text before one network.

use super::embedding;
use crate::error::{Code, Error, Result, ensure};
use crate::explanation::Explanation;
use crate::methods::{self, Descriptor, Kind, Options, Progress, Segments, Target, Value};
use crate::network::{Class, Network, Node, NodeId};
use ndarray::ArrayD;

/// A text's tokens before the network that was fitted to them.
///
/// What the network can tell apart in the text is numbered: its *features*. For ids every token is one; for
/// tf-idf every distinct word is.
#[derive(Debug)]
pub struct EncodedText<'r> {
    network: &'r Network,
    /// The node whose values stand for words: the embedding; tf-idf of length one.
    at: Option<NodeId>,
    /// The vocabulary's number of every token; none for what the model does not know.
    words: Vec<Option<usize>>,
    /// The feature of every token; none where there is no word.
    token_features: Vec<Option<usize>>,
    /// Ids: row of the embedding by feature. Empty for tf-idf.
    rows: Vec<f32>,
    /// Elements per feature.
    width: usize,
    /// Tf-idf: 1 + ln((1 + N) / (1 + d)) by feature.
    rarity: Vec<f64>,
}

/// What the network says of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct TextPrediction {
    /// Raw outputs of the first result.
    pub logits: Vec<f32>,
    /// Probabilities, where the model's outputs have them.
    pub probabilities: Option<Vec<f64>>,
}

/// An explanation, token by token.
#[derive(Clone, Debug, PartialEq)]
pub struct TextExplanation {
    /// One number per token; 0 for tokens that the model does not know or that are struck out. A word's
    /// number is shared equally by its occurrences where the model cannot tell them apart.
    pub relevance: Vec<f32>,
    /// The method's own result. Subsets name features.
    pub explanation: Explanation,
}

impl<'r> EncodedText<'r> {
    pub(super) fn of_ids(network: &'r Network, words: Vec<Option<usize>>, len: usize) -> Self {
        let (at, width) = embedding(network).map_or((None, 1), |(id, _, width)| (Some(id), width));
        let mut rows = vec![0.0; len];
        for (row, word) in rows.iter_mut().zip(&words) {
            *row = word.map_or(0.0, |word| (word + 1) as f32);
        }
        let token_features = words.iter().enumerate().map(|(i, word)| word.map(|_| i)).collect();
        EncodedText { network, at, words, token_features, rows, width, rarity: Vec::new() }
    }

    pub(super) fn of_counts(
        network: &'r Network,
        words: Vec<Option<usize>>,
        token_features: Vec<Option<usize>>,
        rarity: Vec<f64>,
    ) -> Self {
        let scaled = |node: &Node| node.layer.class() == Class::Normalisation;
        let at = network.nodes().iter().position(scaled);
        EncodedText { network, at, words, token_features, rows: Vec::new(), width: 1, rarity }
    }

    /// The network that was fitted to the text.
    pub fn network(&self) -> &'r Network {
        self.network
    }

    /// The node whose values a method explains; none for the input. Methods that only predict mask words where the
    /// text is read: of the rest of a text tf-idf is scaled to length one again, as if it were read without them.
    fn place(&self, entry: &Descriptor) -> Option<NodeId> {
        let reads = !self.rarity.is_empty() && !entry.looks_inside();
        if reads { None } else { self.at }
    }

    /// The vocabulary's number of every token.
    pub fn words(&self) -> &[Option<usize>] {
        &self.words
    }

    /// The feature of every token.
    pub fn token_features(&self) -> &[Option<usize>] {
        &self.token_features
    }

    /// What the network makes of the text without the tokens for which `masked` is true, for each of
    /// several such lists.
    pub fn predict(&self, masked: &[&[bool]]) -> Result<Vec<TextPrediction>> {
        let Some(output) = self.network.outputs().first() else { return Ok(Vec::new()) };
        let mut reads = Vec::with_capacity(masked.len());
        // As many at once as fit into a few megabytes.
        let values: usize = self.network.nodes().iter().map(|node| node.len()).sum();
        for masked in masked.chunks((1_000_000 / values.max(1)).clamp(1, 64)) {
            let input = self.input(masked)?;
            let results = self.network.predict(&[input.view()])?;
            let logits: Vec<f32> =
                results.first().map_or(Vec::new(), |r| r.iter().copied().collect());
            methods::check_finite(
                &logits,
                &format_args!("the network's output '{}' contains", output.name),
            )?;
            for row in logits.chunks_exact(self.network.node(output.node).len().max(1)) {
                let probabilities = self.network.probabilities(output, row);
                reads.push(TextPrediction { logits: row.to_vec(), probabilities });
            }
        }
        Ok(reads)
    }

    /// Explains the decision on the text without the masked tokens. Of the parameters that `options`
    /// leave out, those that count positions are one word, norms are Euclidean, and LRP's rule is ε
    /// throughout (as Arras et al. 2017 have it). A fill may be one number per element of an
    /// embedding, or the word `mean` for the mean of all words' embeddings (Carter et al. 2019).
    pub fn explain(
        &self,
        masked: &[bool],
        name: &str,
        options: &Options,
        target: &Target,
        progress: Progress<'_>,
    ) -> Result<TextExplanation> {
        let counts = self.occurrences(masked);
        ensure(counts.iter().any(|&count| count > 0), Code::NotApplicable, || {
            "the text has no word that the model knows: there is nothing to explain".into()
        })?;
        let entry = Descriptor::find(name)?;
        let options = self.options(masked, entry, options)?;
        let mut method = methods::method_from_options(self.network, name, &options)?;
        if let Some(segments) = method.segments() {
            *segments = Segments::Each(self.segments(masked));
        }
        let (input, at) = (self.input(&[masked])?, self.place(entry));
        let explanation =
            methods::explain(self.network, &[input.view()], &*method, target, at, progress)?;
        let shape = explanation.relevance.shape();
        ensure(shape.first() == Some(&counts.len()), Code::Request, || {
            format!(
                "{name}: a map of shape {shape:?} has no number per word; leave out 'map' or 'upsample'"
            )
        })?;
        let relevance = self.by_token(&explanation, masked);
        Ok(TextExplanation { relevance, explanation })
    }

    /// The network's input for each list of masked tokens, `[lists, elements]`.
    fn input(&self, masked: &[&[bool]]) -> Result<ArrayD<f32>> {
        let id = self.network.inputs().first().copied().unwrap_or(0);
        let len = self.network.node(id).len();
        let mut values = vec![0.0; masked.len() * len];
        for (masked, values) in masked.iter().zip(values.chunks_exact_mut(len.max(1))) {
            ensure(masked.len() == self.token_features.len(), Code::Request, || {
                format!("{} marks for {} words", masked.len(), self.token_features.len())
            })?;
            self.write(masked, values);
        }
        self.network.array(id, masked.len(), values)
    }

    fn write(&self, masked: &[bool], values: &mut [f32]) {
        let counts = self.occurrences(masked);
        if self.rarity.is_empty() {
            for ((value, row), count) in values.iter_mut().zip(&self.rows).zip(counts) {
                *value = if count > 0 { *row } else { 0.0 };
            }
            return;
        }
        let weights: Vec<f32> = counts
            .iter()
            .zip(&self.rarity)
            .map(|(&t, rarity)| match t {
                0 => 0.0,
                t => ((1.0 + libm::log(t as f64)) * rarity) as f32,
            })
            .collect();
        values.copy_from_slice(&weights);
    }

    /// How many tokens that are not struck out each feature has.
    fn occurrences(&self, masked: &[bool]) -> Vec<usize> {
        let mut counts = vec![0; self.rows.len().max(self.rarity.len())];
        for (feature, _) in self.token_features.iter().zip(masked).filter(|(_, masked)| !**masked) {
            if let Some(feature) = feature {
                counts[*feature] += 1;
            }
        }
        counts
    }

    /// The feature of each element for methods that switch words: one for every feature that is there.
    fn segments(&self, masked: &[bool]) -> Vec<Option<usize>> {
        let mut next = 0;
        let mut segments = Vec::with_capacity(self.rows.len() * self.width);
        for count in self.occurrences(masked) {
            let feature = (count > 0).then_some(next);
            next += usize::from(count > 0);
            segments.extend(std::iter::repeat_n(feature, self.width));
        }
        segments
    }

    /// The method's parameters with what this text fills in.
    fn options(&self, masked: &[bool], entry: &Descriptor, given: &Options) -> Result<Options> {
        let counts = self.occurrences(masked);
        let mut options = given.clone();
        for param in entry.params {
            let default = match param.name {
                "window" | "stride" => Some(Value::Number(1.0)),
                "norm" => Some(Value::Word("l2".into())),
                "composite" => Some(Value::Word("epsilon".into())),
                _ => None,
            };
            if let (Some(default), None) = (default, given.get(param.name)) {
                options.insert(param.name.into(), default);
            }
            if !matches!(param.kind, Kind::Baseline { .. }) {
                continue;
            }
            let word = match given.get(param.name) {
                Some(Value::Word(word)) if word == "mean" => self.mean()?,
                Some(Value::Numbers(numbers)) if numbers.len() == self.width => numbers.clone(),
                _ => continue,
            };
            // What is no word (unknown, struck out, padding) keeps its zeros and is never changed.
            let mut values = vec![0.0; counts.len() * self.width];
            for (&count, values) in counts.iter().zip(values.chunks_exact_mut(self.width)) {
                if count > 0 {
                    values.copy_from_slice(&word);
                }
            }
            options.insert(param.name.into(), Value::Numbers(values));
        }
        Ok(options)
    }

    /// The mean of all words' embeddings.
    fn mean(&self) -> Result<Vec<f32>> {
        let Some((_, table, width)) = embedding(self.network) else {
            let message = "a model without embeddings has no mean word";
            return Err(Error::new(Code::NotApplicable, message));
        };
        let mut sums = vec![0.0f64; width];
        for row in table.chunks_exact(width) {
            for (sum, &value) in sums.iter_mut().zip(row) {
                *sum += f64::from(value);
            }
        }
        // Row 0 is no word.
        let words = (table.len() / width).saturating_sub(1).max(1) as f64;
        Ok(sums.into_iter().map(|sum| (sum / words) as f32).collect())
    }

    /// Relevance summed over each feature's elements and shared by its tokens.
    fn by_token(&self, explanation: &Explanation, masked: &[bool]) -> Vec<f32> {
        let counts = self.occurrences(masked);
        let mut sums = vec![0.0f64; counts.len()];
        let each = explanation.relevance.len() / sums.len().max(1);
        let values = explanation.relevance.iter().enumerate();
        for (i, &value) in values.take(each * sums.len()) {
            sums[i / each.max(1)] += f64::from(value);
        }
        let own = |(feature, &masked): (&Option<usize>, &bool)| match *feature {
            Some(feature) if !masked => (sums[feature] / counts[feature] as f64) as f32,
            _ => 0.0,
        };
        self.token_features.iter().zip(masked).map(own).collect()
    }
}
