//! How far methods miss the sum that they promise, over labelled examples.

use super::super::failure::{Failure, Outcome};
use super::super::model::Model;
use super::super::progress::Bar;
use super::super::text;
use super::{Evaluate, Examples};
use heatlens::evaluate::Completeness;
use heatlens::methods::{Method, explain, method_from_options};
use serde_json::{Value, json};

/// A method with its parameters, as it was asked for.
type Asked = (String, Box<dyn Method>);

impl Evaluate {
    /// The methods that `--completeness` names.
    pub(super) fn complete(&self, model: &Model) -> Outcome<Vec<Asked>> {
        let method = |text: &String| {
            let mut parts = text.split(':');
            let name = parts.next().unwrap_or_default();
            let options = model.options(name, parts)?;
            Ok((text.clone(), method_from_options(model.network(), name, &options)?))
        };
        self.completeness.iter().map(method).collect()
    }
}

/// The predicted class of every example, explained.
pub(super) fn measure(examples: &Examples<'_>, (name, method): &Asked) -> Outcome<Completeness> {
    let (model, total) = (examples.model, examples.labels.len());
    let mut completeness = Completeness::default();
    let bar = Bar::new(name, total);
    for index in 0..total {
        let input = examples.batch(index, 1)?;
        let views = [input.view()];
        let target = model.predicted(&views)?;
        explain(model.network(), &views, &**method, &target, None, &mut |_, _| true)
            .and_then(|explanation| completeness.add(&explanation))
            .map_err(|error| Failure::from(error).context(format!("{name}, example {index}")))?;
        bar.set(index + 1, total);
    }
    Ok(completeness)
}

pub(super) fn as_text(measured: &[(&str, Completeness)]) -> String {
    if measured.is_empty() {
        return String::new();
    }
    let mut rows = vec![["method", "mean", "largest"].map(str::to_owned).to_vec()];
    rows.extend(measured.iter().map(|(name, completeness)| {
        let share = |value: f64| format!("{:.3} %", 100.0 * value);
        vec![text::visible(name), share(completeness.gap().mean), share(completeness.largest())]
    }));
    format!(
        "\nMissing from the sum that a method promises, as a share of it (predicted class)\n{}",
        text::table(&rows)
    )
}

pub(super) fn as_json(measured: &[(&str, Completeness)]) -> Value {
    measured
        .iter()
        .map(|(name, completeness)| {
            json!({
                "method": name,
                "mean": completeness.gap().mean,
                "standardError": completeness.gap().standard_error,
                "largest": completeness.largest(),
            })
        })
        .collect()
}
