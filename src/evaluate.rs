//! Measuring explanations and models.

mod pixel_flipping;

pub use pixel_flipping::{Curve, Flipping, Order, pixel_flipping};
