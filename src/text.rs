//! Texts as networks take them: words, the numbers that a model makes of them, explanations per word.
//!
//! A model for texts is an ONNX file whose metadata say how a text becomes its input:
//!
//! | key | value |
//! |---|---|
//! | `heatlens.text` | `ids` or `tf-idf` |
//! | `heatlens.vocabulary` | the words it knows, one per line, sorted by code point |
//! | `heatlens.text.documents` | tf-idf: how many documents there were, then in how many each word occurred |
//! | `heatlens.text.padding` | ids: how many zeros follow the text |
//!
//! `ids`: the input is `[words]`, named axis `words`; token by token 1 + its word's number, or 0 for what
//! is no word of the vocabulary or is struck out; then the padding, all 0, or more zeros, which must change
//! nothing. Row 0 of the embedding is all zeros.
//!
//! `tf-idf`: the input has one element per word of the vocabulary. With t the number of the word's
//! occurrences in the text, d the number of the N documents of the training set that have it,
//! x = (1 + ln t) · (1 + ln((1 + N) / (1 + d))), or 0 where t = 0, and the whole vector is divided by
//! its Euclidean length.

mod characters;
mod encoded_text;
mod normalize;
mod tokens;
mod vocabulary;

pub use encoded_text::{EncodedText, TextExplanation, TextPrediction};
pub use normalize::Nfkc;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub use normalize::nfkc;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub use tokens::tokenize;
pub use tokens::{Token, tokenize_by};
pub use vocabulary::Vocabulary;

use crate::error::{Code, Error, Result, ensure};
use crate::network::{Layer, Network, NodeId, Operation};
use crate::onnx::{self, SortedMap};
use crate::recipe::Recipe;
use std::sync::Arc;

/// Most tokens of a text.
pub const TOKENS: usize = 100_000;
/// Texts are padded to a multiple of this, so that the file is seldom read again while one types.
const STEP: usize = 64;
/// The axis of a model's input that has one element per token.
const AXIS: &str = "words";

/// How a text becomes numbers.
#[derive(Debug)]
enum Encoding {
    Ids {
        padding: usize,
    },
    TfIdf {
        /// 1 + ln((1 + N) / (1 + d)) of each word.
        rarity: Vec<f64>,
    },
}

/// Reads texts for one model.
#[derive(Debug)]
pub struct Reader {
    vocabulary: Vocabulary,
    encoding: Encoding,
    /// Ids: the model's recipe, to make it again for texts of another length.
    recipe: Option<Recipe<'static>>,
    /// The network for the last text, and which text it fits.
    fitted: Option<(Vec<usize>, Arc<Network>)>,
}

impl Reader {
    /// The reader for a model whose metadata call for one, and by whose recipe the model was made.
    pub fn new(model: &onnx::Model, recipe: &Recipe<'_>) -> Result<Option<Reader>> {
        let metadata = &model.metadata;
        let Some(kind) = metadata.get("heatlens.text") else { return Ok(None) };
        let vocabulary = Vocabulary::parse(stated(metadata, "heatlens.vocabulary")?)?;
        let (encoding, wanted) = match kind.as_str() {
            "ids" => {
                let padding = numbers(metadata, "heatlens.text.padding")?;
                let padding = padding.first().map_or(0, |&padding| padding as usize);
                ensure(padding <= TOKENS, Code::Limit, || {
                    format!("metadata 'heatlens.text.padding' is {padding}; the limit is {TOKENS}")
                })?;
                (Encoding::Ids { padding }, vocabulary.len() + 1)
            }
            "tf-idf" => {
                let counts = numbers(metadata, "heatlens.text.documents")?;
                let (all, each) = counts.split_first().unwrap_or((&0, &[]));
                ensure(each.len() == vocabulary.len(), Code::Malformed, || {
                    format!("{} document counts for {} words", each.len(), vocabulary.len())
                })?;
                let rarity = each
                    .iter()
                    .map(|&d| 1.0 + libm::log((1.0 + f64::from(*all)) / (1.0 + f64::from(d))));
                (Encoding::TfIdf { rarity: rarity.collect() }, vocabulary.len())
            }
            other => {
                let message =
                    format!("metadata 'heatlens.text' is neither ids nor tf-idf: '{other}'");
                return Err(Error::new(Code::Malformed, message));
            }
        };
        let have = capacity(&model.network);
        ensure(have == wanted, Code::Shape, || {
            format!(
                "the vocabulary has {} words, which needs {wanted} rows; the network has {have}",
                vocabulary.len()
            )
        })?;
        let ids = matches!(encoding, Encoding::Ids { .. });
        let recipe = ids.then(|| recipe.clone().into_owned());
        Ok(Some(Reader { vocabulary, encoding, recipe, fitted: None }))
    }

