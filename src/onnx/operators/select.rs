//! Parts of values, and values behind one another: slice, split, gather, concat, pad, expand, tile.

use super::arithmetic;
use super::{Call, axis, counts, one, product};
use crate::network::{NodeId, Operation};
use crate::onnx::import::{Border, Import, Value};
use crate::onnx::refusal::{Outcome, misshapen, mixes_batch, unsupported};
use crate::onnx::tensor::{BATCH, Data, Tensor, broadcast, into_floats, row_major};
use std::rc::Rc;

/// The numbers of all axes.
#[inline(never)]
fn first_axes(rank: usize) -> Vec<i64> {
    (0i64..).take(rank).collect()
}

/// A run of elements along an axis.
#[derive(Clone, Copy, Debug)]
struct Run {
    axis: usize,
    start: usize,
    len: usize,
    step: isize,
}

fn whole_axis(run: &Run, extent: usize) -> bool {
    run.start == 0 && run.len == extent && run.step == 1
}

/// ONNX's slice of an axis: bounds count from the end if negative and are clamped.
fn run(axis: usize, extent: usize, start: i64, end: i64, step: i64) -> Outcome<Run> {
    let (Ok(n), Ok(stride)) = (i64::try_from(extent), isize::try_from(step)) else {
        return misshapen("a slice beyond all bounds");
    };
    let from_end = |at: i64| if at < 0 { at.saturating_add(n) } else { at };
    let (start, end) = (from_end(start), from_end(end));
    let (start, distance) = if step > 0 {
        let (start, end) = (start.clamp(0, n), end.clamp(0, n));
        (start, end.saturating_sub(start))
    } else {
        let top = n.saturating_sub(1);
        let (start, end) = (start.clamp(0, top.max(0)), end.clamp(-1, top));
        (start, start.saturating_sub(end))
    };
    let size = step.unsigned_abs();
    if size == 0 {
        return misshapen("a slice with step 0");
    }
    let len = u64::try_from(distance).unwrap_or(0).div_ceil(size);
    let position = |n: u64| usize::try_from(n).unwrap_or(0);
    let start = position(u64::try_from(start).unwrap_or(0));
    // The step of a single element is of no account, and could overflow.
    let step = if len <= 1 { 1 } else { stride };
    Ok(Run { axis, start, len: position(len), step })
}

#[inline(never)]
fn cut_constant(import: &Import<'_, '_>, tensor: &Tensor, runs: &[Run]) -> Outcome<Tensor> {
    let mut dims = tensor.dims().to_vec();
    let mut strides = row_major(&dims);
    let mut offset = 0usize;
    for run in runs {
        if let (Some(n), Some(stride)) = (dims.get_mut(run.axis), strides.get_mut(run.axis)) {
            offset = offset.saturating_add(run.start.saturating_mul(stride.unsigned_abs()));
            (*n, *stride) = (run.len, stride.saturating_mul(run.step));
        }
    }
    Ok(tensor.strided(dims, &strides, offset, import.budget)?)
}

#[inline(never)]
fn cut_node(import: &mut Import<'_, '_>, mut id: NodeId, runs: &[Run]) -> Outcome<NodeId> {
    for run in runs {
        let extent = import.shape(id).get(run.axis).copied().unwrap_or(0);
        if !whole_axis(run, extent) {
            let Run { axis, start, len, step } = *run;
            id = import.push(Operation::Slice { axis, start, len, step }, &[id])?;
        }
    }
    Ok(id)
}

pub(super) fn slice(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let (Some(starts), Some(ends)) = (call.list("starts", 1)?, call.list("ends", 2)?) else {
        return misshapen("starts or ends are missing");
    };
    let axes = match call.list("axes", 3)? {
        Some(axes) => axes,
        None => first_axes(starts.len()),
    };
    let steps = call.int_list(4)?.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes.len(), steps.len()].iter().any(|&n| n != starts.len()) {
        return misshapen("starts, ends, axes and steps differ in number");
    }
    if [&starts, &ends, &steps].iter().any(|list| list.contains(&BATCH)) {
        return mixes_batch("slices by the batch size");
    }
    let dims = call.shape(import)?;
    let mut runs = Vec::with_capacity(axes.len());
    for ((&along, &step), (&start, &end)) in axes.iter().zip(&steps).zip(starts.iter().zip(&ends)) {
        // All of the batch is no slice at all.
        let all = start == 0 && step == 1 && end >= i64::from(i32::MAX);
        let node = matches!(call.required(0)?, Value::Node { .. });
        if import.batched && node && all && axis(along, call.rank(import)?)? == 0 {
            continue;
        }
        let along = call.axis(import, along)?;
        if runs.iter().any(|run: &Run| run.axis == along) {
            return misshapen(format_args!("axis {along} is sliced twice"));
        }
        let extent = dims.get(along).copied().unwrap_or(0);
        runs.push(run(along, extent, start, end, step)?);
    }
    one(cut(import, call.required(0)?, &runs)?)
}

