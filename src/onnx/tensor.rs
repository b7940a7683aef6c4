//! Constant tensors: decoded from the file, rearranged, counted.
//!
//! Two kinds of numbers are enough at load time: floats (float16, bfloat16 widened, double narrowed)
//! and whole numbers (all integer types and booleans).

use super::limits::{Budget, Limits, elements};
use super::proto::TensorProto;
use super::wire::{Reader, malformed};
use crate::error::{Code, Error, Result, ensure};

/// Stands for the unknown number of examples in a constant that was computed from a shape.
pub(super) const BATCH: i64 = i64::MIN;

/// The numbers of a [`Tensor`].
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Floating point.
    Float(Vec<f32>),
    /// Whole numbers; booleans are 0 and 1.
    Int(Vec<i64>),
}

/// A constant: numbers in row-major order with a shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    dims: Vec<usize>,
    data: Data,
}

impl Tensor {
    /// A tensor of this shape.
    pub fn new(dims: &[usize], data: Data) -> Result<Self> {
        let tensor = Tensor { dims: dims.to_vec(), data };
        let expected = dims.iter().try_fold(1usize, |product, &n| product.checked_mul(n));
        ensure(expected == Some(tensor.len()), Code::Shape, || {
            format!("{} numbers do not fill shape {dims:?}", tensor.len())
        })?;
        Ok(tensor)
    }

    /// A serialised TensorProto (the content of an ONNX `.pb` file).
    pub fn from_protobuf(bytes: &[u8], limits: &Limits) -> Result<Self> {
        let budget = Budget::new(limits);
        decode(&TensorProto::parse(Reader::new(bytes), &budget)?, &budget)
    }

    /// A vector of whole numbers.
    pub(super) fn ints(list: Vec<i64>) -> Self {
        Tensor { dims: vec![list.len()], data: Data::Int(list) }
    }

