//! Parts of values, and values behind one another: slice, split, gather, concat, pad, expand, tile.

use crate::network::Operation;
use crate::onnx::builder::{Border, GraphBuilder};
use crate::onnx::tensor::{BATCH, Shape};
use crate::onnx::value::{Value, first};

/// The numbers of all axes.
#[inline(never)]
fn all_axes(rank: usize) -> Vec<i64> {
    (0i64..).take(rank).collect()
}

pub(super) fn slice(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let mut x = builder.input(0);
    let (Some(starts), Some(ends)) = (builder.list("starts", 1), builder.list("ends", 2)) else {
        return builder.shape_error(&"starts or ends are missing");
    };
    let axes = builder.list("axes", 3).unwrap_or_else(|| all_axes(starts.len()));
    let steps = builder.list("", 4).unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes.len(), steps.len()].iter().any(|&n| n != starts.len()) {
        return builder.shape_error(&"starts, ends, axes and steps differ in number");
    }
    let mut done = Vec::new();
    for ((&start, &end), (&axis, &step)) in starts.iter().zip(&ends).zip(axes.iter().zip(&steps)) {
        let axis = builder.axis(x, axis);
        if done.contains(&axis) {
            return builder.shape_error(&format_args!("axis {axis} is sliced twice"));
        }
        done.push(axis);
        let n = builder.shape(x).extent(axis);
        // All of the batch is no slice at all.
        if n == BATCH && start == 0 && step == 1 && end >= i64::from(i32::MAX) {
            continue;
        }
        if [n, start, end, step].contains(&BATCH) {
            return builder.mixes_batch(&"slices the batch, or by its size");
        }
        // The positions are a constant, too.
        let n = builder.room(&[n]) as i64;
        let positions = sliced(n, start, end, step);
        let Some(positions) = positions else { return builder.shape_error(&"a slice with step 0") };
        x = builder.take(x, axis, positions);
    }
    x
}

/// ONNX's slice of an axis: bounds count from the end if negative and are clamped.
fn sliced(n: i64, start: i64, end: i64, step: i64) -> Option<Vec<usize>> {
    let from_front = |at: i64| if at < 0 { at.saturating_add(n) } else { at };
    // The first and the last position that there can be.
    let (low, high) = if step < 0 { (-1, n.saturating_sub(1)) } else { (0, n) };
    let mut at = from_front(start).max(low.max(0)).min(high);
    let end = from_front(end).max(low).min(high);
    let mut positions = Vec::new();
    while step != 0 && if step < 0 { at > end } else { at < end } {
        positions.push(usize::try_from(at).ok()?);
        at = at.saturating_add(step);
    }
    (step != 0).then_some(positions)
}

pub(super) fn split(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.input(0);
    let axis = builder.int("axis", 0);
    let axis = builder.axis(x, axis);
    let n = builder.shape(x).count(axis);
    let outputs = builder.call().map_or(1, |node| node.outputs.len()).max(1);
    // Equal parts; the last is smaller where they do not come out even.
    let equal = vec![n.div_ceil(outputs); outputs];
    let stated = builder.has(1) || builder.attribute("split").is_some();
    let parts = if stated { builder.counts("split", 1) } else { equal };
    let total = parts.iter().fold(0, |sum: usize, &n| sum.saturating_add(n));
    if parts.len() != outputs || total < n || (stated && total != n) {
        return builder.shape_error(&format_args!("{n} elements split into {} parts", parts.len()));
    }
    let mut values = Vec::new();
    let mut positions = first(builder.room(&[n as i64]));
    for (output, &part) in parts.iter().enumerate() {
        let rest = positions.split_off(part.min(positions.len()));
        // The first says what became of the node.
        let wanted = output == 0 || builder.is_used(output);
        values.push(if wanted { builder.take(x, axis, positions) } else { Value::default() });
        positions = rest;
    }
    // The first is the result, the others are behind it.
    builder.put_out_more(values.split_off(1));
    values.first().copied().unwrap_or_default()
}

pub(super) fn concat(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let axis = builder.int("axis", 1);
    let first = builder.input(0);
    let axis = builder.axis(first, axis);
    let mut values = Vec::new();
    for i in 0..builder.input_count() {
        values.push(builder.input(i));
    }
    builder.concat(&values, axis)
}

