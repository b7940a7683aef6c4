//! Sums, differences, products and quotients; scalings by constants; batch normalisation.

use super::constant::{Binary, binary};
use super::{Call, activation, one, product};
use crate::network::{NodeId, Operation, Unit};
use crate::onnx::import::{Import, Value};
use crate::onnx::patterns;
use crate::onnx::refusal::{Outcome, misshapen, mixes_batch, unsupported};
use crate::onnx::tensor::{Data, Tensor, broadcast, padded};
use std::rc::Rc;

/// The two sides of an operator.
enum Sides<'c> {
    Constants(&'c Tensor, &'c Tensor),
    NodeConstant(NodeId, &'c Tensor),
    ConstantNode(&'c Tensor, NodeId),
    Nodes(NodeId, NodeId),
}

/// The sides, and whether the result holds whole numbers if the operator keeps them whole.
#[inline(never)]
fn sides<'c>(call: &'c Call<'_, '_>) -> Outcome<(Sides<'c>, bool)> {
    let (a, b) = (call.required(0)?, call.required(1)?);
    let whole = a.is_whole() && b.is_whole();
    let sides = match (a, b) {
        (Value::Constant(a), Value::Constant(b)) => Sides::Constants(a, b),
        (Value::Constant(a), Value::Node { id, .. }) => Sides::ConstantNode(a, *id),
        (Value::Node { id, .. }, Value::Constant(b)) => Sides::NodeConstant(*id, b),
        (Value::Node { id: a, .. }, Value::Node { id: b, .. }) => Sides::Nodes(*a, *b),
        _ => return unsupported("an input is unknown"),
    };
    Ok((sides, whole))
}

/// Add, Sub, Mul and Div.
pub(super) fn arithmetic(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
    kind: Binary,
) -> Outcome<Vec<Value>> {
    let (sides, whole) = sides(call)?;
    let id = match (sides, kind) {
        (Sides::Constants(a, b), _) => return binary(kind, a, b, call.budget),
        (_, Binary::Div) if whole => return unsupported("division of whole numbers"),
        (Sides::NodeConstant(x, c) | Sides::ConstantNode(c, x), Binary::Add) => {
            scale(import, x, c, |c| (1.0, c))?
        }
        (Sides::NodeConstant(x, c), Binary::Sub) => scale(import, x, c, |c| (1.0, -c))?,
        (Sides::ConstantNode(c, x), Binary::Sub) => scale(import, x, c, |c| (-1.0, c))?,
        (Sides::NodeConstant(x, c), Binary::Div) => factor(import, x, c, |c| (1.0 / c, 0.0))?,
        (Sides::NodeConstant(mut x, c) | Sides::ConstantNode(c, mut x), _) => {
            if kind == Binary::Div {
                x = import.push(Operation::Unit(Unit::Reciprocal), &[x])?;
            }
            factor(import, x, c, |c| (c, 0.0))?
        }
        (Sides::Nodes(a, b), Binary::Add) => total(import, &[a, b])?,
        (Sides::Nodes(a, b), Binary::Sub) => {
            let b = patterns::scaled(import, b, -1.0)?;
            total(import, &[a, b])?
        }
        (Sides::Nodes(a, b), Binary::Mul) => match patterns::product(import, a, b)? {
            Some(id) => id,
            None => return unsupported("the product of two activations"),
        },
        (Sides::Nodes(a, b), _) => match patterns::quotient(import, a, b)? {
            Some(id) => id,
            None => return unsupported("the quotient of two activations"),
        },
    };
    one(Value::Node { id, whole })
}

pub(super) fn neg(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    if let Value::Constant(tensor) = call.required(0)? {
        let minus = if tensor.is_whole() { Data::Int(vec![-1]) } else { Data::Float(vec![-1.0]) };
        return binary(Binary::Mul, tensor, &Tensor::new(&[], minus)?, call.budget);
    }
    let x = call.activation(0)?;
    one(Value::float(patterns::scaled(import, x, -1.0)?))
}

pub(super) fn pow(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let (sides, whole) = sides(call)?;
    match sides {
        Sides::Constants(a, b) => binary(Binary::Pow, a, b, call.budget),
        Sides::NodeConstant(x, c) => match c.uniform() {
            Some(1.0) => super::structure::identity(import, call),
            Some(exponent) if c.len() == 1 => {
                let operation = Operation::Unit(Unit::Power { exponent });
                one(Value::Node { id: import.push(operation, &[x])?, whole })
            }
            _ => unsupported("exponents that differ; only one for all elements is supported"),
        },
        _ => unsupported("an exponent that is an activation"),
    }
}

