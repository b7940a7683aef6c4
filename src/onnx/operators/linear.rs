//! Convolutions and matrix products.

use super::arithmetic::scale;
use super::pool::window;
use crate::network::Operation;
use crate::onnx::builder::GraphBuilder;
use crate::onnx::tensor::{Shape, product};
use crate::onnx::value::{Value, first};

pub(super) fn conv(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let (x, weight) = (builder.activation(0), builder.known(1));
    let shape = builder.shape(weight);
    let [outputs, _, kernel @ ..] = &*shape else {
        return builder.shape_error(&"weights of less than two axes");
    };
    let stated = builder.list("kernel_shape", usize::MAX);
    if stated.is_some_and(|stated| stated != kernel) {
        return builder.shape_error(&"a kernel_shape that is not the weights'");
    }
    let groups = usize::try_from(builder.int("group", 1)).unwrap_or(0);
    let (x, window) = window(builder, x, kernel, true);
    let outputs = usize::try_from(*outputs).unwrap_or(0);
    let (channels, own) = (builder.shape(x).count(1), shape.count(1));
    let biases = if builder.has(2) { builder.count(builder.known(2)) } else { outputs };
    if own.checked_mul(groups) != Some(channels) || biases != outputs {
        let why = format_args!("{own} channels in {groups} groups, {biases} biases");
        return builder.shape_error(&why);
    }
    let (weight, bias) = (builder.floats(1), builder.floats(2));
    builder.layer(Operation::Conv { weight, outputs, bias, window, groups }, &[x])
}

/// A constant matrix, whose numbers are taken when they are known to fit.
#[derive(Default)]
struct Matrix {
    rows: usize,
    columns: usize,
    value: Value,
    /// Whether columns of the value are rows here.
    turned: bool,
}

/// Rows that are turned at a time: as many numbers as a cache line has.
const ROWS: usize = 16;

impl Matrix {
    /// The constant as a matrix; extents of 1 in front are dropped.
    #[inline(never)]
    fn new(builder: &mut GraphBuilder<'_, '_>, value: Value) -> Self {
        let shape = builder.shape(value);
        let columns = shape.len().saturating_sub(1);
        let rows = shape.len().saturating_sub(2);
        if columns == 0 || product(shape.get(..rows).unwrap_or(&[])) != 1 {
            return builder.unsupported(&"a constant side that is not one matrix");
        }
        Matrix { rows: shape.count(rows), columns: shape.count(columns), value, turned: false }
    }

    fn transposed(self) -> Self {
        let Matrix { rows, columns, value, turned } = self;
        Matrix { rows: columns, columns: rows, value, turned: !turned }
    }

    /// `[rows, columns]`
    #[inline(never)]
    fn numbers(&self, builder: &GraphBuilder<'_, '_>) -> Vec<f32> {
        let stored = builder.weights(self.value);
        if !self.turned {
            return stored;
        }
        let mut turned = vec![0.0; stored.len()];
        for (block, rows) in stored.chunks(self.rows.saturating_mul(ROWS).max(1)).enumerate() {
            for column in 0..self.rows {
                let start =
                    column.saturating_mul(self.columns).saturating_add(block.saturating_mul(ROWS));
                let line = turned.get_mut(start..).unwrap_or(&mut []);
                for (number, row) in line.iter_mut().zip(rows.chunks_exact(self.rows)) {
                    row.get(column).into_iter().for_each(|&n| *number = n);
                }
            }
        }
        turned
    }

    /// factor·x·selfᵀ + bias.
    #[inline(never)]
    fn apply(
        self,
        builder: &mut GraphBuilder<'_, '_>,
        x: Value,
        factor: f32,
        bias: Vec<f32>,
    ) -> Value {
        let shape = builder.shape(x);
        if builder.is_batched(x) && shape.len() == 1 {
            return builder.mixes_batch(&"multiplies along the batch axis");
        }
        if shape.last() != Some(&(self.columns as i64)) {
            return builder.shape_error(&"matrices that cannot be multiplied");
        }
        let mut weight = self.numbers(builder);
        let mut bias = bias;
        // One number for all rows is repeated only as often as there are weights, which have been counted.
        if let [only] = bias[..] {
            bias = vec![only; weight.len().checked_div(self.columns).unwrap_or(0)];
        }
        if factor != 1.0 {
            weight.iter_mut().for_each(|w| *w *= factor);
        }
        builder.layer(Operation::Dense { weight, outputs: self.rows, bias }, &[x])
    }
}

