//! `heatlens read`: what a model makes of a text, word by word.

use super::failure::{Failure, Outcome};
use super::model::{Model, ModelFile};
use super::{files, json, text};
use clap::Args;
use heatlens::explanation::{Explanation, Record};
use heatlens::methods::Descriptor;
use heatlens::network::Side;
use heatlens::text::{TextExplanation, TextPrediction, Token, tokenize};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Most bytes of a text.
const LIMIT: u64 = 4 << 20;

/// Says what a model makes of a text, and what each word did for it.
#[derive(Args)]
pub struct Read {
    #[command(flatten)]
    model: ModelFile,
    /// The text, in UTF-8; '-' is the standard input
    text: PathBuf,
    /// How to explain; see `heatlens methods`
    #[arg(long, value_name = "NAME", default_value = "lrp")]
    method: String,
    /// A parameter of the method; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// What is explained: a label, a class number, or `top` (the predicted class)
    #[arg(long, default_value = "top")]
    target: String,
    /// Against which class
    #[arg(long, value_name = "LABEL|N")]
    against: Option<String>,
    /// How many words to show, those with the largest numbers
    #[arg(long, value_name = "N", default_value_t = 15)]
    top: usize,
    /// As JSON, with every word
    #[arg(long)]
    json: bool,
}

impl Read {
    /// Reads, explains and prints.
    pub fn run(&self) -> Outcome<()> {
        let model = self.model.open()?;
        let mut reader = model.reader()?;
        let options = model.options(&self.method, self.sets.iter().map(String::as_str))?;
        let body = body(&self.text)?;
        let units: Vec<u16> = body.encode_utf16().collect();
        let tokens = tokenize(&units);
        let encoded = reader.encode(&model.onnx, &tokens)?;
        let none = vec![false; tokens.len()];
        let read = encoded.predict(&[&none])?.remove(0);
        let class = Some(self.target.as_str()).filter(|&name| name != "top");
        let target = model.class_target(&read.logits, class, self.against.as_deref())?;
        let entry = Descriptor::find(&self.method)?;
        let mut told = encoded.explain(&none, &self.method, &options, &target, &mut |_, _| true)?;
        told.explanation = model.described(told.explanation, entry.parameters(&options));
        let probability =
            read.probabilities.as_ref().map(|probabilities| match &told.explanation {
                Explanation { side: Some(Side::No), .. } => 1.0 - probabilities[0],
                Explanation { target, .. } => probabilities[*target],
            });
        let words: Vec<String> = tokens
            .iter()
            .map(|token| String::from_utf16_lossy(&units[token.span.clone()]))
            .collect();
        let known: Vec<bool> = encoded.words().iter().map(Option::is_some).collect();
        let said = Said { model: &model, told, tokens, words, known };
        files::print(&if self.json {
            said.as_json(&read, probability)?
        } else {
            said.as_text(entry, probability, self.top)
        })
    }
}

/// A text of a file in UTF-8.
pub fn body(path: &Path) -> Outcome<String> {
    String::from_utf8(files::read(path, LIMIT)?)
        .map_err(|error| Failure::data(format!("{}: {error}", text::path(path))))
}

/// An explanation with the words that it is about.
struct Said<'m> {
    model: &'m Model,
    told: TextExplanation,
    tokens: Vec<Token>,
    words: Vec<String>,
    known: Vec<bool>,
}

impl Said<'_> {
    fn as_text(&self, entry: &Descriptor, probability: Option<f64>, count: usize) -> String {
        let explanation = &self.told.explanation;
        let against = explanation.against.map(|class| self.model.class_text(class, None));
        let probability = probability.map_or(String::new(), |p| format!(", probability {p:.4}"));
        let against = against.map_or(String::new(), |class| format!(" against {class}"));
        let known = self.known.iter().filter(|known| **known).count();
        let mut out = format!(
            "{}{against}{probability}\n{}: score {:.4}, sum {:.4}; {known} of {} words \
             known\n",
            self.model.class_text(explanation.target, explanation.side),
            entry.title,
            explanation.score,
            explanation.sum(),
            self.words.len()
        );
        for note in &explanation.notes {
            out += &format!("note: {note}\n");
        }
        out.push('\n');
        let mut order: Vec<usize> = (0..self.words.len()).filter(|&i| self.known[i]).collect();
        order.sort_by(|&a, &b| self.told.relevance[b].total_cmp(&self.told.relevance[a]));
        let mut rows = vec![["place", "word", "relevance"].map(str::to_owned).to_vec()];
        rows.extend(order.iter().take(count).map(|&i| {
            let relevance = format!("{:+.4}", self.told.relevance[i]);
            vec![(i + 1).to_string(), text::visible(&self.words[i]), relevance]
        }));
        out += &text::table(&rows);
        out
    }

    fn as_json(&self, read: &TextPrediction, probability: Option<f64>) -> Outcome<String> {
        let (logits, probabilities) = (&read.logits, read.probabilities.as_deref());
        let shape = [self.told.relevance.len()];
        let tokens = self.tokens.iter().enumerate();
        let token = |(i, token): (usize, &Token)| TokenRow {
            text: &self.words[i],
            start: token.span.start,
            end: token.span.end,
            known: self.known[i],
        };
        let explanation = Record::new(&self.told.explanation, &shape, &self.told.relevance);
        let tokens = tokens.map(token).collect();
        json::text(&TextRecord { explanation, logits, probabilities, probability, tokens })
    }
}

/// What is written of a text: its explanation, whose numbers are one per token.
#[derive(Serialize)]
struct TextRecord<'t> {
    #[serde(flatten)]
    explanation: Record<'t>,
    logits: &'t [f32],
    probabilities: Option<&'t [f64]>,
    /// Of what is explained.
    probability: Option<f64>,
    tokens: Vec<TokenRow<'t>>,
}

/// A word and where it stands, in UTF-16 code units.
#[derive(Serialize)]
struct TokenRow<'t> {
    text: &'t str,
    start: usize,
    end: usize,
    known: bool,
}
