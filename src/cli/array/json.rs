//! JSON arrays of numbers, nested as deep as the array has axes.

use super::{Array, Data};
use crate::cli::failure::{Failure, Outcome};
use serde_json::Value;

/// Reads nested arrays of numbers; all parts at a depth must have the same length.
pub fn parse(bytes: &[u8]) -> Outcome<Array> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        Failure::data(format!("neither .npy, PNG, idx nor a JSON array of numbers: {error}"))
    })?;
    let mut shape = Vec::new();
    let mut inner = &value;
    while let Value::Array(items) = inner {
        shape.push(items.len());
        match items.first() {
            Some(first) => inner = first,
            None => break,
        }
    }
    if shape.is_empty() {
        return Err(Failure::data("the JSON is not an array of numbers"));
    }
    let mut numbers = Vec::new();
    collect(&value, &shape, &mut numbers)?;
    Ok(Array { shape, data: Data::Numbers(numbers) })
}

fn collect(value: &Value, shape: &[usize], numbers: &mut Vec<f32>) -> Outcome<()> {
    match (value, shape) {
        (Value::Array(items), [n, rest @ ..]) if items.len() == *n => {
            items.iter().try_for_each(|item| collect(item, rest, numbers))
        }
        (Value::Number(number), []) => {
            numbers.push(number.as_f64().unwrap_or(f64::NAN) as f32);
            Ok(())
        }
        _ => Err(Failure::data("the JSON array is ragged or holds something that is no number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_nested_arrays() {
        let array = parse(b" [[1, 2.5, -3], [4, 5, 6e0]] ").unwrap();
        assert_eq!(array.shape, [2, 3]);
        assert_eq!(array.data, Data::Numbers(vec![1.0, 2.5, -3.0, 4.0, 5.0, 6.0]));
    }

    #[test]
    fn anything_else_is_an_error() {
        let deep = "[".repeat(100_000);
        for text in ["", "7", "{}", "[[1],[1,2]]", "[1,[2]]", "[null]", "[\"1\"]", "[NaN]", &deep] {
            assert_eq!(parse(text.as_bytes()).unwrap_err().code(), "E_DATA", "{:.9}", text);
        }
    }
}
