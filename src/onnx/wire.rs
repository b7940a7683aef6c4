//! The protobuf wire format: a message is a sequence of fields, each a number, a kind and a payload.
//!
//! Readers borrow from the file. Lengths are compared with the bytes that are there before anything
//! is read, offsets in messages count from the start of the file. Groups (deprecated, and the classic
//! way into unbounded recursion) are refused.

use super::refusal::error;
use crate::error::{Code, Error, Result};
use std::fmt::Display;

/// How a payload is written: the wire types of the format.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wire {
    /// Whole numbers, booleans, enums.
    Varint,
    /// f64 and fixed 64-bit integers.
    Fixed64,
    /// Strings, bytes, nested messages, packed lists.
    Bytes,
    /// f32 and fixed 32-bit integers.
    Fixed32,
}

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    pub number: u32,
    wire: Wire,
    /// The payload as it is written.
    body: Reader<'a>,
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

    /// The next bytes, as a message of their own.
    #[inline(never)]
    fn take(&mut self, len: u64) -> Result<Reader<'a>> {
        let split = usize::try_from(len).ok().and_then(|len| self.rest.split_at_checked(len));
        let Some((taken, rest)) = split else {
            let (at, left) = (self.offset, self.rest.len());
            return Err(error(
                Code::Truncated,
                &format_args!("byte {at}: {len} bytes are announced, {left} are left"),
            ));
        };
        let part = Reader { rest: taken, offset: self.offset };
        self.rest = rest;
        self.offset = self.offset.saturating_add(taken.len());
        Ok(part)
    }

    /// The bits of the next number.
    #[inline(never)]
    pub fn number(&mut self, wire: Wire) -> Result<u64> {
        let len = match wire {
            Wire::Fixed32 => 4,
            Wire::Fixed64 => 8,
            // The last byte of a variable-length number has no high bit.
            _ => {
                let more = self.rest.iter().take(10).take_while(|byte| **byte & 0x80 != 0);
                (more.count() as u64).saturating_add(1)
            }
        };
        let bytes = self.take(len)?;
        let mut value = 0u64;
        let bits_per_byte = if wire == Wire::Varint { 7u32 } else { 8 };
        for (i, &byte) in bytes.rest.iter().enumerate() {
            // The tenth byte of a variable-length number has room for one bit.
            if i >= 10 || (i == 9 && byte > 1) {
                return Err(malformed(bytes.offset, &"a number longer than 64 bits"));
            }
            let bits = if wire == Wire::Varint { byte & 0x7f } else { byte };
            value |= u64::from(bits) << bits_per_byte.saturating_mul(i as u32);
        }
        Ok(value)
    }

    /// The next field; `None` at the end of the message.
    #[inline(never)]
    pub fn field(&mut self) -> Result<Option<Field<'a>>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let offset = self.offset;
        let key = self.number(Wire::Varint)?;
        let number = u32::try_from(key >> 3).unwrap_or(0);
        if number == 0 || number > 0x1fff_ffff {
            return Err(malformed(offset, &format_args!("no field has number {}", key >> 3)));
        }
        let wire = match key & 7 {
            0 => Wire::Varint,
            1 => Wire::Fixed64,
            2 => Wire::Bytes,
            5 => Wire::Fixed32,
            kind => {
                let why = format_args!("field {number} has wire type {kind}, which is refused");
                return Err(malformed(offset, &why));
            }
        };
        let mut body = *self;
        if wire == Wire::Bytes {
            let len = self.number(Wire::Varint)?;
            body = self.take(len)?;
        } else {
            self.number(wire)?;
            body.rest = body.rest.get(..self.offset.saturating_sub(body.offset)).unwrap_or(&[]);
        }
        Ok(Some(Field { number, wire, body, offset }))
    }

    /// The next field with this number; others are skipped.
    #[inline(never)]
    pub fn next(&mut self, number: u32) -> Result<Option<Field<'a>>> {
        while let Some(field) = self.field()? {
            if field.number == number {
                return Ok(Some(field));
            }
        }
        Ok(None)
    }

    /// The field with this number, which may occur once: readers disagree about which one counts.
    #[inline(never)]
    pub fn only(mut self, number: u32) -> Result<Option<Field<'a>>> {
        let first = self.next(number)?;
        match self.next(number)? {
            None => Ok(first),
            Some(second) => Err(error(
                Code::Duplicate,
                &format_args!("byte {}: field {number} occurs twice", second.offset),
            )),
        }
    }

    /// The text with this number; empty if there is none.
    #[inline(never)]
    pub fn text(self, number: u32) -> Result<&'a str> {
        self.only(number)?.map_or(Ok(""), |field| field.text())
    }

    /// The whole number with this number; 0 if there is none.
    #[inline(never)]
    pub fn int(self, number: u32) -> Result<i64> {
        self.only(number)?.map_or(Ok(0), |field| field.int())
    }

    /// The message with this number; an empty one if there is none.
    #[inline(never)]
    pub fn message(self, number: u32) -> Result<Reader<'a>> {
        self.only(number)?.map_or(Ok(Reader::new(&[])), |field| field.message())
    }
}

impl<'a> Field<'a> {
    /// The payload, if it is written so.
    #[inline(never)]
    fn expect(&self, wire: Wire, what: &str) -> Result<Reader<'a>> {
        if self.wire == wire {
            return Ok(self.body);
        }
        Err(malformed(self.offset, &format_args!("field {} is no {what}", self.number)))
    }

    /// A whole number with sign (two's complement, as protobuf's int32 and int64 are).
    #[inline(never)]
    pub fn int(&self) -> Result<i64> {
        Ok(self.expect(Wire::Varint, "whole number")?.number(Wire::Varint)?.cast_signed())
    }

    pub fn float(&self) -> Result<f32> {
        let bits = self.expect(Wire::Fixed32, "32-bit float")?.number(Wire::Fixed32)?;
        Ok(f32::from_bits(bits as u32))
    }

    #[inline(never)]
    pub fn message(&self) -> Result<Reader<'a>> {
        self.expect(Wire::Bytes, "message or string")
    }

    #[inline(never)]
    pub fn text(&self) -> Result<&'a str> {
        let why = format_args!("field {} is not UTF-8", self.number);
        std::str::from_utf8(self.message()?.bytes()).map_err(|_| malformed(self.offset, &why))
    }

    /// The numbers of a repeated field, packed or single: to be read until nothing is left.
    #[inline(never)]
    pub fn list(&self, wire: Wire) -> Result<Reader<'a>> {
        let packed = self.wire == Wire::Bytes;
        self.expect(if packed { Wire::Bytes } else { wire }, "list of such numbers")
    }
}

#[cold]
#[inline(never)]
pub(super) fn malformed(offset: usize, what: &dyn Display) -> Error {
    error(Code::Malformed, &format_args!("byte {offset}: {what}"))
}
