//! Constant tensors: decoded from the file, rearranged, counted.
//!
//! Two kinds of numbers are enough at load time: floats (float16, bfloat16 widened, double narrowed)
//! and whole numbers (all integer types and booleans).

use super::decode::decode;
use super::limits::{Budget, Limits, elements};
use super::proto::TensorProto;
use super::refusal::{ensure, error};
use super::wire::Reader;
use crate::error::{Code, Result};
use std::rc::Rc;

/// Stands for the unknown number of examples in a constant that was computed from a shape: a number
/// that no file means ("HEATLENS" in ASCII, negated).
pub(super) const BATCH: i64 = -0x4845_4154_4c45_4e53;

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
    #[inline(never)]
    pub fn new(dims: &[usize], data: Data) -> Result<Self> {
        let tensor = Tensor { dims: dims.to_vec(), data };
        let expected = dims.iter().try_fold(1usize, |product, &n| product.checked_mul(n));
        ensure(
            expected == Some(tensor.len()),
            Code::Shape,
            &format_args!("{} numbers do not fill shape {dims:?}", tensor.len()),
        )?;
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
    #[inline(never)]
    pub fn to_floats(&self) -> Vec<f32> {
        match &self.data {
            Data::Float(list) => list.clone(),
            Data::Int(list) => list.iter().map(|&n| n as f32).collect(),
        }
    }

    /// The only number of a tensor that has one.
    #[inline(never)]
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
    #[inline(never)]
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
    #[inline(never)]
    pub(super) fn reshaped(mut self, dims: Vec<usize>) -> Result<Self> {
        self.dims = dims;
        Tensor::new(&self.dims, self.data)
    }

    /// The element at `start + Σ index·stride` for every index of `dims`: transpose, slice, expand
    /// and tile are this with different strides.
    #[inline(never)]
    pub(super) fn strided(
        &self,
        dims: Vec<usize>,
        strides: &[isize],
        start: usize,
        budget: &Budget<'_>,
    ) -> Result<Self> {
        let count = elements(&dims, budget.limits())?;
        let count = budget.allocate(count, self.width())?;
        let data = self.pick(&dims, strides, start, count);
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
        Tensor::new(&shape, self.pick(dims, strides, 0, count))
    }

    #[inline(never)]
    fn pick(&self, dims: &[usize], strides: &[isize], start: usize, count: usize) -> Data {
        match &self.data {
            Data::Float(list) => {
                let mut picked = Vec::with_capacity(count);
                walk(dims, strides, start, count, &mut |i| picked.extend(list.get(i)));
                Data::Float(picked)
            }
            Data::Int(list) => {
                let mut picked = Vec::with_capacity(count);
                walk(dims, strides, start, count, &mut |i| picked.extend(list.get(i)));
                Data::Int(picked)
            }
        }
    }

    /// An empty list for numbers of this kind, its elements counted against the budget.
    #[inline(never)]
    pub(super) fn empty(&self, dims: &[usize], budget: &Budget<'_>) -> Result<Data> {
        budget.allocate(elements(dims, budget.limits())?, self.width())?;
        Ok(match self.data {
            Data::Float(_) => Data::Float(Vec::new()),
            Data::Int(_) => Data::Int(Vec::new()),
        })
    }

    /// Copies `count` numbers to the end of a list; false if they are of another kind.
    #[inline(never)]
    pub(super) fn copy(&self, start: usize, count: usize, to: &mut Data) -> bool {
        let range = start..start.saturating_add(count);
        match (&self.data, to) {
            (Data::Float(from), Data::Float(to)) => {
                to.extend_from_slice(from.get(range).unwrap_or(&[]));
            }
            (Data::Int(from), Data::Int(to)) => {
                to.extend_from_slice(from.get(range).unwrap_or(&[]));
            }
            _ => return false,
        }
        true
    }

    /// Repeated along axes of extent 1 (or missing ones in front) to fill `dims`.
    #[inline(never)]
    pub(super) fn expanded(&self, dims: &[usize], budget: &Budget<'_>) -> Result<Self> {
        let strides = broadcast_strides(&self.dims, dims).ok_or_else(|| {
            error(Code::Shape, &format_args!("{:?} cannot be broadcast to {dims:?}", self.dims))
        })?;
        self.strided(dims.to_vec(), &strides, 0, budget)
    }

    /// Axes in another order.
    #[inline(never)]
    pub(super) fn transposed(&self, perm: &[usize], budget: &Budget<'_>) -> Result<Self> {
        let strides = row_major(&self.dims);
        let (mut dims, mut moved) = (Vec::new(), Vec::new());
        for (i, axis) in perm.iter().enumerate() {
            let (Some(n), Some(stride)) = (self.dims.get(*axis), strides.get(*axis)) else { break };
            if !perm.iter().take(i).any(|before| before == axis) {
                dims.push(*n);
                moved.push(*stride);
            }
        }
        let all = dims.len() == perm.len() && perm.len() == self.dims.len();
        ensure(all, Code::Shape, &format_args!("{perm:?} is no order of axes"))?;
        self.strided(dims, &moved, 0, budget)
    }

    /// Whether the numbers are whole.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.data, Data::Int(_))
    }

    /// Bytes per number.
    pub(super) fn width(&self) -> u64 {
        match self.data {
            Data::Float(_) => 4,
            Data::Int(_) => 8,
        }
    }
}

