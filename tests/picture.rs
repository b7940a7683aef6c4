//! Pictures: the rule that finds the value at full colour, in the words of the page, and the page's bytes.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use heatlens::picture::{Map, Meaning, Normalization, Palette, Picture, Style};
use serde_json::Value as Json;

fn cases(file: &str) -> Json {
    let path = format!("{}/tests/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Numbers, of which those that JSON lacks are words.
fn numbers(list: &Json) -> Vec<f32> {
    let number = |value: &Json| match value.as_str() {
        Some("NaN") => f32::NAN,
        Some("Infinity") => f32::INFINITY,
        Some("-Infinity") => f32::NEG_INFINITY,
        _ => value.as_f64().unwrap() as f32,
    };
    list.as_array().unwrap().iter().map(number).collect()
}

/// `tests/www/shared.test.mjs` holds the page's rules to the same file.
#[test]
fn full_colour_is_the_same_rule_in_the_same_words_as_on_the_page() {
    let cases = cases("scale.json");
    let cases = cases.as_array().unwrap();
    assert!(cases.len() > 8);
    for case in cases {
        let values = numbers(&case["values"]);
        for rule in Normalization::ALL {
            let key = rule.name();
            let (value, words) = rule.vmax(&values);
            let expected = &case["vmax"][key];
            let off = f64::from(value) - expected[0].as_f64().unwrap();
            let name = &case["map"];
            assert!(off.abs() <= 1e-6 * f64::from(value), "{name}, {key}: {value} {expected}");
            assert_eq!(words, expected[1], "{name}, {key}");
        }
    }
}

/// `tests/pkg/picture.test.mjs` holds the package to the same file, and the package to the page's painter.
#[test]
fn a_map_has_the_same_bytes_as_in_the_package() {
    let case = cases("picture.json");
    let (values, width) = (numbers(&case["values"]), case["columns"].as_u64().unwrap() as usize);
    let map = Map { width, height: values.len() / width, values };
    for palette in Palette::ALL {
        let style = Style {
            meaning: Meaning::Signed,
            normalization: Normalization::Max,
            vmax: None,
            palette,
            zoom: case["zoom"].as_u64().unwrap() as usize,
        };
        let picture = Picture::new(&map, &style).unwrap();
        assert_eq!(picture.nonfinite, 3);
        // FNV-1a, 32 bits.
        let print = picture.rgba.iter().fold(2_166_136_261, |hash: u32, &byte| {
            (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
        });
        assert_eq!(case["prints"][palette.name()], print, "{palette:?}");
    }
}
