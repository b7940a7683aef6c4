//! The catalogue: every method with what its numbers mean and which parameters it takes. Help,
//! controls of the page, types and tests are made from it.

mod entries;

pub use entries::CATALOG;

use super::Value;
use serde::Serialize;

/// How a method explains "for class a, against class b".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Contrast {
    /// Its map is the difference of the two classes' maps: the method is linear in what it starts
    /// from.
    Subtracted,
    /// The difference of logits is explained as a whole; its map is no difference of maps.
    Propagated,
}

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kind {
    /// A number.
    Number {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
        /// Value if none is given.
        default: f64,
        /// Whether a slider is better logarithmic.
        log: bool,
    },
    /// A whole number.
    Integer {
        /// Smallest value.
        min: u32,
        /// Largest value.
        max: u32,
        /// Value if none is given.
        default: u32,
    },
    /// One of several words.
    Choice {
        /// The words.
        choices: &'static [&'static str],
        /// Word if none is given.
        default: &'static str,
    },
    /// The name of a node.
    Node {
        /// Words that stand for a node.
        choices: &'static [&'static str],
        /// Word if none is given.
        default: &'static str,
    },
    /// Rules for single layers of an LRP pass, as `NODE=RULE,…`; empty for none.
    Rules {
        /// Rules if none are given.
        default: &'static str,
    },
    /// A number, or one number per input element.
    Fill {
        /// Number if none is given.
        default: f32,
    },
}

impl Kind {
    /// The value of a parameter that is left out.
    pub fn default(&self) -> Value {
        match *self {
            Kind::Number { default, .. } => Value::Number(default),
            Kind::Integer { default, .. } => Value::Number(default.into()),
            Kind::Choice { default, .. } | Kind::Node { default, .. } | Kind::Rules { default } => {
                Value::Word(default.into())
            }
            Kind::Fill { default } => Value::Number(default.into()),
        }
    }
}

/// A parameter of a method.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Param {
    /// Kebab-case name.
    pub name: &'static str,
    /// What it does.
    pub help: &'static str,
    /// What it may be.
    #[serde(flatten)]
    pub kind: Kind,
}

/// A method as the catalogue describes it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Kebab-case name.
    pub name: &'static str,
    /// Name as a heading.
    pub title: &'static str,
    /// What its numbers mean, in one sentence.
    pub summary: &'static str,
    /// What its numbers sum to.
    pub sums: &'static str,
    /// Who published it, where.
    pub source: &'static str,
    /// Whether its numbers are for (+) and against (−).
    pub signed: bool,
    /// Whether its map depends on the class asked for.
    pub class_specific: bool,
    /// Whether it looks inside the network (else it only predicts).
    pub white_box: bool,
    /// How it explains one class against another.
    pub contrast: Contrast,
    /// Whether it is done in a few passes through the network.
    pub quick: bool,
    /// Its parameters.
    pub params: &'static [Param],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::{Options, Value, method_from_options};
    use crate::network::{Builder, Operation, OutputActivation};

    #[test]
    fn every_entry_reads_its_defaults_and_every_parameter() {
        let mut b = Builder::new();
        let x = b.input("x", &[2]).unwrap();
        let dense = Operation::Dense { weight: vec![1.0; 4], outputs: 2, bias: vec![] };
        let y = b.push("y", dense, &[x]).unwrap();
        let network = b.finish(vec![("y".into(), y, OutputActivation::Softmax)]).unwrap();
        for entry in CATALOG {
            let defaults = method_from_options(&network, entry.name, &Options::new()).unwrap();
            let mut options = Options::new();
            for param in entry.params {
                let good = param.kind.default();
                let bad = match param.kind {
                    Kind::Number { max, .. } => Value::Number(max + 1.0),
                    Kind::Integer { .. } => Value::Number(0.5),
                    _ => Value::Word("?".into()),
                };
                let wrong = Options::from_iter([(param.name.to_string(), bad)]);
                let error = method_from_options(&network, entry.name, &wrong).unwrap_err();
                assert!(
                    error.message().contains('?') || error.message().contains(param.name),
                    "{error}"
                );
                options.insert(param.name.into(), good);
            }
            assert_eq!(method_from_options(&network, entry.name, &options).unwrap(), defaults);
            let unknown = Options::from_iter([("nonsense".to_string(), Value::Number(1.0))]);
            assert!(method_from_options(&network, entry.name, &unknown).is_err());
        }
        assert!(method_from_options(&network, "__proto__", &Options::new()).is_err());
    }

    #[test]
    fn names_are_unique_kebab_case() {
        for (i, entry) in CATALOG.iter().enumerate() {
            assert!(
                entry
                    .name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            );
            assert!(CATALOG[..i].iter().all(|other| other.name != entry.name));
            assert!(entry.summary.ends_with('.') && !entry.source.is_empty());
        }
    }
}
