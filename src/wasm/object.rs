//! Plain JavaScript values out of Rust ones.

use js_sys::{Array, Float32Array, Float64Array, Object, Uint32Array};
use wasm_bindgen::JsValue;

/// A plain object in the making. Every name becomes its own property, even one like `__proto__`.
pub(super) struct Record(Array);

impl Record {
    pub fn new() -> Self {
        Record(Array::new())
    }

    pub fn set(self, name: &str, value: JsValue) -> Self {
        self.0.push(&Array::of2(&name.into(), &value));
        self
    }

    pub fn done(self) -> JsValue {
        Object::from_entries(&self.0).map_or(JsValue::NULL, JsValue::from)
    }
}

/// A plain object with these names and values.
pub(super) fn record<'n>(fields: impl IntoIterator<Item = (&'n str, JsValue)>) -> JsValue {
    fields.into_iter().fold(Record::new(), |object, (name, value)| object.set(name, value)).done()
}

/// An array.
pub(super) fn array(values: impl IntoIterator<Item = JsValue>) -> JsValue {
    let list = Array::new();
    for value in values {
        list.push(&value);
    }
    list.into()
}

/// Numbers of elements along each axis.
pub(super) fn shape(dimensions: &[usize]) -> JsValue {
    array(dimensions.iter().map(|&n| count(n)))
}

/// A number of things.
pub(super) fn count(n: usize) -> JsValue {
    JsValue::from_f64(n as f64)
}

/// A Float32Array.
pub(super) fn floats(values: &[f32]) -> JsValue {
    Float32Array::from(values).into()
}

/// A Float64Array.
pub(super) fn doubles(values: &[f64]) -> JsValue {
    Float64Array::from(values).into()
}

/// A Uint32Array.
pub(super) fn indices(values: &[usize]) -> JsValue {
    let values: Vec<u32> = values.iter().map(|&i| i as u32).collect();
    Uint32Array::from(values.as_slice()).into()
}

/// A Float32Array, or null.
pub(super) fn probabilities(values: Option<Vec<f64>>) -> JsValue {
    let single = |values: Vec<f64>| floats(&values.iter().map(|&p| p as f32).collect::<Vec<f32>>());
    values.map_or(JsValue::NULL, single)
}
