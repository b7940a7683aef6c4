//! What several integration tests share.
#![allow(dead_code, missing_docs, clippy::panic, clippy::unwrap_used)]

pub mod cases;
pub mod files;
pub mod golden_case;
pub mod golden_methods;
pub mod golden_network;
pub mod golden_searches;
pub mod imported;
pub mod networks;
pub mod onnx_writer;
pub mod safetensors;
pub mod texts;
