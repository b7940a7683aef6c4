//! The same values in other shapes, and shapes as values.

use crate::onnx::builder::GraphBuilder;
use crate::onnx::tensor::{AXES, BATCH, Shape, product};
use crate::onnx::value::{Value, first};

pub(super) fn dropout(builder: &mut GraphBuilder<'_, '_>) -> Value {
    if builder.is_used(1) {
        return builder.unsupported(&"the output with the mask");
    }
    if builder.number(2, 0.0) != 0.0 {
        return builder.unsupported(&"training mode");
    }
    builder.input(0)
}

/// The shape as a constant; the batch size stays open.
pub(super) fn shape(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.input(0);
    let shape = builder.shape(x);
    let len = shape.len() as i64;
    let from_front = |n: i64| if n < 0 { n.saturating_add(len) } else { n };
    let start = from_front(builder.int("start", 0));
    let end = from_front(builder.int("end", len));
    let mut list = Vec::new();
    for (axis, &n) in (0i64..).zip(shape.iter()) {
        if start <= axis && axis < end {
            list.push(n as f64);
        }
    }
    builder.constant(Shape::of(&[list.len() as i64]), true, list)
}

pub(super) fn size(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.input(0);
    let size = product(&builder.shape(x));
    if size < 0 {
        return builder.mixes_batch(&"computes with the batch size");
    }
    builder.constant(Shape::default(), true, vec![size as f64])
}

pub(super) fn reshape(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.input(0);
    let Some(mut target) = builder.list("", 1) else { return builder.shape_error(&"no shape") };
    let zero_is_zero = builder.flag("allowzero");
    let have = builder.shape(x);
    let mut batch: &[i64] = &[];
    if builder.is_batched(x) {
        // −1 in front must come to the batch size: the rest then is a whole example. A fixed number is
        // the batch size that the file states, or 1 where an exporter traced one.
        let stated = builder.stated_batch().unwrap_or(1);
        match target.first() {
            Some(&(BATCH | -1)) => {}
            Some(0) if !zero_is_zero => {}
            Some(&n) if n == stated => {}
            _ => return builder.mixes_batch(&"moves the batch axis"),
        }
        if let Some(first) = target.first_mut() {
            *first = BATCH;
        }
        batch = &[BATCH];
    }
    for (n, &have) in target.iter_mut().zip(&*have) {
        if *n == 0 && !zero_is_zero {
            *n = have;
        }
    }
    // −1 stands for whatever is left.
    let left = batch.len();
    let all = product(have.get(left..).unwrap_or(&[]));
    let open = target.iter().position(|&n| n == -1);
    if let Some(slot) = open.and_then(|i| target.get_mut(i)) {
        *slot = 1;
        let rest = all.checked_div(product(target.get(left..).unwrap_or(&[]))).unwrap_or(0);
        if let Some(slot) = open.and_then(|i| target.get_mut(i)) {
            *slot = rest;
        }
    }
    if product(target.get(left..).unwrap_or(&[])) == all && all >= 0 {
        return builder.reshape(x, Shape::of(&target));
    }
    if builder.is_batched(x) || target.contains(&BATCH) {
        return builder.mixes_batch(&"moves the batch axis");
    }
    builder.shape_error(&"another number of elements")
}

pub(super) fn flatten(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.input(0);
    let shape = builder.shape(x);
    // The axis may be the rank itself: then nothing is behind it.
    let axis = builder.int("axis", 1);
    let axis = builder.axis_of(axis, shape.len().saturating_add(usize::from(axis >= 0)));
    let (front, back) = shape.split_at_checked(axis).unwrap_or_default();
    builder.reshape(x, Shape::of(&[product(front), product(back)]))
}

pub(super) fn squeeze(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.input(0);
    let have = builder.shape(x);
    let mut axes = Vec::new();
    match builder.list("axes", 1) {
        Some(list) => {
            for axis in list {
                let axis = builder.axis(x, axis);
                if have.extent(axis) == BATCH {
                    return builder.mixes_batch(&"drops the batch axis");
                }
                if have.extent(axis) != 1 {
                    return builder.shape_error(&format_args!("axis {axis} is not of extent 1"));
                }
                axes.push(axis);
            }
        }
        None if have.contains(&BATCH) => {
            return builder.mixes_batch(&"drops the batch axis if it is 1");
        }
        None => axes.extend((0..have.len()).filter(|&axis| have.extent(axis) == 1)),
    }
    let mut shape = Shape::default();
    for (axis, &n) in have.iter().enumerate() {
        if !axes.contains(&axis) {
            shape.push(n);
        }
    }
    builder.reshape(x, shape)
}

pub(super) fn unsqueeze(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.input(0);
    let Some(list) = builder.list("axes", 1) else { return builder.shape_error(&"no axes") };
    let have = builder.shape(x);
    let rank = have.len().saturating_add(list.len());
    if rank > AXES {
        return builder.shape_error(&format_args!("{rank} axes"));
    }
    let mut axes = Vec::new();
    for &axis in &list {
        let axis = builder.axis_of(axis, rank);
        if axes.contains(&axis) {
            return builder.shape_error(&format_args!("axis {axis} twice"));
        }
        axes.push(axis);
    }
    let (mut shape, mut old) = (Shape::default(), have.iter());
    for axis in 0..rank {
        let n = if axes.contains(&axis) { None } else { old.next() };
        shape.push(n.copied().unwrap_or(1));
    }
    builder.reshape(x, shape)
}

pub(super) fn transpose(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.input(0);
    let mut perm = first(builder.rank(x));
    perm.reverse();
    if builder.attribute("perm").is_some() {
        perm = builder.counts("perm", usize::MAX);
    }
    builder.transpose(x, &perm)
}
