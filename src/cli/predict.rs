//! `heatlens predict`: what the network says about an example.

use super::failure::Outcome;
use super::input::Input;
use super::model::{Model, linked};
use super::{files, json, text};
use clap::Args;
use heatlens::error::{Code, Error};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Says what the network makes of an example.
#[derive(Args)]
pub struct Predict {
    /// ONNX file
    model: PathBuf,
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
        let model = Model::open(&self.model)?;
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
            let linked = linked(network, output, &logits);
            let label = |class: usize| model.label(class).filter(|_| k == 0);
            let best = best(&linked, self.top);
            if self.json {
                let top = best.iter().map(|&class| {
                    json!({
                        "class": class,
                        "label": label(class),
                        "logit": json::number(logits[class]),
                        "value": linked[class],
                    })
                });
                values.push(json!({
                    "name": output.name,
                    "link": output.link.name(),
                    "shape": network.node(output.node).shape,
                    "logits": logits.iter().map(|&z| json::number(z)).collect::<Vec<_>>(),
                    "values": linked,
                    "top": top.collect::<Vec<Value>>(),
                }));
            } else {
                let name = text::visible(&output.name);
                let heads = ["class", "label", output.link.name(), "raw output"];
                let mut rows = vec![heads.map(str::to_owned).to_vec()];
                rows.extend(best.iter().map(|&class| {
                    let label = label(class).map_or(String::new(), text::visible);
                    let value = format!("{:.6}", linked[class]);
                    vec![class.to_string(), label, value, format!("{:.4}", logits[class])]
                }));
                out += &format!("{name}\n{}", text::table(&rows));
            }
        }
        if self.json {
            out = json::text(&json!({"outputs": values}));
        }
        files::print(&out)
    }
}

/// Indices of the `count` largest values; ties: the first.
fn best(values: &[f64], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    order.truncate(count);
    order
}
