//! The support report as JavaScript sees it.

use super::object::{Record, array};
use super::{Model, kind, throw};
use crate::methods::{NodeSupport, node_support};
use crate::network::Network;
use crate::onnx::{self, ReportRow, Status};
use wasm_bindgen::prelude::*;

/// What would become of each node of a model, even of one that is refused.
#[wasm_bindgen]
pub fn support(bytes: &[u8]) -> std::result::Result<JsValue, JsValue> {
    let rows = onnx::support(bytes, &onnx::Options::default()).map_err(throw)?;
    Ok(array(rows.iter().map(|row| support_row(row, None, &[]))))
}

impl Model {
    /// One row per node of the file.
    pub(super) fn support(&self) -> JsValue {
        let network = &self.0.network;
        let nodes = node_support(network);
        array(self.0.report.iter().map(|row| support_row(row, Some(network), &nodes)))
    }
}

fn support_row(row: &ReportRow, network: Option<&Network>, nodes: &[NodeSupport]) -> JsValue {
    let (status, detail) = match &row.status {
        Status::Recognised(class) => ("recognised", kind(*class)),
        Status::FoldedInto(name) => ("folded", name.as_str()),
        Status::Constant => ("constant", ""),
        Status::Skipped => ("skipped", ""),
        Status::OutputActivation(own) => ("output-activation", own.name().unwrap_or_default()),
        Status::Unused => ("unused", ""),
        Status::Blocked => ("blocked", ""),
        Status::Refused(why) => ("refused", why.as_str()),
    };
    let layer = row.node.zip(network).map(|(id, network)| network.node(id));
    // What was merged into a layer, or lies before it, is not that layer.
    let own = row.own_node().and_then(|id| nodes.get(id));
    let word = |word: Option<&str>| word.map_or(JsValue::NULL, JsValue::from);
    Record::new()
        .set("node", (&row.name).into())
        .set("op", (&row.op).into())
        .set("status", status.into())
        .set("detail", detail.into())
        .set("layer", word(layer.map(|node| node.name.as_str())))
        .set("rule", word(own.map(|own| own.rule.as_str())))
        .set("approximated", word(own.and_then(|own| own.approximated)))
        .done()
}
