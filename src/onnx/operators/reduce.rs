//! Sums, means and extremes along axes: pooling over a window that covers them.

use super::{Call, axis, one, product};
use crate::network::{NodeId, Operation, Window};
use crate::onnx::import::{Import, Value};
use crate::onnx::patterns;
use crate::onnx::refusal::{Outcome, misshapen, mixes_batch, unsupported};
use crate::onnx::tensor::{BATCH, Data, Tensor, row_major, walk};

/// What is taken along the axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Sum,
    Mean,
    Max,
    Min,
    Product,
}

pub(super) fn reduce(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
    kind: Kind,
) -> Outcome<Vec<Value>> {
    let rank = match call.required(0)? {
        Value::Constant(tensor) => tensor.dims().len(),
        _ => import.rank(call.activation(0)?),
    };
    let axes = call.list("axes", 1)?.unwrap_or_default();
    if axes.is_empty() && call.int("noop_with_empty_axes", 0)? != 0 {
        return super::structure::identity(import, call);
    }
    let mut reduced = vec![axes.is_empty(); rank];
    for &along in &axes {
        let along = axis(along, rank)?;
        if let Some(flag) = reduced.get_mut(along) {
            *flag = true;
        }
    }
    let keep = call.int("keepdims", 1)? != 0;
    if let Value::Constant(tensor) = call.required(0)? {
        return constant(import, tensor, &reduced, keep, kind);
    }
    let x = call.activation(0)?;
    if import.batched {
        match reduced.split_first() {
            Some((false, rest)) => reduced = rest.to_vec(),
            _ => return mixes_batch("reduces the batch axis"),
        }
    }
    one(Value::float(activation(import, x, &reduced, keep, kind)?))
}

fn activation(
    import: &mut Import<'_, '_>,
    x: NodeId,
    reduced: &[bool],
    keep: bool,
    kind: Kind,
) -> Outcome<NodeId> {
    let shape = import.shape(x);
    let after = |i: usize| i.saturating_add(1);
    let axes = || shape.iter().zip(reduced);
    let kept: Vec<usize> = axes().filter(|(_, r)| !**r).map(|(&n, _)| n).collect();
    let result = if keep {
        axes().map(|(&n, &reduced)| if reduced { 1 } else { n }).collect()
    } else {
        kept.clone()
    };
    // Axes of extent 1 lie everywhere; the others must be neighbours, or are made so.
    let matters =
        |reduced_too: bool| move |(n, reduced): (&usize, &bool)| *n > 1 && *reduced == reduced_too;
    let Some(first) = axes().position(matters(true)) else {
        return import.reshape(x, result);
    };
    let last = axes().rposition(matters(true)).unwrap_or(first);
    let between = axes().take(after(last)).skip(first).any(matters(false));
    let count: usize =
        product(&axes().filter(|(_, r)| **r).map(|(&n, _)| n).collect::<Vec<usize>>());
    let (x, front, back) = if between {
        let indices = |want: bool| {
            reduced.iter().enumerate().filter(move |(_, r)| **r == want).map(|(i, _)| i)
        };
        let perm = indices(false).chain(indices(true)).collect();
        (import.push(Operation::Transpose { perm }, &[x])?, product(&kept), 1)
    } else {
        let front = shape.get(..first).map_or(1, product);
        (x, front, shape.get(after(last)..).map_or(1, product))
    };
    // A plane per kept element in front; kept elements behind are columns of the plane. All of the
    // space behind the channels is already so.
    let space = shape.get(first..).unwrap_or(&[]);
    let (planes, window) = if !between && back == 1 && first > 0 && space.len() <= 3 {
        (shape.clone(), Window::new(space))
    } else if back == 1 {
        (vec![front, count], Window::new(&[count]))
    } else {
        (vec![front, count, back], Window::new(&[count, 1]))
    };
    let x = import.reshape(x, planes)?;
    let y = match kind {
        Kind::Max => import.push(Operation::MaxPool { window, ceil: false }, &[x])?,
        Kind::Mean | Kind::Sum => {
            let average = Operation::AveragePool { window, ceil: false, count_include_pad: false };
            let y = import.push(average, &[x])?;
            if kind == Kind::Sum { patterns::scaled(import, y, count as f32)? } else { y }
        }
        Kind::Min | Kind::Product => {
            return unsupported("of an activation; sums, means and maxima are supported");
        }
    };
    import.reshape(y, result)
}

fn constant(
    import: &Import<'_, '_>,
    tensor: &Tensor,
    reduced: &[bool],
    keep: bool,
    kind: Kind,
) -> Outcome<Vec<Value>> {
    let part = |want: bool| -> Vec<(usize, isize)> {
        let axes = tensor.dims().iter().copied().zip(row_major(tensor.dims()));
        axes.zip(reduced).filter(|(_, r)| **r == want).map(|(axis, _)| axis).collect()
    };
    let (outer, inner): (Vec<_>, Vec<_>) = (part(false), part(true));
    let split =
        |axes: Vec<(usize, isize)>| -> (Vec<usize>, Vec<isize>) { axes.into_iter().unzip() };
    let ((outer, outer_strides), (inner, inner_strides)) = (split(outer), split(inner));
    let dims = if keep {
        let axes = tensor.dims().iter().zip(reduced);
        axes.map(|(&n, &reduced)| if reduced { 1 } else { n }).collect()
    } else {
        outer.clone()
    };
    let count = product(&inner);
    if count == 0 {
        return misshapen("nothing to reduce");
    }
    let results = import.budget.allocate(product(&outer) as u64, tensor.width())?;
    let mut starts = Vec::with_capacity(results);
    walk(&outer, &outer_strides, 0, results, &mut |start| starts.push(start));
    let data = match tensor.data() {
        Data::Float(list) => Data::Float(
            starts
                .iter()
                .map(|&start| {
                    let mut values = Vec::with_capacity(count);
                    walk(&inner, &inner_strides, start, count, &mut |i| values.extend(list.get(i)));
                    let values = values.into_iter();
                    match kind {
                        Kind::Sum => values.sum(),
                        Kind::Mean => values.sum::<f32>() / count as f32,
                        Kind::Product => values.product(),
                        Kind::Max => values.fold(f32::NEG_INFINITY, |a, &b| a.max(b)),
                        Kind::Min => values.fold(f32::INFINITY, |a, &b| a.min(b)),
                    }
                })
                .collect(),
        ),
        Data::Int(list) => {
            if list.contains(&BATCH) {
                return mixes_batch("computes with the batch size");
            }
            let results = starts.iter().map(|&start| {
                let mut values: Vec<i64> = Vec::with_capacity(count);
                walk(&inner, &inner_strides, start, count, &mut |i| values.extend(list.get(i)));
                let values = values.into_iter();
                Some(match kind {
                    Kind::Sum => values.fold(0, i64::wrapping_add),
                    Kind::Product => values.fold(1, i64::wrapping_mul),
                    Kind::Max => values.max()?,
                    Kind::Min => values.min()?,
                    Kind::Mean => {
                        values.fold(0, i64::wrapping_add).checked_div(i64::try_from(count).ok()?)?
                    }
                })
            });
            match results.collect() {
                Some(list) => Data::Int(list),
                None => return misshapen("nothing to reduce"),
            }
        }
    };
    one(Value::constant(Tensor::new(&dims, data)?))
}
