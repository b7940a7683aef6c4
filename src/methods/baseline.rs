//! What stands in for "absent": a baseline, a reference input or a mask.

use crate::error::{Code, Result, ensure};

/// Values that replace those of an example.
#[derive(Clone, Debug, PartialEq)]
pub enum Baseline {
    /// The same number everywhere.
    Constant(f32),
    /// One number per element of an example.
    Each(Vec<f32>),
}

impl Baseline {
    /// As many values as an example has elements.
    pub fn values(&self, len: usize) -> Result<Vec<f32>> {
        let values = match self {
            Baseline::Constant(value) => vec![*value; len],
            Baseline::Each(values) => values.clone(),
        };
        ensure(values.len() == len, Code::Request, || {
            format!("a baseline or mask of {} values for an input of {len}", values.len())
        })?;
        ensure(values.iter().all(|value| value.is_finite()), Code::Nonfinite, || {
            "a baseline or mask contains NaN or infinity".into()
        })?;
        Ok(values)
    }
}
