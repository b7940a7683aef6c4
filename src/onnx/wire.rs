//! The protobuf wire format: a message is a sequence of fields, each a number, a kind and a payload.
//!
//! Readers borrow from the file. Lengths are compared with the bytes that are there before anything
//! is read, offsets in messages count from the start of the file. Groups (deprecated, and the classic
//! way into unbounded recursion) are refused.

use super::refusal::error;
use crate::error::{Code, Error, Result};
use std::fmt::Display;

/// One payload.
#[derive(Clone, Copy, Debug)]
pub(super) enum Payload<'a> {
    /// Whole numbers, booleans, enums.
    Varint(u64),
    /// f64 and fixed 64-bit integers.
    Fixed64(u64),
    /// Strings, bytes, nested messages, packed lists.
    Bytes(Reader<'a>),
    /// f32 and fixed 32-bit integers.
    Fixed32(u32),
}

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    pub number: u64,
    pub payload: Payload<'a>,
    /// Where the field starts in the file.
    pub offset: usize,
}

/// The unread rest of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes, offset: 0 }
    }

    /// The bytes that are left.
    pub fn bytes(&self) -> &'a [u8] {
        self.rest
    }

    /// Position in the file.
    pub fn offset(&self) -> usize {
        self.offset
    }

    #[cold]
    fn truncated(&self, what: &str, needed: u64) -> Error {
        error(
            Code::Truncated,
            &format_args!(
                "byte {}: {what} of {needed} bytes, but {} are left",
                self.offset,
                self.rest.len()
            ),
        )
    }

    #[inline(never)]
    fn take(&mut self, what: &str, len: u64) -> Result<&'a [u8]> {
        let split = usize::try_from(len).ok().and_then(|len| self.rest.split_at_checked(len));
        let Some((taken, rest)) = split else { return Err(self.truncated(what, len)) };
        self.rest = rest;
        self.offset = self.offset.saturating_add(taken.len());
        Ok(taken)
    }

    /// The next variable-length number.
    #[inline(never)]
    pub fn varint(&mut self) -> Result<u64> {
        let mut value = 0u64;
        for (i, &byte) in self.rest.iter().enumerate().take(10) {
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if i == 9 && bits > 1 {
                break;
            }
            value |= bits << (7u32.saturating_mul(i as u32));
            if byte & 0x80 == 0 {
                self.take("number", i.saturating_add(1) as u64)?;
                return Ok(value);
            }
        }
        if self.rest.len() < 10 {
            return Err(self.truncated("number", self.rest.len().saturating_add(1) as u64));
        }
        Err(malformed(self.offset, &"a number longer than 64 bits"))
    }

    #[inline(never)]
    pub fn fixed32(&mut self) -> Result<u32> {
        let bytes = self.take("32-bit value", 4)?;
        Ok(u32::from_le_bytes(bytes.try_into().unwrap_or_default()))
    }

    #[inline(never)]
    pub fn fixed64(&mut self) -> Result<u64> {
        let bytes = self.take("64-bit value", 8)?;
        Ok(u64::from_le_bytes(bytes.try_into().unwrap_or_default()))
    }

    /// The next field; `None` at the end of the message.
    #[inline(never)]
    pub fn field(&mut self) -> Result<Option<Field<'a>>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let offset = self.offset;
        let key = self.varint()?;
        let number = key >> 3;
        if number == 0 || number > 0x1fff_ffff {
            return Err(malformed(offset, &format_args!("no field has number {number}")));
        }
        let payload = match key & 7 {
            0 => Payload::Varint(self.varint()?),
            1 => Payload::Fixed64(self.fixed64()?),
            2 => {
                let len = self.varint()?;
                let offset = self.offset;
                Payload::Bytes(Reader { rest: self.take("content", len)?, offset })
            }
            5 => Payload::Fixed32(self.fixed32()?),
            kind => {
                let why =
                    format_args!("field {number} has wire type {kind}, which is not supported");
                return Err(malformed(offset, &why));
            }
        };
        Ok(Some(Field { number, payload, offset }))
    }
}

impl<'a> Field<'a> {
    #[cold]
    fn wrong(&self, wanted: &str) -> Error {
        malformed(self.offset, &format_args!("field {} is no {wanted}", self.number))
    }

    #[inline(never)]
    pub fn uint(&self) -> Result<u64> {
        match self.payload {
            Payload::Varint(value) => Ok(value),
            _ => Err(self.wrong("number")),
        }
    }

    /// A whole number with sign (two's complement, as protobuf's int32 and int64 are).
    pub fn int(&self) -> Result<i64> {
        Ok(self.uint()?.cast_signed())
    }

    pub fn float(&self) -> Result<f32> {
        match self.payload {
            Payload::Fixed32(bits) => Ok(f32::from_bits(bits)),
            _ => Err(self.wrong("32-bit float")),
        }
    }

    #[inline(never)]
    pub fn message(&self) -> Result<Reader<'a>> {
        match self.payload {
            Payload::Bytes(reader) => Ok(reader),
            _ => Err(self.wrong("message or string")),
        }
    }

    #[inline(never)]
    pub fn text(&self) -> Result<&'a str> {
        std::str::from_utf8(self.message()?.bytes()).map_err(|_| {
            malformed(self.offset, &format_args!("field {} is not UTF-8", self.number))
        })
    }

    /// The numbers of a repeated field, packed or single.
    #[inline(never)]
    pub fn list(&self, kind: Number) -> Result<Numbers<'a>> {
        let (single, rest) = match (self.payload, kind) {
            (Payload::Bytes(rest), _) => (None, rest),
            (Payload::Varint(value), Number::Varint) => (Some(value), Reader::new(&[])),
            (Payload::Fixed32(bits), Number::Fixed32) => (Some(u64::from(bits)), Reader::new(&[])),
            (Payload::Fixed64(bits), Number::Fixed64) => (Some(bits), Reader::new(&[])),
            _ => return Err(self.wrong("list of such numbers")),
        };
        Ok(Numbers { kind, single, rest })
    }
}

/// How the numbers of a list are written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Varint,
    Fixed32,
    Fixed64,
}

/// The rest of a list of numbers.
#[derive(Debug)]
pub(super) struct Numbers<'a> {
    kind: Number,
    single: Option<u64>,
    rest: Reader<'a>,
}

impl Numbers<'_> {
    /// The bits of the next number; `None` at the end of the list.
    #[inline(never)]
    pub fn next(&mut self) -> Result<Option<u64>> {
        if let Some(value) = self.single.take() {
            return Ok(Some(value));
        }
        if self.rest.bytes().is_empty() {
            return Ok(None);
        }
        Ok(Some(match self.kind {
            Number::Varint => self.rest.varint()?,
            Number::Fixed32 => u64::from(self.rest.fixed32()?),
            Number::Fixed64 => self.rest.fixed64()?,
        }))
    }
}

#[cold]
#[inline(never)]
pub(super) fn malformed(offset: usize, what: &dyn Display) -> Error {
    error(Code::Malformed, &format_args!("byte {offset}: {what}"))
}
