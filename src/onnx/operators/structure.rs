//! The same values in other shapes, and shapes as values.

use crate::onnx::import::Import;
use crate::onnx::tensor::{AXES, BATCH, Shape, product};
use crate::onnx::value::{Value, first};

pub(super) fn dropout(import: &mut Import<'_, '_>) -> Value {
    if import.is_used(1) {
        return import.unsupported(&"the output with the mask");
    }
    if import.number(2, 0.0) != 0.0 {
        return import.unsupported(&"training mode");
    }
    import.input(0)
}

/// The shape as a constant; the batch size stays open.
pub(super) fn shape(import: &mut Import<'_, '_>) -> Value {
    let x = import.input(0);
    let shape = import.shape(x);
    let len = shape.len() as i64;
    let from_front = |n: i64| if n < 0 { n.saturating_add(len) } else { n };
    let start = from_front(import.int("start", 0));
    let end = from_front(import.int("end", len));
    let mut list = Vec::new();
    for (axis, &n) in (0i64..).zip(shape.iter()) {
        if start <= axis && axis < end {
            list.push(n as f64);
        }
    }
    import.constant(Shape::of(&[list.len() as i64]), true, list)
}

pub(super) fn size(import: &mut Import<'_, '_>) -> Value {
    let x = import.input(0);
    let size = product(&import.shape(x));
    if size < 0 {
        return import.mixes_batch(&"computes with the batch size");
    }
    import.constant(Shape::default(), true, vec![size as f64])
}

pub(super) fn reshape(import: &mut Import<'_, '_>) -> Value {
    let x = import.input(0);
    let Some(mut target) = import.list("", 1) else { return import.misshapen(&"no shape") };
    let zero_is_zero = import.flag("allowzero");
    let have = import.shape(x);
    let mut batch: &[i64] = &[];
    if import.is_batched(x) {
        // −1 in front must come to the batch size: the rest then is a whole example. A fixed number is
        // the batch size that the file states, or 1 where an exporter traced one.
        let stated = import.batch.unwrap_or(1);
        match target.first() {
            Some(&(BATCH | -1)) => {}
            Some(0) if !zero_is_zero => {}
            Some(&n) if n == stated => {}
            _ => return import.mixes_batch(&"moves the batch axis"),
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
        return import.reshape(x, Shape::of(&target));
    }
    if import.is_batched(x) || target.contains(&BATCH) {
        return import.mixes_batch(&"moves the batch axis");
    }
    import.misshapen(&"another number of elements")
}

pub(super) fn flatten(import: &mut Import<'_, '_>) -> Value {
    let x = import.input(0);
    let shape = import.shape(x);
    // The axis may be the rank itself: then nothing is behind it.
    let axis = import.int("axis", 1);
    let axis = import.axis_of(axis, shape.len().saturating_add(usize::from(axis >= 0)));
    let (front, back) = shape.split_at_checked(axis).unwrap_or_default();
    import.reshape(x, Shape::of(&[product(front), product(back)]))
}

pub(super) fn squeeze(import: &mut Import<'_, '_>) -> Value {
    let x = import.input(0);
    let have = import.shape(x);
    let mut axes = Vec::new();
    match import.list("axes", 1) {
        Some(list) => {
            for axis in list {
                let axis = import.axis(x, axis);
                if have.extent(axis) == BATCH {
                    return import.mixes_batch(&"drops the batch axis");
                }
                if have.extent(axis) != 1 {
                    return import.misshapen(&format_args!("axis {axis} is not of extent 1"));
                }
                axes.push(axis);
            }
        }
        None if have.contains(&BATCH) => {
            return import.mixes_batch(&"drops the batch axis if it is 1");
        }
        None => axes.extend((0..have.len()).filter(|&axis| have.extent(axis) == 1)),
    }
    let mut shape = Shape::default();
    for (axis, &n) in have.iter().enumerate() {
        if !axes.contains(&axis) {
            shape.push(n);
        }
    }
    import.reshape(x, shape)
}

pub(super) fn unsqueeze(import: &mut Import<'_, '_>) -> Value {
    let x = import.input(0);
    let Some(list) = import.list("axes", 1) else { return import.misshapen(&"no axes") };
    let have = import.shape(x);
    let rank = have.len().saturating_add(list.len());
    if rank > AXES {
        return import.misshapen(&format_args!("{rank} axes"));
    }
    let mut axes = Vec::new();
    for &axis in &list {
        let axis = import.axis_of(axis, rank);
        if axes.contains(&axis) {
            return import.misshapen(&format_args!("axis {axis} twice"));
        }
        axes.push(axis);
    }
    let (mut shape, mut old) = (Shape::default(), have.iter());
    for axis in 0..rank {
        let n = if axes.contains(&axis) { None } else { old.next() };
        shape.push(n.copied().unwrap_or(1));
    }
    import.reshape(x, shape)
}

pub(super) fn transpose(import: &mut Import<'_, '_>) -> Value {
    let x = import.input(0);
    let mut perm = first(import.rank(x));
    perm.reverse();
    if import.attribute("perm").is_some() {
        perm = import.counts("perm", usize::MAX);
    }
    import.transpose(x, &perm)
}
