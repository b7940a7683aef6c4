//! Convolutions and matrix products with constant weights.

use super::arithmetic::scale;
use super::pool::{check_positions, take_border, window};
use super::{Call, counts, in_order, one, product};
use crate::network::{NodeId, Operation};
use crate::onnx::import::{Import, Value};
use crate::onnx::refusal::{Outcome, misshapen, mixes_batch, unsupported};
use crate::onnx::tensor::{Data, Tensor, into_floats};
use std::rc::Rc;

pub(super) fn conv(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let mut x = call.activation(0)?;
    let weight = call.required_constant(1)?;
    let bias = call.constant(2)?.map_or(Vec::new(), into_floats);
    let [outputs, _, kernel @ ..] = weight.dims() else {
        return misshapen(format_args!("weights of shape {:?}", weight.dims()));
    };
    let (outputs, kernel) = (*outputs, kernel.to_vec());
    if import.rank(x) != kernel.len().saturating_add(2) {
        return misshapen(format_args!(
            "weights of shape {:?} for an input of {} axes",
            weight.dims(),
            import.rank(x)
        ));
    }
    if let Some(stated) = call.ints("kernel_shape")?
        && counts(&stated, "kernel_shape")? != kernel
    {
        return misshapen(format_args!("kernel_shape {stated:?}, but the weights have {kernel:?}"));
    }
    let groups = usize::try_from(call.int("group", 1)?).unwrap_or(0);
    let mut window = window(call, &import.shape(x), kernel)?;
    if call.text("auto_pad", "NOTSET")?.starts_with("SAME") {
        // The padding depends on the size with the border.
    } else {
        take_border(import, &mut x, &mut window);
    }
    check_positions(import, x, &window)?;
    let weight = into_floats(weight);
    let operation = Operation::Conv { weight, outputs, bias, window, groups };
    one(Value::float(import.push(operation, &[x])?))
}

/// The constant as a matrix; extents of 1 in front are dropped.
#[inline(never)]
fn matrix(tensor: Rc<Tensor>) -> Outcome<(usize, usize, Vec<f32>)> {
    match *tensor.dims() {
        [ref front @ .., rows, columns] if product(front) == 1 => {
            Ok((rows, columns, into_floats(tensor)))
        }
        _ => unsupported(format_args!(
            "a stack of matrices {:?} as the constant side",
            tensor.dims()
        )),
    }
}

#[inline(never)]
fn transpose(
    (rows, columns, values): (usize, usize, Vec<f32>),
    import: &Import<'_, '_>,
) -> Outcome<(usize, usize, Vec<f32>)> {
    let tensor = Tensor::new(&[rows, columns], Data::Float(values))?;
    let turned = tensor.transposed(&[1, 0], import.budget)?;
    Ok((columns, rows, into_floats(Rc::new(turned))))
}

/// x·W or W·x with a constant W.
pub(super) fn matmul(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    match (call.required(0)?, call.required(1)?) {
        (Value::Node { id, .. }, Value::Constant(_)) => {
            let x = *id;
            let weight = call.required_constant(1)?;
            let vector = weight.dims().len() == 1;
            let weight = match *weight.dims() {
                [n] => (1, n, into_floats(weight)),
                // In front of the matrix there may be more axes than x has.
                ref dims if dims.len() > import.rank(x).max(2) => {
                    return unsupported("a constant with more axes than the activation");
                }
                _ => transpose(matrix(weight)?, import)?,
            };
            let y = dense(import, x, weight, Vec::new())?;
            if !vector {
                return one(Value::float(y));
            }
            let mut shape = import.shape(y);
            shape.pop();
            one(Value::float(import.reshape(y, shape)?))
        }
        (Value::Constant(_), Value::Node { id, .. }) => {
            let x = *id;
            let weight = matrix(call.required_constant(0)?)?;
            let turned = swap_last(import, x)?;
            let y = dense(import, turned, weight, Vec::new())?;
            one(Value::float(swap_last(import, y)?))
        }
        (Value::Node { .. }, Value::Node { .. }) => unsupported("the product of two activations"),
        _ => unsupported("the product of two constant matrices"),
    }
}

/// x·Wᵀ + b for W given as `[outputs, inputs]`.
#[inline(never)]
fn dense(
    import: &mut Import<'_, '_>,
    x: NodeId,
    (outputs, inputs, weight): (usize, usize, Vec<f32>),
    bias: Vec<f32>,
) -> Outcome<NodeId> {
    let shape = import.shape(x);
    if shape.is_empty() {
        return mixes_batch("multiplies along the batch axis");
    }
    if shape.last() != Some(&inputs) {
        return misshapen(format_args!("[{outputs}, {inputs}] weights for an input {shape:?}"));
    }
    import.push(Operation::Dense { weight, outputs, bias }, &[x])
}

/// The last two axes swapped.
#[inline(never)]
fn swap_last(import: &mut Import<'_, '_>, id: NodeId) -> Outcome<NodeId> {
    let rank = import.shape(id).len();
    let mut perm = in_order(rank);
    match perm.as_mut_slice() {
        [.., a, b] => std::mem::swap(a, b),
        _ if import.batched => return mixes_batch("transposes the batch axis"),
        _ => return unsupported("a product with a vector on the right"),
    }
    import.push(Operation::Transpose { perm }, &[id])
}

/// α·A·B + β·C with constant B and C.
pub(super) fn gemm(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let mut x = call.activation(0)?;
    if import.rank(x) != 2 {
        return misshapen(format_args!("a matrix product of {} axes", import.rank(x)));
    }
    let (alpha, beta) = (call.float("alpha", 1.0)?, call.float("beta", 1.0)?);
    if call.int("transA", 0)? != 0 {
        x = swap_last(import, x)?;
    }
    let mut weight = matrix(call.required_constant(1)?)?;
    if call.int("transB", 0)? == 0 {
        weight = transpose(weight, import)?;
    }
    if alpha != 1.0 {
        weight.2.iter_mut().for_each(|w| *w *= alpha);
    }
    let outputs = weight.0;
    let Some(c) = call.constant(2)? else {
        return one(Value::float(dense(import, x, weight, Vec::new())?));
    };
    let per_output =
        c.dims().split_last().is_none_or(|(_, front)| product(front) == 1) && c.dims().len() <= 2;
    if per_output && (c.len() == 1 || c.len() == outputs) {
        let mut bias = c.to_floats();
        if let [only] = bias[..] {
            bias = vec![only; outputs];
        }
        bias.iter_mut().for_each(|c| *c *= beta);
        return one(Value::float(dense(import, x, weight, bias)?));
    }
    let y = dense(import, x, weight, Vec::new())?;
    let mut shift = c.to_floats();
    shift.iter_mut().for_each(|c| *c *= beta);
    let shift = Tensor::new(c.dims(), Data::Float(shift))?;
    one(Value::float(scale(import, y, &shift, |c| (1.0, c))?))
}