    /// The words that the model knows.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The network fitted to these tokens, and what each token is to it.
    pub fn encode<'r>(
        &'r mut self,
        model: &'r onnx::Model,
        tokens: &[Token],
    ) -> Result<EncodedText<'r>> {
        ensure(tokens.len() <= TOKENS, Code::Limit, || {
            format!("the text has {} words; the limit is {TOKENS}", tokens.len())
        })?;
        let number = |token: &Token| self.vocabulary.find(token.form.as_deref()?);
        let words: Vec<Option<usize>> = tokens.iter().map(number).collect();
        match &self.encoding {
            Encoding::Ids { padding } => {
                let len = (tokens.len() + padding).div_ceil(STEP).max(1) * STEP;
                if let Some(recipe) = &self.recipe
                    && self.fitted.as_ref().is_none_or(|(have, _)| have[..] != [len])
                {
                    self.fitted = Some((vec![len], recipe.at(AXIS, len)?));
                }
                let network = self.fitted.as_ref().map_or(&model.network, |(_, network)| network);
                Ok(EncodedText::of_ids(network, words, len))
            }
            Encoding::TfIdf { rarity } => {
                // Elements of the input that are not 0, each once, by first occurrence.
                let mut kinds: Vec<usize> = Vec::new();
                let mut feature_of = vec![usize::MAX; self.vocabulary.len()];
                for &word in words.iter().flatten() {
                    if feature_of[word] == usize::MAX {
                        feature_of[word] = kinds.len();
                        kinds.push(word);
                    }
                }
                let token_features =
                    words.iter().map(|word| word.map(|word| feature_of[word])).collect();
                if kinds.is_empty() {
                    // A network needs an input; no token has this feature.
                    kinds.push(0);
                }
                let rarity = kinds.iter().map(|&word| rarity[word]).collect();
                if self.fitted.as_ref().is_none_or(|(have, _)| *have != kinds) {
                    let front = Some(("length", unit_length(kinds.len())));
                    let network = model.network.select_inputs(&kinds, front)?;
                    self.fitted = Some((kinds, Arc::new(network)));
                }
                let network = self.fitted.as_ref().map_or(&model.network, |(_, network)| network);
                Ok(EncodedText::of_counts(network, words, token_features, rarity))
            }
        }
    }
}

/// Division of `n` numbers by their Euclidean length, as local response normalisation over all of them; zeros stay.
fn unit_length(n: usize) -> Operation {
    let size = 2 * n;
    Operation::LocalResponseNorm { size, alpha: size as f32, beta: 0.5, bias: f32::MIN_POSITIVE }
}

/// The embedding, if the network begins with one.
fn embedding(network: &Network) -> Option<(NodeId, &[f32], usize)> {
    network.nodes().iter().enumerate().find_map(|(id, node)| match &node.layer {
        Layer::Embedding { table, width } => Some((id, table.as_slice(), *width)),
        _ => None,
    })
}

/// How many words the network can tell apart: rows of the embedding, or elements of the input.
fn capacity(network: &Network) -> usize {
    match embedding(network) {
        Some((_, table, width)) => table.len() / width.max(1),
        None => network.inputs().first().map_or(0, |&id| network.node(id).len()),
    }
}

fn stated<'m>(metadata: &'m SortedMap<String>, key: &str) -> Result<&'m str> {
    let value = metadata.get(key).map(String::as_str);
    value.ok_or_else(|| Error::new(Code::Malformed, format!("the metadata have no '{key}'")))
}

fn numbers(metadata: &SortedMap<String>, key: &str) -> Result<Vec<u32>> {
    let parsed = stated(metadata, key)?.split_ascii_whitespace().map(str::parse);
    parsed.collect::<std::result::Result<_, _>>().map_err(|_| {
        Error::new(Code::Malformed, format!("metadata '{key}' holds what is no whole number"))
    })
}