#[inline(never)]
fn cut(import: &mut Import<'_, '_>, value: &Value, runs: &[Run]) -> Outcome<Value> {
    Ok(match value {
        Value::Constant(tensor) => Value::constant(cut_constant(import, tensor, runs)?),
        Value::Node { id, whole } => {
            Value::Node { id: cut_node(import, *id, runs)?, whole: *whole }
        }
        Value::Unknown => return unsupported("an input is unknown"),
    })
}

pub(super) fn split(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let along = call.int("axis", 0)?;
    let parts = call.list("split", 1)?;
    let along = call.axis(import, along)?;
    let extent = call.shape(import)?.get(along).copied().unwrap_or(0);
    let outputs = call.node.outputs.len().max(1);
    let parts = match parts {
        Some(parts) => counts(&parts, "split")?,
        None => {
            // Equal parts; the last is smaller where they do not come out even.
            let part = extent.div_ceil(outputs);
            let (mut parts, mut left) = (Vec::with_capacity(outputs), extent);
            for _ in 0..outputs {
                parts.push(part.min(left));
                left = left.saturating_sub(part);
            }
            parts
        }
    };
    if parts.len() != outputs || parts.iter().fold(0, |s: usize, &n| s.saturating_add(n)) != extent
    {
        return misshapen(format_args!("{extent} elements split into {parts:?}"));
    }
    let mut values = Vec::with_capacity(outputs);
    let mut start = 0usize;
    for (i, &len) in parts.iter().enumerate() {
        let runs = [Run { axis: along, start, len, step: 1 }];
        start = start.saturating_add(len);
        values.push(match call.used.get(i) {
            Some(true) => cut(import, call.required(0)?, &runs)?,
            _ => Value::Unknown,
        });
    }
    Ok(values)
}

pub(super) fn concat(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let along = call.int("axis", 1)?;
    let (mut nodes, mut tensors) = (Vec::new(), Vec::new());
    let mut all_whole = true;
    for i in 0..call.inputs.len() {
        match call.required(i)? {
            Value::Node { id, whole } => {
                nodes.push(*id);
                all_whole &= *whole;
            }
            Value::Constant(tensor) => tensors.push(Rc::clone(tensor)),
            Value::Unknown => return unsupported("an input is unknown"),
        }
    }
    match (&nodes[..], &tensors[..]) {
        ([], [first, ..]) => {
            let along = axis(along, first.dims().len())?;
            one(Value::constant(concat_constants(import, &tensors, along)?))
        }
        ([only], []) => one(Value::Node { id: *only, whole: all_whole }),
        ([first, ..], []) => {
            let axis = import.axis(*first, along)?;
            let id = import.push(Operation::Concat { axis }, &nodes)?;
            one(Value::Node { id, whole: all_whole })
        }
        ([], []) => misshapen("nothing to join"),
        _ => unsupported("a constant joined to an activation"),
    }
}

fn concat_constants(
    import: &Import<'_, '_>,
    tensors: &[Rc<Tensor>],
    along: usize,
) -> Outcome<Tensor> {
    let Some(first) = tensors.first() else { return misshapen("nothing to join") };
    let mut extent = 0usize;
    for tensor in tensors {
        let (front, back) = (..along, along.saturating_add(1)..);
        let fits = tensor.dims().get(front) == first.dims().get(front)
            && tensor.dims().get(back.clone()) == first.dims().get(back);
        if tensor.is_whole() != first.is_whole() || !fits {
            return misshapen(format_args!("{:?} joined to {:?}", tensor.dims(), first.dims()));
        }
        extent = extent.saturating_add(tensor.dims().get(along).copied().unwrap_or(0));
    }
    let mut dims = first.dims().to_vec();
    if let Some(slot) = dims.get_mut(along) {
        *slot = extent;
    }
    let rows = product(dims.get(..along).unwrap_or(&[]));
    let mut data = first.empty(&dims, import.budget)?;
    for row in 0..rows {
        for tensor in tensors {
            let chunk = product(tensor.dims().get(along..).unwrap_or(&[]));
            tensor.copy(row.saturating_mul(chunk), chunk, &mut data);
        }
    }
    Ok(Tensor::new(&dims, data)?)
}

