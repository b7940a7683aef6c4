//! A network as a function of some elements of its input.

use super::{Builder, Layer, LinearShape, Network, Operation, Output};
use crate::error::{Code, Error, Result, ensure};

impl Network {
    /// The network with all elements of its input 0 but these (in this order, none twice), as a network
    /// of that many inputs. It must consist of one dense layer on a vector: that is where few of many
    /// elements are not 0 and the rest would cost time and memory for nothing. A layer in `front` of the dense
    /// one, with its name, makes the dense layer's input of other numbers.
    pub fn select_inputs(
        &self,
        elements: &[usize],
        front: Option<(&str, Operation)>,
    ) -> Result<Network> {
        let ([input], [Output { name, node, activation }]) = (self.inputs(), self.outputs()) else {
            return Err(wrong());
        };
        let dense = self.node(*node);
        let (Layer::Linear(linear), [source]) = (&dense.layer, dense.inputs.as_slice()) else {
            return Err(wrong());
        };
        let (LinearShape::Dense { inputs, outputs }, true) = (linear.shape(), source == input)
        else {
            return Err(wrong());
        };
        ensure(elements.iter().all(|element| element < inputs), Code::Request, || {
            format!("there is no such element among {inputs}")
        })?;
        let weight = linear.weight();
        let rows = weight.chunks_exact(*inputs);
        let weight = rows.flat_map(|row| elements.iter().map(|&element| row[element])).collect();
        let operation =
            Operation::Dense { weight, outputs: *outputs, bias: linear.bias().to_vec() };
        let mut b = Builder::new();
        let mut x = b.input(&self.node(*input).name, &[elements.len()])?;
        if let Some((name, operation)) = front {
            x = b.push(name, operation, &[x])?;
        }
        let y = b.push(&dense.name, operation, &[x])?;
        b.finish(vec![(name.clone(), y, *activation)])
    }
}

fn wrong() -> Error {
    Error::new(Code::NotApplicable, "the network is not one dense layer on a vector")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, OutputActivation};
    use ndarray::arr2;

    fn network(unit: bool) -> Network {
        let mut b = Builder::new();
        let x = b.input("x", &[4]).unwrap();
        let weight = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let dense = Operation::Dense { weight, outputs: 2, bias: vec![0.5, -0.5] };
        let mut y = b.push("y", dense, &[x]).unwrap();
        if unit {
            y = b.push("z", Operation::Activation(Activation::Relu), &[y]).unwrap();
        }
        b.finish(vec![("y".into(), y, OutputActivation::Softmax)]).unwrap()
    }

    #[test]
    fn the_rest_counts_as_zero() {
        let (whole, part) = (network(false), network(false).select_inputs(&[3, 1], None).unwrap());
        let at_once = whole.predict(&[arr2(&[[0.0, 7.0, 0.0, -3.0]]).into_dyn().view()]).unwrap();
        let few = part.predict(&[arr2(&[[-3.0, 7.0]]).into_dyn().view()]).unwrap();
        assert_eq!(at_once, few);
        assert_eq!(part.outputs(), whole.outputs());
    }

    #[test]
    fn a_layer_in_front_makes_the_input_of_other_numbers() {
        let front = ("twice", Operation::Scale { scale: vec![2.0], shift: vec![0.0], inner: 1 });
        let part = network(false).select_inputs(&[3, 1], Some(front)).unwrap();
        let plain = network(false).select_inputs(&[3, 1], None).unwrap();
        let read = |network: &Network, x: [f32; 2]| {
            network.predict(&[arr2(&[x]).into_dyn().view()]).unwrap()
        };
        assert_eq!(read(&part, [1.5, -2.0]), read(&plain, [3.0, -4.0]));
    }

    #[test]
    fn what_cannot_be_restricted_is_refused() {
        assert_eq!(
            network(true).select_inputs(&[0], None).unwrap_err().code(),
            Code::NotApplicable
        );
        assert_eq!(network(false).select_inputs(&[4], None).unwrap_err().code(), Code::Request);
    }
}
