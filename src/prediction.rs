//! What a network says of examples: plain data.

use crate::error::Result;
use crate::methods::check_finite;
use crate::network::{Network, OutputActivation};
use crate::serialize;
use ndarray::ArrayViewD;
use serde::Serialize;

/// One result of the network for a batch of examples, whose values lie behind one another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction<'n> {
    /// Name of the result.
    pub name: &'n str,
    /// Shape for one example, without the batch axis.
    pub shape: &'n [usize],
    /// How raw outputs are read; none where nothing says it.
    pub activation: OutputActivation,
    /// Raw outputs.
    #[serde(serialize_with = "serialize::f32s")]
    pub logits: Vec<f32>,
    /// None where the activation gives none.
    #[serde(serialize_with = "serialize::probabilities")]
    pub probabilities: Option<Vec<f64>>,
}

/// Every result for a batch: `inputs[i]` is `[N, *shape of input i]`. An error if one is not finite.
pub fn predict<'n>(
    network: &'n Network,
    inputs: &[ArrayViewD<'_, f32>],
) -> Result<Vec<Prediction<'n>>> {
    let mut predictions = Vec::with_capacity(network.outputs().len());
    for (output, logits) in network.outputs().iter().zip(network.predict(inputs)?) {
        let logits = logits.into_raw_vec_and_offset().0;
        check_finite(&logits, &format_args!("the network's output '{}' contains", output.name))?;
        predictions.push(Prediction {
            name: &output.name,
            shape: &network.node(output.node).shape,
            activation: output.activation,
            probabilities: network.probabilities(output, &logits),
            logits,
        });
    }
    Ok(predictions)
}
