//! The same values in other places or shapes, and shapes as values.

use super::{Call, axis, counts, in_order, one, product};
use crate::network::{NodeId, Operation};
use crate::onnx::decode::{BOOL, is_float, is_int};
use crate::onnx::import::{Import, Value};
use crate::onnx::refusal::{Outcome, misshapen, mixes_batch, unsupported};
use crate::onnx::tensor::{BATCH, Data, Tensor};
use std::rc::Rc;

pub(super) fn identity(_: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    one(call.required(0)?.clone())
}

pub(super) fn dropout(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    if call.used.get(1).is_some_and(|&used| used) {
        return unsupported("the output with the mask");
    }
    if let Some(training) = call.constant(2)?
        && training.uniform() != Some(0.0)
    {
        return unsupported("training mode");
    }
    identity(import, call)
}

pub(super) fn cast(_: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let to = call.int("to", 0)?;
    if !is_float(to) && !is_int(to) {
        return unsupported(format_args!("data type {to}"));
    }
    let value = call.required(0)?.clone();
    one(match value {
        Value::Constant(tensor) => match (tensor.data(), is_float(to)) {
            (Data::Float(list), false) => {
                call.budget.allocate(list.len() as u64, 8)?;
                let whole = |&v: &f32| if to == BOOL { i64::from(v != 0.0) } else { v as i64 };
                let list = list.iter().map(whole).collect();
                Value::constant(Tensor::new(tensor.dims(), Data::Int(list))?)
            }
            (Data::Int(list), true) => {
                if list.contains(&BATCH) {
                    return mixes_batch("computes with the batch size");
                }
                call.budget.allocate(list.len() as u64, 4)?;
                Value::constant(Tensor::new(tensor.dims(), Data::Float(tensor.to_floats()))?)
            }
            _ => Value::Constant(tensor),
        },
        Value::Node { id, whole } if is_float(to) || whole => {
            Value::Node { id, whole: !is_float(to) }
        }
        _ => return unsupported("rounding an activation to whole numbers"),
    })
}

/// The shape as a constant; the batch size stays open.
#[inline(never)]
fn dimensions(import: &Import<'_, '_>, value: &Value) -> Outcome<Vec<i64>> {
    let (batch, dims) = match value {
        Value::Constant(tensor) => (false, tensor.dims().to_vec()),
        Value::Node { id, .. } => (import.batched, import.shape(*id)),
        Value::Unknown => return unsupported("an input is unknown"),
    };
    let mut list = Vec::new();
    if batch {
        list.push(BATCH);
    }
    for n in dims {
        list.push(i64::try_from(n).unwrap_or(i64::MAX));
    }
    Ok(list)
}

pub(super) fn shape(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let dims = dimensions(import, call.required(0)?)?;
    let bound = |n: i64| -> usize {
        let len = i64::try_from(dims.len()).unwrap_or(0);
        let n = if n < 0 { n.saturating_add(len) } else { n };
        usize::try_from(n.clamp(0, len)).unwrap_or(0)
    };
    let (start, end) = (bound(call.int("start", 0)?), bound(call.int("end", i64::MAX)?));
    let part = dims.get(start..end.max(start)).unwrap_or(&[]).to_vec();
    one(Value::constant(Tensor::ints(part)))
}

pub(super) fn size(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let dims = dimensions(import, call.required(0)?)?;
    if dims.contains(&BATCH) {
        return mixes_batch("computes with the batch size");
    }
    let size = dims.iter().fold(1i64, |size, &n| size.saturating_mul(n));
    one(Value::constant(Tensor::new(&[], Data::Int(vec![size]))?))
}

/// The new shape of a constant, or of an example at a node.
type Reshaping<'f> = dyn Fn(&Import<'_, '_>, Option<NodeId>, &[usize]) -> Outcome<Vec<usize>> + 'f;

