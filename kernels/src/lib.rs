//! Numeric kernels: slices in, slices out. They know neither graphs nor errors; shapes were
//! validated before. Scratch memory is the caller's, so that nothing is allocated in a hot loop.
//!
//! A package of its own, so that it is compiled for speed where the rest is compiled for size.
//!
//! Every output element is summed in one fixed order that does not depend on the batch, on the
//! neighbouring elements or on the instruction set: equal inputs give bit-equal outputs.

// The entry points are never inlined: code compiled for size would take them over.
mod chosen;
pub mod conv;
pub mod dense;
mod direct;
pub mod gemm;
pub mod geometry;
pub mod lanes;
pub mod naive;
mod plan;
pub mod pointwise;
pub mod pool;
pub mod product;
pub mod random;
pub mod region;
pub mod relevance;
mod shape;
mod transposed;
mod winograd;
