//! `heatlens evaluate`: accuracy on labelled examples, and how well explanations point at what matters.

mod completeness;
mod documents;

use super::array::{self, Array, Source};
use super::failure::{Failure, Outcome};
use super::input::batch;
use super::model::{Model, ModelFile};
use super::pixels::Pixels;
use super::progress::Bar;
use super::{files, json, text};
use clap::{Args, ValueEnum};
use heatlens::error::{Code, Error};
use heatlens::evaluate::{Accuracy, Aopc, Completeness, Flipping, Mean, Order, Ranking};
use heatlens::methods::method_from_options;
use ndarray::ArrayD;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Examples that are predicted at once.
const BATCH: usize = 64;

/// Measures a model, and explanations of it, on labelled examples.
#[derive(Args)]
pub struct Evaluate {
    #[command(flatten)]
    model: ModelFile,
    /// Examples along the first axis: idx or .npy, gzipped or not
    #[arg(long, value_name = "FILE", required_unless_present = "documents", requires = "labels")]
    images: Option<PathBuf>,
    /// One class number per example, 0 or 1 (no or yes) for a single sigmoid: idx or .npy
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// For models that read texts: JSON lines with `id`, `group` (the label) and `text`, gzipped or not
    #[arg(long, value_name = "FILE", conflicts_with_all = ["images", "labels", "aopc"])]
    documents: Option<PathBuf>,
    /// Word deletion for these rankings: METHOD or METHOD:KEY=VALUE:…, and `random`, with commas
    /// between. The predicted class is explained
    #[arg(long, value_name = "METHOD,…", value_delimiter = ',', requires = "documents")]
    deletion: Vec<String>,
    /// How many of the documents are used for word deletion, evenly spread
    #[arg(long, value_name = "N", default_value_t = 500)]
    sample: usize,
    /// Draw the curves of word deletion into this file
    #[arg(long, value_name = "FILE", requires = "deletion")]
    svg: Option<PathBuf>,
    /// Take the first N examples (of documents: N, evenly spread) only
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    pixels: Pixels,
    /// Pixel flipping for these rankings: METHOD or METHOD:KEY=VALUE:…, and `segmentation` and `random`, with commas
    /// between. The predicted class is explained
    #[arg(long, value_name = "METHOD,…", value_delimiter = ',')]
    aopc: Vec<String>,
    /// How far these methods miss the sum that they promise: METHOD or METHOD:KEY=VALUE:…, with commas
    /// between. The predicted class is explained
    #[arg(long, value_name = "METHOD,…", value_delimiter = ',', conflicts_with = "documents")]
    completeness: Vec<String>,
    /// How many blocks are replaced, or words struck out, one after the other
    #[arg(long, value_name = "L", default_value_t = 100)]
    steps: usize,
    /// Side of the blocks
    #[arg(long, value_name = "PIXELS", default_value_t = 1)]
    block: usize,
    /// What replaces them: a number, `mask` or `mean` of the model, or @FILE [default: the model's
    /// heatlens.mask, or 0]
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    mask: Option<String>,
    /// Most relevant first or least relevant first
    #[arg(long, value_enum, default_value = "morf")]
    order: OrderName,
    /// Seed of the ranking `random`
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// As JSON, with the confusion matrix, the mean curves and the areas of every example
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum OrderName {
    Morf,
    Lerf,
}

/// Labelled examples of a model's input.
struct Examples<'m> {
    model: &'m Model,
    /// The file, for messages.
    name: String,
    images: Array,
    labels: Vec<usize>,
    range: (f32, f32),
    pixels: &'m Pixels,
    shape: &'m [usize],
}

impl Examples<'_> {
    /// Examples `start..start + n` as `[n, *shape]`.
    fn batch(&self, start: usize, n: usize) -> Outcome<ArrayD<f32>> {
        let len: usize = self.shape.iter().product();
        let values = self.images.values(start * len, n * len, self.range);
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            let message = format!("{} contains {value}", self.name);
            return Err(Error::new(Code::Nonfinite, message).into());
        }
        batch(n, self.shape, self.pixels.turned(values, self.shape, self.range)?)
    }
}

impl Evaluate {
    /// Measures and prints.
    pub fn run(&self) -> Outcome<()> {
        let model = self.model.open()?;
        if let Some(path) = &self.documents {
            return self.run_on_documents(&model, path);
        }
        let (Some(images), Some(labels)) = (&self.images, &self.labels) else {
            return Err(Failure::request("--images and --labels go together"));
        };
        let rankings = self.rankings(&model)?;
        let complete = self.complete(&model)?;
        let examples = self.examples(&model, images, labels)?;
        let accuracy = accuracy(&examples)?;
        let curves = rankings
            .iter()
            .map(|(name, ranking)| Ok((name.as_str(), self.aopc(&examples, name, ranking)?)))
            .collect::<Outcome<Vec<(&str, Aopc)>>>()?;
        let sums = complete
            .iter()
            .map(|asked| Ok((asked.0.as_str(), completeness::measure(&examples, asked)?)))
            .collect::<Outcome<Vec<(&str, Completeness)>>>()?;
        files::print(&if self.json {
            let mut result = self.as_json(&accuracy, &curves);
            result["completeness"] = completeness::as_json(&sums);
            json::text(&result)?
        } else {
            self.as_text(&accuracy, &curves) + &completeness::as_text(&sums)
        })
    }

