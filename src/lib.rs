//! heatlens explains the decisions of neural networks.
//!
//! Arrays at the public boundary are `ndarray` arrays of f32 whose first axis is the batch N.
//! Explanations start from raw outputs (logits), before softmax or sigmoid.

pub use heatlens_kernels as kernels;
pub use heatlens_kernels::random;

pub mod backward;
pub mod error;
pub mod evaluate;
pub mod explanation;
pub mod info;
pub mod methods;
pub mod network;
pub mod onnx;
pub mod parameters;
pub mod picture;
pub mod prediction;
pub mod recipe;
pub mod rules;
mod serialize;
pub mod text;

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
pub mod wasm;