    /// The shape.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The numbers.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// The numbers, to keep.
    pub fn into_data(self) -> Data {
        self.data
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Float(list) => list.len(),
            Data::Int(list) => list.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers as floats.
    pub fn to_floats(&self) -> Vec<f32> {
        match &self.data {
            Data::Float(list) => list.clone(),
            Data::Int(list) => list.iter().map(|&n| n as f32).collect(),
        }
    }

    /// The only number of a tensor that has one.
    pub fn scalar(&self) -> Option<f32> {
        match &self.data {
            Data::Float(list) => match list[..] {
                [value] => Some(value),
                _ => None,
            },
            Data::Int(list) => match list[..] {
                [value] => Some(value as f32),
                _ => None,
            },
        }
    }

    /// The number that all elements are, if there is one.
    pub(super) fn uniform(&self) -> Option<f32> {
        match &self.data {
            Data::Float(list) => {
                let first = *list.first()?;
                list.iter().all(|v| v.to_bits() == first.to_bits()).then_some(first)
            }
            Data::Int(list) => {
                let first = *list.first()?;
                list.iter().all(|v| *v == first).then_some(first as f32)
            }
        }
    }

    /// How many numbers are NaN or infinite.
    pub(super) fn nonfinite(&self) -> usize {
        match &self.data {
            Data::Float(list) => list.iter().filter(|v| !v.is_finite()).count(),
            Data::Int(_) => 0,
        }
    }

    /// The same numbers in another shape of as many elements.
    pub(super) fn reshaped(mut self, dims: Vec<usize>) -> Result<Self> {
        self.dims = dims;
        Tensor::new(&self.dims, self.data)
    }

    /// The element at `start + Σ index·stride` for every index of `dims`: transpose, slice, expand
    /// and tile are this with different strides.
    pub(super) fn strided(
        &self,
        dims: Vec<usize>,
        strides: &[isize],
        start: usize,
        budget: &Budget<'_>,
    ) -> Result<Self> {
        let count = elements(&dims, budget.limits())?;
        let count = budget.allocate(count, self.width())?;
        let data = match &self.data {
            Data::Float(list) => Data::Float(pick(list, &dims, strides, start, count)),
            Data::Int(list) => Data::Int(pick(list, &dims, strides, start, count)),
        };
        Ok(Tensor { dims, data })
    }

    /// The elements at these strides, as a tensor of another shape of as many.
    pub(super) fn repeated(
        &self,
        dims: &[usize],
        strides: &[isize],
        shape: Vec<usize>,
        budget: &Budget<'_>,
    ) -> Result<Self> {
        let count = budget.allocate(elements(&shape, budget.limits())?, self.width())?;
        let data = match &self.data {
            Data::Float(list) => Data::Float(pick(list, dims, strides, 0, count)),
            Data::Int(list) => Data::Int(pick(list, dims, strides, 0, count)),
        };
        Tensor::new(&shape, data)
    }

    /// Repeated along axes of extent 1 (or missing ones in front) to fill `dims`.
    pub(super) fn expanded(&self, dims: &[usize], budget: &Budget<'_>) -> Result<Self> {
        let strides = broadcast_strides(&self.dims, dims).ok_or_else(|| {
            Error::new(Code::Shape, format!("{:?} cannot be broadcast to {dims:?}", self.dims))
        })?;
        self.strided(dims.to_vec(), &strides, 0, budget)
    }

    /// Axes in another order.
    pub(super) fn transposed(&self, perm: &[usize], budget: &Budget<'_>) -> Result<Self> {
        let strides = row_major(&self.dims);
        let wrong = || Error::new(Code::Shape, format!("{perm:?} is no order of axes"));
        let mut seen = vec![false; self.dims.len()];
        let (mut dims, mut moved) = (Vec::new(), Vec::new());
        for &axis in perm {
            let fresh = seen.get_mut(axis).ok_or_else(wrong)?;
            ensure(!std::mem::replace(fresh, true), Code::Shape, || wrong().message().into())?;
            dims.extend(self.dims.get(axis));
            moved.extend(strides.get(axis));
        }
        ensure(perm.len() == self.dims.len(), Code::Shape, || wrong().message().into())?;
        self.strided(dims, &moved, 0, budget)
    }

    /// Bytes per number.
    pub(super) fn width(&self) -> u64 {
        match self.data {
            Data::Float(_) => 4,
            Data::Int(_) => 8,
        }
    }
}

/// The list that is of the kind of `like`'s data.
pub(super) fn into_list(like: &Tensor, floats: Vec<f32>, ints: Vec<i64>) -> Data {
    match like.data {
        Data::Float(_) => Data::Float(floats),
        Data::Int(_) => Data::Int(ints),
    }
}

/// Distance between neighbours along each axis.
pub(super) fn row_major(dims: &[usize]) -> Vec<isize> {
    let mut step = 1isize;
    let mut strides: Vec<isize> = dims
        .iter()
        .rev()
        .map(|&n| {
            let wider = step.wrapping_mul(n.cast_signed());
            std::mem::replace(&mut step, wider)
        })
        .collect();
    strides.reverse();
    strides
}

/// Strides that repeat `from` to fill `to`, if it can be.
pub(super) fn broadcast_strides(from: &[usize], to: &[usize]) -> Option<Vec<isize>> {
    let missing = to.len().checked_sub(from.len())?;
    let strides = std::iter::repeat_n(0, missing).chain(row_major(from));
    let from = std::iter::repeat_n(1, missing).chain(from.iter().copied());
    from.zip(to)
        .zip(strides)
        .map(|((from, &to), stride)| match from {
            1 => Some(0),
            _ => (from == to).then_some(stride),
        })
        .collect()
}

/// The shape that two shapes are broadcast to.
pub(super) fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let padded = |dims: &[usize]| -> Vec<usize> {
        let missing = rank.saturating_sub(dims.len());
        std::iter::repeat_n(1, missing).chain(dims.iter().copied()).collect()
    };
    padded(a)
        .into_iter()
        .zip(padded(b))
        .map(|(a, b)| match (a, b) {
            (1, n) | (n, 1) => Some(n),
            _ => (a == b).then_some(a),
        })
        .collect()
}

fn pick<T: Copy + Default>(
    list: &[T],
    dims: &[usize],
    strides: &[isize],
    start: usize,
    count: usize,
) -> Vec<T> {
    let mut picked = Vec::with_capacity(count);
    walk(dims, strides, start, count, |i| picked.push(list.get(i).copied().unwrap_or_default()));
    picked
}

/// Calls `visit` with `start + Σ index·stride` for every index of `dims`, the last axis fastest.
pub(super) fn walk(
    dims: &[usize],
    strides: &[isize],
    start: usize,
    count: usize,
    mut visit: impl FnMut(usize),
) {
    let mut at = vec![0usize; dims.len()];
    let mut offset = start;
    for _ in 0..count {
        visit(offset);
        for ((at, &n), &stride) in at.iter_mut().zip(dims).zip(strides).rev() {
            *at = at.wrapping_add(1);
            offset = offset.wrapping_add_signed(stride);
            if *at < n {
                break;
            }
            offset =
                offset.wrapping_add_signed(stride.wrapping_mul(n.cast_signed()).wrapping_neg());
            *at = 0;
        }
    }
}

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

