//! Tensors of the file to constants: data types, the two ways of storing elements, float16.

use super::limits::{Budget, Limits};
use super::proto::numbers;
use super::tensor::Tensor;
use super::wire::{Reader, Wire};
use crate::error::{Code, Result};

const FLOAT: i64 = 1;
const UINT8: i64 = 2;
const INT8: i64 = 3;
const UINT16: i64 = 4;
const INT16: i64 = 5;
const INT32: i64 = 6;
const INT64: i64 = 7;
pub(super) const BOOL: i64 = 9;
const FLOAT16: i64 = 10;
const DOUBLE: i64 = 11;
const UINT32: i64 = 12;
const UINT64: i64 = 13;
const BFLOAT16: i64 = 16;

/// How a data type is stored: bytes per element in `raw_data`, and the number of the field that
/// holds the elements otherwise.
fn storage(data_type: i64) -> Option<(usize, u32, Wire)> {
    Some(match data_type {
        FLOAT => (4, 4, Wire::Fixed32),
        DOUBLE => (8, 10, Wire::Fixed64),
        UINT8 | INT8 | BOOL => (1, 5, Wire::Varint),
        FLOAT16 | BFLOAT16 | UINT16 | INT16 => (2, 5, Wire::Varint),
        INT32 => (4, 5, Wire::Varint),
        INT64 => (8, 7, Wire::Varint),
        UINT32 => (4, 11, Wire::Varint),
        UINT64 => (8, 11, Wire::Varint),
        _ => return None,
    })
}

/// Whether a data type holds whole numbers (or booleans) and not floating-point ones; `None` for
/// data types that are not supported.
pub(super) fn is_whole(data_type: i64) -> Option<bool> {
    storage(data_type)?;
    Some(!matches!(data_type, FLOAT | FLOAT16 | DOUBLE | BFLOAT16))
}

impl Tensor {
    /// A serialised TensorProto (the content of an ONNX `.pb` file).
    pub fn from_protobuf(bytes: &[u8], limits: &Limits) -> Result<Self> {
        let budget = Budget::new(limits, bytes.len());
        budget.resolve(decode(Reader::new(bytes, &budget)))
    }
}

/// The tensor that a TensorProto message describes.
#[inline(never)]
pub(super) fn decode(proto: Reader<'_>) -> Tensor {
    Stored::new(proto).tensor()
}

/// Where a TensorProto message has its elements.
pub(super) struct Stored<'a> {
    proto: Reader<'a>,
    kind: i64,
    pub dims: Vec<usize>,
    /// How many elements the shape has.
    count: usize,
    /// The elements as bytes, little-endian; `None` if they are in a field of their own.
    raw: Option<&'a [u8]>,
}

impl<'a> Stored<'a> {
    #[inline(never)]
    pub fn new(proto: Reader<'a>) -> Self {
        let kind = proto.int(2);
        let (mut places, mut segments) = (proto, proto);
        let local = places.next(13).is_none() && proto.int(14) == 0;
        proto.require(local, Code::External, &"the data is in another file");
        proto.require(segments.next(3).is_none(), Code::Malformed, &"a tensor in segments");
        let why = format_args!("data type {kind} is not supported");
        proto.require(storage(kind).is_some(), Code::Dtype, &why);
        let mut dims = Vec::new();
        for n in numbers(proto, 1, Wire::Varint) {
            proto.require(n >= 0, Code::Shape, &format_args!("an axis of {n} elements"));
            // What is beyond usize is beyond the limit, too.
            dims.push(usize::try_from(n).unwrap_or(usize::MAX));
        }
        let raw = proto.only(9).map(|raw| raw.message().bytes());
        // Those of the network's own kind stay in the file until they are taken.
        let bytes = if raw.is_some() && matches!(kind, FLOAT | FLOAT16) { 0 } else { 8 };
        let count = proto.budget.allocate(&dims, bytes);
        let stored = Stored { proto, kind, dims, count, raw };
        let ((size, number, _), room) = (stored.storage(), stored.room());
        let why = format_args!("{count} elements of {size} bytes do not fit the data");
        let fits =
            count <= room && raw.is_none_or(|raw| count.checked_mul(size) == Some(raw.len()));
        proto.require(fits, Code::Malformed, &why);
        let mut fields = proto;
        if let (Some(_), Some(field)) = (raw, fields.next(number)) {
            let why = "the tensor's data is there twice";
            field.start.require(false, Code::Malformed, &why);
        }
        stored
    }