/// Max or Min: of constants, or of an activation and a number.
pub(super) fn extreme(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
    kind: Binary,
) -> Outcome<Vec<Value>> {
    if call.inputs.len() == 1 {
        return super::structure::identity(import, call);
    }
    let (nodes, constant) = parts(call, kind)?;
    let node = match nodes[..] {
        [] => None,
        [only] => Some(only),
        _ => return unsupported("the larger or smaller of two activations"),
    };
    match (node, constant) {
        (None, Some(constant)) => one(Value::Constant(constant)),
        (Some(i), Some(constant)) => {
            let Some(bound) = constant.scalar() else {
                return unsupported("bounds that differ; only one number is supported");
            };
            call.inputs.swap(0, i);
            let upper = kind == Binary::Min;
            let bounds = if upper { [f32::NEG_INFINITY, bound] } else { [bound, f32::INFINITY] };
            activation::clamp(import, call, bounds)
        }
        _ => misshapen("no inputs"),
    }
}

pub(super) fn sum(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    one(sum_all(import, call)?)
}

pub(super) fn mean(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let part = 1.0 / call.inputs.len().max(1) as f32;
    match sum_all(import, call)? {
        Value::Node { id, .. } => one(Value::float(patterns::scaled(import, id, part)?)),
        Value::Constant(sum) => {
            let part = Tensor::new(&[], Data::Float(vec![part]))?;
            binary(Binary::Mul, &sum, &part, call.budget)
        }
        Value::Unknown => unsupported("an input is unknown"),
    }
}

/// Which of the inputs are activations, and what the others come to.
#[inline(never)]
fn parts(call: &Call<'_, '_>, kind: Binary) -> Outcome<(Vec<usize>, Option<Rc<Tensor>>)> {
    let mut constant: Option<Rc<Tensor>> = None;
    let mut nodes = Vec::new();
    for i in 0..call.inputs.len() {
        let Value::Constant(tensor) = call.required(i)? else {
            nodes.push(i);
            continue;
        };
        constant = Some(match constant {
            None => Rc::clone(tensor),
            Some(before) => match binary(kind, &before, tensor, call.budget)?.pop() {
                Some(Value::Constant(tensor)) => tensor,
                _ => return misshapen("no value"),
            },
        });
    }
    Ok((nodes, constant))
}

fn sum_all(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (mut nodes, constant) = parts(call, Binary::Add)?;
    for node in &mut nodes {
        *node = call.activation(*node)?;
    }
    let node = match nodes[..] {
        [] => None,
        [only] => Some(only),
        _ => Some(total(import, &nodes)?),
    };
    match (node, constant) {
        (Some(id), None) => Ok(Value::float(id)),
        (None, Some(constant)) => Ok(Value::Constant(constant)),
        (Some(id), Some(constant)) => Ok(Value::float(scale(import, id, &constant, |c| (1.0, c))?)),
        (None, None) => misshapen("a sum of nothing"),
    }
}

/// The sum of activations, repeated along axes of extent 1 where they differ.
#[inline(never)]
pub(super) fn total(import: &mut Import<'_, '_>, nodes: &[NodeId]) -> Outcome<NodeId> {
    let mut shape: Vec<usize> = Vec::new();
    for (i, &id) in nodes.iter().enumerate() {
        let other = import.shape(id);
        if import.batched && i > 0 && other.len() != shape.len() {
            return mixes_batch("adds activations of different rank");
        }
        shape = match if i == 0 { Some(other) } else { broadcast(&shape, &other) } {
            Some(shape) => shape,
            None => return misshapen("the sum of activations whose shapes differ"),
        };
    }
    let mut terms = Vec::with_capacity(nodes.len());
    for &id in nodes {
        terms.push(expand(import, id, &shape)?);
    }
    import.push(Operation::Add, &terms)
}

/// Most copies that broadcasting an activation may make.
const COPIES: usize = 4096;

/// An activation repeated along axes of extent 1, and given axes in front, to fill `shape`.
#[inline(never)]
pub(super) fn expand(import: &mut Import<'_, '_>, id: NodeId, shape: &[usize]) -> Outcome<NodeId> {
    let have = import.shape(id);
    let have = padded(&have, shape.len());
    let mut id = import.reshape(id, have.clone())?;
    for (axis, (&from, &to)) in have.iter().zip(shape).enumerate() {
        if from != to {
            if from != 1 || to > COPIES {
                return misshapen(format_args!("{have:?} cannot be broadcast to {shape:?}"));
            }
            id = import.push(Operation::Concat { axis }, &vec![id; to])?;
        }
    }
    Ok(id)
}

