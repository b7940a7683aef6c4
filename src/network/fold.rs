//! Canonical form: scalings (batch norm, constant factors and addends) go into the dense layer or
//! convolution in front of them, so that rules meet one linear layer and not two.

use super::weights::{Linear, LinearShape};
use super::{Layer, Network, Node, NodeId};

impl Network {
    /// The same function with every scaling merged into the linear layer that feeds it alone, and
    /// for each node of `self` the node that now bears its values.
    ///
    /// y = s·(W·x + b) + t = (s·W)·x + (s·b + t), exact up to rounding (Ioffe and Szegedy 2015 give
    /// batch norm this form at inference).
    pub fn fold(self) -> (Network, Vec<NodeId>) {
        let mut uses = vec![0usize; self.nodes.len()];
        for &i in self.nodes.iter().flat_map(|node| &node.inputs) {
            uses[i] += 1;
        }
        for output in &self.outputs {
            uses[output.node] += 1;
        }
        let mut place: Vec<NodeId> = Vec::with_capacity(self.nodes.len());
        let mut nodes: Vec<Node> = Vec::new();
        // What the nodes' scalings come to, so that the weights of each are read once.
        let mut scalings: Vec<Option<Scaling>> = Vec::new();
        for mut node in self.nodes {
            let alone = node.inputs.iter().all(|&i| uses[i] == 1);
            for i in &mut node.inputs {
                *i = place[*i];
            }
            let merged = match (&node.layer, node.inputs.first()) {
                (Layer::Linear(scale), Some(&i)) if alone => {
                    merge(&nodes[i].layer, &mut scalings[i], scale).then_some(i)
                }
                _ => None,
            };
            if let Some(i) = merged {
                place.push(i);
            } else {
                place.push(nodes.len());
                nodes.push(node);
                scalings.push(None);
            }
        }
        for (node, scaling) in nodes.iter_mut().zip(scalings) {
            if let (Layer::Linear(linear), Some(scaling)) = (&mut node.layer, scaling) {
                *linear = scaled(linear, &scaling);
            }
        }
        let inputs = self.inputs.iter().map(|&i| place[i]).collect();
        let outputs = self
            .outputs
            .into_iter()
            .map(|mut output| {
                output.node = place[output.node];
                output
            })
            .collect();
        (Network { nodes, inputs, outputs }, place)
    }
}

/// Factor and shift of every channel.
type Scaling = Vec<(f32, f32)>;

/// Adds `scale` to what scales `before`, and says whether the two go together.
fn merge(before: &Layer, scaling: &mut Option<Scaling>, scale: &Linear) -> bool {
    let Layer::Linear(before) = before else { return false };
    let LinearShape::Scale { inner } = scale.shape() else { return false };
    // Elements of `before`'s output that share a bias, and how many biases there are.
    let (positions, channels) = match before.shape() {
        LinearShape::Dense { outputs, .. } => (1, *outputs),
        LinearShape::Conv(plan) => {
            (plan.shape.output_len() / plan.shape.outputs, plan.shape.outputs)
        }
        LinearShape::Scale { inner } => (*inner, before.weight().len()),
    };
    let (factors, shifts) = (&*scale.weight(), scale.bias());
    let single = factors.len() == 1;
    if !single && (*inner != positions || factors.len() != channels) {
        return false;
    }
    let at = |list: &[f32], c: usize| list[if single { 0 } else { c }];
    let have = scaling.get_or_insert_with(|| vec![(1.0, 0.0); channels]);
    for (c, (factor, shift)) in have.iter_mut().enumerate() {
        *factor *= at(factors, c);
        *shift = *shift * at(factors, c) + at(shifts, c);
    }
    true
}

/// The layer with this scaling behind it.
fn scaled(linear: &Linear, scaling: &[(f32, f32)]) -> Linear {
    let weight = linear.weight();
    let fan_in = weight.len() / scaling.len();
    let weight = weight.iter().enumerate().map(|(i, w)| w * scaling[i / fan_in].0);
    let bias = |c: usize| linear.bias().get(c).copied().unwrap_or(0.0);
    let biases = scaling.iter().enumerate().map(|(c, &(factor, shift))| bias(c) * factor + shift);
    Linear::new(linear.shape().clone(), weight.collect(), biases.collect())
}

#[cfg(test)]
mod tests {
    use crate::network::{Builder, Layer, Operation, OutputActivation, Window};
    use crate::random::Random;
    use ndarray::{ArrayD, IxDyn};

    #[test]
    fn folding_keeps_the_function_and_spares_shared_nodes() {
        let mut random = Random::new(9);
        let mut b = Builder::new();
        let x = b.input("x", &[2, 5, 5]).unwrap();
        let conv = |random: &mut Random| Operation::Conv {
            weight: random.vec(3 * 2 * 9),
            outputs: 3,
            bias: random.vec(3),
            window: Window::new(&[3, 3]),
            groups: 1,
        };
        let scale = |random: &mut Random, n: usize, inner: usize| Operation::Scale {
            scale: random.vec(n),
            shift: random.vec(n),
            inner,
        };
        let c = b.push("c", conv(&mut random), &[x]).unwrap();
        let s1 = b.push("s1", scale(&mut random, 3, 9), &[c]).unwrap();
        let s2 = b.push("s2", scale(&mut random, 1, 27), &[s1]).unwrap();
        let shared = b.push("shared", conv(&mut random), &[x]).unwrap();
        let s3 = b.push("s3", scale(&mut random, 3, 9), &[shared]).unwrap();
        let sum = b.push("sum", Operation::Add, &[s2, s3, shared]).unwrap();
        let network = b.finish(vec![("y".into(), sum, OutputActivation::Identity)]).unwrap();
        let image = ArrayD::from_shape_vec(IxDyn(&[2, 2, 5, 5]), random.vec(100)).unwrap();
        let before = network.predict(&[image.view()]).unwrap().remove(0);
        let (folded, place) = network.fold();
        let after = folded.predict(&[image.view()]).unwrap().remove(0);
        assert!(before.iter().zip(&after).all(|(a, b)| (a - b).abs() < 1e-5));
        let names: Vec<&str> = folded.nodes().iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["x", "c", "shared", "s3", "sum"]);
        assert_eq!(place, [0, 1, 1, 1, 2, 3, 4]);
        assert!(matches!(folded.node(3).layer, Layer::Linear(_)));
    }
}
