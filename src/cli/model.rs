//! A model with what its metadata say: labels, input range, masks.

use super::array::{self, Data, Source};
use super::failure::{Failure, Outcome};
use super::{files, text};
use clap::Args;
use heatlens::error::{Code, Error};
use heatlens::explanation::Explanation;
use heatlens::info::ModelInfo;
use heatlens::methods::{
    Baseline, ClassName, Descriptor, Kind, NodeSupport, Options, Parameters, Target, Value,
};
use heatlens::network::{Network, Output, Side, top};
use heatlens::onnx::{self, Activations, Limits};
use heatlens::recipe::Recipe;
use heatlens::text::Reader;
use ndarray::ArrayViewD;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A model file and how it is read.
#[derive(Args)]
pub struct ModelFile {
    /// ONNX file
    #[arg(value_name = "MODEL")]
    pub path: PathBuf,
    /// How raw outputs become probabilities: softmax, sigmoid or identity; NAME=softmax for one of several
    /// outputs, with commas between [default: as the file says]
    #[arg(long, value_name = "[NAME=]WORD")]
    pub output_activation: Option<String>,
}

impl ModelFile {
    /// The bytes of the file.
    pub fn bytes(&self) -> Outcome<Vec<u8>> {
        files::read(&self.path, Limits::default().file)
    }

    /// Reads the model; weights that are not finite are warned about on stderr.
    pub fn open(&self) -> Outcome<Model> {
        let name = text::path(&self.path);
        let bytes = self.bytes()?;
        let mut recipe = Recipe::new(bytes);
        if let Some(text) = &self.output_activation {
            let wrong = || {
                Failure::request(format!(
                    "--output-activation takes softmax, sigmoid or identity, or NAME=softmax for one of \
                     several outputs, not '{}'",
                    text::visible(text)
                ))
            };
            recipe.options.activations = Some(Activations::parse(text).ok_or_else(wrong)?);
        }
        let onnx = recipe.model().map_err(|error| Failure::from(error).context(&name))?;
        if onnx.nonfinite_weights > 0 {
            let count = onnx.nonfinite_weights;
            // Nothing is lost if nobody reads warnings.
            let _ = writeln!(
                std::io::stderr(),
                "heatlens: warning: {name}: {count} weights are NaN or infinite"
            );
        }
        Ok(Model { labels: onnx.labels(), onnx, recipe: recipe.into_owned() })
    }
}

/// A model that has been read.
pub struct Model {
    /// The network, its metadata and the report of the importer.
    pub onnx: onnx::Model,
    labels: Vec<String>,
    recipe: Recipe<'static>,
}

impl Model {
    /// The network.
    pub fn network(&self) -> &Network {
        &self.onnx.network
    }

    /// The bytes of its file.
    pub fn bytes(&self) -> &[u8] {
        &self.recipe.bytes
    }

    /// The result that classes belong to: the first.
    pub fn output(&self) -> Outcome<&Output> {
        self.network()
            .outputs()
            .first()
            .ok_or_else(|| Failure::request("the network has no result"))
    }

    /// Number of classes.
    pub fn classes(&self) -> Outcome<usize> {
        Ok(self.network().node(self.output()?.node).len())
    }

    /// The label of a class of the first result, if the model has labels.
    pub fn label(&self, class: usize) -> Option<&str> {
        self.labels.get(class).map(String::as_str)
    }

    /// A class or side as people read it.
    pub fn class_text(&self, class: usize, side: Option<Side>) -> String {
        if let Some(side) = side {
            return match self.label(side.place()) {
                Some(label) => format!("'{}' ({})", text::visible(label), side.name()),
                None => format!("'{}'", side.name()),
            };
        }
        match self.label(class) {
            Some(label) => format!("'{}' (class {class})", text::visible(label)),
            None => format!("class {class}"),
        }
    }

    /// The label of a class of the first result or of a side of its single sigmoid.
    pub fn label_of(&self, class: usize, side: Option<Side>) -> Option<&str> {
        self.label(side.map_or(class, Side::place))
    }

