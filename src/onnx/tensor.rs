//! Constant tensors and the shapes of values.

use super::diagnostic::ensure;
use crate::error::{Code, Result};
use std::ops::{Deref, DerefMut};

/// Stands for the unknown number of examples in shapes and in what is computed from them: a number
/// that no file means ("HEATLN" in ASCII, negated) and that f64 holds exactly.
pub(super) const BATCH: i64 = -0x4845_4154_4c4e;

/// A constant: numbers in row-major order with a shape.
///
/// All data types are held as f64, which is exact for f32 and for whole numbers up to 2^53.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    dims: Vec<usize>,
    numbers: Vec<f64>,
    whole: bool,
}

impl Tensor {
    /// A tensor of this shape; `whole` says that the numbers are integers (booleans: 0 and 1).
    pub fn new(dims: &[usize], numbers: Vec<f64>, whole: bool) -> Result<Self> {
        let expected = dims.iter().try_fold(1usize, |product, &n| product.checked_mul(n));
        ensure(
            expected == Some(numbers.len()),
            Code::Shape,
            &format_args!("{} numbers do not fill the shape", numbers.len()),
        )?;
        Ok(Tensor { dims: dims.to_vec(), numbers, whole })
    }

    /// A tensor whose numbers are as many as the shape says.
    pub(super) fn unchecked(dims: Vec<usize>, numbers: Vec<f64>, whole: bool) -> Self {
        Tensor { dims, numbers, whole }
    }

    /// The shape.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The numbers.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    /// The numbers, to keep.
    pub fn into_numbers(self) -> Vec<f64> {
        self.numbers
    }

    /// Whether the numbers are integers.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The numbers as the network takes them.
    pub fn to_floats(&self) -> Vec<f32> {
        narrowed(&self.numbers)
    }
}

/// Numbers as the network takes them.
#[inline(never)]
pub(super) fn narrowed(numbers: &[f64]) -> Vec<f32> {
    numbers.iter().map(|&n| n as f32).collect()
}

/// Most axes of a shape.
pub(super) const AXES: usize = 8;

/// The extents of a value's axes as the file counts them, [`BATCH`] for the number of examples.
///
/// A negative extent other than that makes a shape invalid; such a shape is refused where it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Shape {
    len: usize,
    axes: [i64; AXES],
}

impl Shape {
    #[inline(never)]
    pub fn new(extents: &[usize]) -> Self {
        let mut shape = Shape::default();
        for &n in extents {
            shape.push(i64::try_from(n).unwrap_or(-1));
        }
        shape
    }

    /// Adds an axis behind the others; one too many makes the shape invalid.
    #[inline(never)]
    pub fn push(&mut self, extent: i64) {
        match self.axes.get_mut(self.len) {
            Some(slot) => {
                *slot = extent;
                self.len = self.len.saturating_add(1);
            }
            None => self.axes = [-1; AXES],
        }
    }

    /// Adds axes behind the others.
    #[inline(never)]
    pub fn extend(&mut self, extents: &[i64]) {
        for &n in extents {
            self.push(n);
        }
    }

    /// A shape of these extents.
    #[inline(never)]
    pub fn of(extents: &[i64]) -> Self {
        let mut shape = Shape::default();
        shape.extend(extents);
        shape
    }

    /// Takes the last axis away.
    pub fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
        if let Some(slot) = self.axes.get_mut(self.len) {
            *slot = 0;
        }
    }

    /// The shape with axes of extent 1 in front, so that there are `rank`.
    #[inline(never)]
    pub fn padded(&self, rank: usize) -> Self {
        let mut padded = Shape::default();
        for _ in self.len..rank {
            padded.push(1);
        }
        padded.extend(self);
        padded
    }

    /// The extent of an axis; 1 for one that is not there.
    #[inline(never)]
    pub fn extent(&self, axis: usize) -> i64 {
        self.get(axis).copied().unwrap_or(1)
    }

    /// The extent of an axis that is no batch, as a count.
    pub fn count(&self, axis: usize) -> usize {
        usize::try_from(self.extent(axis)).unwrap_or(0)
    }
}

impl Deref for Shape {
    type Target = [i64];

    #[inline(never)]
    fn deref(&self) -> &[i64] {
        self.axes.get(..self.len).unwrap_or(&[])
    }
}

impl DerefMut for Shape {
    #[inline(never)]
    fn deref_mut(&mut self) -> &mut [i64] {
        self.axes.get_mut(..self.len).unwrap_or(&mut [])
    }
}

/// Product of extents; [`BATCH`] if the only other extents are 1, and −1 if it cannot be known.
#[inline(never)]
pub(super) fn product(extents: &[i64]) -> i64 {
    let (mut product, mut batch) = (1i64, false);
    for &n in extents {
        match n {
            BATCH if !batch => batch = true,
            0.. => product = product.saturating_mul(n),
            _ => return -1,
        }
    }
    match (batch, product) {
        (false, product) => product,
        (true, 1) => BATCH,
        _ => -1,
    }
}
