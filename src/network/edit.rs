//! Changes of a network that was read, each made again for every size of its open axes.

use super::Network;
use crate::error::Result;

/// A change of a network.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// See [`Network::randomize`].
    Randomize {
        /// How many layers with weights, from the end.
        layers: usize,
        /// Seed of the generator.
        seed: u64,
    },
    /// See [`Network::change_input_range`].
    InputRange {
        /// The range that the model takes.
        from: (f32, f32),
        /// The range that it shall take.
        to: (f32, f32),
    },
}

impl Network {
    /// Makes a change.
    pub fn edit(&mut self, edit: &Edit) -> Result<()> {
        match *edit {
            Edit::Randomize { layers, seed } => {
                self.randomize(layers, seed);
                Ok(())
            }
            Edit::InputRange { from, to } => self.change_input_range(from, to),
        }
    }
}
