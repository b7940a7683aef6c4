//! Measuring models for texts: accuracy, word deletion, and how much falls on traces of the writers.

use super::super::curves::{self, Curve};
use super::super::documents::Document;
use super::super::failure::{Failure, Outcome};
use super::super::model::Model;
use super::super::progress::Bar;
use super::super::{files, json, text};
use super::Evaluate;
use heatlens::evaluate::{Accuracy, Mean, WordDeletion, WordRanking};
use heatlens::methods::{Options, Target};
use heatlens::network::top;
use heatlens::text::EncodedText;
use serde_json::{Value, json};
use std::path::Path;

/// What was measured.
struct Measured {
    accuracy: Accuracy,
    curves: Vec<(String, WordDeletion)>,
    /// The documents of the curves.
    ids: Vec<String>,
    /// Share of the absolute relevance that stands in attribution lines and signatures, and share of the
    /// known words that does, of each document of the curves; none where no word has relevance.
    traces: Option<Vec<Option<(f64, f64)>>>,
}

impl Measured {
    /// The means of the two shares.
    fn traces(&self) -> Option<(Mean, Mean)> {
        let (relevance, words): (Vec<f64>, Vec<f64>) =
            self.traces.as_ref()?.iter().copied().flatten().unzip();
        Some((Mean::of(&relevance), Mean::of(&words)))
    }
}

impl Evaluate {
    /// Measures on documents and prints.
    pub(super) fn run_on_documents(&self, model: &Model, path: &Path) -> Outcome<()> {
        let mut reader = model.reader()?;
        if model.network().is_binary(model.output()?) {
            return Err(Failure::request(
                "only models with several classes are evaluated on documents",
            ));
        }
        let documents = Document::read(path)?;
        let take = self.limit.unwrap_or(documents.len()).min(documents.len());
        if take == 0 {
            return Err(Failure::request("there are no documents"));
        }
        let label = |document: &Document| {
            model.class_of(&document.group).map_err(|f| f.context(text::visible(&document.id)))
        };
        let labels = documents.iter().map(label).collect::<Outcome<Vec<usize>>>()?;
        let mut accuracy = Accuracy::new(model.network());
        let bar = Bar::new("accuracy", take);
        // By length, since a network is fitted to the length of its text.
        let mut texts: Vec<_> =
            spread(documents.len(), take).map(|index| (index, documents[index].tokens())).collect();
        texts.sort_by_key(|(_, tokens)| tokens.len());
        for (k, (index, tokens)) in texts.iter().enumerate() {
            let encoded = reader.encode(&model.onnx, tokens)?;
            accuracy.count(&read(&encoded)?, labels[*index])?;
            bar.set(k + 1, take);
        }
        drop(bar);
        let rankings = self.word_rankings(model)?;
        let mut curves: Vec<(String, WordDeletion)> =
            rankings.iter().map(|(name, _)| (name.clone(), WordDeletion::default())).collect();
        let (mut ids, mut traces) = (Vec::new(), Vec::new());
        let sample = if rankings.is_empty() { 0 } else { self.sample.min(take) };
        let bar = Bar::new("deletion", sample);
        for (k, index) in spread(documents.len(), sample).enumerate() {
            let document = &documents[index];
            let tokens = document.tokens();
            let encoded = reader.encode(&model.onnx, &tokens)?;
            if encoded.words().iter().all(Option::is_none) {
                continue;
            }
            let class = top(&read(&encoded)?);
            for ((name, ranking), (_, curve)) in rankings.iter().zip(&mut curves) {
                let order = ranking
                    .order(&encoded, (index, class), &mut |_, _| true)
                    .map_err(|e| Failure::from(e).context(format!("{name}, {}", document.id)))?;
                curve.add(&encoded, &order, (labels[index], class), self.steps)?;
            }
            ids.push(document.id.clone());
            traces.push(shares(&encoded, class, &document.traces(&tokens))?);
            bar.set(k + 1, sample);
        }
        drop(bar);
        let traces = (sample > 0).then_some(traces);
        let measured = Measured { accuracy, curves, ids, traces };
        if let Some(svg) = &self.svg {
            files::write(svg, self.drawing(model, &measured).as_bytes())?;
        }
        files::print(&if self.json {
            json::text(&self.documents_as_json(&measured))?
        } else {
            self.documents_as_text(&measured)
        })
    }

    fn word_rankings(&self, model: &Model) -> Outcome<Vec<(String, WordRanking)>> {
        let ranking = |text: &String| {
            let mut parts = text.split(':');
            let name = parts.next().unwrap_or_default();
            let ranking = match name {
                "random" => WordRanking::Random { seed: self.seed },
                _ => WordRanking::Method(name.into(), model.options(name, parts)?),
            };
            Ok((text.clone(), ranking))
        };
        self.deletion.iter().map(ranking).collect()
    }