/// x·W or W·x with a constant W, or the product of two activations.
pub(super) fn matmul(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let (a, b) = (builder.input(0), builder.input(1));
    match (builder.node(a).is_some(), builder.node(b).is_some()) {
        (true, false) => {
            let shape = builder.shape(b);
            if let [n] = *shape {
                let row = builder.reshape(b, Shape::of(&[1, n]));
                let y = Matrix::new(builder, row).apply(builder, a, 1.0, Vec::new());
                let mut short = builder.shape(y);
                short.pop();
                return builder.reshape(y, short);
            }
            // In front of the matrix there may be more axes than x has.
            if shape.len() > builder.rank(a).max(2) {
                return builder.unsupported(&"a constant with more axes than the activation");
            }
            Matrix::new(builder, b).transposed().apply(builder, a, 1.0, Vec::new())
        }
        (false, true) => {
            let turned = swap_last(builder, b);
            let y = Matrix::new(builder, a).apply(builder, turned, 1.0, Vec::new());
            swap_last(builder, y)
        }
        (true, true) => stacks(builder, a, b),
        (false, false) => builder.unsupported(&"the product of two constant matrices"),
    }
}

/// The product of two activations as stacks of matrices, repeated along axes of extent 1 in front.
#[inline(never)]
fn stacks(builder: &mut GraphBuilder<'_, '_>, a: Value, b: Value) -> Value {
    let (a_shape, b_shape) = (builder.shape(a), builder.shape(b));
    let a_split = a_shape.split_at_checked(a_shape.len().wrapping_sub(2));
    let b_split = b_shape.split_at_checked(b_shape.len().wrapping_sub(2));
    let (Some((a_front, a_last)), Some((b_front, b_last))) = (a_split, b_split) else {
        return builder.unsupported(&"the product of an activation with a vector of them");
    };
    if builder.batched() && (a_front.is_empty() || b_front.is_empty()) {
        return builder.mixes_batch(&"multiplies along the batch axis");
    }
    let front = builder.broadcast(&Shape::of(a_front), &Shape::of(b_front));
    let (mut a_full, mut b_full) = (front, front);
    a_full.extend(a_last);
    b_full.extend(b_last);
    let (a, b) = (builder.expand(a, &a_full), builder.expand(b, &b_full));
    builder.layer(Operation::MatMul, &[a, b])
}

/// The last two axes swapped.
#[inline(never)]
fn swap_last(builder: &mut GraphBuilder<'_, '_>, value: Value) -> Value {
    let mut perm = first(builder.rank(value));
    if let [.., a, b] = &mut perm[..] {
        std::mem::swap(a, b);
        return builder.transpose(value, &perm);
    }
    builder.unsupported(&"a product with a vector on the right")
}

/// α·A·B + β·C with constant B and C.
pub(super) fn gemm(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let mut x = builder.activation(0);
    if builder.rank(x) != 2 {
        return builder.shape_error(&"a matrix product of other than two axes");
    }
    let (alpha, beta) = (builder.float("alpha", 1.0), builder.float("beta", 1.0));
    if builder.flag("transA") {
        x = swap_last(builder, x);
    }
    let weight = builder.known(1);
    let mut weight = Matrix::new(builder, weight);
    if !builder.flag("transB") {
        weight = weight.transposed();
    }
    let mut bias = Vec::new();
    let mut shape = Shape::default();
    if builder.has(2) {
        shape = builder.shape(builder.known(2));
        // What is made of them.
        builder.room(&shape);
        bias = builder.floats(2);
        bias.iter_mut().for_each(|c| *c *= beta);
    }
    let rows = shape.split_last().map_or(1, |(_, front)| product(front));
    let fits = bias.len() <= 1 || bias.len() == weight.rows;
    if rows == 1 && shape.len() <= 2 && fits {
        return weight.apply(builder, x, alpha, bias);
    }
    let y = weight.apply(builder, x, alpha, Vec::new());
    let shift = bias.iter().map(|&c| c.into()).collect();
    let shift = builder.constant(shape, false, shift);
    scale(builder, y, shift, |c| (1.0, c))
}
