//! What several integration tests share.
#![allow(dead_code, missing_docs, clippy::panic, clippy::unwrap_used)]

pub mod golden_network;
pub mod safetensors;
