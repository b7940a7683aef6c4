//! Convolutions and matrix products.

use super::arithmetic::scale;
use super::pool::window;
use crate::network::Operation;
use crate::onnx::import::Import;
use crate::onnx::tensor::{Shape, product};
use crate::onnx::value::{Value, first};

pub(super) fn conv(import: &mut Import<'_, '_>) -> Value {
    let (x, weight) = (import.activation(0), import.known(1));
    let shape = import.shape(weight);
    let [outputs, _, kernel @ ..] = &*shape else {
        return import.misshapen(&"weights of less than two axes");
    };
    let stated = import.list("kernel_shape", usize::MAX);
    if stated.is_some_and(|stated| stated != kernel) {
        return import.misshapen(&"a kernel_shape that is not the weights'");
    }
    let groups = usize::try_from(import.int("group", 1)).unwrap_or(0);
    let (x, window) = window(import, x, kernel, true);
    let (weight, bias) = (import.floats(1), import.floats(2));
    let outputs = usize::try_from(*outputs).unwrap_or(0);
    import.layer(Operation::Conv { weight, outputs, bias, window, groups }, &[x])
}

/// A constant matrix: rows, columns and numbers.
#[derive(Default)]
struct Matrix {
    rows: usize,
    columns: usize,
    numbers: Vec<f32>,
}

impl Matrix {
    /// The constant as a matrix; extents of 1 in front are dropped.
    #[inline(never)]
    fn new(import: &mut Import<'_, '_>, value: Value) -> Self {
        let shape = import.shape(value);
        let columns = shape.len().saturating_sub(1);
        let rows = shape.len().saturating_sub(2);
        if columns == 0 || product(shape.get(..rows).unwrap_or(&[])) != 1 {
            return import.unsupported(&"a constant side that is not one matrix");
        }
        let numbers = import.weights(value);
        Matrix { rows: shape.count(rows), columns: shape.count(columns), numbers }
    }

    #[inline(never)]
    fn transposed(self) -> Self {
        let Matrix { rows, columns, numbers } = self;
        let mut turned = Vec::with_capacity(numbers.len());
        for column in 0..columns.min(numbers.len()) {
            for row in numbers.chunks_exact(columns) {
                turned.extend(row.get(column));
            }
        }
        Matrix { rows: columns, columns: rows, numbers: turned }
    }

    /// x·selfᵀ + bias.
    #[inline(never)]
    fn apply(self, import: &mut Import<'_, '_>, x: Value, bias: Vec<f32>) -> Value {
        let shape = import.shape(x);
        if import.is_batched(x) && shape.len() == 1 {
            return import.mixes_batch(&"multiplies along the batch axis");
        }
        if shape.last() != Some(&(self.columns as i64)) {
            return import.misshapen(&"matrices that cannot be multiplied");
        }
        let operation = Operation::Dense { weight: self.numbers, outputs: self.rows, bias };
        import.layer(operation, &[x])
    }
}

/// x·W or W·x with a constant W, or the product of two activations.
pub(super) fn matmul(import: &mut Import<'_, '_>) -> Value {
    let (a, b) = (import.input(0), import.input(1));
    match (import.node(a).is_some(), import.node(b).is_some()) {
        (true, false) => {
            let shape = import.shape(b);
            if let [n] = *shape {
                let row = import.reshape(b, Shape::of(&[1, n]));
                let y = Matrix::new(import, row).apply(import, a, Vec::new());
                let mut short = import.shape(y);
                short.pop();
                return import.reshape(y, short);
            }
            // In front of the matrix there may be more axes than x has.
            if shape.len() > import.rank(a).max(2) {
                return import.unsupported(&"a constant with more axes than the activation");
            }
            Matrix::new(import, b).transposed().apply(import, a, Vec::new())
        }
        (false, true) => {
            let turned = swap_last(import, b);
            let y = Matrix::new(import, a).apply(import, turned, Vec::new());
            swap_last(import, y)
        }
        (true, true) => stacks(import, a, b),
        (false, false) => import.unsupported(&"the product of two constant matrices"),
    }
}

/// The product of two activations as stacks of matrices, repeated along axes of extent 1 in front.
#[inline(never)]
fn stacks(import: &mut Import<'_, '_>, a: Value, b: Value) -> Value {
    let (a_shape, b_shape) = (import.shape(a), import.shape(b));
    let a_split = a_shape.split_at_checked(a_shape.len().wrapping_sub(2));
    let b_split = b_shape.split_at_checked(b_shape.len().wrapping_sub(2));
    let (Some((a_front, a_last)), Some((b_front, b_last))) = (a_split, b_split) else {
        return import.unsupported(&"the product of an activation with a vector of them");
    };
    if import.batched && (a_front.is_empty() || b_front.is_empty()) {
        return import.mixes_batch(&"multiplies along the batch axis");
    }
    let front = import.broadcast(&Shape::of(a_front), &Shape::of(b_front));
    let (mut a_full, mut b_full) = (front, front);
    a_full.extend(a_last);
    b_full.extend(b_last);
    let (a, b) = (import.expand(a, &a_full), import.expand(b, &b_full));
    import.layer(Operation::MatMul, &[a, b])
}

/// The last two axes swapped.
#[inline(never)]
fn swap_last(import: &mut Import<'_, '_>, value: Value) -> Value {
    let mut perm = first(import.rank(value));
    if let [.., a, b] = &mut perm[..] {
        std::mem::swap(a, b);
        return import.transpose(value, &perm);
    }
    import.unsupported(&"a product with a vector on the right")
}

/// α·A·B + β·C with constant B and C.
pub(super) fn gemm(import: &mut Import<'_, '_>) -> Value {
    let mut x = import.activation(0);
    if import.rank(x) != 2 {
        return import.misshapen(&"a matrix product of other than two axes");
    }
    let (alpha, beta) = (import.float("alpha", 1.0), import.float("beta", 1.0));
    if import.flag("transA") {
        x = swap_last(import, x);
    }
    let weight = import.known(1);
    let mut weight = Matrix::new(import, weight);
    if !import.flag("transB") {
        weight = weight.transposed();
    }
    weight.numbers.iter_mut().for_each(|w| *w *= alpha);
    let mut bias = import.floats(2);
    bias.iter_mut().for_each(|c| *c *= beta);
    let shape = if import.has(2) { import.shape(import.known(2)) } else { Shape::default() };
    let rows = shape.split_last().map_or(1, |(_, front)| product(front));
    if let [only] = bias[..] {
        bias = vec![only; weight.rows.min(weight.numbers.len())];
    }
    if rows == 1 && shape.len() <= 2 && (bias.is_empty() || bias.len() == weight.rows) {
        return weight.apply(import, x, bias);
    }
    let y = weight.apply(import, x, Vec::new());
    let shift = bias.iter().map(|&c| c.into()).collect();
    let shift = import.constant(shape, false, shift);
    scale(import, y, shift, |c| (1.0, c))
}