    fn storage(&self) -> (usize, u32, Wire) {
        storage(self.kind).unwrap_or((1, 0, Wire::Varint))
    }

    /// Most elements that the bytes of the tensor can hold: no more are allocated.
    fn room(&self) -> usize {
        let per_element = |raw: &[u8]| raw.len().checked_div(self.storage().0).unwrap_or(0);
        self.raw.map_or(self.proto.bytes().len(), per_element)
    }

    /// The elements where they are in the file, if they are f32 or float16.
    pub fn floats(&self) -> Option<Floats<'a>> {
        let half = self.kind == FLOAT16;
        self.raw.filter(|_| half || self.kind == FLOAT).map(|bytes| Floats { bytes, half })
    }

    /// The elements, read.
    #[inline(never)]
    pub fn tensor(self) -> Tensor {
        let (size, number, wire) = self.storage();
        let (mut proto, kind, count, raw) = (self.proto, self.kind, self.count, self.raw);
        let mut list = Vec::with_capacity(count.min(self.room()));
        for element in raw.unwrap_or(&[]).chunks_exact(size.max(1)) {
            let bits = element.iter().rev().fold(0, |bits: u64, &byte| bits << 8 | u64::from(byte));
            list.push(widened(kind, bits));
        }
        let whole = proto;
        while let Some(field) = proto.next(number) {
            let mut rest = field.list(wire);
            while rest.more() && list.len() <= count {
                list.push(widened(kind, rest.number(wire)));
            }
        }
        let why = format_args!("{} elements where the shape has {count}", list.len());
        whole.require(list.len() == count, Code::Malformed, &why);
        Tensor::unchecked(self.dims, list, is_whole(kind) == Some(true))
    }
}

/// Numbers as a file has them: f32 or float16, little-endian.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Floats<'a> {
    bytes: &'a [u8],
    half: bool,
}

impl Floats<'_> {
    pub fn len(self) -> usize {
        self.bytes.len() >> if self.half { 1 } else { 2 }
    }

    #[inline(never)]
    pub fn to_vec(self) -> Vec<f32> {
        if self.half {
            self.bytes.as_chunks().0.iter().map(|&two| widen(u16::from_le_bytes(two))).collect()
        } else {
            self.bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect()
        }
    }

    /// How many of them are not finite: those whose exponent, in the upper half, is all ones.
    pub fn nonfinite(self) -> usize {
        let (lower, exponent) = if self.half { (0, 0x7c00) } else { (1, 0x7f80) };
        let halves = self.bytes.as_chunks().0.iter().map(|&two| u16::from_le_bytes(two));
        halves
            .enumerate()
            .filter(|(i, half)| i & lower == lower && half & exponent == exponent)
            .count()
    }
}

/// The number that these bits are in a data type.
fn widened(kind: i64, bits: u64) -> f64 {
    match kind {
        FLOAT => f32::from_bits(bits as u32).into(),
        DOUBLE => f64::from_bits(bits),
        BFLOAT16 => f32::from_bits((bits as u32) << 16).into(),
        FLOAT16 => widen(bits as u16).into(),
        INT8 => (bits as i8).into(),
        INT16 => (bits as i16).into(),
        INT32 => (bits as i32).into(),
        UINT8 => (bits as u8).into(),
        UINT16 => (bits as u16).into(),
        UINT32 => (bits as u32).into(),
        BOOL => u8::from(bits != 0).into(),
        UINT64 => bits as f64,
        _ => bits.cast_signed() as f64,
    }
}

/// float16 to f32, exactly (IEEE 754: 1 sign, 5 exponent, 10 fraction bits).
fn widen(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let (exponent, fraction) = (u32::from(bits >> 10 & 0x1f), u32::from(bits & 0x3ff));
    let magnitude = match exponent {
        // Subnormal: fraction · 2⁻²⁴.
        0 => (fraction as f32 / 16_777_216.0).to_bits(),
        31 => 0x7f80_0000 | fraction << 13,
        // The exponent's bias grows from 15 to 127.
        _ => exponent.wrapping_add(112) << 23 | fraction << 13,
    };
    f32::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn float16_is_widened_exactly() {
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_5e-8),
            (0x03ff, 6.097_555e-5),
            (0x0400, 6.103_515_6e-5),
            (0x8000, -0.0),
            (0x7c00, f32::INFINITY),
        ] {
            assert_eq!(widen(bits).to_bits(), f32::to_bits(value), "{bits:#x}");
        }
        assert!(widen(0x7e00).is_nan());
    }
}