    fn documents_as_text(&self, measured: &Measured) -> String {
        let accuracy = &measured.accuracy;
        let (share, correct) = (accuracy.share(), accuracy.correct);
        let mut out = format!("accuracy  {share:.4}  ({correct} of {})\n", accuracy.examples);
        let Some((relevance, words)) = measured.traces() else { return out };
        let mean = |mean: Mean| format!("{:.4} ± {:.4}", mean.mean, mean.standard_error);
        out += &format!(
            "\nDeleting the first {} words of each ranking, {} documents: area under the curves\n\
             (mean over 0 to {} deletions ± standard error; lower is better)\n",
            self.steps, relevance.examples, self.steps
        );
        let mut rows = vec![["ranking", "accuracy", "probability"].map(str::to_owned).to_vec()];
        rows.extend(measured.curves.iter().map(|(name, curve)| {
            let (accuracy, probability) = curve.areas();
            let probability = probability.map_or("–".into(), mean);
            vec![text::visible(name), mean(accuracy), probability]
        }));
        out += &text::table(&rows);
        out += &format!(
            "\nin attribution lines and signatures: {} of the relevance (LRP), {} of the known words\n",
            mean(relevance),
            mean(words)
        );
        out
    }

    fn documents_as_json(&self, measured: &Measured) -> Value {
        let mean = |mean: Mean| json!({"mean": mean.mean, "standardError": mean.standard_error});
        let accuracy = &measured.accuracy;
        let curves = measured.curves.iter().map(|(name, curve)| {
            let (correct, probability) = curve.areas();
            let (each_correct, each_probability) = curve.areas_of_documents();
            json!({
                "ranking": name,
                "area": {"accuracy": mean(correct), "probability": probability.map(mean)},
                "perDocument": {"accuracy": each_correct, "probability": each_probability},
                "curve": {
                    "accuracy": curve.accuracy(),
                    "score": curve.score(),
                    "probability": curve.probability(),
                },
            })
        });
        json!({
            "examples": accuracy.examples,
            "correct": accuracy.correct,
            "accuracy": accuracy.share(),
            "confusion": accuracy.confusion.chunks(accuracy.classes.max(1)).collect::<Vec<_>>(),
            "steps": self.steps,
            "documents": measured.curves.first().map_or(0, |(_, curve)| curve.documents()),
            "ids": measured.ids,
            "deletion": curves.collect::<Vec<_>>(),
            "traces": measured.traces().map(|(relevance, words)| {
                json!({
                    "relevance": mean(relevance),
                    "words": mean(words),
                    "perDocument": measured.traces,
                })
            }),
        })
    }

    fn drawing(&self, model: &Model, measured: &Measured) -> String {
        let title = model.onnx.metadata.get("heatlens.title").map_or("", String::as_str);
        let count = measured.curves.first().map_or(0, |(_, curve)| curve.documents());
        let each = |values: fn(&WordDeletion) -> Option<Vec<f64>>| -> Option<Vec<Curve>> {
            let curve = |(name, curve): &(String, WordDeletion)| {
                Some(Curve { name: name.clone(), values: values(curve)? })
            };
            measured.curves.iter().map(curve).collect()
        };
        let plots = [
            ("accuracy", each(|curve| Some(curve.accuracy()))),
            ("probability of the class predicted at first", each(WordDeletion::probability)),
        ];
        let plots: Vec<_> =
            plots.into_iter().filter_map(|(title, curves)| Some((title, curves?))).collect();
        curves::svg(
            &format!("{title}: words struck out, {count} test documents"),
            "words struck out",
            &plots,
        )
    }
}

/// Raw outputs for the whole text.
fn read(encoded: &EncodedText<'_>) -> Outcome<Vec<f32>> {
    let none = vec![false; encoded.token_features().len()];
    Ok(encoded.predict(&[&none])?.remove(0).logits)
}

/// `take` numbers below `count`, evenly spread: files are sorted by group.
fn spread(count: usize, take: usize) -> impl Iterator<Item = usize> {
    (0..take).map(move |k| k * count / take.max(1))
}

/// The share of LRP's absolute relevance, and of the known words, that is marked; none without known
/// words.
fn shares(encoded: &EncodedText<'_>, class: usize, marks: &[bool]) -> Outcome<Option<(f64, f64)>> {
    let none = vec![false; marks.len()];
    let target = Target::Class { output: 0, class };
    let told = encoded.explain(&none, "lrp", &Options::new(), &target, &mut |_, _| true)?;
    let known: Vec<f64> = encoded
        .token_features()
        .iter()
        .map(|feature| f64::from(u8::from(feature.is_some())))
        .collect();
    let share = |weights: &[f64]| {
        let marked = weights.iter().zip(marks).filter(|(_, mark)| **mark);
        let (part, all) = (marked.map(|(w, _)| w).sum::<f64>(), weights.iter().sum::<f64>());
        (all > 0.0).then_some(part / all)
    };
    let relevance: Vec<f64> = told.relevance.iter().map(|r| f64::from(r.abs())).collect();
    Ok(share(&relevance).zip(share(&known)))
}
