//! Tensors of the file to constants: data types, the two ways of storing elements, float16.

use super::limits::{Budget, elements};
use super::proto::TensorProto;
use super::refusal::{ensure, error};
use super::tensor::{Data, Tensor};
use super::wire::{Number, malformed};
use crate::error::{Code, Result};

/// How a data type is stored: bytes per element in `raw_data`, and the number of the field that
/// holds the elements otherwise.
fn storage(data_type: i64) -> Option<(u64, u64)> {
    Some(match data_type {
        FLOAT => (4, 4),
        DOUBLE => (8, 10),
        FLOAT16 | BFLOAT16 => (2, 5),
        UINT8 | INT8 | BOOL => (1, 5),
        UINT16 | INT16 => (2, 5),
        INT32 => (4, 5),
        INT64 => (8, 7),
        UINT32 => (4, 11),
        UINT64 => (8, 11),
        _ => return None,
    })
}

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

/// Whether a data type holds floating-point numbers.
pub(super) fn is_float(data_type: i64) -> bool {
    matches!(data_type, FLOAT | FLOAT16 | DOUBLE | BFLOAT16)
}

/// Whether a data type holds whole numbers (or booleans).
pub(super) fn is_int(data_type: i64) -> bool {
    storage(data_type).is_some() && !is_float(data_type)
}

/// The tensor that the file describes.
pub(super) fn decode(proto: &TensorProto<'_>, budget: &Budget<'_>) -> Result<Tensor> {
    decode_inner(proto, budget).map_err(|error| match proto.name {
        "" => error,
        name => error.context(format_args!("tensor '{name}'")),
    })
}

fn decode_inner(proto: &TensorProto<'_>, budget: &Budget<'_>) -> Result<Tensor> {
    ensure(
        !proto.external,
        Code::External,
        &"the data is in another file; a model must hold all its data",
    )?;
    let kind = proto.data_type;
    let (size, number) = storage(kind)
        .ok_or_else(|| error(Code::Dtype, &format_args!("data type {kind} is not supported")))?;
    let rank = proto.dims.len();
    ensure(
        rank <= budget.limits().rank,
        Code::Limit,
        &format_args!("{rank} axes; the limit is {}", budget.limits().rank),
    )?;
    let dims = proto
        .dims
        .iter()
        .map(|&n| usize::try_from(n))
        .collect::<std::result::Result<Vec<usize>, _>>()
        .map_err(|_| {
            // A positive length fails where usize has 32 bits.
            let positive = proto.dims.iter().all(|&n| n >= 0);
            let code = if positive { Code::Limit } else { Code::Shape };
            error(code, &format_args!("shape {:?} cannot be", proto.dims))
        })?;
    let count = elements(&dims, budget.limits())?;
    // Nothing is allocated that the bytes of the tensor do not justify.
    let room = match proto.raw {
        Some(raw) => (raw.bytes().len() as u64).checked_div(size).unwrap_or(0),
        None => proto.body.bytes().len() as u64,
    };
    let raw_bytes = proto.raw.map(|raw| raw.bytes().len() as u64);
    ensure(
        count <= room && raw_bytes.is_none_or(|bytes| Some(bytes) == count.checked_mul(size)),
        Code::Malformed,
        &format_args!(
            "shape {dims:?} of {size}-byte elements does not fit its {} bytes",
            raw_bytes.unwrap_or(room)
        ),
    )?;
    let count = budget.allocate(count, if is_float(kind) { 4 } else { 8 })?;
    let mut data = if is_float(kind) { Data::Float(Vec::new()) } else { Data::Int(Vec::new()) };
    match &mut data {
        Data::Float(list) => list.reserve_exact(count),
        Data::Int(list) => list.reserve_exact(count),
    }
    let mut found = 0usize;
    let mut put = |bits: u64| {
        found = found.saturating_add(1);
        match &mut data {
            _ if found > count => return false,
            Data::Float(list) => list.push(to_float(kind, bits)),
            Data::Int(list) => list.push(to_int(kind, bits)),
        }
        true
    };
    if let Some(raw) = proto.raw {
        for chunk in raw.bytes().chunks_exact(usize::try_from(size).unwrap_or(1).max(1)) {
            let mut bits = [0; 8];
            bits.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            put(u64::from_le_bytes(bits));
        }
    }
    let width = match number {
        4 => Number::Fixed32,
        10 => Number::Fixed64,
        _ => Number::Varint,
    };
    let mut fields = proto.body;
    while let Some(field) = fields.field()? {
        if field.number != number {
            continue;
        }
        if proto.raw.is_some() {
            return Err(malformed(field.offset, &"the tensor's data is there twice"));
        }
        let mut numbers = field.list(width)?;
        while let Some(bits) = numbers.next()? {
            if !put(bits) {
                let why = format_args!("there are more elements than the {count} of the shape");
                return Err(malformed(field.offset, &why));
            }
        }
    }
    if found != count {
        let why = format_args!("{found} elements where the shape has {count}");
        return Err(malformed(proto.body.offset(), &why));
    }
    Tensor::new(&dims, data)
}

fn to_float(kind: i64, bits: u64) -> f32 {
    match kind {
        FLOAT => f32::from_bits(bits as u32),
        DOUBLE => f64::from_bits(bits) as f32,
        BFLOAT16 => f32::from_bits((bits as u32) << 16),
        _ => widen(bits as u16),
    }
}

fn to_int(kind: i64, bits: u64) -> i64 {
    match kind {
        INT8 => i64::from(bits as i8),
        INT16 => i64::from(bits as i16),
        INT32 => i64::from(bits as i32),
        UINT8 => i64::from(bits as u8),
        UINT16 => i64::from(bits as u16),
        UINT32 => i64::from(bits as u32),
        BOOL => i64::from(bits != 0),
        _ => bits.cast_signed(),
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
