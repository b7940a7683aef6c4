//! Why a node cannot be imported, and the few places that write messages: each of the many refusals
//! costs a call.

use crate::error::{Code, Error, Result};
use std::fmt::Display;

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

/// A node cannot be imported. The reason lies in the import, so that results of functions stay small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused;

/// A result of a function that can refuse a node.
pub(super) type Outcome<T> = std::result::Result<T, Refused>;

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
