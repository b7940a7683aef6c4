//! What a network's layers are to explanations: for the support report.

use super::Lrp;
use crate::network::{Layer, Network, NodeId};
use crate::rules::Bound;

/// What happens to relevance at a node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeSupport {
    /// LRP's rule there in the composite that is used if none is asked for, as the conservation report
    /// names it.
    pub rule: String,
    /// What is a convention instead of following from the layer, and for which methods.
    pub approximated: Option<&'static str>,
}

/// For every node of `network`, in order.
pub fn node_support(network: &Network) -> Vec<NodeSupport> {
    let unused = Bound::Constant(0.0);
    let rules = Lrp::usual().rules((unused.clone(), unused));
    let nodes: Vec<NodeId> = (0..network.nodes().len()).collect();
    let own = rules.resolve(network, &nodes);
    let support = |(node, own): (&crate::network::Node, &Option<_>)| NodeSupport {
        rule: rules.label(&node.layer, own.as_ref()),
        approximated: approximated(&node.layer),
    };
    network.nodes().iter().zip(&own).map(support).collect()
}

fn approximated(layer: &Layer) -> Option<&'static str> {
    match layer {
        Layer::Activation(_) => {
            Some("LRP hands relevance on unchanged, whatever the function's slope")
        }
        Layer::MaxPool { .. } => Some("where several values are the largest, the first gets all"),
        Layer::Product { .. } => {
            Some("where both factors depend on the input, LRP gives each half of every term")
        }
        Layer::Softmax { .. } => {
            Some("LRP and DeepLIFT have no rule; the others take the exact gradient")
        }
        Layer::LocalResponseNorm { .. } => {
            Some("LRP hands relevance on unchanged; the others take the exact gradient")
        }
        Layer::Embedding { .. } => Some("gradients and relevance end here"),
        Layer::Input
        | Layer::Linear(_)
        | Layer::AveragePool { .. }
        | Layer::Add
        | Layer::Concat { .. }
        | Layer::Reshape
        | Layer::Rearrange { .. } => None,
    }
}
