//! Parameters by name, as CLI, page and address have them, checked against a method's descriptor.

use super::{Baseline, CamLayer, Coalitions, Descriptor, Kind, Segments};
use crate::error::{Code, Error, Number, Result, ensure};
use crate::network::Network;
use crate::parameters::{Options, Value};

/// Reads parameters of one method, with their defaults and ranges from its descriptor.
pub struct Reader<'a> {
    descriptor: &'static Descriptor,
    pub(super) options: &'a Options,
    pub(super) network: &'a Network,
}

impl<'a> Reader<'a> {
    /// An error if there is an option that the method does not have.
    pub(super) fn new(
        descriptor: &'static Descriptor,
        options: &'a Options,
        network: &'a Network,
    ) -> Result<Self> {
        let params = descriptor.params;
        for (key, _) in options.iter() {
            ensure(params.iter().any(|param| param.name == key), Code::Request, || {
                let (name, known) = (descriptor.name, params.iter().map(|param| param.name));
                let known = known.collect::<Vec<_>>().join(", ");
                format!("'{name}' has no parameter '{key}'; it has: {known}")
            })?;
        }
        Ok(Reader { descriptor, options, network })
    }

    fn kind(&self, name: &str) -> Result<&'static Kind> {
        let param = self.descriptor.params.iter().find(|param| param.name == name);
        // A name that the catalogue lacks is a mistake of this file, which a test would find.
        param.map(|param| &param.kind).ok_or_else(|| self.wrong(name, "is not in the catalogue"))
    }

    pub(super) fn wrong(&self, name: &str, why: &str) -> Error {
        Error::new(Code::Request, format!("{}: '{name}' {why}", self.descriptor.name))
    }

    pub(super) fn number(&self, name: &str) -> Result<f64> {
        let Kind::Number { min, max, default, .. } = *self.kind(name)? else {
            return Err(self.wrong(name, "is not a number"));
        };
        match self.options.get(name) {
            None => Ok(default),
            Some(Value::Number(value)) if (min..=max).contains(value) => Ok(*value),
            Some(_) => Err(self
                .wrong(name, &format!("must be a number from {} to {}", Number(min), Number(max)))),
        }
    }

    pub(super) fn integer(&self, name: &str) -> Result<usize> {
        let Kind::Integer { min, max, default } = *self.kind(name)? else {
            return Err(self.wrong(name, "is not a whole number"));
        };
        match self.options.get(name) {
            None => Ok(default as usize),
            Some(Value::Number(value))
                if value.fract() == 0.0 && (min as f64..=max as f64).contains(value) =>
            {
                Ok(*value as usize)
            }
            Some(_) => {
                Err(self.wrong(name, &format!("must be a whole number from {min} to {max}")))
            }
        }
    }

    pub(super) fn word(&self, name: &str) -> Result<&'a str> {
        let Kind::Choice { choices, default } = self.kind(name)? else {
            return Err(self.wrong(name, "is not a choice"));
        };
        match self.options.get(name) {
            None => Ok(default),
            Some(Value::Word(word)) if choices.contains(&word.as_str()) => Ok(word),
            Some(_) => Err(self.wrong(name, &format!("must be one of {}", choices.join(", ")))),
        }
    }

    pub(super) fn baseline(&self, name: &str) -> Result<Baseline> {
        let Kind::Baseline { default } = *self.kind(name)? else {
            return Err(self.wrong(name, "is not a fill"));
        };
        match self.options.get(name) {
            None => Ok(Baseline::Constant(default)),
            Some(Value::Number(value)) if value.is_finite() => {
                Ok(Baseline::Constant(*value as f32))
            }
            Some(Value::Numbers(values)) => Ok(Baseline::Each(values.clone())),
            Some(_) => Err(self.wrong(name, "must be a number, or one number per input element")),
        }
    }

    pub(super) fn layer(&self) -> Result<CamLayer> {
        match self.options.get("layer") {
            None => Ok(CamLayer::LastConvolution),
            Some(Value::Word(word)) if word == "last-conv" => Ok(CamLayer::LastConvolution),
            Some(Value::Word(word)) if word == "last-activation" => Ok(CamLayer::LastActivation),
            Some(Value::Word(word)) => self.network.find(word).map(CamLayer::Node),
            Some(_) => Err(self.wrong("layer", "must be the name of a node")),
        }
    }

    pub(super) fn segments(&self) -> Result<Segments> {
        Ok(Segments::Blocks(self.integer("segment")?))
    }

    pub(super) fn coalitions(&self) -> Result<Coalitions> {
        let samples = self.integer("samples")?;
        Ok(match samples {
            0 => Coalitions::All,
            _ => Coalitions::Sampled { samples, seed: self.integer("seed")? as u64 },
        })
    }
}
