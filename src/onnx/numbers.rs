//! The numbers of constants.

use super::decode::Floats;
use super::tensor::narrowed;
use std::cell::OnceCell;

/// Where numbers come from.
#[derive(Clone, Debug)]
pub(super) enum Source<'a> {
    /// The file.
    Stored(Floats<'a>),
    /// A number, so many times.
    Baseline(f64, usize),
}

/// The numbers of a constant. Until an operator computes with them or the network takes them they are
/// where they come from: seldom does anybody compute with weights.
#[derive(Clone, Debug)]
pub(super) struct Numbers<'a> {
    pub source: Source<'a>,
    /// The numbers, once an operator has read them, or made them.
    pub wide: OnceCell<Vec<f64>>,
}

impl Default for Numbers<'_> {
    fn default() -> Self {
        Numbers { source: Source::Baseline(0.0, 0), wide: OnceCell::new() }
    }
}

impl Numbers<'_> {
    pub fn len(&self) -> usize {
        match (self.wide.get(), &self.source) {
            (Some(wide), _) => wide.len(),
            (None, Source::Stored(stored)) => stored.len(),
            (None, Source::Baseline(_, count)) => *count,
        }
    }

    /// As the network takes them.
    #[inline(never)]
    pub fn to_floats(&self) -> Vec<f32> {
        match (self.wide.get(), &self.source) {
            (Some(wide), _) => narrowed(wide),
            (None, Source::Stored(stored)) => stored.to_vec(),
            (None, Source::Baseline(number, count)) => vec![*number as f32; *count],
        }
    }

    /// As operators compute with them.
    #[inline(never)]
    pub fn to_numbers(&self) -> Vec<f64> {
        match self.source {
            Source::Stored(stored) => stored.to_vec().into_iter().map(f64::from).collect(),
            Source::Baseline(number, count) => vec![number; count],
        }
    }
}
