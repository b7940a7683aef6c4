//! Sums, differences, products and quotients; scalings by constants; batch normalisation.

use super::activation;
use crate::network::{Activation, Operation};
use crate::onnx::builder::GraphBuilder;
use crate::onnx::patterns;
use crate::onnx::tensor::{BATCH, Shape, narrowed};
use crate::onnx::value::Value;

/// An operator with two sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Min,
    Max,
    Mod,
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

impl Binary {
    /// What comes out for two numbers, before rounding; not finite if no whole number does.
    pub fn value(self, a: f64, b: f64, whole: bool) -> f64 {
        let holds = match self {
            Binary::Pow if whole => {
                let power = |b| (a as i64).checked_pow(b).map(|power| power as f64);
                return u32::try_from(b as i64).ok().and_then(power).unwrap_or(f64::NAN);
            }
            Binary::Add => return a + b,
            Binary::Sub => return a - b,
            Binary::Mul => return a * b,
            Binary::Div => return a / b,
            Binary::Pow => return libm::powf(a as f32, b as f32).into(),
            Binary::Min => return a.min(b),
            Binary::Max => return a.max(b),
            // The sign of the divisor, as in Python; for floats that of the dividend, as in C.
            Binary::Mod if whole => return a - (a / b).floor() * b,
            Binary::Mod => return a - (a / b).trunc() * b,
            Binary::Equal => a == b,
            Binary::Less => a < b,
            Binary::LessOrEqual => a <= b,
            Binary::Greater => a > b,
            Binary::GreaterOrEqual => a >= b,
            Binary::And => a != 0.0 && b != 0.0,
            Binary::Or => a != 0.0 || b != 0.0,
        };
        f64::from(u8::from(holds))
    }

    /// Whether it says something about its sides and not what they come to.
    fn is_predicate(self) -> bool {
        self as u8 >= Binary::Equal as u8
    }
}

/// Computes element by element, repeating the smaller side. The batch size may only be compared for
/// equality or combined with the operator's neutral element.
#[inline(never)]
pub(super) fn binary(
    builder: &mut GraphBuilder<'_, '_>,
    kind: Binary,
    a: Value,
    b: Value,
) -> Value {
    const UNKNOWN: f64 = BATCH as f64;
    let shape = builder.broadcast(&builder.shape(a), &builder.shape(b));
    let (a, b) = (builder.expand(a, &shape), builder.expand(b, &shape));
    let whole = builder.is_whole(a) && builder.is_whole(b);
    let mut list = Vec::with_capacity(builder.room(&shape));
    let (mut batch, mut finite) = (false, true);
    for (&a, &b) in builder.numbers(a).iter().zip(builder.numbers(b)) {
        let value = kind.value(a, b, whole);
        if a == UNKNOWN || b == UNKNOWN {
            let picks = matches!(kind, Binary::Min | Binary::Max);
            batch |= kind != Binary::Equal && (value != UNKNOWN || picks);
        }
        finite &= value.is_finite();
        list.push(if whole { value.trunc() } else { f64::from(value as f32) });
    }
    if batch {
        return builder.mixes_batch(&"computes with the batch size");
    }
    if whole && !finite {
        return builder.shape_error(&"no whole number comes out");
    }
    builder.constant(shape, whole || kind.is_predicate(), list)
}

/// Comparisons, logic and remainders, of constants only.
pub(super) fn compare(builder: &mut GraphBuilder<'_, '_>, kind: Binary) -> Value {
    let (a, b) = (builder.known(0), builder.known(1));
    binary(builder, kind, a, b)
}

