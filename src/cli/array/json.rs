//! JSON arrays of numbers, nested as deep as the array has axes.

use super::{Array, Data};
use crate::cli::failure::{Failure, Outcome};

/// Most axes.
const DEPTH: usize = 16;

/// Reads nested arrays of numbers; all parts at a depth must have the same length. The numbers are read one by
/// one: a tree of values would take sixteen times the text.
pub fn parse(bytes: &[u8]) -> Outcome<Array> {
    let wrong = |at: usize, why: &str| {
        let what = "neither .npy, PNG, idx nor a JSON array of numbers";
        Failure::data(format!("{what}: {why} at byte {at}"))
    };
    let ragged = || Failure::data("the JSON array is ragged or holds something that is no number");
    let mut numbers = Vec::new();
    // The arrays that are open, with how many items each has; the length of the arrays at each depth, once one
    // is closed; whether an item may come.
    let (mut open, mut shape): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    let (mut at, mut leaves, mut item) = (0, None, true);
    while let Some(&byte) = bytes.get(at) {
        let depth = open.len();
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'[' if item && depth < DEPTH && leaves.is_none_or(|leaves| depth < leaves) => {
                open.push(0);
                shape.resize(shape.len().max(depth + 1), None);
            }
            b']' if !item || open.last() == Some(&0) => {
                let len = open.pop().unwrap_or(0);
                let slot = depth.checked_sub(1).and_then(|depth| shape.get_mut(depth));
                let same = slot.is_some_and(|slot| *slot.get_or_insert(len) == len);
                if !same {
                    return Err(ragged());
                }
                open.last_mut().into_iter().for_each(|items| *items += 1);
                item = false;
            }
            b',' if !item && depth > 0 => item = true,
            b'0'..=b'9' | b'-' if item && depth > 0 => {
                if *leaves.get_or_insert(depth) != depth || shape.len() != depth {
                    return Err(ragged());
                }
                let rest = &bytes[at..];
                let end = rest.iter().position(|byte| b" \t\r\n,]".contains(byte));
                let text = &rest[..end.unwrap_or(rest.len())];
                let number: f64 =
                    serde_json::from_slice(text).map_err(|error| wrong(at, &error.to_string()))?;
                numbers.push(number as f32);
                open.last_mut().into_iter().for_each(|items| *items += 1);
                at += text.len() - 1;
                item = false;
            }
            _ => return Err(wrong(at, "something else")),
        }
        at += 1;
    }
    match shape.into_iter().collect() {
        Some(shape) if open.is_empty() && !item => {
            Ok(Array { shape, data: Data::Numbers(numbers) })
        }
        _ => Err(wrong(at, "an end")),
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
        for (text, shape) in [("[]", &[0][..]), ("[[], [ ]]", &[2, 0]), ("[[[0]]]", &[1, 1, 1])] {
            assert_eq!(parse(text.as_bytes()).unwrap().shape, shape);
        }
        let numbers = parse(b"[1e-3,-0.1,123456789.125,0]").unwrap().data;
        assert_eq!(numbers, Data::Numbers(vec![1e-3, -0.1, 123_456_789.125, 0.0]));
    }

    #[test]
    fn anything_else_is_an_error() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "7",
            "{}",
            "[[1],[1,2]]",
            "[1,[2]]",
            "[null]",
            "[\"1\"]",
            "[NaN]",
            &deep,
            "[1]]",
            "[1],",
            "[1] 2",
            "[,1]",
            "[1,]",
            "[1 2]",
            "[01]",
            "[1e999]",
            "[-]",
            "[[],1]",
            "[1,[]]",
            "[[],[1]]",
            "]",
            "[",
            "[1",
            "[[1]",
            "[1]x",
            "[true]",
            "[1.]",
            "[+1]",
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err().code(), "E_DATA", "{:.9}", text);
        }
    }
}
