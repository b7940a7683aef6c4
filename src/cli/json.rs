//! Results as JSON.

use super::failure::{Failure, Outcome};
use super::text::steers;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::PrettyFormatter;

/// Pretty, with a newline at the end.
pub fn text(value: &impl Serialize) -> Outcome<String> {
    let mut json = Vec::new();
    let mut to = Serializer::with_formatter(&mut json, PrettyFormatter::new());
    value.serialize(&mut to).map_err(|error| Failure::request(error.to_string()))?;
    written(json)
}

/// On one line, with a newline at the end.
pub fn line(value: &impl Serialize) -> Outcome<String> {
    written(serde_json::to_vec(value).map_err(|error| Failure::request(error.to_string()))?)
}

fn written(json: Vec<u8>) -> Outcome<String> {
    Ok(escaped(&String::from_utf8_lossy(&json)) + "\n")
}

/// JSON that means the same, without letters that steer a terminal: they occur in strings alone.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter != '\n' && steers(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                text += &format!("\\u{unit:04x}");
            }
        } else {
            text.push(letter);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_as_the_same() {
        for value in [0.1f32, -1.0 / 3.0, f32::MAX, f32::MIN_POSITIVE / 8.0, 16_777_217.0] {
            let read: f64 = line(&value).unwrap().trim().parse().unwrap();
            assert_eq!(read as f32, value);
        }
        assert_eq!(line(&0.1f32).unwrap(), "0.1\n");
        assert_eq!(line(&f32::NAN).unwrap(), "null\n");
    }

    #[test]
    fn letters_that_steer_a_terminal_are_escaped() {
        assert_eq!(line(&"a\u{9b}b\u{202e}").unwrap(), "\"a\\u009bb\\u202e\"\n");
    }
}