    /// An explanation with its parameters and the labels of its classes.
    pub fn described(&self, explanation: Explanation, parameters: Parameters) -> Explanation {
        explanation.described(parameters, self.network(), &self.labels)
    }

    /// What the model is.
    pub fn info<'m>(&'m self, support: &'m [NodeSupport]) -> Outcome<ModelInfo<'m>> {
        let vocabulary = self.text_reader()?.map(|reader| reader.vocabulary().len());
        Ok(ModelInfo::new(&self.onnx, &self.labels, vocabulary, support))
    }

    /// What reads texts for the model, if it takes any.
    pub fn text_reader(&self) -> Outcome<Option<Reader>> {
        Ok(Reader::new(&self.onnx, &self.recipe)?)
    }

    /// What reads texts for the model; an error if it takes none.
    pub fn reader(&self) -> Outcome<Reader> {
        self.text_reader()?.ok_or_else(|| {
            Failure::request("the model takes no texts (its metadata have no heatlens.text)")
        })
    }

    /// The class with this label or, if none has it, with this number.
    pub fn class_of(&self, name: &str) -> Outcome<usize> {
        if let Some(class) = self.labels.iter().position(|label| label == name) {
            return Ok(class);
        }
        let count = self.classes()?;
        name.parse().ok().filter(|&class: &usize| class < count).ok_or_else(|| {
            let known = match self.labels.as_slice() {
                [] => String::new(),
                labels => format!("; labels: {}", labels.join(", ")),
            };
            Failure::request(format!("there is no class '{name}' among {count}{known}"))
        })
    }

