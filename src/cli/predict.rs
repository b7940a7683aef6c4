//! `heatlens predict`: what the network says about an example.

use super::failure::Outcome;
use super::input::Input;
use super::model::ModelFile;
use super::{files, json, text};
use clap::Args;
use heatlens::error::{Code, Error};
use heatlens::network::{Network, Output, OutputActivation, Side};
use serde_json::{Value, json};

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
        let results = network.predict(&views)?;
        let (mut out, mut values) = (String::new(), Vec::new());
        for (k, (output, result)) in network.outputs().iter().zip(&results).enumerate() {
            let logits: Vec<f32> = result.iter().copied().collect();
            if let Some(value) = logits.iter().find(|value| !value.is_finite()) {
                let message = format!("the network's output '{}' contains {value}", output.name);
                return Err(Error::new(Code::Nonfinite, message).into());
            }
            let rows = rows(network, output, &logits);
            let label = |row: &Row| model.label_of(row.class, row.side).filter(|_| k == 0);
            let best = best(&rows, self.top);
            let activation = output.activation.name();
            if self.json {
                let top = best.iter().map(|row| {
                    json!({
                        "class": row.class,
                        "side": row.side.map(Side::name),
                        "label": label(row),
                        "logit": json::number(row.logit),
                        "probability": row.probability,
                    })
                });
                values.push(json!({
                    "name": output.name,
                    "activation": activation,
                    "shape": network.node(output.node).shape,
                    "logits": logits.iter().map(|&z| json::number(z)).collect::<Vec<_>>(),
                    "probabilities": network.probabilities(output, &logits),
                    "top": top.collect::<Vec<Value>>(),
                }));
            } else {
                let name = text::visible(&output.name);
                let known = output.activation.gives_probabilities();
                let mut heads = vec!["class".into(), "label".into(), "raw output".into()];
                if known {
                    heads.push(format!("probability ({})", activation.unwrap_or_default()));
                }
                let mut table = vec![heads];
                table.extend(best.iter().map(|row| {
                    let class = row.side.map_or(row.class.to_string(), |side| side.name().into());
                    let label = label(row).map_or(String::new(), text::visible);
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
            out = json::text(&json!({"outputs": values}));
        }
        files::print(&out)
    }
}

/// A class or side with what the network says of it.
struct Row {
    class: usize,
    side: Option<Side>,
    logit: f32,
    probability: Option<f64>,
}

/// All classes of a result, or the two sides of a single sigmoid.
fn rows(network: &Network, output: &Output, logits: &[f32]) -> Vec<Row> {
    let probabilities = network.probabilities(output, logits);
    if let ([logit], Some([p]), true) =
        (logits, probabilities.as_deref(), network.is_binary(output))
    {
        let row = |side, logit, p| Row { class: 0, side: Some(side), logit, probability: Some(p) };
        return vec![row(Side::Yes, *logit, *p), row(Side::No, -logit, 1.0 - p)];
    }
    let probability = |class: usize| probabilities.as_ref().map(|all| all[class]);
    let row = |(class, &logit)| Row { class, side: None, logit, probability: probability(class) };
    logits.iter().enumerate().map(row).collect()
}

/// The `count` rows with the largest probabilities or else raw outputs; ties: the first.
fn best(rows: &[Row], count: usize) -> Vec<&Row> {
    let key = |row: &Row| row.probability.unwrap_or(row.logit.into());
    let mut order: Vec<&Row> = rows.iter().collect();
    order.sort_by(|a, b| key(b).total_cmp(&key(a)));
    order.truncate(count);
    order
}
