//! Measuring explanations and models.

mod accuracy;
mod aopc;
mod completeness;
mod pixel_flipping;
mod word_deletion;

pub use accuracy::Accuracy;
pub use aopc::{Aopc, Mean, Ranking};
pub use completeness::Completeness;
pub use pixel_flipping::{Curve, Flipping, Order, pixel_flipping};
pub use word_deletion::{WordDeletion, WordRanking};
