//! Values joined along an axis, and values that others are repeated to fit.

use super::GraphBuilder;
use crate::network::Operation;
use crate::onnx::tensor::{BATCH, Shape, product};
use crate::onnx::value::{Value, first};

impl GraphBuilder<'_, '_> {
    /// Values behind one another along an axis.
    #[inline(never)]
    pub fn concat(&mut self, values: &[Value], axis: usize) -> Value {
        let [first, rest @ ..] = values else { return self.shape_error(&"nothing to join") };
        let whole = values.iter().all(|&value| self.is_whole(value));
        let constants = values.iter().filter(|&&value| self.node(value).is_none()).count();
        if rest.is_empty() {
            return *first;
        }
        if constants == 0 {
            let axis = self.example_axis(axis);
            return self.moved(Operation::Concat { axis }, values);
        }
        if constants != values.len() {
            return self.unsupported(&"a constant joined to an activation");
        }
        let mut shape = self.shape(*first);
        let mut extent = shape.extent(axis);
        for &value in rest {
            let mut other = self.shape(value);
            let more = other.extent(axis);
            if let (Some(slot), Some(same)) = (other.get_mut(axis), shape.get(axis)) {
                *slot = *same;
            }
            if other != shape {
                return self.shape_error(&"shapes that differ beside the axis");
            }
            extent = extent.saturating_add(more);
        }
        let rows = usize::try_from(product(shape.get(..axis).unwrap_or(&[]))).unwrap_or(0);
        if let Some(slot) = shape.get_mut(axis) {
            *slot = extent;
        }
        let count = self.room(&shape);
        let mut list = Vec::with_capacity(count);
        for row in 0..rows.min(count) {
            for &value in values {
                let numbers = self.numbers(value);
                let chunk = numbers.len().checked_div(rows).unwrap_or(0);
                let start = row.saturating_mul(chunk);
                let part = numbers.get(start..start.saturating_add(chunk)).unwrap_or(&[]);
                list.extend_from_slice(part);
            }
        }
        self.constant(shape, whole, list)
    }

    /// The shape that two shapes are broadcast to.
    #[inline(never)]
    pub fn broadcast(&self, a: &Shape, b: &Shape) -> Shape {
        let mut shape = a.padded(b.len());
        let other = b.padded(shape.len());
        for (have, &n) in shape.iter_mut().zip(&*other) {
            match (*have, n) {
                (1, n) => *have = n,
                (have, n) if have == n || n == 1 => {}
                (BATCH, _) | (_, BATCH) => {
                    return self.mixes_batch(&"combines the batch axis with another");
                }
                _ => return self.shape_error(&"shapes that cannot be broadcast"),
            }
        }
        shape
    }

    /// A value repeated along axes of extent 1, and given axes in front, to fill `shape`.
    #[inline(never)]
    pub fn expand(&mut self, value: Value, shape: &Shape) -> Value {
        let have = self.shape(value).padded(shape.len());
        if let (None, Some(number)) = (self.node(value), self.scalar(value)) {
            let whole = self.is_whole(value);
            return if have == *shape {
                self.reshape(value, have)
            } else {
                self.fill(*shape, whole, number)
            };
        }
        let mut value = self.reshape(value, have);
        for axis in 0..shape.len() {
            let n = shape.extent(axis);
            if have.extent(axis) != n {
                // The positions are a constant, too.
                let mut positions = first(self.room(&[n]));
                positions.fill(0);
                if have.extent(axis) != 1 {
                    return self.shape_error(&"a shape that cannot be broadcast");
                }
                value = self.take(value, axis, positions);
            }
        }
        value
    }
}
