//! The shipped models for texts, and a text.

use heatlens::onnx;
use heatlens::recipe::Recipe;
use heatlens::text::{Reader, Token, tokenize};
use std::path::Path;

pub fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models");
    std::fs::read(folder.join(name)).unwrap()
}

pub fn open(name: &str) -> (onnx::Model, Reader) {
    let bytes = file(name);
    let model = onnx::read(&bytes, &onnx::Options::default()).unwrap();
    let reader = Reader::new(&model, &Recipe::new(&bytes)).unwrap().unwrap();
    (model, reader)
}

pub fn tokens(text: &str) -> Vec<Token> {
    tokenize(&text.encode_utf16().collect::<Vec<u16>>())
}

pub const TEXT: &str = "The shuttle is in orbit, and the shuttle's crew feels sick: nausea, says the doctor. \
                    Orbit after orbit; no gravity. Write to crew@orbit.example or zzzqqq.";
