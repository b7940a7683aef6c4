//! `heatlens predict`: what the network says about an example.

use super::failure::Outcome;
use super::input::Input;
use super::model::{Model, ModelFile};
use super::{files, json, text};
use clap::Args;
use heatlens::network::{Network, Output, OutputActivation, Side};
use heatlens::prediction::{Prediction, predict};
use serde::Serialize;

/// Says what the network makes of an example.
#[derive(Args)]
pub struct Predict {
    #[command(flatten)]
    model: ModelFile,
    #[command(flatten)]
    input: Input,
    /// How many classes to show
    #[arg(long, value_name = "N", default_value_t = 5)]
    top: usize,
    /// As JSON, with every raw output
    #[arg(long)]
    json: bool,
}

impl Predict {
    /// Predicts and prints.
    pub fn run(&self) -> Outcome<()> {
        let model = self.model.open()?;
        let inputs = self.input.load(&model)?;
        let views: Vec<_> = inputs.iter().map(|input| input.view()).collect();
        let network = model.network();
        let (mut out, mut outputs) = (String::new(), Vec::new());
        for (k, prediction) in predict(network, &views)?.into_iter().enumerate() {
            let output = &network.outputs()[k];
            let labels = if k == 0 { Some(&model) } else { None };
            let rows = rows(network, output, &prediction, labels);
            let best = best(rows, self.top);
            if self.json {
                outputs.push(TextExplanation { prediction, top: best });
            } else {
                let name = text::visible(&output.name);
                let known = output.activation.gives_probabilities();
                let mut heads = vec!["class".into(), "label".into(), "raw output".into()];
                if known {
                    let activation = output.activation.name().unwrap_or_default();
                    heads.push(format!("probability ({activation})"));
                }
                let mut table = vec![heads];
                table.extend(best.iter().map(|row| {
                    let class = row.side.map_or(row.class.to_string(), |side| side.name().into());
                    let label = row.label.as_deref().map_or(String::new(), text::visible);
                    let probability = row.probability.map(|p| format!("{p:.6}"));
                    let cells = [class, label, format!("{:.4}", row.logit)];
                    cells.into_iter().chain(probability).collect()
                }));
                out += &format!("{name}\n{}", text::table(&table));
                if output.activation == OutputActivation::Unknown {
                    out +=
                        "(nothing says how these become probabilities; see --output-activation)\n";
                }
            }
        }
        if self.json {
            out = json::text(&Results { outputs })?;
        }
        files::print(&out)
    }
}

#[derive(Serialize)]
struct Results<'n> {
    outputs: Vec<TextExplanation<'n>>,
}

/// A result with its most likely classes.
#[derive(Serialize)]
struct TextExplanation<'n> {
    #[serde(flatten)]
    prediction: Prediction<'n>,
    top: Vec<Row>,
}

/// A class or side with what the network says of it.
#[derive(Serialize)]
struct Row {
    class: usize,
    side: Option<Side>,
    label: Option<String>,
    logit: f32,
    probability: Option<f64>,
}

/// All classes of a result, or the two sides of a single sigmoid; `model` has their labels.
fn rows(
    network: &Network,
    output: &Output,
    prediction: &Prediction<'_>,
    model: Option<&Model>,
) -> Vec<Row> {
    let Prediction { logits, probabilities, .. } = prediction;
    let row = |class, side, logit, probability| {
        let label = model.and_then(|model| model.label_of(class, side)).map(str::to_owned);
        Row { class, side, label, logit, probability }
    };
    if let ([logit], Some([p]), true) =
        (logits.as_slice(), probabilities.as_deref(), network.is_binary(output))
    {
        return vec![
            row(0, Some(Side::Yes), *logit, Some(*p)),
            row(0, Some(Side::No), -logit, Some(1.0 - p)),
        ];
    }
    let probability = |class: usize| probabilities.as_ref().map(|all| all[class]);
    let classes = logits.iter().enumerate();
    classes.map(|(class, &logit)| row(class, None, logit, probability(class))).collect()
}

/// The `count` rows with the largest probabilities or else raw outputs; ties: the first.
fn best(mut rows: Vec<Row>, count: usize) -> Vec<Row> {
    let key = |row: &Row| row.probability.unwrap_or(row.logit.into());
    rows.sort_by(|a, b| key(b).total_cmp(&key(a)));
    rows.truncate(count);
    rows
}
