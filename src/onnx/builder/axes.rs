//! Shapes and axes as the file counts them, and those of one example.

use super::GraphBuilder;
use crate::onnx::tensor::{BATCH, Shape, product};
use crate::onnx::value::Value;

impl GraphBuilder<'_, '_> {
    /// The extents of a shape: of one example if it is to be an activation's, with the batch in front.
    #[inline(never)]
    pub fn extents(&self, shape: &[i64], batched: bool) -> Vec<usize> {
        let shape = match shape {
            [BATCH, rest @ ..] if batched => rest,
            _ if batched => return self.mixes_batch(&"moves the batch axis"),
            _ => shape,
        };
        let mut extents = Vec::with_capacity(shape.len());
        for &n in shape {
            match usize::try_from(n) {
                Ok(n) => extents.push(n),
                // What is beyond usize is beyond the limit, too.
                Err(_) if n > 0 => extents.push(usize::MAX),
                Err(_) if n == BATCH => return self.mixes_batch(&"computes with the batch size"),
                Err(_) => return self.shape_error(&"such a shape cannot be"),
            }
        }
        extents
    }

    /// Counts the elements of a constant, or of a list of as many entries, against the budget.
    #[inline(never)]
    pub fn room(&self, shape: &[i64]) -> usize {
        let count = self.budget.allocate(&self.extents(shape, false), 8);
        self.budget.fold(count);
        if self.is_refused() { 0 } else { count }
    }

    /// `axis` counted from the front, of a shape of this many axes.
    #[inline(never)]
    pub fn axis_of(&self, axis: i64, rank: usize) -> usize {
        let from_front = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
        match usize::try_from(from_front) {
            Ok(index) if index < rank => index,
            _ => self.shape_error(&format_args!("there is no axis {axis} among {rank}")),
        }
    }

    /// The axis that an attribute or an input calls so.
    pub fn axis(&self, value: Value, axis: i64) -> usize {
        self.axis_of(axis, self.rank(value))
    }

    /// The example's axis that is the file's `axis` of an activation.
    #[inline(never)]
    pub fn example_axis(&self, axis: usize) -> usize {
        match axis.checked_sub(usize::from(self.batched)) {
            Some(axis) => axis,
            None => self.mixes_batch(&"works along the batch axis"),
        }
    }

    /// Consecutive elements per position of an axis.
    #[inline(never)]
    pub fn inner(&self, shape: &Shape, axis: usize) -> usize {
        let behind = shape.get(axis.saturating_add(1)..).unwrap_or(&[]);
        usize::try_from(product(behind)).unwrap_or(0)
    }
}
