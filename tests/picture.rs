//! Pictures: the rule that finds the value at full colour, in the words of the page.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use heatlens::picture::Normalization;
use serde_json::Value as Json;

/// `tests/www/shared.test.mjs` holds the page's rules to the same file.
#[test]
fn full_colour_is_the_same_rule_in_the_same_words_as_on_the_page() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scale.json");
    let cases: Json = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases = cases.as_array().unwrap();
    assert!(cases.len() > 8);
    let number = |value: &Json| match value.as_str() {
        Some("NaN") => f32::NAN,
        Some("Infinity") => f32::INFINITY,
        Some("-Infinity") => f32::NEG_INFINITY,
        _ => value.as_f64().unwrap() as f32,
    };
    for case in cases {
        let values: Vec<f32> = case["values"].as_array().unwrap().iter().map(number).collect();
        for (rule, key) in Normalization::ALL.into_iter().zip(["max", "p99", "cubic"]) {
            let (value, words) = rule.full_scale(&values);
            let expected = &case["full"][key];
            let off = f64::from(value) - expected[0].as_f64().unwrap();
            let name = &case["map"];
            assert!(off.abs() <= 1e-6 * f64::from(value), "{name}, {key}: {value} {expected}");
            assert_eq!(words, expected[1], "{name}, {key}");
        }
    }
}
