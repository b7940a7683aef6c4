//! What a page explains: numbers or a text; and its maps.

use super::settings::Settings;
use crate::cli::array::write_npy;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::input::Input;
use crate::cli::model::Model;
use crate::cli::progress::Bar;
use crate::cli::read;
use heatlens::explanation::Explanation;
use heatlens::methods::{Descriptor, Options, explain, method_from_options};
use heatlens::network::Network;
use heatlens::prediction::predict;
use heatlens::text::tokenize;
use ndarray::ArrayD;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The example.
pub enum Subject {
    /// `[1, *shape]` of the network's one input.
    Numbers(ArrayD<f32>),
    /// A text.
    Text(String),
}

/// Raw outputs of the first result, and its probabilities if it has some.
pub type Outputs = (Vec<f32>, Option<Vec<f64>>);

/// One method's numbers.
pub struct Map<'s> {
    /// The method.
    pub entry: &'static Descriptor,
    /// The parameters that are given.
    pub options: &'s Options,
    /// One number per element of the input, or per word.
    pub relevance: Vec<f32>,
    /// Its shape.
    pub shape: Vec<usize>,
    /// What else is known.
    pub explanation: Explanation,
}

/// An example with all that is said of it.
pub struct Explained<'s> {
    /// The example.
    pub subject: &'s Subject,
    /// Words of the text, in UTF-16 units.
    pub spans: Vec<Range<usize>>,
    /// One for each method.
    pub maps: Vec<Map<'s>>,
    outputs: Outputs,
}

impl Explained<'_> {
    /// What the network says.
    pub fn outputs(&self) -> &Outputs {
        &self.outputs
    }
}

/// Molecules are drawn and read by JavaScript, which the npm package has.
pub fn refuse_molecules(files: &[PathBuf], network: Option<&Network>) -> Outcome<()> {
    let ends = |path: &Path, ends: &[&str]| {
        let end = path.extension().map(|end| end.to_ascii_lowercase());
        end.and_then(|end| end.into_string().ok()).is_some_and(|end| ends.contains(&end.as_str()))
    };
    let file = files.iter().any(|path| ends(path, &["smi", "smiles", "sdf", "sd", "mol"]));
    let inputs = network.is_some_and(|network| {
        let names = network.inputs().iter().map(|&id| network.node(id).name.as_str());
        names.filter(|name| ["features", "adjacency", "present"].contains(name)).count() >= 2
    });
    if file || inputs {
        return Err(Failure::request(
            "this program reads no molecules; the npm package does: npx heatlens page MODEL --smiles SMILES (or \
             --input FILE.sdf) --method NAME --out FILE.html",
        ));
    }
    Ok(())
}

impl Subject {
    /// The example of the command line: a text if the model reads texts, else numbers.
    pub fn read(model: &Model, input: &Input) -> Outcome<Subject> {
        if model.text_reader()?.is_some() {
            return match input.files.as_slice() {
                [path] => Ok(Subject::Text(read::body(path)?)),
                files => {
                    Err(Failure::request(format!("the model reads one text, not {}", files.len())))
                }
            };
        }
        let count = model.network().inputs().len();
        if count != 1 {
            let why = format!("the network has {count} inputs; a page shows one");
            return Err(Failure::request(why));
        }
        Ok(Subject::Numbers(input.load(model)?.remove(0)))
    }

    /// The example as a file inside the page; none for a text, which is an attribute.
    pub fn file(&self) -> Option<Vec<u8>> {
        match self {
            Subject::Numbers(values) => {
                let shape = values.shape().get(1..).unwrap_or_default();
                Some(write_npy(shape, values.iter().copied()))
            }
            Subject::Text(_) => None,
        }
    }

    /// Prediction and maps.
    pub fn explain<'s>(
        &'s self,
        model: &Model,
        settings: &'s Settings,
        class: Option<&str>,
        against: Option<&str>,
    ) -> Outcome<Explained<'s>> {
        match self {
            Subject::Numbers(values) => {
                let (network, views) = (model.network(), [values.view()]);
                let first = predict(network, &views)?.into_iter().next();
                let first = first.ok_or_else(|| Failure::request("the network has no result"))?;
                let target = model.class_target(&first.logits, class, against)?;
                let outputs = (first.logits, first.probabilities);
                let maps = settings.0.iter().map(|(entry, options)| {
                    let method = method_from_options(network, entry.name, options)?;
                    let bar = Bar::new(entry.title, 1);
                    let mut progress = |done, total| {
                        bar.set(done, total);
                        true
                    };
                    let found = explain(network, &views, &*method, &target, None, &mut progress)?;
                    let relevance = found.relevance.iter().copied().collect();
                    let shape = found.relevance.shape().to_vec();
                    let explanation = model.described(found, entry.parameters(options));
                    Ok(Map { entry, options, relevance, shape, explanation })
                });
                let maps = maps.collect::<Outcome<_>>()?;
                Ok(Explained { subject: self, spans: Vec::new(), maps, outputs })
            }
            Subject::Text(text) => {
                let units: Vec<u16> = text.encode_utf16().collect();
                let tokens = tokenize(&units);
                let mut reader = model.reader()?;
                let encoded = reader.encode(&model.onnx, &tokens)?;
                let none = vec![false; tokens.len()];
                let first = encoded.predict(&[&none])?.remove(0);
                let target = model.class_target(&first.logits, class, against)?;
                let maps = settings.0.iter().map(|(entry, options)| {
                    let mut told =
                        encoded.explain(&none, entry.name, options, &target, &mut |_, _| true)?;
                    told.explanation = model.described(told.explanation, entry.parameters(options));
                    let shape = vec![told.relevance.len()];
                    let (relevance, explanation) = (told.relevance, told.explanation);
                    Ok(Map { entry, options, relevance, shape, explanation })
                });
                let maps = maps.collect::<Outcome<_>>()?;
                let spans = tokens.into_iter().map(|token| token.span).collect();
                let outputs = (first.logits, first.probabilities);
                Ok(Explained { subject: self, spans, maps, outputs })
            }
        }
    }
}
