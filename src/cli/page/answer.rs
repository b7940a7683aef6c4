//! What a network says, in one sentence.

use super::subject::Outputs;
use crate::cli::failure::Outcome;
use crate::cli::figure::value_text;
use crate::cli::model::Model;
use heatlens::network::{Side, top};

/// The network's answer.
pub struct Answer {
    name: String,
    said: String,
}

/// A class or side as it stands in a page.
pub fn class_words(model: &Model, class: usize, side: Option<Side>) -> String {
    let alone = model.classes().is_ok_and(|count| count == 1);
    match (model.label_of(class, side), side) {
        (Some(label), Some(side)) => format!("‘{label}’ ({})", side.name()),
        (None, Some(side)) => format!("‘{}’", side.name()),
        (Some(label), None) if alone => format!("‘{label}’"),
        (None, None) if alone => "a larger output".into(),
        (Some(label), None) => format!("‘{label}’ (class {class})"),
        (None, None) => format!("class {class}"),
    }
}

impl Answer {
    /// The most likely class with its probability, or the largest raw output where nothing says what it means.
    pub fn new(model: &Model, (logits, probabilities): &Outputs, name: &str) -> Outcome<Answer> {
        let best = top(logits);
        let binary = model.network().is_binary(model.output()?);
        let said = match (probabilities, logits.as_slice()) {
            (Some(probabilities), [_]) if binary => {
                let yes = probabilities.first().copied().unwrap_or(0.0);
                let (side, p) = if yes >= 0.5 { (Side::Yes, yes) } else { (Side::No, 1.0 - yes) };
                format!("{}, probability {}", class_words(model, 0, Some(side)), percent(p))
            }
            (Some(probabilities), _) => {
                let p = probabilities.get(best).copied().unwrap_or(0.0);
                format!("{}, probability {}", class_words(model, best, None), percent(p))
            }
            (None, [value]) => value_text(*value),
            (None, values) => {
                let value = values.get(best).copied().unwrap_or(0.0);
                format!("{}, raw output {}", class_words(model, best, None), value_text(value))
            }
        };
        Ok(Answer { name: name.into(), said })
    }

    /// For the caption.
    pub fn sentence(&self) -> String {
        format!("{} says {}.", self.name, self.said)
    }

    /// For the document.
    pub fn title(&self) -> String {
        format!("{}: {}", self.name, self.said)
    }
}

/// Never 0 or 100 by rounding alone.
fn percent(share: f64) -> String {
    match format!("{:.2}", 100.0 * share).as_str() {
        "100.00" if share < 1.0 => "above 99.99 %".into(),
        "0.00" if share > 0.0 => "below 0.01 %".into(),
        digits => format!("{digits} %"),
    }
}