    /// What `--target` and `--against` ask for.
    pub fn target(
        &self,
        target: &str,
        against: Option<&str>,
        inputs: &[ArrayViewD<'_, f32>],
    ) -> Outcome<Target> {
        let inner = ["unit:", "channel:"].iter().find(|kind| target.starts_with(**kind));
        if let (Some(kind), None) = (inner, self.labels.iter().position(|label| label == target)) {
            let wrong = || Failure::request(format!("'{target}' is not {kind}NODE:NUMBER"));
            let (node, number) = target[kind.len()..].rsplit_once(':').ok_or_else(wrong)?;
            let node = self.network().find(node)?;
            let number = number.parse().map_err(|_| wrong())?;
            return match (*kind, against) {
                (_, Some(_)) => Err(Failure::request("--against goes with a class as --target")),
                ("unit:", None) => Ok(Target::Unit { node, index: number }),
                _ => Ok(Target::Channel { node, channel: number }),
            };
        }
        match target {
            "top" => self.class_target(&self.logits(inputs)?, None, against),
            name => self.class_target(&[], Some(name), against),
        }
    }

    /// The class with this name, or that with the largest of these raw outputs, against another one if there
    /// is one.
    pub fn class_target(
        &self,
        logits: &[f32],
        class: Option<&str>,
        against: Option<&str>,
    ) -> Outcome<Target> {
        let class = class.map_or(ClassName::Number(top(logits)), |name| self.class_name(name));
        let against = against.map(|name| self.class_name(name));
        Ok(Target::of_class(self.network(), &self.labels, 0, class, against)?)
    }

    /// A label or, where none is spelt so, a number.
    fn class_name<'n>(&self, name: &'n str) -> ClassName<'n> {
        match name.parse() {
            Ok(number) if self.labels.iter().all(|label| label != name) => {
                ClassName::Number(number)
            }
            _ => ClassName::Word(name),
        }
    }

    /// Raw outputs of the first result.
    fn logits(&self, inputs: &[ArrayViewD<'_, f32>]) -> Outcome<Vec<f32>> {
        let outputs = self.network().predict(inputs)?;
        let logits: Vec<f32> = outputs.first().map_or(Vec::new(), |o| o.iter().copied().collect());
        if logits.iter().any(|z| z.is_nan()) {
            let message = format!("the network's output '{}' contains NaN", self.output()?.name);
            return Err(Error::new(Code::Nonfinite, message).into());
        }
        Ok(logits)
    }

    /// What the model says of an example.
    pub fn predicted(&self, inputs: &[ArrayViewD<'_, f32>]) -> Outcome<Target> {
        Ok(Target::predicted(self.network(), &self.logits(inputs)?))
    }

    /// Smallest and largest value of an input: as given, or as the model says, or 0 to 1.
    pub fn range(&self, given: Option<&str>) -> Outcome<(f32, f32)> {
        let text = given.or(self.metadata("heatlens.input.range")).unwrap_or("0 1");
        let numbers: Option<Vec<f32>> = text
            .split([' ', ','])
            .filter(|part| !part.is_empty())
            .map(|n| n.parse().ok())
            .collect();
        match numbers.as_deref() {
            Some(&[low, high]) if low < high && (high - low).is_finite() => Ok((low, high)),
            Some(&[low, high]) if low > high => Err(Failure::request(format!(
                "'{text}': a range runs from low to high (--invert exchanges dark and light)"
            ))),
            _ => Err(Failure::request(format!("'{text}' is no range of input values (low,high)"))),
        }
    }

    /// Whether the model says that nothing, its mask, is the smallest value of its range: black.
    pub fn is_blank_low(&self) -> Outcome<bool> {
        let (low, _) = self.range(None)?;
        Ok(self.metadata("heatlens.mask").and_then(|mask| mask.trim().parse().ok()) == Some(low))
    }

    fn metadata(&self, key: &str) -> Option<&str> {
        self.onnx.metadata.get(key).map(String::as_str)
    }

    /// What replaces values: a number, `mask` or `mean` (which the model must name), or `@FILE`.
    pub fn fill(&self, text: &str) -> Outcome<Baseline> {
        let stated = |key: &str| {
            self.metadata(key).ok_or_else(|| {
                Failure::request(format!("'{text}': the model's metadata have no {key}"))
            })
        };
        let numbers = |list: &str| -> Outcome<Vec<f32>> {
            let wrong = |_| Failure::request(format!("'{text}' is no number, mask, mean or @FILE"));
            list.split_whitespace().map(|n| n.parse().map_err(wrong)).collect()
        };
        let values = match text.strip_prefix('@') {
            Some(file) => match array::read(Path::new(file))? {
                Source::Array(array) => match array.data {
                    Data::Numbers(values) => values,
                    Data::Bytes(_) => array.values(0, usize::MAX, self.range(None)?),
                },
                Source::Image(_) => {
                    return Err(Failure::request(format!("'{text}': a fill is no picture")));
                }
            },
            None => match text {
                "mask" => numbers(stated("heatlens.mask")?)?,
                "mean" => numbers(stated("heatlens.mask.mean")?)?,
                number => numbers(number)?,
            },
        };
        Ok(match values.as_slice() {
            [value] => Baseline::Constant(*value),
            _ => Baseline::Each(values),
        })
    }

    /// The model's mask, or 0.
    pub fn default_mask(&self) -> &'static str {
        if self.metadata("heatlens.mask").is_some() { "mask" } else { "0" }
    }

    /// `key=value` pairs as parameters of a method.
    pub fn options<'s>(
        &self,
        method: &str,
        pairs: impl Iterator<Item = &'s str>,
    ) -> Outcome<Options> {
        let entry = Descriptor::find(method)?;
        let mut options = Options::new();
        for pair in pairs {
            let (key, text) = pair
                .split_once('=')
                .ok_or_else(|| Failure::request(format!("'{pair}' is not KEY=VALUE")))?;
            let kind = entry.params.iter().find(|param| param.name == key).map(|param| param.kind);
            let value = match kind {
                Some(Kind::Number { .. } | Kind::Integer { .. }) => match text.parse() {
                    Ok(number) => Value::Number(number),
                    Err(_) => Value::Word(text.into()),
                },
                Some(Kind::Baseline { .. }) => match self.fill(text)? {
                    Baseline::Constant(value) => Value::Number(value.into()),
                    Baseline::Each(values) => Value::Numbers(values),
                },
                Some(Kind::Choice { .. } | Kind::Node { .. } | Kind::Rules { .. }) | None => {
                    Value::Word(text.into())
                }
            };
            if options.insert(key.into(), value).is_some() {
                return Err(Failure::request(format!("'{key}' is given twice")));
            }
        }
        Ok(options)
    }
}
