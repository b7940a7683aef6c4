//! Constants, and functions of them alone.

use crate::onnx::builder::GraphBuilder;
use crate::onnx::decode::{BOOL, decode, is_whole};
use crate::onnx::proto::numbers;
use crate::onnx::tensor::{BATCH, Shape};
use crate::onnx::value::Value;
use crate::onnx::wire::Wire;

/// A function of every number of a constant; what is rounded stays whole.
pub(super) fn each(builder: &mut GraphBuilder<'_, '_>, function: fn(f64) -> f64) -> Value {
    let x = builder.known(0);
    builder.map(x, &function)
}

pub(super) fn cast(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let (x, to) = (builder.input(0), builder.int("to", 0));
    let Some(whole) = is_whole(to) else {
        return builder.unsupported(&format_args!("data type {to}"));
    };
    if whole == builder.is_whole(x) {
        return x;
    }
    if builder.node(x).is_some() {
        if whole {
            return builder.unsupported(&"rounding an activation to whole numbers");
        }
        // The same node, as another value.
        let y = builder.node(x).map(|id| builder.output(id));
        return y.unwrap_or(x);
    }
    let y = match to {
        BOOL => builder.map(x, &|n| f64::from(u8::from(n != 0.0))),
        _ if whole => builder.map(x, &|n| (n as i64) as f64),
        _ => builder.map(x, &|n| n),
    };
    builder.whole(y, whole)
}

/// `condition ? a : b`, of constants only.
pub(super) fn choose(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let (condition, a, b) = (builder.known(0), builder.known(1), builder.known(2));
    let shape = builder.broadcast(&builder.shape(a), &builder.shape(b));
    let shape = builder.broadcast(&shape, &builder.shape(condition));
    let condition = builder.expand(condition, &shape);
    let (a, b) = (builder.expand(a, &shape), builder.expand(b, &shape));
    let mut list = Vec::with_capacity(builder.room(&shape));
    let either = builder.numbers(a).iter().zip(builder.numbers(b));
    for (&holds, (&a, &b)) in builder.numbers(condition).iter().zip(either) {
        list.push(if holds != 0.0 { a } else { b });
    }
    let whole = builder.is_whole(a) && builder.is_whole(b);
    builder.constant(shape, whole, list)
}

pub(super) fn constant(builder: &mut GraphBuilder<'_, '_>) -> Value {
    if let Some(attribute) = builder.attribute("value") {
        let tensor = decode(attribute.tensor());
        return builder.tensor(tensor);
    }
    for (name, number, wire) in [
        ("value_int", 3, Wire::Varint),
        ("value_ints", 8, Wire::Varint),
        ("value_float", 2, Wire::Fixed32),
        ("value_floats", 7, Wire::Fixed32),
    ] {
        let Some(attribute) = builder.attribute(name) else { continue };
        let whole = wire == Wire::Varint;
        let mut list = Vec::new();
        for n in numbers(attribute.body, number, wire) {
            list.push(if whole { n as f64 } else { f32::from_bits(n as u32).into() });
        }
        let shape = Shape::of(&[list.len() as i64]);
        let value = builder.constant(shape, whole, list);
        return if name.ends_with('s') { value } else { builder.reshape(value, Shape::default()) };
    }
    builder.shape_error(&"no value")
}

pub(super) fn of_shape(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let shape = builder.counts("", 0);
    let (mut number, mut whole) = (0.0, false);
    if let Some(attribute) = builder.attribute("value") {
        let tensor = decode(attribute.tensor());
        let [only] = *tensor.numbers() else {
            return builder.shape_error(&"the value is not one number");
        };
        (number, whole) = (only, tensor.is_whole());
    }
    builder.fill(Shape::new(&shape), whole, number)
}

pub(super) fn range(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let (start, end) = (bound(builder, 0), bound(builder, 1));
    let step = bound(builder, 2);
    let count = ((end - start) / step).ceil().max(0.0);
    if !count.is_finite() {
        return builder.shape_error(&"a range without end");
    }
    let shape = Shape::of(&[count as i64]);
    let count = builder.room(&shape);
    let mut list = Vec::with_capacity(count);
    for i in 0..count {
        list.push(start + i as f64 * step);
    }
    builder.constant(shape, true, list)
}

/// A whole number that bounds a range.
#[inline(never)]
fn bound(builder: &mut GraphBuilder<'_, '_>, i: usize) -> f64 {
    match builder.list("", i).as_deref() {
        Some([BATCH]) => builder.mixes_batch(&"counts to the batch size"),
        Some([bound]) => *bound as f64,
        _ => builder.shape_error(&format_args!("input {i} is no number")),
    }
}
