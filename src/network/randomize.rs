//! Networks that have forgotten: layers with weights drawn anew.

use super::{Layer, LinearShape, Network};
use crate::random::Random;

impl Network {
    /// Draws the weights and biases of the last `layers` dense layers and convolutions anew, for the test
    /// whether an explanation notices (Adebayo et al. 2018, cascading randomisation). They become
    /// normal with mean 0 and the mean square that the layer's own had. The same seed gives the
    /// layers at the end the same weights, whatever `layers` is.
    pub fn randomize(&mut self, layers: usize, seed: u64) {
        let mut random = Random::new(seed);
        let linear = self.nodes.iter_mut().rev().filter_map(|node| match &mut node.layer {
            Layer::Linear(linear) if !matches!(linear.shape(), LinearShape::Scale { .. }) => {
                Some(linear)
            }
            _ => None,
        });
        for linear in linear.take(layers) {
            let weight = redraw(&linear.weight(), &mut random);
            let bias = redraw(linear.bias(), &mut random);
            *linear = super::Linear::new(linear.shape().clone(), weight, bias);
        }
    }
}

fn redraw(values: &[f32], random: &mut Random) -> Vec<f32> {
    let squares: f64 = values.iter().map(|&value| f64::from(value).powi(2)).sum();
    let scale = libm::sqrt(squares / values.len().max(1) as f64) as f32;
    values.iter().map(|_| scale * random.normal()).collect()
}
