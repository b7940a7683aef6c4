//! The catalogue of methods as JavaScript sees it.

use super::object::{array, record};
use crate::methods::{Contrast, Entry, Kind, Param};
use wasm_bindgen::JsValue;

/// One method.
pub(super) fn entry(entry: &Entry) -> JsValue {
    let contrast = match entry.contrast {
        Contrast::Subtracted => "subtracted",
        Contrast::Propagated => "propagated",
    };
    record([
        ("name", entry.name.into()),
        ("title", entry.title.into()),
        ("summary", entry.summary.into()),
        ("sums", entry.sums.into()),
        ("source", entry.source.into()),
        ("signed", entry.signed.into()),
        ("classSpecific", entry.class_specific.into()),
        ("whiteBox", entry.white_box.into()),
        ("contrast", contrast.into()),
        ("quick", entry.quick.into()),
        ("params", array(entry.params.iter().map(param))),
    ])
}

fn param(param: &Param) -> JsValue {
    let words = |choices: &[&str]| array(choices.iter().map(|&choice| choice.into()));
    let (kind, rest) = match param.kind {
        Kind::Number { min, max, log, .. } => {
            ("number", vec![("min", min.into()), ("max", max.into()), ("log", log.into())])
        }
        Kind::Integer { min, max, .. } => {
            ("integer", vec![("min", min.into()), ("max", max.into())])
        }
        Kind::Choice { choices, .. } => ("choice", vec![("choices", words(choices))]),
        Kind::Node { choices } => ("node", vec![("choices", words(choices))]),
        Kind::Fill { .. } => ("fill", vec![]),
    };
    let common = [
        ("name", param.name.into()),
        ("help", param.help.into()),
        ("kind", kind.into()),
        ("default", default(&param.kind)),
    ];
    record(common.into_iter().chain(rest))
}

/// The value of a parameter that is left out.
pub(super) fn default(kind: &Kind) -> JsValue {
    match *kind {
        Kind::Number { default, .. } => default.into(),
        Kind::Integer { default, .. } => default.into(),
        Kind::Choice { default, .. } => default.into(),
        Kind::Node { choices } => choices.first().copied().unwrap_or_default().into(),
        Kind::Fill { default } => default.into(),
    }
}
