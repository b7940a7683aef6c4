//! Values in another shape, of other positions, in another order of axes.

use super::GraphBuilder;
use crate::network::Operation;
use crate::onnx::tensor::{BATCH, Shape, product};
use crate::onnx::value::{Item, Value, first};
use std::rc::Rc;

impl GraphBuilder<'_, '_> {
    /// The same elements in another shape.
    #[inline(never)]
    pub fn reshape(&mut self, value: Value, shape: Shape) -> Value {
        if self.shape(value) == shape {
            return value;
        }
        let whole = self.is_whole(value);
        let extents = self.extents(&shape, self.is_batched(value));
        if self.node(value).is_some() {
            return self.moved(Operation::Reshape { shape: extents }, &[value]);
        }
        let numbers = self.item(value).map(|item| Rc::clone(&item.numbers)).unwrap_or_default();
        if product(&shape) != numbers.len() as i64 {
            return self.shape_error(&"another number of elements");
        }
        self.budget.allocate(&extents, 0);
        self.add(Item { shape, whole, numbers, ..Item::default() })
    }

    /// The elements at these positions of an axis: slices, repetitions, lookups.
    #[inline(never)]
    pub fn take(&mut self, value: Value, axis: usize, positions: Vec<usize>) -> Value {
        let whole = self.is_whole(value);
        let mut shape = self.shape(value);
        let extent = shape.count(axis);
        if shape.extent(axis) != BATCH && positions.iter().copied().eq(0..extent) {
            return value;
        }
        if self.node(value).is_some() {
            let axis = self.example_axis(axis);
            return self.moved(Operation::Take { axis, positions }, &[value]);
        }
        if let Some(slot) = shape.get_mut(axis) {
            *slot = positions.len() as i64;
        }
        let count = self.room(&shape);
        let mut list = Vec::with_capacity(count);
        let inner = self.inner(&shape, axis);
        let blocks = self.numbers(value).chunks(extent.saturating_mul(inner).max(1));
        for block in blocks.take(count) {
            for position in &positions {
                let start = position.saturating_mul(inner);
                list.extend_from_slice(
                    block.get(start..start.saturating_add(inner)).unwrap_or(&[]),
                );
            }
        }
        self.constant(shape, whole, list)
    }

    /// Axes in another order: axis k of the result is axis `perm[k]`.
    #[inline(never)]
    pub fn transpose(&mut self, value: Value, perm: &[usize]) -> Value {
        let (have, whole) = (self.shape(value), self.is_whole(value));
        let in_order = first(have.len());
        if perm == in_order {
            return value;
        }
        if perm.len() != have.len() || !in_order.iter().all(|axis| perm.contains(axis)) {
            return self.shape_error(&"no order of the axes");
        }
        if self.node(value).is_some() {
            let mut list = perm.to_vec();
            if self.batched {
                if list.first() != Some(&0) {
                    return self.mixes_batch(&"moves the batch axis");
                }
                list.remove(0);
                list.iter_mut().for_each(|axis| *axis = axis.saturating_sub(1));
            }
            return self.moved(Operation::Transpose { perm: list }, &[value]);
        }
        let (mut shape, mut strides) = (Shape::default(), Vec::new());
        for &axis in perm {
            shape.push(have.extent(axis));
            strides.push(self.inner(&have, axis));
        }
        let count = self.room(&shape);
        let mut list = Vec::with_capacity(count);
        let (mut at, mut offset) = (Shape::default().padded(perm.len()), 0usize);
        at.fill(0);
        let numbers = self.numbers(value);
        for _ in 0..count {
            list.extend(numbers.get(offset));
            for ((at, &n), &stride) in at.iter_mut().zip(&*shape).zip(&strides).rev() {
                *at = at.saturating_add(1);
                offset = offset.saturating_add(stride);
                if *at < n {
                    break;
                }
                offset = offset.saturating_sub(stride.saturating_mul(*at as usize));
                *at = 0;
            }
        }
        self.constant(shape, whole, list)
    }
}