pub(super) fn pad(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let mode = call.text("mode", "constant")?;
    if mode != "constant" {
        return unsupported(format_args!("mode '{mode}'"));
    }
    let x = call.activation(0)?;
    let Some(pads) = call.list("pads", 1)? else { return misshapen("pads are missing") };
    let mut value = call.float("value", 0.0)?;
    if let Some(constant) = call.constant(2)? {
        let Some(number) = constant.scalar() else { return misshapen("the value is no scalar") };
        value = number;
    }
    let rank = import.rank(x);
    let axes = match call.int_list(3)? {
        Some(axes) => axes,
        None => first_axes(rank),
    };
    if pads.len() != axes.len().saturating_mul(2) {
        return misshapen(format_args!("pads {pads:?} for {} axes", axes.len()));
    }
    if pads.iter().any(|&n| n < 0) {
        return unsupported("negative padding");
    }
    let pads = counts(&pads, "pads")?;
    let (begin, end) = pads.split_at_checked(axes.len()).unwrap_or_default();
    let shape = import.shape(x);
    let (mut before, mut after) = (vec![0; shape.len()], vec![0; shape.len()]);
    for ((&along, &begin), &end) in axes.iter().zip(begin).zip(end) {
        if begin == 0 && end == 0 {
            axis(along, rank)?;
            continue;
        }
        let along = import.axis(x, along)?;
        if let (Some(b), Some(a)) = (before.get_mut(along), after.get_mut(along)) {
            (*b, *a) = (begin, end);
        }
    }
    if before.iter().chain(&after).all(|&n| n == 0) {
        return one(call.required(0)?.clone());
    }
    let mut wide = shape;
    for (n, (before, after)) in wide.iter_mut().zip(before.iter().zip(&after)) {
        *n = n.saturating_add(*before).saturating_add(*after);
    }
    // The layer keeps the source of every element.
    let elements = crate::onnx::limits::elements(&wide, import.budget.limits())?;
    import.budget.allocate(elements, 4)?;
    let operation = Operation::Pad { before: before.clone(), after: after.clone(), value };
    let id = import.push(operation, &[x])?;
    if value == 0.0 {
        import.borders.push((id, Border { source: x, before, after }));
    }
    one(Value::float(id))
}

pub(super) fn expand(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let Some(target) = call.int_list(1)? else { return misshapen("the shape is missing") };
    let (id, whole) = match call.required(0)? {
        Value::Constant(tensor) => {
            if target.contains(&BATCH) {
                return mixes_batch("fills a constant with the batch size");
            }
            let target = counts(&target, "shape")?;
            let Some(dims) = broadcast(tensor.dims(), &target) else {
                return misshapen(format_args!("{:?} expanded to {target:?}", tensor.dims()));
            };
            return one(Value::constant(tensor.expanded(&dims, call.budget)?));
        }
        Value::Node { id, whole } => (*id, *whole),
        Value::Unknown => return unsupported("an input is unknown"),
    };
    let mut target = &target[..];
    if import.batched && target.len() >= import.rank(id) {
        // The batch may stay what it is: written as its size or as 1.
        match target.split_first() {
            Some((&(BATCH | 1), rest)) if target.len() == import.rank(id) => target = rest,
            _ => return mixes_batch("expands the batch axis"),
        }
    }
    let target = counts(target, "shape")?;
    let Some(shape) = broadcast(&import.shape(id), &target) else {
        return misshapen(format_args!("{:?} expanded to {target:?}", import.shape(id)));
    };
    one(Value::Node { id: arithmetic::expand(import, id, &shape)?, whole })
}

