//! Parts of values, and values behind one another: slice, split, gather, concat, pad, expand, tile.

use crate::network::Operation;
use crate::onnx::import::{Border, Import};
use crate::onnx::tensor::{BATCH, Shape};
use crate::onnx::value::{Value, first};

/// The numbers of all axes.
#[inline(never)]
fn all_axes(rank: usize) -> Vec<i64> {
    (0i64..).take(rank).collect()
}

pub(super) fn slice(import: &mut Import<'_, '_>) -> Value {
    let mut x = import.input(0);
    let (Some(starts), Some(ends)) = (import.list("starts", 1), import.list("ends", 2)) else {
        return import.misshapen(&"starts or ends are missing");
    };
    let axes = import.list("axes", 3).unwrap_or_else(|| all_axes(starts.len()));
    let steps = import.list("", 4).unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes.len(), steps.len()].iter().any(|&n| n != starts.len()) {
        return import.misshapen(&"starts, ends, axes and steps differ in number");
    }
    let mut done = Vec::new();
    for ((&start, &end), (&axis, &step)) in starts.iter().zip(&ends).zip(axes.iter().zip(&steps)) {
        let axis = import.axis(x, axis);
        if done.contains(&axis) {
            return import.misshapen(&format_args!("axis {axis} is sliced twice"));
        }
        done.push(axis);
        let n = import.shape(x).extent(axis);
        // All of the batch is no slice at all.
        if n == BATCH && start == 0 && step == 1 && end >= i64::from(i32::MAX) {
            continue;
        }
        if [n, start, end, step].contains(&BATCH) {
            return import.mixes_batch(&"slices the batch, or by its size");
        }
        // The positions are a constant, too.
        let n = import.room(&[n]) as i64;
        let positions = sliced(n, start, end, step);
        let Some(positions) = positions else { return import.misshapen(&"a slice with step 0") };
        x = import.take(x, axis, positions);
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

pub(super) fn split(import: &mut Import<'_, '_>) -> Value {
    let x = import.input(0);
    let axis = import.int("axis", 0);
    let axis = import.axis(x, axis);
    let n = import.shape(x).count(axis);
    let outputs = import.call().map_or(1, |node| node.outputs.len()).max(1);
    // Equal parts; the last is smaller where they do not come out even.
    let equal = vec![n.div_ceil(outputs); outputs];
    let stated = import.has(1) || import.attribute("split").is_some();
    let parts = if stated { import.counts("split", 1) } else { equal };
    let total = parts.iter().fold(0, |sum: usize, &n| sum.saturating_add(n));
    if parts.len() != outputs || total < n || (stated && total != n) {
        return import.misshapen(&format_args!("{n} elements split into {} parts", parts.len()));
    }
    let mut values = Vec::new();
    let mut positions = first(import.room(&[n as i64]));
    for (output, &part) in parts.iter().enumerate() {
        let rest = positions.split_off(part.min(positions.len()));
        // The first says what became of the node.
        let wanted = output == 0 || import.is_used(output);
        values.push(if wanted { import.take(x, axis, positions) } else { Value::default() });
        positions = rest;
    }
    // The first is the result, the others are behind it.
    import.more = values.split_off(1);
    values.first().copied().unwrap_or_default()
}

pub(super) fn concat(import: &mut Import<'_, '_>) -> Value {
    let axis = import.int("axis", 1);
    let first = import.input(0);
    let axis = import.axis(first, axis);
    let mut values = Vec::new();
    for i in 0..import.inputs.len() {
        values.push(import.input(i));
    }
    import.concat(&values, axis)
}

pub(super) fn pad(import: &mut Import<'_, '_>) -> Value {
    let x = import.activation(0);
    if import.text("mode", "constant") != "constant" {
        return import.unsupported(&"a border that is not constant");
    }
    let value = import.float("value", 0.0);
    let value = import.number(2, value);
    let Some(pads) = import.list("pads", 1) else { return import.misshapen(&"pads are missing") };
    let axes = import.list("", 3).unwrap_or_else(|| all_axes(import.rank(x)));
    let (begins, ends) = pads.split_at_checked(axes.len()).unwrap_or_default();
    if begins.len() != axes.len() || ends.len() != axes.len() {
        return import.misshapen(&"pads and axes differ in number");
    }
    if pads.iter().any(|&n| n < 0) {
        return import.unsupported(&"negative padding");
    }
    let rank = import.extents(&import.shape(x), import.is_batched(x)).len();
    let (mut before, mut after) = (vec![0usize; rank], vec![0usize; rank]);
    for (&axis, (&begin, &end)) in axes.iter().zip(begins.iter().zip(ends)) {
        let axis = import.axis(x, axis);
        if begin == 0 && end == 0 {
            continue;
        }
        let axis = import.example_axis(axis);
        if let (Some(before), Some(after)) = (before.get_mut(axis), after.get_mut(axis)) {
            *before = usize::try_from(begin).unwrap_or(usize::MAX);
            *after = usize::try_from(end).unwrap_or(usize::MAX);
        }
    }
    if pads.iter().all(|&n| n == 0) {
        return x;
    }
    let operation = Operation::Pad { before: before.clone(), after: after.clone(), value };
    let y = import.layer(operation, &[x]);
    if let (0.0, Some(padded)) = (value, import.node(y)) {
        import.borders.push(Border { padded, source: x, before, after });
    }
    y
}

pub(super) fn expand(import: &mut Import<'_, '_>) -> Value {
    let x = import.input(0);
    let Some(target) = import.list("", 1) else { return import.misshapen(&"no shape") };
    let shape = import.broadcast(&import.shape(x), &Shape::of(&target));
    import.expand(x, &shape)
}

pub(super) fn tile(import: &mut Import<'_, '_>) -> Value {
    let mut x = import.input(0);
    let repeats = import.counts("", 1);
    if repeats.len() != import.rank(x) {
        return import.misshapen(&"repeats for another number of axes");
    }
    for (axis, &repeat) in repeats.iter().enumerate() {
        if repeat != 1 {
            let n = import.shape(x).count(axis);
            let repeat = i64::try_from(repeat).unwrap_or(i64::MAX);
            // The positions are a constant, too.
            let mut positions = first(import.room(&[n as i64, repeat]));
            positions.iter_mut().for_each(|at| *at = at.checked_rem(n).unwrap_or(0));
            x = import.take(x, axis, positions);
        }
    }
    x
}

pub(super) fn gather(import: &mut Import<'_, '_>) -> Value {
    let (x, indices) = (import.input(0), import.input(1));
    let axis = import.int("axis", 0);
    let axis = import.axis(x, axis);
    let shape = import.shape(x);
    // Other axes in place of one.
    let mut result = Shape::of(shape.get(..axis).unwrap_or(&[]));
    result.extend(&import.shape(indices));
    result.extend(shape.get(axis.saturating_add(1)..).unwrap_or(&[]));
    if import.node(indices).is_none() {
        if shape.extent(axis) == BATCH {
            return import.mixes_batch(&"chooses among the examples of the batch");
        }
        let mut positions = Vec::new();
        for index in import.list("", 1).unwrap_or_default() {
            positions.push(import.axis_of(index, shape.count(axis)));
            if !import.budget.refusal.is_none() {
                break;
            }
        }
        let y = import.take(x, axis, positions);
        return import.reshape(y, result);
    }
    if import.node(x).is_some() || axis != 0 {
        return import.unsupported(&"indices that are activations, other than of a table's rows");
    }
    let width = import.inner(&shape, 0);
    let table = import.floats(0);
    let y = import.layer(Operation::Embedding { table, width }, &[indices]);
    import.reshape(y, result)
}
