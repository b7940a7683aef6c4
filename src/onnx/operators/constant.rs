//! Constants, and functions of them alone.

use super::Import;
use crate::onnx::decode::{BOOL, decode, is_whole};
use crate::onnx::proto::numbers;
use crate::onnx::tensor::{BATCH, Shape};
use crate::onnx::value::Value;
use crate::onnx::wire::Wire;

/// A function of every number of a constant; what is rounded stays whole.
pub(super) fn each(import: &mut Import<'_, '_>, function: fn(f64) -> f64) -> Value {
    let x = import.known(0);
    import.map(x, &function)
}

impl Import<'_, '_> {
    /// A function of every number of a constant.
    #[inline(never)]
    pub(super) fn map(&mut self, x: Value, function: &dyn Fn(f64) -> f64) -> Value {
        let shape = self.shape(x);
        let mut list = Vec::with_capacity(self.room(&shape));
        for &n in self.numbers(x) {
            if n == BATCH as f64 {
                return self.mixes_batch(&"computes with the batch size");
            }
            list.push(function(n));
        }
        let whole = self.is_whole(x);
        self.constant(shape, whole, list)
    }
}

pub(super) fn cast(import: &mut Import<'_, '_>) -> Value {
    let (x, to) = (import.input(0), import.int("to", 0));
    let Some(whole) = is_whole(to) else {
        return import.unsupported(&format_args!("data type {to}"));
    };
    if whole == import.is_whole(x) {
        return x;
    }
    if import.node(x).is_some() {
        if whole {
            return import.unsupported(&"rounding an activation to whole numbers");
        }
        // The same node, as another value.
        let y = import.node(x).map(|id| import.output(id));
        return y.unwrap_or(x);
    }
    let y = match to {
        BOOL => import.map(x, &|n| f64::from(u8::from(n != 0.0))),
        _ if whole => import.map(x, &|n| (n as i64) as f64),
        _ => import.map(x, &|n| n),
    };
    import.whole(y, whole)
}

/// `condition ? a : b`, of constants only.
pub(super) fn choose(import: &mut Import<'_, '_>) -> Value {
    let (condition, a, b) = (import.known(0), import.known(1), import.known(2));
    let shape = import.broadcast(&import.shape(a), &import.shape(b));
    let shape = import.broadcast(&shape, &import.shape(condition));
    let condition = import.expand(condition, &shape);
    let (a, b) = (import.expand(a, &shape), import.expand(b, &shape));
    let mut list = Vec::with_capacity(import.room(&shape));
    let either = import.numbers(a).iter().zip(import.numbers(b));
    for (&holds, (&a, &b)) in import.numbers(condition).iter().zip(either) {
        list.push(if holds != 0.0 { a } else { b });
    }
    let whole = import.is_whole(a) && import.is_whole(b);
    import.constant(shape, whole, list)
}

pub(super) fn constant(import: &mut Import<'_, '_>) -> Value {
    if let Some(attribute) = import.attribute("value") {
        let tensor = decode(attribute.tensor());
        return import.tensor(tensor);
    }
    for (name, number, wire) in [
        ("value_int", 3, Wire::Varint),
        ("value_ints", 8, Wire::Varint),
        ("value_float", 2, Wire::Fixed32),
        ("value_floats", 7, Wire::Fixed32),
    ] {
        let Some(attribute) = import.attribute(name) else { continue };
        let whole = wire == Wire::Varint;
        let mut list = Vec::new();
        for n in numbers(attribute.body, number, wire) {
            list.push(if whole { n as f64 } else { f32::from_bits(n as u32).into() });
        }
        let shape = Shape::of(&[list.len() as i64]);
        let value = import.constant(shape, whole, list);
        return if name.ends_with('s') { value } else { import.reshape(value, Shape::default()) };
    }
    import.misshapen(&"no value")
}

pub(super) fn of_shape(import: &mut Import<'_, '_>) -> Value {
    let shape = import.counts("", 0);
    let (mut number, mut whole) = (0.0, false);
    if let Some(attribute) = import.attribute("value") {
        let tensor = decode(attribute.tensor());
        let [only] = *tensor.numbers() else {
            return import.misshapen(&"the value is not one number");
        };
        (number, whole) = (only, tensor.is_whole());
    }
    import.fill(Shape::new(&shape), whole, number)
}

pub(super) fn range(import: &mut Import<'_, '_>) -> Value {
    let (start, end) = (bound(import, 0), bound(import, 1));
    let step = bound(import, 2);
    let count = ((end - start) / step).ceil().max(0.0);
    if !count.is_finite() {
        return import.misshapen(&"a range without end");
    }
    let shape = Shape::of(&[count as i64]);
    let count = import.room(&shape);
    let mut list = Vec::with_capacity(count);
    for i in 0..count {
        list.push(start + i as f64 * step);
    }
    import.constant(shape, true, list)
}

/// A whole number that bounds a range.
#[inline(never)]
fn bound(import: &mut Import<'_, '_>, i: usize) -> f64 {
    match import.list("", i).as_deref() {
        Some([BATCH]) => import.mixes_batch(&"counts to the batch size"),
        Some([bound]) => *bound as f64,
        _ => import.misshapen(&format_args!("input {i} is no number")),
    }
}
