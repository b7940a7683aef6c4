//! Element-wise functions, softmax and local response normalisation.

use crate::network::{Operation, OutputActivation, Unit};
use crate::onnx::import::Import;
use crate::onnx::patterns;
use crate::onnx::tensor::{Shape, product};
use crate::onnx::value::Value;

/// A function of every element alone.
#[inline(never)]
pub(super) fn unit(import: &mut Import<'_, '_>, unit: Unit) -> Value {
    let x = import.input(0);
    if import.node(x).is_some() {
        return import.layer(Operation::Unit(unit), &[x]);
    }
    if import.is_whole(x) && unit != Unit::Abs {
        return import.unsupported(&"whole numbers are not supported here");
    }
    import.map(x, &|n| f64::from(unit.value(n as f32)))
}

/// Such a function with one or two parameters: alpha, and beta or gamma.
#[inline(never)]
pub(super) fn unit_of(
    import: &mut Import<'_, '_>,
    [alpha, beta]: [f32; 2],
    make: fn(f32, f32) -> Unit,
) -> Value {
    let alpha = import.float("alpha", alpha);
    let second = if import.attribute("gamma").is_some() { "gamma" } else { "beta" };
    let beta = import.float(second, beta);
    unit(import, make(alpha, beta))
}

/// max(x, 0) + min(α·(e^(x/α) − 1), 0), which is α·elu(x/α).
pub(super) fn celu(import: &mut Import<'_, '_>) -> Value {
    let x = import.activation(0);
    let alpha = import.float("alpha", 1.0);
    let x = patterns::scaled(import, x, 1.0 / alpha);
    let y = import.layer(Operation::Unit(Unit::Elu { alpha: 1.0 }), &[x]);
    patterns::scaled(import, y, alpha)
}

pub(super) fn gelu(import: &mut Import<'_, '_>) -> Value {
    match import.text("approximate", "none") {
        "none" => unit(import, Unit::Gelu),
        other => import.unsupported(&format_args!("approximation '{other}'")),
    }
}

pub(super) fn clip(import: &mut Import<'_, '_>) -> Value {
    let low = import.float("min", f32::NEG_INFINITY);
    let high = import.float("max", f32::INFINITY);
    let (low, high) = (import.number(1, low), import.number(2, high));
    clamp(import, low, high)
}

/// Elements between two bounds.
#[inline(never)]
pub(super) fn clamp(import: &mut Import<'_, '_>, low: f32, high: f32) -> Value {
    // PyTorch and torchvision write the missing bound as the largest float.
    let low = if low <= f32::MIN { f32::NEG_INFINITY } else { low };
    let high = if high >= f32::MAX { f32::INFINITY } else { high };
    if low > high || low.is_nan() || high.is_nan() {
        return import.unsupported(&"the lower bound is above the upper one");
    }
    match (low, high) {
        (f32::NEG_INFINITY, f32::INFINITY) => import.input(0),
        (0.0, f32::INFINITY) => unit(import, Unit::Relu),
        _ => unit(import, Unit::Clip { low, high }),
    }
}

pub(super) fn prelu(import: &mut Import<'_, '_>) -> Value {
    let slopes = import.known(1);
    let numbers = import.numbers(slopes);
    let alpha = numbers.first().copied().unwrap_or(f64::NAN);
    if numbers.iter().all(|&n| n == alpha) {
        unit(import, Unit::LeakyRelu { alpha: alpha as f32 })
    } else {
        import.unsupported(&"slopes that differ; only one slope for all elements is supported")
    }
}

/// At the end it is the output's activation: the raw output is in front of it.
pub(super) fn sigmoid(import: &mut Import<'_, '_>) -> Value {
    let x = import.input(0);
    if import.node(x).is_some() && import.output_activation(OutputActivation::Sigmoid) {
        return x;
    }
    unit(import, Unit::Sigmoid)
}

/// Softmax over one axis; before operator set 13 over all axes from one on, taken together.
pub(super) fn softmax(import: &mut Import<'_, '_>, logarithm: bool) -> Value {
    let x = import.activation(0);
    let together = import.opset < 13;
    let axis = import.int("axis", if together { 1 } else { -1 });
    let axis = import.axis(x, axis);
    let operation = Operation::Softmax { axis: import.example_axis(axis) };
    let shape = import.shape(x);
    // With nothing behind the axis, it becomes the last one, where an output's activation expects it.
    let (front, back) = shape.split_at_checked(axis).unwrap_or_default();
    let mut flat = Shape::of(front);
    flat.push(product(back));
    // Of a single number it is 1 whatever the number, which no reading of raw outputs says.
    let last = together || (import.inner(&shape, axis) == 1 && shape.extent(axis) > 1);
    if last && import.output_activation(OutputActivation::Softmax) {
        return import.reshape(x, flat);
    }
    let x = if together { import.reshape(x, flat) } else { x };
    let mut y = import.layer(operation, &[x]);
    y = import.reshape(y, shape);
    if logarithm { import.layer(Operation::Unit(Unit::Log), &[y]) } else { y }
}

pub(super) fn local_response_norm(import: &mut Import<'_, '_>) -> Value {
    let x = import.activation(0);
    let size = usize::try_from(import.int("size", 0)).unwrap_or(0);
    let (alpha, beta) = (import.float("alpha", 1e-4), import.float("beta", 0.75));
    let bias = import.float("bias", 1.0);
    // The network's layer takes the third axis from the end as the channels.
    if import.rank(x) != 4 {
        return import.unsupported(&"only N, C, H, W is supported");
    }
    import.layer(Operation::LocalResponseNorm { size, alpha, beta, bias }, &[x])
}
