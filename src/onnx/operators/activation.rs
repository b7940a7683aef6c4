//! Element-wise functions, softmax and local response normalisation.

use crate::network::{Activation, Operation, OutputActivation};
use crate::onnx::builder::GraphBuilder;
use crate::onnx::patterns;
use crate::onnx::tensor::{Shape, product};
use crate::onnx::value::Value;

/// A function of every element of the first input alone.
#[inline(never)]
pub(super) fn unit(builder: &mut GraphBuilder<'_, '_>, unit: Activation) -> Value {
    let x = builder.input(0);
    apply(builder, unit, x)
}

/// A function of every element alone.
#[inline(never)]
fn apply(builder: &mut GraphBuilder<'_, '_>, unit: Activation, x: Value) -> Value {
    if builder.node(x).is_some() {
        return builder.layer(Operation::Activation(unit), &[x]);
    }
    if builder.is_whole(x) && unit != Activation::Abs {
        return builder.unsupported(&"whole numbers are not supported here");
    }
    builder.map(x, &|n| f64::from(unit.value(n as f32)))
}

/// Such a function with one or two parameters: alpha, and beta or gamma.
#[inline(never)]
pub(super) fn unit_of(
    builder: &mut GraphBuilder<'_, '_>,
    [alpha, beta]: [f32; 2],
    make: fn(f32, f32) -> Activation,
) -> Value {
    let alpha = builder.float("alpha", alpha);
    let second = if builder.attribute("gamma").is_some() { "gamma" } else { "beta" };
    let beta = builder.float(second, beta);
    unit(builder, make(alpha, beta))
}

/// max(x, 0) + min(α·(e^(x/α) − 1), 0), which is α·elu(x/α).
pub(super) fn celu(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.activation(0);
    let alpha = builder.float("alpha", 1.0);
    let x = patterns::scaled(builder, x, 1.0 / alpha);
    let y = builder.layer(Operation::Activation(Activation::Elu { alpha: 1.0 }), &[x]);
    patterns::scaled(builder, y, alpha)
}

pub(super) fn gelu(builder: &mut GraphBuilder<'_, '_>) -> Value {
    match builder.text("approximate", "none") {
        "none" => unit(builder, Activation::Gelu),
        other => builder.unsupported(&format_args!("approximation '{other}'")),
    }
}

pub(super) fn clip(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let low = builder.float("min", f32::NEG_INFINITY);
    let high = builder.float("max", f32::INFINITY);
    let (low, high) = (builder.number(1, low), builder.number(2, high));
    let x = builder.input(0);
    clamp(builder, x, low, high)
}

/// Elements between two bounds.
#[inline(never)]
pub(super) fn clamp(builder: &mut GraphBuilder<'_, '_>, x: Value, low: f32, high: f32) -> Value {
    // PyTorch and torchvision write the missing bound as the largest float.
    let low = if low <= f32::MIN { f32::NEG_INFINITY } else { low };
    let high = if high >= f32::MAX { f32::INFINITY } else { high };
    if low > high || low.is_nan() || high.is_nan() {
        return builder.unsupported(&"the lower bound is above the upper one");
    }
    match (low, high) {
        (f32::NEG_INFINITY, f32::INFINITY) => x,
        (0.0, f32::INFINITY) => apply(builder, Activation::Relu, x),
        _ => apply(builder, Activation::Clip { low, high }, x),
    }
}

pub(super) fn prelu(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let slopes = builder.known(1);
    let numbers = builder.numbers(slopes);
    let alpha = numbers.first().copied().unwrap_or(f64::NAN);
    if numbers.iter().all(|&n| n == alpha) {
        unit(builder, Activation::LeakyRelu { alpha: alpha as f32 })
    } else {
        builder.unsupported(&"slopes that differ; only one slope for all elements is supported")
    }
}

/// At the end it is the output's activation: the raw output is in front of it.
pub(super) fn sigmoid(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.input(0);
    if builder.node(x).is_some() && builder.output_activation(OutputActivation::Sigmoid) {
        return x;
    }
    unit(builder, Activation::Sigmoid)
}

/// Softmax over one axis; before operator set 13 over all axes from one on, taken together.
pub(super) fn softmax(builder: &mut GraphBuilder<'_, '_>, logarithm: bool) -> Value {
    let x = builder.activation(0);
    let together = builder.opset() < 13;
    let axis = builder.int("axis", if together { 1 } else { -1 });
    let axis = builder.axis(x, axis);
    let operation = Operation::Softmax { axis: builder.example_axis(axis) };
    let shape = builder.shape(x);
    // With nothing behind the axis, it becomes the last one, where an output's activation expects it.
    let (front, back) = shape.split_at_checked(axis).unwrap_or_default();
    let mut flat = Shape::of(front);
    flat.push(product(back));
    // Of a single number it is 1 whatever the number, which no reading of raw outputs says.
    let last = together || (builder.inner(&shape, axis) == 1 && shape.extent(axis) > 1);
    if last && builder.output_activation(OutputActivation::Softmax) {
        return builder.reshape(x, flat);
    }
    let x = if together { builder.reshape(x, flat) } else { x };
    let mut y = builder.layer(operation, &[x]);
    y = builder.reshape(y, shape);
    if logarithm { builder.layer(Operation::Activation(Activation::Log), &[y]) } else { y }
}

pub(super) fn local_response_norm(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.activation(0);
    let size = usize::try_from(builder.int("size", 0)).unwrap_or(0);
    let (alpha, beta) = (builder.float("alpha", 1e-4), builder.float("beta", 0.75));
    let bias = builder.float("bias", 1.0);
    // The network's layer takes the third axis from the end as the channels.
    if builder.rank(x) != 4 {
        return builder.unsupported(&"only N, C, H, W is supported");
    }
    builder.layer(Operation::LocalResponseNorm { size, alpha, beta, bias }, &[x])
}