/// Add, Sub, Mul and Div.
pub(super) fn arithmetic(builder: &mut GraphBuilder<'_, '_>, kind: Binary) -> Value {
    let (a, b) = (builder.input(0), builder.input(1));
    let whole = builder.is_whole(a) && builder.is_whole(b);
    let constants = [builder.node(a).is_none(), builder.node(b).is_none()];
    if constants == [true, true] {
        return binary(builder, kind, a, b);
    }
    if whole && kind == Binary::Div {
        return builder.unsupported(&"division of whole numbers");
    }
    let result = if constants == [false, false] {
        match kind {
            Binary::Add => total(builder, &[a, b]),
            Binary::Sub => {
                let b = patterns::scaled(builder, b, -1.0);
                total(builder, &[a, b])
            }
            Binary::Mul => patterns::product(builder, a, b),
            _ => patterns::quotient(builder, a, b),
        }
    } else {
        let [swapped, _] = constants;
        let (mut x, c) = if swapped { (b, a) } else { (a, b) };
        let make: fn(f32) -> (f32, f32) = match (kind, swapped) {
            (Binary::Add, _) => |c| (1.0, c),
            (Binary::Sub, false) => |c| (1.0, -c),
            (Binary::Sub, true) => |c| (-1.0, c),
            (Binary::Div, false) => |c| (1.0 / c, 0.0),
            _ => |c| (c, 0.0),
        };
        if kind == Binary::Div && swapped {
            x = builder.layer(Operation::Activation(Activation::Reciprocal), &[x]);
        }
        scale(builder, x, c, make)
    };
    builder.whole(result, whole)
}

pub(super) fn neg(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.input(0);
    if builder.node(x).is_none() {
        return builder.map(x, &|n| -n);
    }
    patterns::scaled(builder, x, -1.0)
}

pub(super) fn pow(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let (x, exponent) = (builder.input(0), builder.known(1));
    if builder.node(x).is_none() {
        return binary(builder, Binary::Pow, x, exponent);
    }
    match builder.scalar(exponent) {
        Some(1.0) => x,
        Some(exponent) => {
            let whole = builder.is_whole(x);
            let exponent = exponent as f32;
            let y = builder.layer(Operation::Activation(Activation::Power { exponent }), &[x]);
            builder.whole(y, whole)
        }
        None => builder.unsupported(&"exponents that differ; only one for all is supported"),
    }
}

/// Max or Min: of constants, or of an activation and a number.
pub(super) fn extreme(builder: &mut GraphBuilder<'_, '_>, kind: Binary) -> Value {
    let (nodes, constant) = parts(builder, kind);
    match (&nodes[..], constant) {
        ([], Some(constant)) => constant,
        ([only], None) => *only,
        ([only], Some(constant)) => {
            let Some(bound) = builder.scalar(constant) else {
                return builder.unsupported(&"bounds that differ; only one number is supported");
            };
            let bound = bound as f32;
            if kind == Binary::Min {
                activation::clamp(builder, *only, f32::NEG_INFINITY, bound)
            } else {
                activation::clamp(builder, *only, bound, f32::INFINITY)
            }
        }
        _ => builder.unsupported(&"the larger or smaller of two activations"),
    }
}

/// The inputs that are activations, and what the others come to.
#[inline(never)]
fn parts(builder: &mut GraphBuilder<'_, '_>, kind: Binary) -> (Vec<Value>, Option<Value>) {
    let (mut nodes, mut constant) = (Vec::new(), None);
    for i in 0..builder.input_count() {
        let value = builder.input(i);
        if builder.node(value).is_some() {
            nodes.push(value);
        } else {
            constant = Some(match constant {
                None => value,
                Some(before) => binary(builder, kind, before, value),
            });
        }
    }
    (nodes, constant)
}

#[inline(never)]
pub(super) fn sum(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let (nodes, constant) = parts(builder, Binary::Add);
    match (&nodes[..], constant) {
        ([], Some(constant)) => constant,
        ([], None) => builder.shape_error(&"a sum of nothing"),
        (nodes, constant) => {
            let sum = total(builder, nodes);
            match constant {
                Some(constant) => scale(builder, sum, constant, |c| (1.0, c)),
                None => sum,
            }
        }
    }
}

