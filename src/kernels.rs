//! Numeric kernels: slices in, slices out. They know neither graphs nor errors; shapes were
//! validated before. Scratch memory is the caller's, so that nothing is allocated in a hot loop.
//!
//! Every output element is summed in one fixed order that does not depend on the batch, on the
//! neighbouring elements or on the instruction set: equal inputs give bit-equal outputs.

pub mod conv;
pub mod dense;
pub mod gemm;
pub mod geometry;
pub mod lanes;
pub mod naive;
pub mod pointwise;
pub mod pool;
