//! The module that a page fetches: links the exports of `src/wasm.rs` and adds nothing.
//!
//! It is a package of its own because link-time optimisation works at the level of the package that
//! links: at that of the kernels, which are compiled for speed, though the rest is compiled for size.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
pub use heatlens::wasm;
