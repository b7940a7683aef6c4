//! Activation functions that exporters write as several nodes, recognised from the layers built so
//! far when the product that completes them arrives.
//!
//! Nearly all of them are x·g(x) with a gate g. With s = x/d for some number d:
//!
//! | product or quotient | is |
//! |---|---|
//! | x·x | x² |
//! | x·sigmoid(s) | d·silu(s) |
//! | x·α(erf(s) + 1) | √2·α·d·gelu(√2·s) |
//! | x·α·hardsigmoid(s) with slope 1/6 | α·d·hardswish(s) |
//! | x·α·clip(s + 3, 0, 6) | 6·α·d·hardswish(s) |
//! | x / (1 + \|s\|) | d·softsign(s) |
//!
//! Scalings by one number cancel where they meet, so that ½·x·(1 + erf(x/√2)) becomes one layer
//! whatever the order of its factors. The nodes of the parts then lead nowhere and are pruned.

use super::builder::GraphBuilder;
use super::value::Value;
use crate::network::{Activation, Layer, LinearShape, NodeId, Operation};

/// Factors closer to one than this (relatively) are one: exporters round √2 to f32.
const ONE: f32 = 1e-6;

fn close(a: f32, b: f32) -> bool {
    (a - b).abs() <= ONE * b.abs()
}

/// The input of a scaling by one number, the factor and the shift.
fn step(builder: &GraphBuilder<'_, '_>, id: NodeId) -> Option<(NodeId, f32, f32)> {
    let (Layer::Linear(linear), input) = builder.producer(id)? else { return None };
    let LinearShape::Scale { .. } = linear.shape() else { return None };
    match (&*linear.weight(), linear.bias()) {
        ([factor], [shift]) => Some((input, *factor, *shift)),
        _ => None,
    }
}

/// Longest run of scalings that is looked through.
const STEPS: usize = 8;

/// A node x with factor and shift, for what is factor·x + shift.
type Form = (NodeId, f32, f32);

/// The forms of a node: `id` itself, in terms of what it scales, and so on.
#[inline(never)]
fn affine(builder: &GraphBuilder<'_, '_>, id: NodeId) -> Vec<Form> {
    let mut forms = vec![(id, 1.0, 0.0)];
    let (mut at, mut factor, mut shift) = (id, 1.0, 0.0);
    while let Some((input, inner_factor, inner_shift)) = step(builder, at)
        && forms.len() <= STEPS
    {
        shift += factor * inner_shift;
        (at, factor) = (input, factor * inner_factor);
        forms.push((at, factor, shift));
    }
    forms
}

/// The deepest node of which `id` is a multiple, and the factor.
#[inline(never)]
fn multiple(builder: &GraphBuilder<'_, '_>, id: NodeId) -> (NodeId, f32) {
    let mut found = (id, 1.0);
    for (node, factor, shift) in affine(builder, id) {
        if shift == 0.0 {
            found = (node, factor);
        }
    }
    found
}

/// d with `x` = d·`s`, if both are multiples of one node.
#[inline(never)]
fn ratio(builder: &GraphBuilder<'_, '_>, x: NodeId, s: NodeId) -> Option<f32> {
    if x == s {
        return Some(1.0);
    }
    let ((x, dx), (s, ds)) = (multiple(builder, x), multiple(builder, s));
    (x == s && ds != 0.0).then_some(dx / ds)
}

/// The gate of a product: function, its argument s, and α, β of α·f(s) + β.
#[inline(never)]
fn gate(builder: &GraphBuilder<'_, '_>, id: NodeId) -> Option<(Activation, Form)> {
    for (inner, factor, shift) in affine(builder, id) {
        if let Some((Layer::Activation(unit), source)) = builder.producer(inner) {
            return Some((*unit, (source, factor, shift)));
        }
    }
    None
}

/// `factor`·`x`, joined with a scaling that is there already; what is scaled itself if nothing
/// remains.
#[inline(never)]
pub(super) fn scaled(builder: &mut GraphBuilder<'_, '_>, x: Value, factor: f32) -> Value {
    let (base, have) = multiple(builder, builder.node(x).unwrap_or(NodeId::MAX));
    let base = builder.output(base);
    let total = factor * have;
    if close(total, 1.0) {
        builder.folded();
        return base;
    }
    let inner = builder.node_shape(builder.node(base).unwrap_or(NodeId::MAX)).iter().product();
    builder.layer(Operation::Scale { scale: vec![total], shift: vec![0.0], inner }, &[base])
}

/// `factor`·unit(`argument`·s).
#[inline(never)]
fn unit_of(
    builder: &mut GraphBuilder<'_, '_>,
    unit: Activation,
    s: NodeId,
    [argument, factor]: [f32; 2],
) -> Value {
    let s = builder.output(s);
    let s = scaled(builder, s, argument);
    let y = builder.layer(Operation::Activation(unit), &[s]);
    scaled(builder, y, factor)
}

/// The product of two activations: one of the forms above or, in general, just that.
pub(super) fn product(builder: &mut GraphBuilder<'_, '_>, left: Value, right: Value) -> Value {
    let (Some(a), Some(b)) = (builder.node(left), builder.node(right)) else {
        return Value::default();
    };
    if a == b {
        return unit_of(builder, Activation::Power { exponent: 2.0 }, a, [1.0, 1.0]);
    }
    for (x, g) in [(a, b), (b, a)] {
        let Some((unit, (s, factor, shift))) = gate(builder, g) else { continue };
        let form = match (unit, ratio(builder, x, s)) {
            (Activation::Sigmoid, Some(d)) if shift == 0.0 => {
                Some((Activation::Silu, s, [1.0, factor * d]))
            }
            (Activation::Erf, Some(d)) if close(factor, shift) => {
                let root = std::f32::consts::SQRT_2;
                Some((Activation::Gelu, s, [root, root * factor * d]))
            }
            (Activation::HardSigmoid { alpha, beta: 0.5 }, Some(d))
                if close(alpha, 1.0 / 6.0) && shift == 0.0 =>
            {
                Some((Activation::HardSwish, s, [1.0, factor * d]))
            }
            // The clip form looks through the shift by three.
            (Activation::Clip { low: 0.0, high: 6.0 }, _) if shift == 0.0 => affine(builder, s)
                .into_iter()
                .find(|form| form.2 == 3.0)
                .and_then(|(s, inner, _)| {
                    let d = ratio(builder, x, s)?;
                    Some((Activation::HardSwish, s, [inner, 6.0 * factor * d / inner]))
                }),
            _ => None,
        };
        if let Some((unit, s, factors)) = form {
            return unit_of(builder, unit, s, factors);
        }
    }
    let shape = builder.broadcast(&builder.shape(left), &builder.shape(right));
    let (left, right) = (builder.expand(left, &shape), builder.expand(right, &shape));
    builder.layer(Operation::Product, &[left, right])
}

/// The quotient of two activations, which must be the form above.
pub(super) fn quotient(builder: &mut GraphBuilder<'_, '_>, x: Value, divisor: Value) -> Value {
    if let (Some(x), Some(divisor)) = (builder.node(x), builder.node(divisor))
        && let Some((Activation::Abs, (s, 1.0, 1.0))) = gate(builder, divisor)
        && let Some(d) = ratio(builder, x, s)
    {
        return unit_of(builder, Activation::Softsign, s, [1.0, d]);
    }
    builder.unsupported(&"the quotient of two activations")
}
