//! Sums, differences, products and quotients; scalings by constants; batch normalisation.

use super::activation;
use crate::network::{Operation, Unit};
use crate::onnx::import::Import;
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
pub(super) fn binary(import: &mut Import<'_, '_>, kind: Binary, a: Value, b: Value) -> Value {
    const UNKNOWN: f64 = BATCH as f64;
    let shape = import.broadcast(&import.shape(a), &import.shape(b));
    let (a, b) = (import.expand(a, &shape), import.expand(b, &shape));
    let whole = import.is_whole(a) && import.is_whole(b);
    let mut list = Vec::with_capacity(import.room(&shape));
    let (mut batch, mut finite) = (false, true);
    for (&a, &b) in import.numbers(a).iter().zip(import.numbers(b)) {
        let value = kind.value(a, b, whole);
        if a == UNKNOWN || b == UNKNOWN {
            let picks = matches!(kind, Binary::Min | Binary::Max);
            batch |= kind != Binary::Equal && (value != UNKNOWN || picks);
        }
        finite &= value.is_finite();
        list.push(if whole { value.trunc() } else { f64::from(value as f32) });
    }
    if batch {
        return import.mixes_batch(&"computes with the batch size");
    }
    if whole && !finite {
        return import.misshapen(&"no whole number comes out");
    }
    import.constant(shape, whole || kind.is_predicate(), list)
}

/// Comparisons, logic and remainders, of constants only.
pub(super) fn compare(import: &mut Import<'_, '_>, kind: Binary) -> Value {
    let (a, b) = (import.known(0), import.known(1));
    binary(import, kind, a, b)
}

/// Add, Sub, Mul and Div.
pub(super) fn arithmetic(import: &mut Import<'_, '_>, kind: Binary) -> Value {
    let (a, b) = (import.input(0), import.input(1));
    let whole = import.is_whole(a) && import.is_whole(b);
    let constants = [import.node(a).is_none(), import.node(b).is_none()];
    if constants == [true, true] {
        return binary(import, kind, a, b);
    }
    if whole && kind == Binary::Div {
        return import.unsupported(&"division of whole numbers");
    }
    let result = if constants == [false, false] {
        match kind {
            Binary::Add => total(import, &[a, b]),
            Binary::Sub => {
                let b = patterns::scaled(import, b, -1.0);
                total(import, &[a, b])
            }
            Binary::Mul => patterns::product(import, a, b),
            _ => patterns::quotient(import, a, b),
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
            x = import.layer(Operation::Unit(Unit::Reciprocal), &[x]);
        }
        scale(import, x, c, make)
    };
    import.whole(result, whole)
}

pub(super) fn neg(import: &mut Import<'_, '_>) -> Value {
    let x = import.input(0);
    if import.node(x).is_none() {
        return import.map(x, &|n| -n);
    }
    patterns::scaled(import, x, -1.0)
}

pub(super) fn pow(import: &mut Import<'_, '_>) -> Value {
    let (x, exponent) = (import.input(0), import.known(1));
    if import.node(x).is_none() {
        return binary(import, Binary::Pow, x, exponent);
    }
    match import.scalar(exponent) {
        Some(1.0) => x,
        Some(exponent) => {
            let whole = import.is_whole(x);
            let exponent = exponent as f32;
            let y = import.layer(Operation::Unit(Unit::Power { exponent }), &[x]);
            import.whole(y, whole)
        }
        None => import.unsupported(&"exponents that differ; only one for all is supported"),
    }
}

/// Max or Min: of constants, or of an activation and a number.
pub(super) fn extreme(import: &mut Import<'_, '_>, kind: Binary) -> Value {
    let (nodes, constant) = parts(import, kind);
    match (&nodes[..], constant) {
        ([], Some(constant)) => constant,
        ([only], None) => *only,
        ([only], Some(constant)) => {
            let Some(bound) = import.scalar(constant) else {
                return import.unsupported(&"bounds that differ; only one number is supported");
            };
            import.inputs = vec![Some(*only)];
            let bound = bound as f32;
            if kind == Binary::Min {
                activation::clamp(import, f32::NEG_INFINITY, bound)
            } else {
                activation::clamp(import, bound, f32::INFINITY)
            }
        }
        _ => import.unsupported(&"the larger or smaller of two activations"),
    }
}

/// The inputs that are activations, and what the others come to.
#[inline(never)]
fn parts(import: &mut Import<'_, '_>, kind: Binary) -> (Vec<Value>, Option<Value>) {
    let (mut nodes, mut constant) = (Vec::new(), None);
    for i in 0..import.inputs.len() {
        let value = import.input(i);
        if import.node(value).is_some() {
            nodes.push(value);
        } else {
            constant = Some(match constant {
                None => value,
                Some(before) => binary(import, kind, before, value),
            });
        }
    }
    (nodes, constant)
}

