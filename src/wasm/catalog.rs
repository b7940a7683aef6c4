//! The catalogue of methods as JavaScript sees it.

use super::object::{Record, array};
use crate::methods::{Contrast, Entry, Kind, Param};
use wasm_bindgen::JsValue;

/// One method.
pub(super) fn entry(entry: &Entry) -> JsValue {
    let contrast = match entry.contrast {
        Contrast::Subtracted => "subtracted",
        Contrast::Propagated => "propagated",
    };
    Record::new()
        .set("name", entry.name.into())
        .set("title", entry.title.into())
        .set("summary", entry.summary.into())
        .set("sums", entry.sums.into())
        .set("source", entry.source.into())
        .set("signed", entry.signed.into())
        .set("classSpecific", entry.class_specific.into())
        .set("whiteBox", entry.white_box.into())
        .set("contrast", contrast.into())
        .set("quick", entry.quick.into())
        .set("params", array(entry.params.iter().map(param)))
        .done()
}

fn param(param: &Param) -> JsValue {
    let words = |choices: &[&str]| array(choices.iter().map(|&choice| choice.into()));
    let common = Record::new()
        .set("name", param.name.into())
        .set("help", param.help.into())
        .set("default", default(&param.kind));
    let kind = match param.kind {
        Kind::Number { min, max, log, .. } => common
            .set("kind", "number".into())
            .set("min", min.into())
            .set("max", max.into())
            .set("log", log.into()),
        Kind::Integer { min, max, .. } => {
            common.set("kind", "integer".into()).set("min", min.into()).set("max", max.into())
        }
        Kind::Choice { choices, .. } => {
            common.set("kind", "choice".into()).set("choices", words(choices))
        }
        Kind::Node { choices } => common.set("kind", "node".into()).set("choices", words(choices)),
        Kind::Rules => common.set("kind", "rules".into()),
        Kind::Fill { .. } => common.set("kind", "fill".into()),
    };
    kind.done()
}

/// The value of a parameter that is left out.
pub(super) fn default(kind: &Kind) -> JsValue {
    match *kind {
        Kind::Number { default, .. } => default.into(),
        Kind::Integer { default, .. } => default.into(),
        Kind::Choice { default, .. } => default.into(),
        Kind::Node { choices } => choices.first().copied().unwrap_or_default().into(),
        Kind::Rules => "".into(),
        Kind::Fill { default } => default.into(),
    }
}