    fn examples<'m>(
        &'m self,
        model: &'m Model,
        images: &Path,
        labels: &Path,
    ) -> Outcome<Examples<'m>> {
        let [input] = model.network().inputs() else {
            return Err(Failure::request("only models with one input can be evaluated"));
        };
        let shape = &model.network().node(*input).shape;
        let named = |path: &Path, failure: Failure| failure.context(text::path(path));
        let array = |path: &Path| match array::read(path)? {
            Source::Array(array) => Ok(array),
            Source::Image(_) => Err(named(path, Failure::request("a picture is no data set"))),
        };
        let name = text::path(images);
        let source = images;
        let images = array(source)?;
        let mut labels = array(labels)?.labels().map_err(|f| named(labels, f))?;
        let count = images
            .examples(shape)
            .ok_or_else(|| named(source, array::wrong_shape(&images.shape, shape)))?;
        if count != labels.len() || count == 0 {
            return Err(Failure::request(format!("{count} examples and {} labels", labels.len())));
        }
        labels.truncate(self.limit.unwrap_or(count));
        if labels.is_empty() {
            return Err(Failure::request("--limit 0 leaves no examples"));
        }
        let range = self.pixels.range(model)?;
        self.pixels.warn(&name, &images, model, shape)?;
        Ok(Examples { model, name, images, labels, range, pixels: &self.pixels, shape })
    }

    fn rankings(&self, model: &Model) -> Outcome<Vec<(String, Ranking)>> {
        self.aopc
            .iter()
            .map(|text| {
                let mut parts = text.split(':');
                let name = parts.next().unwrap_or_default();
                let ranking = match name {
                    "random" => Ranking::Random { seed: self.seed },
                    "segmentation" => Ranking::Segmentation,
                    "sis" => return Err(Failure::request("sis numbers sets; it ranks no pixels")),
                    _ => {
                        let options = model.options(name, parts)?;
                        Ranking::Method(
                            method_from_options(model.network(), name, &options)?.into(),
                        )
                    }
                };
                Ok((text.clone(), ranking))
            })
            .collect()
    }

    fn aopc(&self, examples: &Examples<'_>, name: &str, ranking: &Ranking) -> Outcome<Aopc> {
        let model = examples.model;
        let mask = self.mask.as_deref().unwrap_or(model.default_mask());
        let flipping = Flipping {
            order: match self.order {
                OrderName::Morf => Order::MostRelevantFirst,
                OrderName::Lerf => Order::LeastRelevantFirst,
            },
            block: self.block,
            replacement: model.fill(mask)?,
            steps: self.steps,
        };
        let (mut aopc, total) = (Aopc::default(), examples.labels.len());
        let bar = Bar::new(name, total);
        for index in 0..total {
            let input = examples.batch(index, 1)?;
            let views = [input.view()];
            let target = model.predicted(&views)?;
            let curve = ranking
                .curve(model.network(), &views, (index, &target), &flipping, &mut |_, _| true)
                .map_err(|error| {
                    Failure::from(error).context(format!("{name}, example {index}"))
                })?;
            aopc.add(&curve, self.steps);
            bar.set(index + 1, total);
        }
        Ok(aopc)
    }

    fn as_text(&self, accuracy: &Accuracy, curves: &[(&str, Aopc)]) -> String {
        let mut out = format!(
            "accuracy  {:.4}  ({} of {})\n",
            accuracy.share(),
            accuracy.correct,
            accuracy.examples
        );
        if !curves.is_empty() {
            out += &format!(
                "\nAOPC of the predicted class, {} steps of {} × {} (mean ± standard error)\n",
                self.steps, self.block, self.block
            );
            let mut rows =
                vec![["ranking", "raw output", "probability"].map(str::to_owned).to_vec()];
            let mean = |mean: Mean| format!("{:.4} ± {:.4}", mean.mean, mean.standard_error);
            rows.extend(curves.iter().map(|(name, aopc)| {
                let probability = aopc.probability().map_or("–".into(), mean);
                vec![text::visible(name), mean(aopc.logit()), probability]
            }));
            out += &text::table(&rows);
        }
        out
    }

    fn as_json(&self, accuracy: &Accuracy, curves: &[(&str, Aopc)]) -> Value {
        let mean = |mean: Mean| json!({"mean": mean.mean, "standardError": mean.standard_error});
        let aopc = curves.iter().map(|(name, aopc)| {
            let (logits, probabilities): (Vec<f64>, Vec<Option<f64>>) =
                aopc.curve().into_iter().unzip();
            let probabilities: Option<Vec<f64>> = probabilities.into_iter().collect();
            let (logit, probability) = aopc.examples();
            json!({
                "ranking": name,
                "logit": mean(aopc.logit()),
                "probability": aopc.probability().map(mean),
                "perExample": {"logit": logit, "probability": probability},
                "curve": {"logit": logits, "probability": probabilities},
            })
        });
        json!({
            "examples": accuracy.examples,
            "correct": accuracy.correct,
            "accuracy": accuracy.share(),
            "confusion": accuracy.confusion.chunks(accuracy.classes.max(1)).collect::<Vec<_>>(),
            "steps": self.steps,
            "block": self.block,
            "aopc": aopc.collect::<Vec<_>>(),
        })
    }
}

fn accuracy(examples: &Examples<'_>) -> Outcome<Accuracy> {
    let mut accuracy = Accuracy::new(examples.model.network());
    let total = examples.labels.len();
    let bar = Bar::new("accuracy", total);
    for (k, labels) in examples.labels.chunks(BATCH).enumerate() {
        let input = examples.batch(k * BATCH, labels.len())?;
        accuracy.add(examples.model.network(), &[input.view()], labels)?;
        bar.set(accuracy.examples, total);
    }
    Ok(accuracy)
}
