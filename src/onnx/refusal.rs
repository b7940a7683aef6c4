//! Why a node cannot be imported, and the few places that write messages: each of the many refusals
//! costs a call.

use crate::error::{Code, Error, Result};
use std::fmt::Display;

/// Why a node cannot be imported; behind a pointer, so that results are small.
#[derive(Debug)]
pub(super) struct Refusal(Box<(Kind, Error)>);

/// What a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// It mixes the examples of a batch.
    Batch,
    /// It uses something that is not supported.
    Unsupported,
    /// The file contradicts itself, or a limit was reached.
    Broken,
}

impl From<Error> for Refusal {
    #[cold]
    #[inline(never)]
    fn from(error: Error) -> Self {
        Refusal(Box::new((Kind::Broken, error)))
    }
}

impl Refusal {
    /// What it is about, and the words.
    pub fn open(self) -> (Kind, Error) {
        *self.0
    }
}

/// A result whose error is a [`Refusal`].
pub(super) type Outcome<T> = std::result::Result<T, Refusal>;

/// An error in the file.
#[cold]
#[inline(never)]
pub(super) fn error(code: Code, why: &dyn Display) -> Error {
    Error::new(code, why.to_string())
}

/// `Err` with this code and message, unless `ok`.
pub(super) fn ensure(ok: bool, code: Code, why: &dyn Display) -> Result<()> {
    if ok { Ok(()) } else { Err(error(code, why)) }
}

#[cold]
#[inline(never)]
fn refusal(kind: Kind, why: &dyn Display) -> Refusal {
    Refusal(Box::new((kind, error(Code::Unsupported, why))))
}

/// It uses something that is not supported.
pub(super) fn unsupported<T>(why: impl Display) -> Outcome<T> {
    Err(refusal(Kind::Unsupported, &why))
}

/// It mixes the examples of a batch.
pub(super) fn mixes_batch<T>(why: impl Display) -> Outcome<T> {
    Err(refusal(Kind::Batch, &why))
}

/// `Err` with code `E_SHAPE`.
pub(super) fn misshapen<T>(why: impl Display) -> Outcome<T> {
    #[cold]
    #[inline(never)]
    fn broken(why: &dyn Display) -> Refusal {
        error(Code::Shape, why).into()
    }
    Err(broken(&why))
}

/// The same refusal, saying where it happened if the file is to blame.
#[cold]
#[inline(never)]
pub(super) fn context(refusal: Refusal, place: &dyn Display) -> Refusal {
    match refusal.open() {
        (Kind::Broken, error) => error.context(place).into(),
        other => Refusal(Box::new(other)),
    }
}
