//! Why a file or a node cannot be imported, and the few places that write messages: each of the many
//! refusals costs a call.

use crate::error::{Code, Error, Result, clip};
use std::cell::Cell;
use std::fmt::{self, Display};

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

/// The first thing that went wrong, if anything did.
///
/// Reading goes on after a refusal with empty or zero values, and whoever began it asks at the end. In
/// between nothing is allocated and no layer is built.
#[derive(Default)]
pub(super) struct Diagnostic {
    there: Cell<bool>,
    first: Cell<Option<(Kind, Error)>>,
}

impl fmt::Debug for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Diagnostic").field("there", &self.there).finish_non_exhaustive()
    }
}

impl Diagnostic {
    /// Whether nothing went wrong.
    pub fn is_none(&self) -> bool {
        !self.there.get()
    }

    /// Records an error if it is the first.
    #[cold]
    #[inline(never)]
    pub fn record(&self, kind: Kind, error: Error) {
        if !self.there.replace(true) {
            self.first.set(Some((kind, error)));
        }
    }

    /// Says where it happened, if the file is to blame.
    #[inline(never)]
    pub fn at(&self, place: &dyn Display) {
        if let Some((kind, error)) = self.first.take() {
            let broken = kind == Kind::Broken;
            self.first.set(Some((kind, if broken { error.context(place) } else { error })));
        }
    }

    /// What went wrong; from then on nothing has.
    pub fn take(&self) -> Option<(Kind, Error)> {
        self.there.set(false);
        self.first.take()
    }
}

/// Most bytes of a name in a message, which is long enough without it.
const NAME: usize = 80;

/// A name in a message.
#[inline(never)]
pub(super) fn short(name: &str) -> String {
    let mut name = name.to_string();
    clip(&mut name, NAME);
    name
}

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
