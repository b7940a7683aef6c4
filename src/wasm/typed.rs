//! Typed arrays as fields of results.

use js_sys::{Float32Array, Float64Array, Int32Array, Uint32Array};
use serde::{Serialize, Serializer};
use wasm_bindgen::JsCast;

/// A typed array, which serde hands on as it is.
pub(super) struct Typed<A>(pub A);

impl<A: JsCast> Serialize for Typed<A> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        serde_wasm_bindgen::preserve::serialize(&self.0, to)
    }
}

impl From<&[f32]> for Typed<Float32Array> {
    fn from(values: &[f32]) -> Self {
        Typed(values.into())
    }
}

impl From<&[f64]> for Typed<Float64Array> {
    fn from(values: &[f64]) -> Self {
        Typed(values.into())
    }
}

impl From<&[usize]> for Typed<Uint32Array> {
    fn from(values: &[usize]) -> Self {
        let values: Vec<u32> = values.iter().map(|&value| value as u32).collect();
        Typed(values.as_slice().into())
    }
}

/// -1 for none.
impl From<&[Option<usize>]> for Typed<Int32Array> {
    fn from(values: &[Option<usize>]) -> Self {
        let values: Vec<i32> = values.iter().map(|value| value.map_or(-1, |n| n as i32)).collect();
        Typed(values.as_slice().into())
    }
}
