//! The protobuf wire format: a message is a sequence of fields, each a number, a kind and a payload.
//!
//! Readers borrow from the file. Lengths are compared with the bytes that are there before anything
//! is read, offsets in messages count from the start of the file. What is wrong is kept in the budget;
//! nothing is left to read from then on. Groups (deprecated, and the classic way into unbounded
//! recursion) are refused.

use super::limits::Budget;
use crate::error::Code;
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
    /// The message from the field on.
    pub start: Reader<'a>,
}

/// The unread rest of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
    pub budget: &'a Budget<'a>,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], budget: &'a Budget<'a>) -> Self {
        Reader { rest: bytes, offset: 0, budget }
    }

    /// The same message on another budget.
    pub fn on<'b>(self, budget: &'b Budget<'b>) -> Reader<'b>
    where
        'a: 'b,
    {
        Reader { budget, ..self }
    }

    /// The bytes that are left.
    pub fn bytes(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether there is more to read.
    pub fn more(&self) -> bool {
        !self.rest.is_empty() && self.budget.diagnostic.is_none()
    }

    /// Refuses the file because of what is here, unless `ok`.
    #[inline(never)]
    pub fn require(&self, ok: bool, code: Code, what: &dyn Display) {
        self.budget.require(ok, code, &format_args!("byte {}: {what}", self.offset));
    }

    /// The next bytes, as a message of their own.
    #[inline(never)]
    fn take(&mut self, len: u64) -> Reader<'a> {
        let left = self.rest.len();
        let split = usize::try_from(len).ok().and_then(|len| self.rest.split_at_checked(len));
        self.require(
            split.is_some(),
            Code::Truncated,
            &format_args!("{len} bytes are announced, {left} are left"),
        );
        let mut part = *self;
        (part.rest, self.rest) = split.unwrap_or_default();
        self.offset = self.offset.saturating_add(part.rest.len());
        part
    }

    /// The bits of the next number.
    #[inline(never)]
    pub fn number(&mut self, wire: Wire) -> u64 {
        let varint = wire == Wire::Varint;
        let len = match wire {
            Wire::Fixed32 => 4,
            Wire::Fixed64 => 8,
            // The last byte of a variable-length number has no high bit.
            _ => {
                let last = self.rest.iter().take(10).position(|byte| byte & 0x80 == 0);
                last.unwrap_or(10).saturating_add(1) as u64
            }
        };
        let bytes = self.take(len);
        let mut value = 0u64;
        // The tenth byte of a variable-length number has room for one bit.
        let fits =
            bytes.rest.len() < 10 || (bytes.rest.len() == 10 && bytes.rest.last() == Some(&1));
        bytes.require(fits, Code::Malformed, &"a number longer than 64 bits");
        for (i, &byte) in bytes.rest.iter().enumerate() {
            let (bits, width) = if varint { (byte & 0x7f, 7u32) } else { (byte, 8) };
            value |= u64::from(bits).checked_shl(width.saturating_mul(i as u32)).unwrap_or(0);
        }
        value
    }

    /// The next field; `None` at the end of the message.
    #[inline(never)]
    fn field(&mut self) -> Option<Field<'a>> {
        if !self.more() {
            return None;
        }
        let start = *self;
        let key = self.number(Wire::Varint);
        let number = u32::try_from(key >> 3).unwrap_or(0);
        start.require(
            (1..0x2000_0000).contains(&number),
            Code::Malformed,
            &format_args!("no field has number {}", key >> 3),
        );
        let wire = match key & 7 {
            0 => Wire::Varint,
            1 => Wire::Fixed64,
            5 => Wire::Fixed32,
            kind => {
                let why = format_args!("field {number} has wire type {kind}, which is refused");
                start.require(kind == 2, Code::Malformed, &why);
                Wire::Bytes
            }
        };
        let mut body = *self;
        if wire == Wire::Bytes {
            let len = self.number(Wire::Varint);
            body = self.take(len);
        } else {
            self.number(wire);
            body.rest = body.rest.get(..self.offset.saturating_sub(body.offset)).unwrap_or(&[]);
        }
        Some(Field { number, wire, body, start })
    }

    /// The next field with this number; others are skipped.
    #[inline(never)]
    pub fn next(&mut self, number: u32) -> Option<Field<'a>> {
        while let Some(field) = self.field() {
            if field.number == number {
                return Some(field);
            }
        }
        None
    }

    /// The field with this number, which may occur once: readers disagree about which one counts.
    #[inline(never)]
    pub fn only(mut self, number: u32) -> Option<Field<'a>> {
        let first = self.next(number);
        if let Some(second) = self.next(number) {
            let why = format_args!("field {number} occurs twice");
            second.start.require(false, Code::Duplicate, &why);
        }
        first
    }

    /// The name, or other short text, with this number; empty if there is none.
    #[inline(never)]
    pub fn name(self, number: u32) -> &'a str {
        self.only(number).map_or("", |field| field.name())
    }

    /// The whole number with this number; 0 if there is none.
    #[inline(never)]
    pub fn int(self, number: u32) -> i64 {
        self.only(number).map_or(0, |field| field.int())
    }

    /// The message with this number; an empty one if there is none.
    #[inline(never)]
    pub fn message(self, number: u32) -> Reader<'a> {
        self.only(number).map_or(Reader { rest: &[], ..self }, |field| field.message())
    }
}

impl<'a> Field<'a> {
    /// The payload, which must be written so.
    #[inline(never)]
    fn expect(&self, wire: Wire, what: &str) -> Reader<'a> {
        let why = format_args!("field {} is no {what}", self.number);
        self.start.require(self.wire == wire, Code::Malformed, &why);
        self.body
    }

    /// A whole number with sign (two's complement, as protobuf's int32 and int64 are).
    #[inline(never)]
    pub fn int(&self) -> i64 {
        self.expect(Wire::Varint, "whole number").number(Wire::Varint).cast_signed()
    }

    pub fn float(&self) -> f32 {
        let bits = self.expect(Wire::Fixed32, "32-bit float").number(Wire::Fixed32);
        f32::from_bits(bits as u32)
    }

    #[inline(never)]
    pub fn message(&self) -> Reader<'a> {
        self.expect(Wire::Bytes, "message or string")
    }

    #[inline(never)]
    pub fn text(&self) -> &'a str {
        let text = std::str::from_utf8(self.message().rest);
        let why = format_args!("field {} is not UTF-8", self.number);
        self.start.require(text.is_ok(), Code::Malformed, &why);
        text.unwrap_or("")
    }

    /// A text that is not too long for a name.
    #[inline(never)]
    pub fn name(&self) -> &'a str {
        let (name, most) = (self.text(), self.start.budget.limits().name);
        let why = format_args!("a name of {} bytes; the limit is {most}", name.len());
        self.start.require(name.len() <= most, Code::Limit, &why);
        name
    }

    /// The numbers of a repeated field, packed or single: to be read until there are no more.
    #[inline(never)]
    pub fn list(&self, wire: Wire) -> Reader<'a> {
        let packed = self.wire == Wire::Bytes;
        self.expect(if packed { Wire::Bytes } else { wire }, "list of such numbers")
    }
}
