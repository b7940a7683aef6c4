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
    let outputs = usize::try_from(*outputs).unwrap_or(0);
    let (channels, own) = (import.shape(x).count(1), shape.count(1));
    let biases = if import.has(2) { import.count(import.known(2)) } else { outputs };
    if own.checked_mul(groups) != Some(channels) || biases != outputs {
        let why = format_args!("{own} channels in {groups} groups, {biases} biases");
        return import.misshapen(&why);
    }
    let (weight, bias) = (import.floats(1), import.floats(2));
    import.layer(Operation::Conv { weight, outputs, bias, window, groups }, &[x])
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
    fn new(import: &mut Import<'_, '_>, value: Value) -> Self {
        let shape = import.shape(value);
        let columns = shape.len().saturating_sub(1);
        let rows = shape.len().saturating_sub(2);
        if columns == 0 || product(shape.get(..rows).unwrap_or(&[])) != 1 {
            return import.unsupported(&"a constant side that is not one matrix");
        }
        Matrix { rows: shape.count(rows), columns: shape.count(columns), value, turned: false }
    }

    fn transposed(self) -> Self {
        let Matrix { rows, columns, value, turned } = self;
        Matrix { rows: columns, columns: rows, value, turned: !turned }
    }

    /// `[rows, columns]`
    #[inline(never)]
    fn numbers(&self, import: &Import<'_, '_>) -> Vec<f32> {
        let stored = import.weights(self.value);
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
    fn apply(self, import: &mut Import<'_, '_>, x: Value, factor: f32, bias: Vec<f32>) -> Value {
        let shape = import.shape(x);
        if import.is_batched(x) && shape.len() == 1 {
            return import.mixes_batch(&"multiplies along the batch axis");
        }
        if shape.last() != Some(&(self.columns as i64)) {
            return import.misshapen(&"matrices that cannot be multiplied");
        }
        let mut weight = self.numbers(import);
        let mut bias = bias;
        // One number for all rows is repeated only as often as there are weights, which have been counted.
        if let [only] = bias[..] {
            bias = vec![only; weight.len().checked_div(self.columns).unwrap_or(0)];
        }
        if factor != 1.0 {
            weight.iter_mut().for_each(|w| *w *= factor);
        }
        import.layer(Operation::Dense { weight, outputs: self.rows, bias }, &[x])
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
                let y = Matrix::new(import, row).apply(import, a, 1.0, Vec::new());
                let mut short = import.shape(y);
                short.pop();
                return import.reshape(y, short);
            }
            // In front of the matrix there may be more axes than x has.
            if shape.len() > import.rank(a).max(2) {
                return import.unsupported(&"a constant with more axes than the activation");
            }
            Matrix::new(import, b).transposed().apply(import, a, 1.0, Vec::new())
        }
        (false, true) => {
            let turned = swap_last(import, b);
            let y = Matrix::new(import, a).apply(import, turned, 1.0, Vec::new());
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
    let mut bias = Vec::new();
    let mut shape = Shape::default();
    if import.has(2) {
        shape = import.shape(import.known(2));
        // What is made of them.
        import.room(&shape);
        bias = import.floats(2);
        bias.iter_mut().for_each(|c| *c *= beta);
    }
    let rows = shape.split_last().map_or(1, |(_, front)| product(front));
    let fits = bias.len() <= 1 || bias.len() == weight.rows;
    if rows == 1 && shape.len() <= 2 && fits {
        return weight.apply(import, x, alpha, bias);
    }
    let y = weight.apply(import, x, alpha, Vec::new());
    let shift = bias.iter().map(|&c| c.into()).collect();
    let shift = import.constant(shape, false, shift);
    scale(import, y, shift, |c| (1.0, c))
}
