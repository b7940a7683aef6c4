//! Dense layers right behind local nodes: a small change of their input changes their sums by little work.

use super::layer::lrn_window;
use super::weights::Linear;
use super::{Layer, LinearShape, Network, NodeId, Tape};

/// A dense layer whose input is, but for reshapes and a division by its own length, a local node.
pub(super) struct Sums {
    /// The dense layer.
    pub id: NodeId,
    /// Which of the local nodes it reads.
    pub local: usize,
    /// That node.
    input: NodeId,
    length: Option<Length>,
}

/// Local response normalisation of a vector over all its elements: `x · (bias + factor · Σx²)^-beta`.
struct Length {
    bias: f32,
    factor: f32,
    beta: f32,
}

/// Squares less than this share of the base's are a difference of almost equal numbers.
const LEAST_SHARE: f32 = 1e-3;

impl Sums {
    /// The node `id` as such a layer; `locals` numbers the nodes that are local.
    pub fn find(network: &Network, id: NodeId, locals: &[Option<usize>]) -> Option<Self> {
        let node = network.node(id);
        let (inputs, outputs) = match linear(network, id)?.shape() {
            LinearShape::Dense { inputs, outputs } => (*inputs, *outputs),
            _ => return None,
        };
        let mut input = node.inputs[0];
        let mut length = None;
        while locals[input].is_none() {
            let before = network.node(input);
            match &before.layer {
                Layer::Reshape => {}
                Layer::LocalResponseNorm { channels, inner: 1, size, parameters }
                    if length.is_none()
                        && [0, channels - 1].map(|c| lrn_window(*channels, *size, c))
                            == [0..*channels, 0..*channels] =>
                {
                    let [alpha, beta, bias] = *parameters;
                    length = Some(Length { bias, factor: alpha / *size as f32, beta });
                }
                _ => return None,
            }
            input = before.inputs[0];
        }
        let fits = (network.node(input).len(), node.len()) == (inputs, outputs);
        let local = locals[input].filter(|_| fits && locals[id].is_none())?;
        Some(Sums { id, local, input, length })
    }

    /// Numbers that a masked input keeps: the change of each sum and, before a division by the length, of Σx².
    pub fn kept(&self, network: &Network) -> usize {
        network.node(self.id).len() + usize::from(self.length.is_some())
    }

    /// What a masked input keeps, whose input differs from the `base` by `deltas` at `elements`.
    pub fn change(
        &self,
        network: &Network,
        base: &Tape,
        (elements, deltas): (&[u32], &[f32]),
        kept: &mut [f32],
    ) {
        kept.fill(0.0);
        let (sums, squares) = kept.split_at_mut(network.node(self.id).len());
        if let Some(linear) = linear(network, self.id) {
            linear.update(elements, deltas, sums);
        }
        if let [squares] = squares {
            let x = base.value(self.input);
            for (&i, delta) in elements.iter().zip(deltas) {
                *squares += (2.0 * x[i as usize] + delta) * delta;
            }
        }
    }

    /// The layer's values for masked inputs that keep these changes, equal up to rounding. Not a number where rounding
    /// would be all that is left.
    pub fn estimate<'k>(
        &self,
        network: &Network,
        base: &Tape,
        kept: impl Iterator<Item = &'k [f32]>,
        values: &mut Vec<f32>,
    ) {
        let own = base.value(self.id);
        let Some(length) = &self.length else {
            for kept in kept {
                values.extend(own.iter().zip(kept).map(|(a, b)| a + b));
            }
            return;
        };
        let bias = linear(network, self.id).map_or(&[][..], Linear::bias);
        let power = |squares: f32| libm::powf(length.bias + length.factor * squares, -length.beta);
        let squares: f32 = base.value(self.input).iter().map(|x| x * x).sum();
        let whole = power(squares);
        for kept in kept {
            let (changes, more) = kept.split_at(own.len());
            let left = squares + more[0];
            let scale = if left > LEAST_SHARE * squares { power(left) } else { f32::NAN };
            for (k, (value, change)) in own.iter().zip(changes).enumerate() {
                let bias = bias.get(k).copied().unwrap_or(0.0);
                values.push(((value - bias) / whole + change) * scale + bias);
            }
        }
    }
}

fn linear(network: &Network, id: NodeId) -> Option<&Linear> {
    match &network.node(id).layer {
        Layer::Linear(linear) => Some(linear),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Builder, Operation, OutputActivation};
    use ndarray::arr2;

    fn network(size: usize) -> Network {
        let mut b = Builder::new();
        let x = b.input("x", &[4]).unwrap();
        let length = Operation::LocalResponseNorm { size, alpha: 3.0, beta: 0.5, bias: 0.25 };
        let scaled = b.push("scaled", length, &[x]).unwrap();
        let weight = vec![1.0, 2.0, -3.0, 4.0, 0.5, -6.0, 7.0, 8.0];
        let dense = Operation::Dense { weight, outputs: 2, bias: vec![0.5, -0.5] };
        let y = b.push("y", dense, &[scaled]).unwrap();
        b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap()
    }

    #[test]
    fn sums_behind_a_division_by_the_length_are_estimated() {
        let network = network(8);
        let locals = [Some(0), None, None];
        let sums = Sums::find(&network, 2, &locals).unwrap();
        let x = arr2(&[[1.0f32, -2.0, 0.5, 3.0]]).into_dyn();
        let base = network.record(&[x.view()]).unwrap();
        let mut kept = vec![9.0; sums.kept(&network)];
        sums.change(&network, &base, (&[1, 2], &[2.0, 0.25]), &mut kept);
        let mut values = Vec::new();
        sums.estimate(&network, &base, [kept.as_slice()].into_iter(), &mut values);
        let whole = network.predict(&[arr2(&[[1.0, 0.0, 0.75, 3.0]]).into_dyn().view()]).unwrap();
        for (value, whole) in values.iter().zip(whole[0].iter()) {
            assert!((value - whole).abs() < 1e-6, "{value} is not {whole}");
        }
        // What is left is rounding.
        sums.change(&network, &base, (&[0, 1, 2, 3], &[-1.0, 2.0, -0.5, -3.0]), &mut kept);
        values.clear();
        sums.estimate(&network, &base, [kept.as_slice()].into_iter(), &mut values);
        assert!(values.iter().all(|value| value.is_nan()), "{values:?}");
    }

    #[test]
    fn normalisation_over_some_of_the_elements_is_no_such_division() {
        assert!(Sums::find(&network(6), 2, &[Some(0), None, None]).is_none());
    }
}