/// Gives a value another shape of as many elements.
#[inline(never)]
fn give_shape(
    import: &mut Import<'_, '_>,
    value: Value,
    shape: &Reshaping<'_>,
) -> Outcome<Vec<Value>> {
    one(match value {
        Value::Constant(tensor) => {
            let dims = shape(import, None, tensor.dims())?;
            let tensor = Rc::try_unwrap(tensor).unwrap_or_else(|shared| (*shared).clone());
            Value::constant(tensor.reshaped(dims)?)
        }
        Value::Node { id, whole } => {
            let dims = import.shape(id);
            let dims = shape(import, Some(id), &dims)?;
            Value::Node { id: import.reshape(id, dims)?, whole }
        }
        Value::Unknown => return unsupported("an input is unknown"),
    })
}

#[inline(never)]
fn take(call: &mut Call<'_, '_>) -> Outcome<Value> {
    match call.inputs.get_mut(0).and_then(Option::take) {
        Some(value) => Ok(value),
        None => misshapen("input 0 is missing"),
    }
}

pub(super) fn reshape(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let Some(target) = call.int_list(1)? else { return misshapen("the shape is missing") };
    let zero_is_zero = call.int("allowzero", 0)? != 0;
    let value = take(call)?;
    give_shape(import, value, &|import, node, have| {
        if import.batched && node.is_some() {
            keep_batch(import, &target, have, zero_is_zero)
        } else {
            resolve(&target, have, zero_is_zero)
        }
    })
}

/// The shape that 0 (the input's extent) and −1 (whatever is left) stand for.
fn resolve(target: &[i64], have: &[usize], zero_is_zero: bool) -> Outcome<Vec<usize>> {
    let mut open = None;
    let mut dims = Vec::with_capacity(target.len());
    for (i, &n) in target.iter().enumerate() {
        dims.push(match n {
            -1 if open.is_none() => {
                open = Some(i);
                1
            }
            0 if !zero_is_zero => match have.get(i) {
                Some(&n) => n,
                None => return misshapen(format_args!("shape {target:?} from {have:?}")),
            },
            BATCH => return mixes_batch("moves the batch axis"),
            n => match usize::try_from(n) {
                Ok(n) => n,
                Err(_) => return misshapen(format_args!("shape {target:?}")),
            },
        });
    }
    if let Some(slot) = open.and_then(|i| dims.get_mut(i)) {
        *slot = 1;
    }
    if let Some(i) = open {
        let rest = match product(have).checked_div(product(&dims)) {
            Some(rest) => rest,
            None => return misshapen(format_args!("shape {target:?} from {have:?}")),
        };
        if let Some(slot) = dims.get_mut(i) {
            *slot = rest;
        }
    }
    if product(&dims) == product(have) {
        Ok(dims)
    } else {
        misshapen(format_args!("shape {target:?} from {have:?}"))
    }
}

/// The same for one example, when the target's first entry is the batch and the rest are the example's.
fn keep_batch(
    import: &Import<'_, '_>,
    target: &[i64],
    have: &[usize],
    zero_is_zero: bool,
) -> Outcome<Vec<usize>> {
    let Some((&first, rest)) = target.split_first() else {
        return mixes_batch("drops the batch axis");
    };
    let batch = match first {
        BATCH | -1 => true,
        0 => !zero_is_zero,
        // A fixed number: the batch size that the file states, or 1 where an exporter traced one.
        n => match import.batch {
            Some(batch) => n == batch,
            None => n == 1,
        },
    };
    if !batch || rest.contains(&BATCH) {
        return mixes_batch("moves the batch axis");
    }
    // −1 in front must come to the batch size: the rest then is a whole example.
    match resolve(rest, have, zero_is_zero) {
        Ok(dims) => Ok(dims),
        Err(_) => mixes_batch(format_args!("makes {target:?} of examples {have:?}")),
    }
}

