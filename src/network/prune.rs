//! Leaving out what leads to no output.

use super::{Network, NodeId};

impl Network {
    /// The same function without the nodes that lead to no output (inputs stay), and for each node
    /// of `self` its new index.
    pub fn prune(self) -> (Network, Vec<Option<NodeId>>) {
        let mut needed = vec![false; self.nodes.len()];
        for &id in self.inputs.iter().chain(self.outputs.iter().map(|output| &output.node)) {
            needed[id] = true;
        }
        for (id, node) in self.nodes.iter().enumerate().rev() {
            if needed[id] {
                node.inputs.iter().for_each(|&i| needed[i] = true);
            }
        }
        let mut place: Vec<Option<NodeId>> = Vec::with_capacity(self.nodes.len());
        let mut nodes = Vec::new();
        for (mut node, needed) in self.nodes.into_iter().zip(needed) {
            place.push(needed.then_some(nodes.len()));
            if needed {
                node.inputs = node.inputs.iter().filter_map(|&i| place[i]).collect();
                nodes.push(node);
            }
        }
        let inputs = self.inputs.iter().filter_map(|&i| place[i]).collect();
        let mut outputs = self.outputs;
        for output in &mut outputs {
            output.node = place[output.node].unwrap_or(output.node);
        }
        (Network { nodes, inputs, outputs }, place)
    }
}

#[cfg(test)]
mod tests {
    use crate::network::{Activation, Builder, Operation, OutputActivation};

    #[test]
    fn only_what_leads_to_an_output_stays() {
        let mut b = Builder::new();
        let x = b.input("x", &[2]).unwrap();
        let dead = b.push("dead", Operation::Activation(Activation::Exp), &[x]).unwrap();
        b.push("deader", Operation::Activation(Activation::Exp), &[dead]).unwrap();
        let y = b.push("y", Operation::Activation(Activation::Relu), &[x]).unwrap();
        let unused = b.input("unused", &[1]).unwrap();
        let network = b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();
        let (network, place) = network.prune();
        let names: Vec<&str> = network.nodes().iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["x", "y", "unused"]);
        assert_eq!(place, [Some(0), None, None, Some(1), Some(2)]);
        assert_eq!((network.inputs(), network.outputs()[0].node), (&[0, 2][..], 1));
        assert_eq!((y, unused), (3, 4));
    }
}
