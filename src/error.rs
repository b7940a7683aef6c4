//! Errors, by culprit: the model file, the caller's request, or a configured limit.
//!
//! Every error carries a stable code (`E_…`) for programs and a message for people that names the
//! culprit. The code decides the culprit, so that the two can never disagree.

use std::fmt;

/// Whose fault it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Culprit {
    /// The model file is broken, inconsistent or uses something that is not supported.
    Model,
    /// The caller asked for something that cannot be done with this model.
    Request,
    /// A configured bound (size, memory, depth) was reached.
    Limit,
}

impl Culprit {
    /// The name that a JavaScript `Error` of this kind carries.
    pub fn name(self) -> &'static str {
        match self {
            Culprit::Model => "ModelError",
            Culprit::Request => "RequestError",
            Culprit::Limit => "LimitError",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $culprit:ident;)*) => {
        /// What went wrong, as a stable word.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The stable spelling, e.g. `E_TRUNCATED`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// Whose fault an error with this code is.
            pub fn culprit(self) -> Culprit {
                match self { $(Code::$variant => Culprit::$culprit,)* }
            }
        }
    };
}

codes! {
    /// The file ends before what it announces.
    Truncated = "E_TRUNCATED", Model;
    /// The bytes are not what the format allows.
    Malformed = "E_MALFORMED", Model;
    /// Two things in the file bear the same name, or one is defined twice.
    Duplicate = "E_DUPLICATE", Model;
    /// A node refers to something that does not exist.
    Dangling = "E_DANGLING", Model;
    /// The graph has a cycle.
    Cycle = "E_CYCLE", Model;
    /// Operators, attributes or opsets that are not supported.
    Unsupported = "E_UNSUPPORTED", Model;
    /// Shapes in the model that do not fit together.
    Shape = "E_SHAPE", Model;
    /// A data type that is not supported or does not fit.
    Dtype = "E_DTYPE", Model;
    /// The model has no data of its own where it needs them (external data).
    External = "E_EXTERNAL", Model;
    /// The request names something that does not exist, or a value out of range.
    Request = "E_REQUEST", Request;
    /// The input does not have the model's shape.
    Input = "E_INPUT", Request;
    /// NaN or infinity came out (or went in).
    Nonfinite = "E_NONFINITE", Request;
    /// The method is not defined for this network.
    NotApplicable = "E_NOT_APPLICABLE", Request;
    /// The caller asked to stop.
    Cancelled = "E_CANCELLED", Request;
    /// The file, tensor, graph or nesting is larger than the configured bound.
    Limit = "E_LIMIT", Limit;
}

/// An error with its code and a message for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<(Code, String)>);

/// Most bytes of a message, which may quote what a file or a request holds.
pub const MESSAGE: usize = 4000;

/// Cuts a text off behind so many bytes, or a little earlier where a letter ends.
pub fn clip(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.push('…');
    }
}

impl Error {
    /// An error with this code and message; what goes beyond 4,000 bytes is cut off.
    #[cold]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let mut message = message.into();
        clip(&mut message, MESSAGE);
        Error(Box::new((code, message)))
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.0.0
    }

    /// Whose fault it was.
    pub fn culprit(&self) -> Culprit {
        self.0.0.culprit()
    }

    /// The message alone, without the code.
    pub fn message(&self) -> &str {
        &self.0.1
    }

    /// The same error with `context` in front of its message.
    #[cold]
    pub fn context(self, context: impl fmt::Display) -> Self {
        Error::new(self.0.0, format!("{context}: {}", self.0.1))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0.1, self.0.0.as_str())
    }
}

impl std::error::Error for Error {}

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// `Err` with this code and message, unless `ok`.
pub(crate) fn ensure(ok: bool, code: Code, message: impl FnOnce() -> String) -> Result<()> {
    if ok { Ok(()) } else { Err(Error::new(code, message())) }
}

/// A number in a message, to six significant digits. The standard library's formatting of floats is a
/// tenth of the module that a page has to fetch.
pub(crate) struct Number(pub f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size.is_nan() {
            return f.write_str("NaN");
        }
        if self.0 < 0.0 {
            f.write_str("−")?;
        }
        if size.is_infinite() {
            return f.write_str("infinity");
        }
        // size = digits · 10^exponent with six digits.
        let (mut scaled, mut exponent) = (size, 0i32);
        while scaled >= 999_999.5 {
            scaled /= 10.0;
            exponent += 1;
        }
        while scaled > 0.0 && scaled < 99_999.95 {
            scaled *= 10.0;
            exponent -= 1;
        }
        let mut digits = (scaled + 0.5) as u64;
        while digits.is_multiple_of(10) && digits > 0 {
            digits /= 10;
            exponent += 1;
        }
        match exponent {
            0..=9 => write!(f, "{}", digits * 10u64.pow(exponent.unsigned_abs())),
            -9..0 => {
                let unit = 10u64.pow(exponent.unsigned_abs());
                let width = exponent.unsigned_abs() as usize;
                write!(f, "{}.{:0width$}", digits / unit, digits % unit)
            }
            _ => write!(f, "{digits}e{exponent}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_start_with_e() {
        for (i, code) in Code::ALL.iter().enumerate() {
            assert!(code.as_str().starts_with("E_"));
            assert!(Code::ALL[..i].iter().all(|other| other.as_str() != code.as_str()));
        }
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        let text = |v: f64| Number(v).to_string();
        for (value, expected) in [
            (0.0, "0"),
            (0.25, "0.25"),
            (-1.5, "−1.5"),
            (1e-6, "0.000001"),
            (1e-12, "1e-12"),
            (784.0, "784"),
            (1_000_000_000.0, "1000000000"),
            (123_456.75, "123457"),
            (0.1f32.into(), "0.1"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "−infinity"),
            (999_999.9, "1000000"),
        ] {
            assert_eq!(text(value), expected);
        }
        for value in [f64::MIN_POSITIVE / 2.0, f64::MAX, 1e-300, 5e-324] {
            assert!(text(value).contains('e'), "{}", text(value));
        }
    }

    #[test]
    fn long_messages_are_cut_between_letters() {
        for letter in ["x", "é", "→", "𝒜"] {
            let error = Error::new(Code::Request, letter.repeat(1_000_000)).context("what");
            let text = error.message().strip_prefix("what: ").unwrap();
            assert!(error.message().len() < MESSAGE + 8, "{}", error.message().len());
            assert!(text.trim_end_matches('…').chars().all(|c| letter.starts_with(c)));
        }
        assert_eq!(Error::new(Code::Request, "é".repeat(2_000)).message(), "é".repeat(2_000));
    }

    #[test]
    fn display_names_code_and_context() {
        let error = Error::new(Code::Cycle, "nodes 'a' and 'b'").context("graph 'g'");
        assert_eq!(error.to_string(), "graph 'g': nodes 'a' and 'b' (E_CYCLE)");
        assert_eq!(error.culprit().name(), "ModelError");
    }
}
