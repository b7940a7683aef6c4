//! The same function of values in another range.

use super::{Layer, Linear, LinearShape, Network, NodeId};
use crate::error::{Code, Error, Result, ensure};

impl Network {
    /// Makes the network take values in the range `to` where it took them in `from`: the layers at the input
    /// take up the difference, so that answers stay and only what counts as 0 changes. With
    /// x = k·x' + t the weights become k·W and the biases b + t·ΣW.
    pub fn change_input_range(&mut self, from: (f32, f32), to: (f32, f32)) -> Result<()> {
        ensure(from.0 < from.1 && to.0 < to.1, Code::Request, || "a range is empty".into())?;
        let k = (from.1 - from.0) / (to.1 - to.0);
        let t = from.0 - k * to.0;
        // Nodes that hand the input's own values on.
        let mut values: Vec<NodeId> = self.inputs.clone();
        let mut changed = Vec::new();
        for (id, node) in self.nodes.iter().enumerate() {
            if !node.inputs.iter().any(|input| values.contains(input)) {
                continue;
            }
            let linear = match &node.layer {
                Layer::Reshape => {
                    values.push(id);
                    continue;
                }
                Layer::Linear(linear) => rescaled(linear, k, t),
                _ => None,
            };
            let linear = linear.ok_or_else(|| {
                let why = format!("'{}' cannot take up another range of the input", node.name);
                Error::new(Code::NotApplicable, why)
            })?;
            changed.push((id, linear));
        }
        for (id, linear) in changed {
            self.nodes[id].layer = Layer::Linear(linear);
        }
        Ok(())
    }
}

/// The layer with weights k·W and biases b + t·ΣW; none where padding would need another value than 0.
fn rescaled(linear: &Linear, k: f32, t: f32) -> Option<Linear> {
    let outputs = match linear.shape() {
        LinearShape::Dense { outputs, .. } => *outputs,
        LinearShape::Conv(plan) => {
            let padded = [plan.shape.geometry.pad_begin, plan.shape.geometry.pad_end].concat();
            if t != 0.0 && padded.iter().any(|&pad| pad > 0) {
                return None;
            }
            plan.shape.outputs
        }
        LinearShape::Scale { .. } => return None,
    };
    let weight = linear.weight();
    let per_output = weight.len() / outputs.max(1);
    let bias = weight.chunks(per_output.max(1)).enumerate().map(|(j, row)| {
        let sum: f64 = row.iter().map(|&w| f64::from(w)).sum();
        let own = linear.bias().get(j).copied().unwrap_or(0.0);
        (f64::from(own) + f64::from(t) * sum) as f32
    });
    let scaled = weight.iter().map(|w| k * w).collect();
    Some(Linear::new(linear.shape().clone(), scaled, bias.collect()))
}
