//! Parts of files that follow from the code and stand written where no program can make them. With `HEATLENS_WRITE=1`
//! the test that knows a part writes it, else it compares.

use std::path::Path;

/// The lines of `file` between the two that begin so, the first of them included, are `wanted`, or become it.
pub fn between(file: &str, first: &str, end: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let start = text.find(first).unwrap_or_else(|| panic!("{file} has no '{first}'"));
    let length = text[start..].find(end).unwrap_or_else(|| panic!("{file} has no end '{end}'"));
    if std::env::var_os("HEATLENS_WRITE").is_some() {
        let text = [&text[..start], wanted, &text[start + length..]].concat();
        return std::fs::write(path, text).unwrap();
    }
    assert_eq!(&text[start..start + length], wanted, "{file}: see the head of this test");
}
