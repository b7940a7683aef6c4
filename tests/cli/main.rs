//! The command line: runs the real program.
// native only: WebAssembly starts no processes.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../support/onnx_writer.rs"]
#[allow(dead_code, missing_docs)]
mod onnx_writer;
#[path = "../support/program.rs"]
mod program;

mod errors;
mod explain;
mod hostile;
mod methods;
mod page;
mod pictures;
mod text;
