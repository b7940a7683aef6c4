//! How results are written: JSON by the command line, JavaScript objects by the WebAssembly module. Both write the
//! same keys; only long arrays differ, which are typed arrays in JavaScript.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// A function that writes values of one type: a typed array in JavaScript, else a sequence.
macro_rules! typed_array {
    ($name:ident, $element:ty, $array:ident) => {
        pub fn $name<S: Serializer>(values: &[$element], to: S) -> Result<S::Ok, S::Error> {
            #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
            return serde_wasm_bindgen::preserve::serialize(&js_sys::$array::from(values), to);
            #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
            to.collect_seq(values)
        }
    };
}

typed_array!(f32s, f32, Float32Array);
typed_array!(f64s, f64, Float64Array);
typed_array!(u32s, u32, Uint32Array);

/// A Uint32Array of indices.
pub fn indices<S: Serializer>(values: &[usize], to: S) -> Result<S::Ok, S::Error> {
    let values: Vec<u32> = values.iter().map(|&index| index as u32).collect();
    u32s(&values, to)
}

/// Probabilities, or none; a page gets them in single precision, as raw outputs are.
pub fn probabilities<S: Serializer>(values: &Option<Vec<f64>>, to: S) -> Result<S::Ok, S::Error> {
    let Some(values) = values else { return to.serialize_none() };
    if cfg!(all(target_arch = "wasm32", target_os = "unknown")) {
        let values: Vec<f32> = values.iter().map(|&p| p as f32).collect();
        return f32s(&values, to);
    }
    f64s(values, to)
}

/// Names that the program knows and values, as an object.
pub fn fields<S: Serializer, V: Serialize>(
    object: &'static str,
    entries: &[(&'static str, V)],
    to: S,
) -> Result<S::Ok, S::Error> {
    let mut fields = to.serialize_struct(object, entries.len())?;
    for (name, value) in entries {
        fields.serialize_field(name, value)?;
    }
    fields.end()
}

/// Names from a file and values, as an object in which every name is a property of its own, even `__proto__`.
pub fn object<'n, S: Serializer, V: Serialize + 'n>(
    entries: impl IntoIterator<Item = (&'n str, V)>,
    to: S,
) -> Result<S::Ok, S::Error> {
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    {
        use serde::ser::Error;
        use wasm_bindgen::JsValue;
        let pairs = js_sys::Array::new();
        for (name, value) in entries {
            let value = self::value(&value).map_err(S::Error::custom)?;
            pairs.push(&js_sys::Array::of2(&name.into(), &value));
        }
        let object = js_sys::Object::from_entries(&pairs).map_or(JsValue::NULL, JsValue::from);
        serde_wasm_bindgen::preserve::serialize(&object, to)
    }
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    to.collect_map(entries)
}

/// A result as a JavaScript value: objects by key, none as null, no BigInt.
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
pub fn value(result: &impl Serialize) -> Result<wasm_bindgen::JsValue, serde_wasm_bindgen::Error> {
    let to = serde_wasm_bindgen::Serializer::new();
    result.serialize(&to.serialize_missing_as_null(true).serialize_maps_as_objects(true))
}