pub(super) const FLOAT: i64 = 1;
const UINT8: i64 = 2;
const INT8: i64 = 3;
const UINT16: i64 = 4;
const INT16: i64 = 5;
pub(super) const INT32: i64 = 6;
pub(super) const INT64: i64 = 7;
pub(super) const BOOL: i64 = 9;
pub(super) const FLOAT16: i64 = 10;
pub(super) const DOUBLE: i64 = 11;
const UINT32: i64 = 12;
const UINT64: i64 = 13;
pub(super) const BFLOAT16: i64 = 16;

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
    decode_inner(proto, budget).map_err(|error| {
        if proto.name.is_empty() {
            error
        } else {
            error.context(format_args!("tensor '{}'", proto.name))
        }
    })
}

fn decode_inner(proto: &TensorProto<'_>, budget: &Budget<'_>) -> Result<Tensor> {
    ensure(!proto.external, Code::External, || {
        "the data is in another file; a model must hold all its data".into()
    })?;
    let kind = proto.data_type;
    let (size, number) = storage(kind)
        .ok_or_else(|| Error::new(Code::Dtype, format!("data type {kind} is not supported")))?;
    let dims = proto
        .dims
        .iter()
        .map(|&n| {
            usize::try_from(n).map_err(|_| {
                // A positive length fails where usize has 32 bits.
                let code = if n > 0 { Code::Limit } else { Code::Shape };
                Error::new(code, format!("shape {:?} cannot be", proto.dims))
            })
        })
        .collect::<Result<Vec<usize>>>()?;
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
        || {
            let have = raw_bytes.unwrap_or(room);
            format!("shape {dims:?} of {size}-byte elements does not fit its {have} bytes")
        },
    )?;
    let count = budget.allocate(count, if is_float(kind) { 4 } else { 8 })?;
    let data = if is_float(kind) {
        let mut list = Vec::with_capacity(count);
        gather(proto, size, number, count, &mut |bits| list.push(to_float(kind, bits)))?;
        Data::Float(list)
    } else {
        let mut list = Vec::with_capacity(count);
        gather(proto, size, number, count, &mut |bits| list.push(to_int(kind, bits)))?;
        Data::Int(list)
    };
    Ok(Tensor { dims, data })
}

/// Calls `push` with the bits of each of `count` elements.
fn gather(
    proto: &TensorProto<'_>,
    size: u64,
    number: u64,
    count: usize,
    push: &mut dyn FnMut(u64),
) -> Result<()> {
    let mut found = 0usize;
    let mut put = |bits: u64| {
        found = found.saturating_add(1);
        ensure(found <= count, Code::Malformed, || {
            format!("there are more elements than the {count} of the shape")
        })?;
        push(bits);
        Ok(())
    };
    if let Some(raw) = proto.raw {
        for chunk in raw.bytes().chunks_exact(usize::try_from(size).unwrap_or(1).max(1)) {
            let mut bits = [0; 8];
            bits.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            put(u64::from_le_bytes(bits))?;
        }
    }
    proto.data(number, &mut |field| {
        ensure(proto.raw.is_none(), Code::Malformed, || {
            format!("byte {}: the tensor's data is there twice", field.offset)
        })?;
        match number {
            4 => field.fixed32s(&mut |bits| put(u64::from(bits))),
            10 => field.fixed64s(&mut put),
            _ => field.ints(&mut put),
        }
    })?;
    if found == count {
        Ok(())
    } else {
        let text = format!("{found} elements where the shape has {count}");
        Err(malformed(proto.body.offset(), &text))
    }
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

    #[test]
    fn strides_transpose_and_broadcast() {
        let limits = Limits::default();
        let budget = Budget::new(&limits);
        let t = Tensor::new(&[2, 3], Data::Int(vec![1, 2, 3, 4, 5, 6])).unwrap();
        let turned = t.transposed(&[1, 0], &budget).unwrap();
        assert_eq!(turned.data(), &Data::Int(vec![1, 4, 2, 5, 3, 6]));
        let row = Tensor::new(&[3], Data::Int(vec![7, 8, 9])).unwrap();
        let filled = row.expanded(&[2, 3], &budget).unwrap();
        assert_eq!(filled.data(), &Data::Int(vec![7, 8, 9, 7, 8, 9]));
        assert!(t.transposed(&[0, 0], &budget).is_err());
        assert_eq!(broadcast(&[4, 1], &[3]), Some(vec![4, 3]));
    }
}
