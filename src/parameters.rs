//! Parameters of methods: names and values.

use crate::serialize;
use serde::{Serialize, Serializer};

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A word.
    Word(String),
    /// One number per element.
    Numbers(#[serde(serialize_with = "serialize::f32s")] Vec<f32>),
}

/// Parameters by name; those left out have their default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options(Vec<(String, Value)>);

impl Options {
    /// No parameters.
    pub fn new() -> Self {
        Options::default()
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(have, _)| have == name).map(|(_, value)| value)
    }

    /// Sets a parameter and returns what it was.
    pub fn insert(&mut self, name: String, value: Value) -> Option<Value> {
        match self.0.iter_mut().find(|(have, _)| *have == name) {
            Some((_, have)) => Some(std::mem::replace(have, value)),
            None => {
                self.0.push((name, value));
                None
            }
        }
    }

    /// Names and values, in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// Every parameter of a method with the value that was used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters(pub Vec<(&'static str, Value)>);

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        serialize::fields("Parameters", &self.0, to)
    }
}

impl FromIterator<(String, Value)> for Options {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(pairs: I) -> Self {
        let mut options = Options::new();
        for (name, value) in pairs {
            options.insert(name, value);
        }
        options
    }
}
