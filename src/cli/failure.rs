//! What ends a command early: one line on stderr and an exit code.

use super::text::{clipped, visible};
use heatlens::error::{Culprit, Error};
use std::fmt;

/// The result of whatever can fail in a command.
pub type Outcome<T> = Result<T, Failure>;

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    code: &'static str,
    message: String,
    exit: u8,
}

impl Failure {
    fn new(code: &'static str, message: String, exit: u8) -> Self {
        Failure { code, message: clipped(message), exit }
    }

    /// Reading or writing failed.
    pub fn io(message: impl Into<String>) -> Self {
        Failure::new("E_IO", message.into(), 1)
    }

    /// A data file (not a model) is broken.
    pub fn data(message: impl Into<String>) -> Self {
        Failure::new("E_DATA", message.into(), 1)
    }

    /// The command asks for something that does not exist or cannot be.
    pub fn request(message: impl Into<String>) -> Self {
        Failure::new("E_REQUEST", message.into(), 2)
    }

    /// The same failure with `context` in front of its message.
    pub fn context(self, context: impl fmt::Display) -> Self {
        Failure::new(self.code, format!("{context}: {}", self.message), self.exit)
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The message without its code.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// 1 for files and models, 2 for what the command line asks.
    pub fn exit(&self) -> u8 {
        self.exit
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match error.culprit() {
            Culprit::Request => 2,
            Culprit::Model | Culprit::Limit => 1,
        };
        Failure::new(error.code().as_str(), error.message().into(), exit)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", visible(&self.message), self.code)
    }
}
