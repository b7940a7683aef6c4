//! The importer: what it makes of ONNX files, good and hostile.
//!
//! One program for all of them but `tests/onnx_scaling.rs`, so that they are linked once. Its allocator counts, for the
//! tests that say how much memory reading may take.

#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

#[path = "../support/cpu.rs"]
mod cpu;
#[path = "../support/memory.rs"]
#[allow(unsafe_code)]
mod memory;
#[path = "../support/mod.rs"]
mod support;

mod attacks;
mod extents;
mod held;
mod hostile;
mod import;
mod limits;
mod models;
mod mutants;
mod operators;
mod patterns;
mod random;
mod values;