pub(super) fn mean(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let part = 1.0 / builder.input_count().max(1) as f32;
    let sum = sum(builder);
    if builder.node(sum).is_none() {
        return builder.map(sum, &|n| n * f64::from(part));
    }
    patterns::scaled(builder, sum, part)
}

/// The sum of activations, repeated along axes of extent 1 where they differ.
#[inline(never)]
fn total(builder: &mut GraphBuilder<'_, '_>, nodes: &[Value]) -> Value {
    if let [only] = nodes {
        return *only;
    }
    let mut shape = Shape::default();
    for &value in nodes {
        let other = builder.shape(value);
        shape = if shape.is_empty() { other } else { builder.broadcast(&shape, &other) };
    }
    let mut terms = Vec::with_capacity(nodes.len());
    for &value in nodes {
        terms.push(builder.expand(value, &shape));
    }
    builder.layer(Operation::Add, &terms)
}

/// x·scale + shift, where `make` says both for every element of the constant. A single factor cancels
/// with a scaling that is there already.
#[inline(never)]
pub(super) fn scale(
    builder: &mut GraphBuilder<'_, '_>,
    x: Value,
    c: Value,
    make: fn(f32) -> (f32, f32),
) -> Value {
    let shape = builder.broadcast(&builder.shape(x), &builder.shape(c));
    let x = builder.expand(x, &shape);
    if let Some(number) = builder.scalar(c)
        && let (factor, 0.0) = make(number as f32)
    {
        return patterns::scaled(builder, x, factor);
    }
    // Only the axes from the first to the last along which the constant varies need entries.
    let have = builder.shape(c).padded(shape.len());
    let first = have.iter().position(|&n| n != 1).unwrap_or(shape.len());
    let last = have.iter().rposition(|&n| n != 1).unwrap_or(shape.len());
    let mut varying = Shape::default();
    for axis in 0..shape.len() {
        varying.push(if (first..=last).contains(&axis) { shape.extent(axis) } else { 1 });
    }
    let entries = builder.expand(c, &varying);
    let mut scale = narrowed(builder.numbers(entries));
    let mut shift = scale.clone();
    for (scale, shift) in scale.iter_mut().zip(&mut shift) {
        (*scale, *shift) = make(*scale);
    }
    let inner = builder.inner(&shape, last);
    builder.layer(Operation::Scale { scale, shift, inner }, &[x])
}

/// y = (x − mean) / √(variance + ε) · factor + offset, per channel, as one scaling.
pub(super) fn batch_norm(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.activation(0);
    let outputs = builder.call().map_or(0, |node| node.outputs.len());
    if builder.flag("training_mode") || builder.int("spatial", 1) != 1 {
        return builder.unsupported(&"training mode or per-element statistics");
    }
    if (1..outputs).any(|i| builder.is_used(i)) {
        return builder.unsupported(&"outputs other than the first");
    }
    let epsilon = f64::from(builder.float("epsilon", 1e-5));
    let channel = builder.axis(x, 1);
    let shape = builder.shape(x);
    let channels = shape.count(channel);
    if (1..=4).any(|i| builder.count(builder.known(i)) != channels) {
        return builder.shape_error(&"statistics for another number of channels");
    }
    let (factor, offset) = (builder.floats(1), builder.floats(2));
    let (mean, variance) = (builder.floats(3), builder.floats(4));
    let (mut scale, mut shift) = (factor, offset);
    for ((scale, shift), (mean, variance)) in
        scale.iter_mut().zip(&mut shift).zip(mean.iter().zip(&variance))
    {
        let slope = f64::from(*scale) / (f64::from(*variance) + epsilon).sqrt();
        *shift = (f64::from(*shift) - f64::from(*mean) * slope) as f32;
        *scale = slope as f32;
    }
    let inner = builder.inner(&shape, channel);
    builder.layer(Operation::Scale { scale, shift, inner }, &[x])
}