pub(super) fn pad(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.activation(0);
    if builder.text("mode", "constant") != "constant" {
        return builder.unsupported(&"a border that is not constant");
    }
    let value = builder.float("value", 0.0);
    let value = builder.number(2, value);
    let Some(pads) = builder.list("pads", 1) else {
        return builder.shape_error(&"pads are missing");
    };
    let axes = builder.list("", 3).unwrap_or_else(|| all_axes(builder.rank(x)));
    let (begins, ends) = pads.split_at_checked(axes.len()).unwrap_or_default();
    if begins.len() != axes.len() || ends.len() != axes.len() {
        return builder.shape_error(&"pads and axes differ in number");
    }
    if pads.iter().any(|&n| n < 0) {
        return builder.unsupported(&"negative padding");
    }
    let rank = builder.extents(&builder.shape(x), builder.is_batched(x)).len();
    let (mut before, mut after) = (vec![0usize; rank], vec![0usize; rank]);
    for (&axis, (&begin, &end)) in axes.iter().zip(begins.iter().zip(ends)) {
        let axis = builder.axis(x, axis);
        if begin == 0 && end == 0 {
            continue;
        }
        let axis = builder.example_axis(axis);
        if let (Some(before), Some(after)) = (before.get_mut(axis), after.get_mut(axis)) {
            *before = usize::try_from(begin).unwrap_or(usize::MAX);
            *after = usize::try_from(end).unwrap_or(usize::MAX);
        }
    }
    if pads.iter().all(|&n| n == 0) {
        return x;
    }
    let operation = Operation::Pad { before: before.clone(), after: after.clone(), value };
    let y = builder.layer(operation, &[x]);
    if let (0.0, Some(padded)) = (value, builder.node(y)) {
        builder.add_border(Border { padded, source: x, before, after });
    }
    y
}

pub(super) fn expand(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.input(0);
    let Some(target) = builder.list("", 1) else { return builder.shape_error(&"no shape") };
    let shape = builder.broadcast(&builder.shape(x), &Shape::of(&target));
    builder.expand(x, &shape)
}

pub(super) fn tile(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let mut x = builder.input(0);
    let repeats = builder.counts("", 1);
    if repeats.len() != builder.rank(x) {
        return builder.shape_error(&"repeats for another number of axes");
    }
    for (axis, &repeat) in repeats.iter().enumerate() {
        if repeat != 1 {
            let n = builder.shape(x).count(axis);
            let repeat = i64::try_from(repeat).unwrap_or(i64::MAX);
            // The positions are a constant, too.
            let mut positions = first(builder.room(&[n as i64, repeat]));
            positions.iter_mut().for_each(|at| *at = at.checked_rem(n).unwrap_or(0));
            x = builder.take(x, axis, positions);
        }
    }
    x
}

pub(super) fn gather(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let (x, indices) = (builder.input(0), builder.input(1));
    let axis = builder.int("axis", 0);
    let axis = builder.axis(x, axis);
    let shape = builder.shape(x);
    // Other axes in place of one.
    let mut result = Shape::of(shape.get(..axis).unwrap_or(&[]));
    result.extend(&builder.shape(indices));
    result.extend(shape.get(axis.saturating_add(1)..).unwrap_or(&[]));
    if builder.node(indices).is_none() {
        if shape.extent(axis) == BATCH {
            return builder.mixes_batch(&"chooses among the examples of the batch");
        }
        let mut positions = Vec::new();
        for index in builder.list("", 1).unwrap_or_default() {
            positions.push(builder.axis_of(index, shape.count(axis)));
            if builder.is_refused() {
                break;
            }
        }
        let y = builder.take(x, axis, positions);
        return builder.reshape(y, result);
    }
    if builder.node(x).is_some() || axis != 0 {
        return builder.unsupported(&"indices that are activations, other than of a table's rows");
    }
    let width = builder.inner(&shape, 0);
    let table = builder.floats(0);
    let y = builder.layer(Operation::Embedding { table, width }, &[indices]);
    builder.reshape(y, result)
}
