//! Sums, means and extremes along axes: pooling over a window that covers them.

use super::constant::{Binary, float, int};
use super::{Call, axis, one, product};
use crate::network::{NodeId, Operation, Window};
use crate::onnx::import::{Import, Value};
use crate::onnx::patterns;
use crate::onnx::refusal::{Outcome, misshapen, mixes_batch, unsupported};
use crate::onnx::tensor::{BATCH, Data, Tensor, broadcast_strides, walk};

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
    let rank = call.rank(import)?;
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
            Some((false, _)) => drop(reduced.remove(0)),
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
    // Axes of extent 1 lie everywhere; the others must be neighbours, or are made so.
    let (mut kept, mut result) = (Vec::new(), Vec::new());
    let (mut perm, mut behind) = (Vec::new(), Vec::new());
    let (mut count, mut between) = (1usize, false);
    let mut span: Option<(usize, usize)> = None;
    let mut gap = false;
    for (i, (&n, &reduced)) in shape.iter().zip(reduced).enumerate() {
        if reduced {
            count = count.saturating_mul(n);
            behind.push(i);
            if n > 1 {
                between |= gap;
                span = Some((span.map_or(i, |(first, _)| first), i.saturating_add(1)));
            }
        } else {
            kept.push(n);
            perm.push(i);
            gap |= n > 1 && span.is_some();
        }
        if keep || !reduced {
            result.push(if reduced { 1 } else { n });
        }
    }
    let Some((first, after)) = span else {
        return import.reshape(x, result);
    };
    let (x, front, back) = if between {
        perm.append(&mut behind);
        (import.push(Operation::Transpose { perm }, &[x])?, product(&kept), 1)
    } else {
        let front = shape.get(..first).map_or(1, product);
        (x, front, shape.get(after..).map_or(1, product))
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
    // The result's shape, and the same with all axes.
    let (mut dims, mut narrow) = (Vec::new(), Vec::new());
    for (&n, &reduced) in tensor.dims().iter().zip(reduced) {
        let n = if reduced { 1 } else { n };
        narrow.push(n);
        if keep || !reduced {
            dims.push(n);
        }
    }
    let results = import.budget.allocate(product(&narrow) as u64, tensor.width())?;
    let Some(count @ 1..) = tensor.len().checked_div(results) else {
        return misshapen("nothing to reduce");
    };
    let strides = broadcast_strides(&narrow, tensor.dims()).unwrap_or_default();
    let each = |visit: &mut dyn FnMut(usize)| walk(tensor.dims(), &strides, 0, tensor.len(), visit);
    let (combine, start, whole_start) = match kind {
        Kind::Sum | Kind::Mean => (Binary::Add, 0.0, 0),
        Kind::Product => (Binary::Mul, 1.0, 1),
        Kind::Max => (Binary::Max, f32::NEG_INFINITY, i64::MIN),
        Kind::Min => (Binary::Min, f32::INFINITY, i64::MAX),
    };
    let data = match tensor.data() {
        Data::Float(list) => {
            let (mut totals, mut values) = (vec![start; results], list.iter());
            each(&mut |place| {
                if let (Some(total), Some(value)) = (totals.get_mut(place), values.next()) {
                    *total = float(combine, *total, *value).unwrap_or(0.0);
                }
            });
            if kind == Kind::Mean {
                totals.iter_mut().for_each(|total| *total /= count as f32);
            }
            Data::Float(totals)
        }
        Data::Int(list) => {
            if list.contains(&BATCH) {
                return mixes_batch("computes with the batch size");
            }
            let (mut totals, mut values) = (vec![whole_start; results], list.iter());
            each(&mut |place| {
                if let (Some(total), Some(value)) = (totals.get_mut(place), values.next()) {
                    *total = int(combine, *total, *value).unwrap_or(BATCH);
                }
            });
            if kind == Kind::Mean {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                totals.iter_mut().for_each(|total| *total = total.checked_div(count).unwrap_or(0));
            }
            Data::Int(totals)
        }
    };
    one(Value::constant(Tensor::new(&dims, data)?))
}