pub(super) fn flatten(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let along = call.int("axis", 1)?;
    let value = take(call)?;
    give_shape(import, value, &|import, node, have| {
        let rank = node.map_or(have.len(), |id| import.rank(id));
        // The axis may be the rank itself: then nothing is behind it.
        let along = axis(along, rank.saturating_add(usize::from(along >= 0)))?;
        if import.batched && node.is_some() {
            return if along == 1 {
                Ok(vec![product(have)])
            } else {
                mixes_batch("flattens the batch axis with others")
            };
        }
        let (front, back) = have.split_at_checked(along).unwrap_or((have, &[]));
        Ok(vec![product(front), product(back)])
    })
}

pub(super) fn squeeze(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let axes = call.list("axes", 1)?;
    let value = take(call)?;
    give_shape(import, value, &|import, node, have| {
        let mut drop = vec![false; have.len()];
        match (&axes, node) {
            (None, Some(_)) if import.batched => {
                return mixes_batch("drops the batch axis if it is 1");
            }
            (None, _) => drop.iter_mut().zip(have).for_each(|(drop, &n)| *drop = n == 1),
            (Some(axes), _) => {
                for &along in axes {
                    let along = match node {
                        Some(id) => import.axis(id, along)?,
                        None => axis(along, have.len())?,
                    };
                    if have.get(along) != Some(&1) {
                        return misshapen(format_args!("axis {along} of {have:?} is not 1"));
                    }
                    if let Some(drop) = drop.get_mut(along) {
                        *drop = true;
                    }
                }
            }
        }
        let mut dims = Vec::with_capacity(have.len());
        for (&n, &drop) in have.iter().zip(&drop) {
            if !drop {
                dims.push(n);
            }
        }
        Ok(dims)
    })
}

pub(super) fn unsqueeze(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
) -> Outcome<Vec<Value>> {
    let Some(axes) = call.list("axes", 1)? else { return misshapen("axes are missing") };
    let value = take(call)?;
    let most = import.budget.limits().rank;
    give_shape(import, value, &|import, node, have| {
        let batched = import.batched && node.is_some();
        let rank = have.len().saturating_add(usize::from(batched)).saturating_add(axes.len());
        if rank > most.saturating_add(1) {
            return misshapen(format_args!("{rank} axes"));
        }
        let mut fresh = vec![false; rank];
        for &along in &axes {
            match fresh.get_mut(axis(along, rank)?) {
                Some(slot) if !*slot => *slot = true,
                _ => return misshapen(format_args!("axes {axes:?}")),
            }
        }
        if batched && fresh.first() == Some(&true) {
            return mixes_batch("puts an axis in front of the batch");
        }
        let mut dims = Vec::with_capacity(rank);
        let mut have = have.iter();
        for &fresh in fresh.iter().skip(usize::from(batched)) {
            let old = if fresh { None } else { have.next() };
            dims.push(old.copied().unwrap_or(1));
        }
        Ok(dims)
    })
}

pub(super) fn transpose(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
) -> Outcome<Vec<Value>> {
    let perm = match call.ints("perm")? {
        Some(perm) => counts(&perm, "perm")?,
        None => {
            let mut perm = in_order(call.rank(import)?);
            perm.reverse();
            perm
        }
    };
    let (id, whole) = match call.required(0)? {
        Value::Constant(tensor) => {
            return one(Value::constant(tensor.transposed(&perm, call.budget)?));
        }
        Value::Node { id, whole } => (*id, *whole),
        Value::Unknown => return unsupported("an input is unknown"),
    };
    let mut perm = perm;
    if import.batched {
        if perm.first() != Some(&0) {
            return mixes_batch("moves the batch axis");
        }
        perm.remove(0);
        perm.iter_mut().for_each(|axis| *axis = axis.saturating_sub(1));
    }
    if perm == in_order(import.shape(id).len()) {
        return one(Value::Node { id, whole });
    }
    one(Value::Node { id: import.push(Operation::Transpose { perm }, &[id])?, whole })
}