#[inline(never)]
pub(super) fn sum(import: &mut Import<'_, '_>) -> Value {
    let (nodes, constant) = parts(import, Binary::Add);
    match (&nodes[..], constant) {
        ([], Some(constant)) => constant,
        ([], None) => import.misshapen(&"a sum of nothing"),
        (nodes, constant) => {
            let sum = total(import, nodes);
            match constant {
                Some(constant) => scale(import, sum, constant, |c| (1.0, c)),
                None => sum,
            }
        }
    }
}

pub(super) fn mean(import: &mut Import<'_, '_>) -> Value {
    let part = 1.0 / import.inputs.len().max(1) as f32;
    let sum = sum(import);
    if import.node(sum).is_none() {
        return import.map(sum, &|n| n * f64::from(part));
    }
    patterns::scaled(import, sum, part)
}

/// The sum of activations, repeated along axes of extent 1 where they differ.
#[inline(never)]
fn total(import: &mut Import<'_, '_>, nodes: &[Value]) -> Value {
    if let [only] = nodes {
        return *only;
    }
    let mut shape = Shape::default();
    for &value in nodes {
        let other = import.shape(value);
        shape = if shape.is_empty() { other } else { import.broadcast(&shape, &other) };
    }
    let mut terms = Vec::with_capacity(nodes.len());
    for &value in nodes {
        terms.push(import.expand(value, &shape));
    }
    import.layer(Operation::Add, &terms)
}

/// x·scale + shift, where `make` says both for every element of the constant. A single factor cancels
/// with a scaling that is there already.
#[inline(never)]
pub(super) fn scale(
    import: &mut Import<'_, '_>,
    x: Value,
    c: Value,
    make: fn(f32) -> (f32, f32),
) -> Value {
    let shape = import.broadcast(&import.shape(x), &import.shape(c));
    let x = import.expand(x, &shape);
    if let Some(number) = import.scalar(c)
        && let (factor, 0.0) = make(number as f32)
    {
        return patterns::scaled(import, x, factor);
    }
    // Only the axes from the first to the last along which the constant varies need entries.
    let have = import.shape(c).padded(shape.len());
    let first = have.iter().position(|&n| n != 1).unwrap_or(shape.len());
    let last = have.iter().rposition(|&n| n != 1).unwrap_or(shape.len());
    let mut varying = Shape::default();
    for axis in 0..shape.len() {
        varying.push(if (first..=last).contains(&axis) { shape.extent(axis) } else { 1 });
    }
    let entries = import.expand(c, &varying);
    let mut scale = narrowed(import.numbers(entries));
    let mut shift = scale.clone();
    for (scale, shift) in scale.iter_mut().zip(&mut shift) {
        (*scale, *shift) = make(*scale);
    }
    let inner = import.inner(&shape, last);
    import.layer(Operation::Scale { scale, shift, inner }, &[x])
}

/// y = (x − mean) / √(variance + ε) · factor + offset, per channel, as one scaling.
pub(super) fn batch_norm(import: &mut Import<'_, '_>) -> Value {
    let x = import.activation(0);
    let outputs = import.call().map_or(0, |node| node.outputs.len());
    if import.flag("training_mode") || import.int("spatial", 1) != 1 {
        return import.unsupported(&"training mode or per-element statistics");
    }
    if (1..outputs).any(|i| import.is_used(i)) {
        return import.unsupported(&"outputs other than the first");
    }
    let epsilon = f64::from(import.float("epsilon", 1e-5));
    let channel = import.axis(x, 1);
    let shape = import.shape(x);
    let channels = shape.count(channel);
    if (1..=4).any(|i| import.count(import.known(i)) != channels) {
        return import.misshapen(&"statistics for another number of channels");
    }
    let (factor, offset) = (import.floats(1), import.floats(2));
    let (mean, variance) = (import.floats(3), import.floats(4));
    let (mut scale, mut shift) = (factor, offset);
    for ((scale, shift), (mean, variance)) in
        scale.iter_mut().zip(&mut shift).zip(mean.iter().zip(&variance))
    {
        let slope = f64::from(*scale) / (f64::from(*variance) + epsilon).sqrt();
        *shift = (f64::from(*shift) - f64::from(*mean) * slope) as f32;
        *scale = slope as f32;
    }
    let inner = import.inner(&shape, channel);
    import.layer(Operation::Scale { scale, shift, inner }, &[x])
}