/// x·scale: one number cancels with a scaling that is there already.
#[inline(never)]
fn factor(
    import: &mut Import<'_, '_>,
    x: NodeId,
    c: &Tensor,
    make: fn(f32) -> (f32, f32),
) -> Outcome<NodeId> {
    match c.scalar() {
        Some(value) if c.dims().len() <= import.rank(x) => {
            patterns::scaled(import, x, make(value).0)
        }
        _ => scale(import, x, c, make),
    }
}

/// x·scale + shift, where `make` says both for every element of the constant.
#[inline(never)]
pub(super) fn scale(
    import: &mut Import<'_, '_>,
    x: NodeId,
    c: &Tensor,
    make: fn(f32) -> (f32, f32),
) -> Outcome<NodeId> {
    let rank = import.rank(x);
    let mut dims = c.dims();
    if import.batched {
        // Axis 0 of a constant of full rank faces the batch.
        if dims.len() > rank || (dims.len() == rank && dims.first().is_some_and(|&n| n != 1)) {
            return mixes_batch("combines the batch axis with a constant");
        }
        if dims.len() == rank {
            dims = dims.get(1..).unwrap_or(&[]);
        }
    }
    let Some(shape) = broadcast(&import.shape(x), dims) else {
        return misshapen(format_args!("{:?} and a constant {:?}", import.shape(x), c.dims()));
    };
    let x = expand(import, x, &shape)?;
    // Only the axes from the first to the last along which the constant varies need entries.
    let dims = padded(dims, shape.len());
    let first = dims.iter().position(|&n| n != 1).unwrap_or(shape.len());
    let after = dims.iter().rposition(|&n| n != 1).map_or(first, |last| last.saturating_add(1));
    let inner = product(shape.get(after..).unwrap_or(&[]));
    let mut varying = vec![1; shape.len()];
    for axis in first..after {
        if let (Some(slot), Some(&n)) = (varying.get_mut(axis), shape.get(axis)) {
            *slot = n;
        }
    }
    let entries = c.clone().reshaped(dims)?.expanded(&varying, import.budget)?;
    let mut scale = entries.to_floats();
    let mut shift = scale.clone();
    for (scale, shift) in scale.iter_mut().zip(&mut shift) {
        (*scale, *shift) = make(*scale);
    }
    import.push(Operation::Scale { scale, shift, inner }, &[x])
}

/// y = (x − mean) / √(variance + ε) · factor + offset, per channel, as one scaling.
pub(super) fn batch_norm(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
) -> Outcome<Vec<Value>> {
    let x = call.activation(0)?;
    if call.int("training_mode", 0)? != 0 || call.int("spatial", 1)? != 1 {
        return unsupported("training mode or per-element statistics");
    }
    if call.used.iter().skip(1).any(|&used| used) {
        return unsupported("outputs other than the first");
    }
    let epsilon = f64::from(call.float("epsilon", 1e-5)?);
    let mut columns = Vec::new();
    for i in 1..5 {
        columns.push(call.required_constant(i)?.to_floats());
    }
    let channel = import.axis(x, 1)?;
    let shape = import.shape(x);
    let channels = shape.get(channel).copied().unwrap_or(0);
    let [factor, offset, mean, variance] = columns.as_slice() else {
        return misshapen("four statistics are needed");
    };
    if columns.iter().any(|column| column.len() != channels) {
        return misshapen(format_args!("statistics for {channels} channels"));
    }
    let mut scale = Vec::with_capacity(channels);
    let mut shift = Vec::with_capacity(channels);
    for ((factor, offset), (mean, variance)) in
        factor.iter().zip(offset).zip(mean.iter().zip(variance))
    {
        let slope = f64::from(*factor) / libm::sqrt(f64::from(*variance) + epsilon);
        scale.push(slope as f32);
        shift.push((f64::from(*offset) - f64::from(*mean) * slope) as f32);
    }
    let inner = product(shape.get(channel.saturating_add(1)..).unwrap_or(&[]));
    one(Value::float(import.push(Operation::Scale { scale, shift, inner }, &[x])?))
}
