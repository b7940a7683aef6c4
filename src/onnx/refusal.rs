//! Why a node cannot be imported.

use crate::error::{Code, Error};
use std::fmt::Display;

/// Why a node cannot be imported.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It mixes the examples of a batch.
    Batch(String),
    /// It uses something that is not supported.
    Unsupported(String),
    /// The file contradicts itself, or a limit was reached.
    Broken(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Refusal::Broken(error)
    }
}

/// A result whose error is a [`Refusal`].
pub(super) type Outcome<T> = std::result::Result<T, Refusal>;

/// What a refusal is about.
#[derive(Clone, Copy)]
enum Kind {
    Batch,
    Unsupported,
    Shape,
}

/// One place that writes messages: each of the many refusals costs a call.
#[cold]
#[inline(never)]
fn refusal(kind: Kind, why: &dyn Display) -> Refusal {
    let why = why.to_string();
    match kind {
        Kind::Batch => Refusal::Batch(why),
        Kind::Unsupported => Refusal::Unsupported(why),
        Kind::Shape => Refusal::Broken(Error::new(Code::Shape, why)),
    }
}

/// `Err(Refusal::Unsupported)`.
pub(super) fn unsupported<T>(why: impl Display) -> Outcome<T> {
    Err(refusal(Kind::Unsupported, &why))
}

/// `Err(Refusal::Batch)`.
pub(super) fn mixes_batch<T>(why: impl Display) -> Outcome<T> {
    Err(refusal(Kind::Batch, &why))
}

/// `Err` with code `E_SHAPE`.
pub(super) fn misshapen<T>(why: impl Display) -> Outcome<T> {
    Err(refusal(Kind::Shape, &why))
}

/// The same refusal, saying where it happened.
pub(super) fn context(refusal: Refusal, place: &str) -> Refusal {
    match refusal {
        Refusal::Broken(error) => Refusal::Broken(error.context(place)),
        other => other,
    }
}