pub(super) fn tile(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let Some(repeats) = call.int_list(1)? else { return misshapen("repeats are missing") };
    if repeats.contains(&BATCH) {
        return mixes_batch("repeats by the batch size");
    }
    let repeats = counts(&repeats, "repeats")?;
    match call.required(0)? {
        Value::Constant(tensor) => {
            if repeats.len() != tensor.dims().len() {
                return misshapen(format_args!("repeats {repeats:?} of {:?}", tensor.dims()));
            }
            // [n] repeated r times is [r, n] with stride 0 along r.
            let strides = row_major(tensor.dims());
            let axes = tensor.dims().iter().zip(&repeats).zip(&strides);
            let (mut dims, mut steps, mut shape) = (Vec::new(), Vec::new(), Vec::new());
            for ((&n, &repeat), &stride) in axes {
                dims.push(repeat);
                dims.push(n);
                steps.push(0);
                steps.push(stride);
                shape.push(n.saturating_mul(repeat));
            }
            one(Value::constant(tensor.repeated(&dims, &steps, shape, call.budget)?))
        }
        Value::Node { id, whole } => {
            let (mut id, whole) = (*id, *whole);
            if repeats.len() != import.rank(id) {
                return misshapen(format_args!("repeats {repeats:?} of {:?}", import.shape(id)));
            }
            for (along, &repeat) in (0i64..).zip(&repeats) {
                if repeat != 1 {
                    let axis = import.axis(id, along)?;
                    if repeat == 0 || repeat > 4096 {
                        return unsupported(format_args!("{repeat} copies"));
                    }
                    id = import.push(Operation::Concat { axis }, &vec![id; repeat])?;
                }
            }
            one(Value::Node { id, whole })
        }
        Value::Unknown => unsupported("an input is unknown"),
    }
}

pub(super) fn gather(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let along = call.int("axis", 0)?;
    match (call.required(0)?, call.required(1)?) {
        (Value::Constant(table), Value::Constant(indices)) => {
            let (table, indices) = (Rc::clone(table), Rc::clone(indices));
            let along = axis(along, table.dims().len())?;
            one(Value::constant(gather_constant(import, &table, &indices, along)?))
        }
        (Value::Constant(_), Value::Node { id, .. }) => {
            let id = *id;
            let table = call.required_constant(0)?;
            if axis(along, table.dims().len())? != 0 {
                return unsupported("a table that is not indexed along its first axis");
            }
            let dims = table.dims().get(1..).unwrap_or(&[]).to_vec();
            let table = into_floats(table);
            let width = product(&dims);
            let shape = [import.shape(id), dims].concat();
            let y = import.push(Operation::Embedding { table, width }, &[id])?;
            one(Value::float(import.reshape(y, shape)?))
        }
        (Value::Node { id, whole }, Value::Constant(indices)) => {
            let (id, whole, indices) = (*id, *whole, Rc::clone(indices));
            let axis = import.axis(id, along)?;
            let extent = import.shape(id).get(axis).copied().unwrap_or(0);
            let positions = positions(&indices, extent)?;
            let (Some(&start), true) = (positions.first(), positions.len() <= extent) else {
                return unsupported("indices that repeat");
            };
            let second = positions.get(1).copied().unwrap_or(start.saturating_add(1));
            let step = second.cast_signed().wrapping_sub(start.cast_signed());
            let mut next = start;
            for &position in &positions {
                if position != next || step == 0 {
                    return unsupported("indices that are not evenly spaced");
                }
                next = next.wrapping_add_signed(step);
            }
            let run = Run { axis, start, len: positions.len(), step };
            let y = cut_node(import, id, &[run])?;
            let shape = around(&import.shape(id), axis, indices.dims());
            one(Value::Node { id: import.reshape(y, shape)?, whole })
        }
        _ => unsupported("indices that are activations, of an activation"),
    }
}

/// A shape with other axes in place of one.
#[inline(never)]
fn around(shape: &[usize], axis: usize, inner: &[usize]) -> Vec<usize> {
    let front = shape.get(..axis).unwrap_or(&[]);
    [front, inner, shape.get(axis.saturating_add(1)..).unwrap_or(&[])].concat()
}

/// Indices, negative ones counted from the end.
#[inline(never)]
fn positions(indices: &Tensor, extent: usize) -> Outcome<Vec<usize>> {
    let Data::Int(list) = indices.data() else { return misshapen("indices are no whole numbers") };
    let mut positions = Vec::with_capacity(list.len());
    for &index in list {
        positions.push(axis(index, extent)?);
    }
    Ok(positions)
}

fn gather_constant(
    import: &Import<'_, '_>,
    table: &Tensor,
    indices: &Tensor,
    along: usize,
) -> Outcome<Tensor> {
    let extent = table.dims().get(along).copied().unwrap_or(0);
    let positions = positions(indices, extent)?;
    let front = table.dims().get(..along).unwrap_or(&[]);
    let back = table.dims().get(along.saturating_add(1)..).unwrap_or(&[]);
    let dims = around(table.dims(), along, indices.dims());
    let mut data = table.empty(&dims, import.budget)?;
    let inner = product(back);
    for row in 0..product(front) {
        for position in &positions {
            let index = row.saturating_mul(extent).saturating_add(*position);
            table.copy(index.saturating_mul(inner), inner, &mut data);
        }
    }
    Ok(Tensor::new(&dims, data)?)
}