/// The numbers of a constant as floats, without a copy if nothing else holds it.
#[inline(never)]
pub(super) fn into_floats(tensor: Rc<Tensor>) -> Vec<f32> {
    match Rc::try_unwrap(tensor) {
        Ok(tensor) => match tensor.into_data() {
            Data::Float(list) => list,
            Data::Int(list) => list.into_iter().map(|n| n as f32).collect(),
        },
        Err(tensor) => tensor.to_floats(),
    }
}

/// Distance between neighbours along each axis.
#[inline(never)]
pub(super) fn row_major(dims: &[usize]) -> Vec<isize> {
    let mut strides = vec![1; dims.len()];
    let mut step = 1isize;
    for (stride, &n) in strides.iter_mut().zip(dims).rev() {
        *stride = step;
        step = step.wrapping_mul(n.cast_signed());
    }
    strides
}

/// A shape with axes of extent 1 in front, so that there are `rank`.
#[inline(never)]
pub(super) fn padded(dims: &[usize], rank: usize) -> Vec<usize> {
    let mut wide = vec![1; rank.saturating_sub(dims.len())];
    wide.extend_from_slice(dims);
    wide
}

/// Strides that repeat `from` to fill `to`, if it can be.
#[inline(never)]
pub(super) fn broadcast_strides(from: &[usize], to: &[usize]) -> Option<Vec<isize>> {
    let from = padded(from, to.len());
    let mut strides = row_major(&from);
    for ((stride, from), to) in strides.iter_mut().zip(&from).zip(to) {
        match from {
            1 => *stride = 0,
            _ if from == to => {}
            _ => return None,
        }
    }
    (from.len() == to.len()).then_some(strides)
}

/// The shape that two shapes are broadcast to.
#[inline(never)]
pub(super) fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let mut dims = padded(a, b.len());
    let other = padded(b, dims.len());
    for (a, &b) in dims.iter_mut().zip(&other) {
        match (*a, b) {
            (1, n) => *a = n,
            (n, m) if n == m || m == 1 => {}
            _ => return None,
        }
    }
    Some(dims)
}

/// Calls `visit` with `start + Σ index·stride` for every index of `dims`, the last axis fastest.
#[inline(never)]
pub(super) fn walk(
    dims: &[usize],
    strides: &[isize],
    start: usize,
    count: usize,
    visit: &mut dyn FnMut(usize),
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

#[cfg(test)]
mod tests {
    use super::*;

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
