//! Which methods a page shows, with their parameters.

use crate::cli::failure::{Failure, Outcome};
use crate::cli::model::Model;
use heatlens::methods::{Descriptor, Options, Value};

/// Most maps of a page.
const MOST: usize = 12;

/// The methods in the order of the command line, each with the parameters that are given.
pub struct Settings(pub Vec<(&'static Descriptor, Options)>);

impl Settings {
    /// Reads `KEY=VALUE` for every method that has the parameter, and `METHOD.KEY=VALUE` for one.
    pub fn new(model: &Model, methods: &[String], sets: &[String]) -> Outcome<Settings> {
        if methods.len() > MOST {
            return Err(Failure::request(format!("a page shows at most {MOST} maps")));
        }
        let found = methods.iter().map(|name| Ok(Descriptor::find(name)?));
        let entries = found.collect::<Outcome<Vec<&'static Descriptor>>>()?;
        let mut own: Vec<Vec<&str>> = vec![Vec::new(); entries.len()];
        for set in sets {
            let key = set.split('=').next().unwrap_or_default();
            let (method, pair) = match key.split_once('.') {
                Some((method, _)) => {
                    (Some(method), set.get(method.len() + 1..).unwrap_or_default())
                }
                None => (None, set.as_str()),
            };
            let key = pair.split('=').next().unwrap_or_default();
            let mut taken = false;
            for (entry, pairs) in entries.iter().zip(&mut own) {
                let has = entry.params.iter().any(|param| param.name == key);
                if method.map_or(has, |method| method == entry.name) {
                    pairs.push(pair);
                    taken = true;
                }
            }
            if !taken {
                let names = methods.join(", ");
                return Err(Failure::request(match method {
                    Some(method) => format!("'{set}': '{method}' is none of the methods {names}"),
                    None => format!("'{set}': none of the methods {names} has a parameter '{key}'"),
                }));
            }
        }
        let read = entries.into_iter().zip(own).enumerate().map(|(k, (entry, pairs))| {
            if methods.iter().take(k).any(|name| name == entry.name) {
                return Err(Failure::request(format!("'{}' is given twice", entry.name)));
            }
            Ok((entry, model.options(entry.name, pairs.into_iter())?))
        });
        Ok(Settings(read.collect::<Outcome<_>>()?))
    }

    /// The given parameters by method, as JSON; none if there are none.
    pub fn json(&self) -> Outcome<Option<String>> {
        let mut methods = Vec::new();
        for (entry, options) in &self.0 {
            let mut values = Vec::new();
            for (key, value) in options.iter() {
                values.push(format!("{}:{}", line(&key)?, number_or(value)?));
            }
            if !values.is_empty() {
                methods.push(format!("{}:{{{}}}", line(&entry.name)?, values.join(",")));
            }
        }
        Ok((!methods.is_empty()).then(|| format!("{{{}}}", methods.join(","))))
    }
}

/// Parameters in words: `composite=gamma, gamma=0.25`.
pub fn words(options: &Options) -> String {
    let pair = |(key, value): (&str, &Value)| match value {
        Value::Number(number) => format!("{key}={number}"),
        Value::Word(word) => format!("{key}={word}"),
        Value::Numbers(numbers) => format!("{key}={} numbers", numbers.len()),
    };
    options.iter().map(pair).collect::<Vec<_>>().join(", ")
}

/// As JavaScript writes it: whole numbers without a point.
fn number_or(value: &Value) -> Outcome<String> {
    match value {
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            Ok(format!("{number:.0}"))
        }
        value => line(value),
    }
}

fn line(value: &impl serde::Serialize) -> Outcome<String> {
    serde_json::to_string(value).map_err(|error| Failure::request(error.to_string()))
}
